"""Secrets at rest: a master key, keys of workspaces and people under it, blind indexes.

AES-256-GCM (NIST SP 800-38D) with random 96-bit nonces. The master key only wraps the random keys
of the installation and of each workspace (keyring.py), so it can be changed without touching what
they sealed; keys for one purpose are derived from those by HKDF-SHA256 (RFC 5869). A person's key
is random and kept wrapped, so that destroying it erases all that was sealed with it.
"""

import base64
import binascii
import hashlib
import hmac
import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property, lru_cache
from itertools import repeat
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kervan.kernel import ids
from kervan.kernel.errors import KervanError

_NONCE_BYTES = 12
_KEY_BYTES = 32
_REMEMBERED = 8192
_PURPOSES = 32


def _derive(key: bytes, purpose: str) -> bytes:
    return HKDF(hashes.SHA256(), 32, salt=None, info=purpose.encode()).derive(key)


def _seal(key: bytes, plaintext: bytes, aad: bytes) -> bytes:
    nonce = ids.random_bytes(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plaintext, aad)


def _seal_each(
    ciphers: Iterable[AESGCM], plaintexts: Sequence[bytes], aads: Iterable[bytes]
) -> list[bytes]:
    """Each plaintext under its cipher, with a nonce of its own in front."""
    nonces = ids.random_bytes(_NONCE_BYTES * len(plaintexts))
    sealed, at = [], 0
    for cipher, plaintext, aad in zip(ciphers, plaintexts, aads, strict=True):
        nonce = nonces[at : (at := at + _NONCE_BYTES)]
        sealed.append(nonce + cipher.encrypt(nonce, plaintext, aad))
    return sealed


def _opened(cipher: AESGCM, sealed: bytes, aad: bytes) -> bytes:
    try:
        return cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], aad)
    except (InvalidTag, ValueError):
        raise KervanError("kernel.sealed_data_broken", status=500) from None


def sign(key: bytes, message: bytes, size_bytes: int = 16) -> bytes:
    """Keyed BLAKE2b (RFC 7693) of `message`."""
    return hashlib.blake2b(message, key=key[:64], digest_size=size_bytes).digest()


def same(left: bytes, right: bytes) -> bool:
    """Compare two secrets in constant time."""
    return hmac.compare_digest(left, right)


class WorkspaceVault:
    """The keys of one workspace."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        # A batch opens the same few people's keys several times; a few thousand are kept.
        self._unwrap = lru_cache(maxsize=_REMEMBERED)(self._open_wrapped)
        self._cipher = lru_cache(maxsize=_PURPOSES)(self._cipher_for)
        # New people's keys are used at once; two generations, so that a batch keeps its own.
        self._new: dict[bytes, AESGCM] = {}
        self._older: dict[bytes, AESGCM] = {}

    @cached_property
    def _wrapping(self) -> AESGCM:
        return AESGCM(_derive(self._key, "person keys"))

    @cached_property
    def _blinder(self) -> "hashlib.blake2b":
        return hashlib.blake2b(key=_derive(self._key, "blind index"), digest_size=16)

    def derive(self, purpose: str) -> bytes:
        """A key of 32 bytes for one purpose of this workspace."""
        return _derive(self._key, purpose)

    def new_person_key(self) -> bytes:
        """A fresh person's key, wrapped (60 bytes): store it with the profile."""
        return self.new_person_keys(1)[0]

    def new_person_keys(self, count: int) -> list[bytes]:
        """Fresh people's keys, wrapped."""
        if len(self._new) + count > _REMEMBERED:
            self._new, self._older = {}, self._new
        size = _KEY_BYTES + _NONCE_BYTES
        drawn = ids.random_bytes(size * count)
        wrapped = []
        for at in range(0, size * count, size):
            key, nonce = drawn[at : at + _KEY_BYTES], drawn[at + _KEY_BYTES : at + size]
            one = nonce + self._wrapping.encrypt(nonce, key, b"person key")
            self._new[one] = AESGCM(key)
            wrapped.append(one)
        return wrapped

    def seal(self, wrapped: bytes, plaintext: bytes, aad: bytes) -> bytes:
        """Encrypt under a person's key; `aad` names the place, so values cannot be swapped."""
        return self.seal_many([wrapped], [plaintext], aad)[0]

    def seal_many(
        self, wrapped: Sequence[bytes], plaintexts: Sequence[bytes], aad: bytes | Sequence[bytes]
    ) -> list[bytes]:
        """Encrypt each of `plaintexts` under the person's key at the same place of `wrapped`.

        `aad` is that of all, or one for each.
        """
        new, older, unwrap = self._new, self._older, self._unwrap
        ciphers = [new.get(key) or older.get(key) or unwrap(key) for key in wrapped]
        aads = repeat(aad, len(plaintexts)) if isinstance(aad, bytes) else aad
        return _seal_each(ciphers, plaintexts, aads)

    def seal_under(
        self, purpose: str, plaintexts: Sequence[bytes], aads: Sequence[bytes]
    ) -> list[bytes]:
        """Encrypt under the workspace's key for one purpose, each for its own place."""
        return _seal_each(repeat(self._cipher(purpose), len(plaintexts)), plaintexts, aads)

    def open_under(self, purpose: str, sealed: bytes, aad: bytes) -> bytes:
        """Decrypt what `seal_under` made. Raises kernel.sealed_data_broken."""
        return _opened(self._cipher(purpose), sealed, aad)

    def open_many_under(
        self, purpose: str, sealed: Sequence[bytes], aads: Iterable[bytes]
    ) -> list[bytes]:
        """Decrypt what `seal_under` made, each for its own place. Raises as `open_under`."""
        decrypt, n = self._cipher(purpose).decrypt, _NONCE_BYTES
        try:
            return [decrypt(one[:n], one[n:], aad) for one, aad in zip(sealed, aads, strict=True)]
        except (InvalidTag, ValueError):
            raise KervanError("kernel.sealed_data_broken", status=500) from None

    def open(self, wrapped: bytes, sealed: bytes, aad: bytes) -> bytes:
        """Decrypt what `seal` made. Raises kernel.sealed_data_broken."""
        return _opened(self._unwrap(wrapped), sealed, aad)

    def blind(self, kind: str, value: str) -> bytes:
        """A 16-byte keyed BLAKE2b of a normalised value, to look it up without reading it."""
        digest = self._blinder.copy()  # the key is worked in once
        digest.update(f"{kind}\0{value}".encode("utf-8", "surrogatepass"))
        return digest.digest()

    def _cipher_for(self, purpose: str) -> AESGCM:
        return AESGCM(self.derive(purpose))

    def _open_wrapped(self, wrapped: bytes) -> AESGCM:
        return AESGCM(_opened(self._wrapping, wrapped, b"person key"))


class Vault:
    """The keys of the installation and of its workspaces.

    `root` is the installation's own key. `workspaces` holds the stored key of each workspace
    (keyring.py); without it, as in tests, a workspace's key is derived from `root`.
    """

    def __init__(self, root: bytes, workspaces: Mapping[str, bytes] | None = None) -> None:
        self._root = root
        self._workspaces = workspaces
        self._daily = lru_cache(maxsize=64)(self._derive_daily)

    def workspace(self, workspace: str) -> WorkspaceVault:
        """The keys of one workspace. Raises kernel.workspace_key_missing."""
        if self._workspaces is None:
            return WorkspaceVault(workspace_key_of(self._root, workspace))
        if workspace not in self._workspaces:
            raise KervanError("kernel.workspace_key_missing", status=500, workspace=workspace)
        return WorkspaceVault(self._workspaces[workspace])

    def derive(self, purpose: str) -> bytes:
        """A key of 32 bytes for one purpose of the installation."""
        return _derive(self._root, purpose)

    def seal_intake(self, day: date, body: bytes, aad: bytes = b"") -> bytes:
        """Encrypt an intake body under the key of `day`."""
        return _seal(self._daily(day), body, aad)

    def open_intake(self, day: date, sealed: bytes, aad: bytes = b"") -> bytes:
        """Decrypt an intake body of `day`."""
        return _opened(AESGCM(self._daily(day)), sealed, aad)

    def _derive_daily(self, day: date) -> bytes:
        return _derive(self._root, f"intake {day.isoformat()}")


def workspace_key_of(root: bytes, workspace: str) -> bytes:
    """The key a workspace has when none is stored: derived from the installation's."""
    return _derive(root, f"workspace {workspace}")


def new_key() -> bytes:
    """32 random bytes."""
    return ids.random_bytes(_KEY_BYTES)


def fingerprint(master: bytes) -> bytes:
    """8 bytes that tell master keys apart and say nothing of them."""
    return hashlib.blake2b(b"fingerprint", key=_derive(master, "name"), digest_size=8).digest()


def wrap(master: bytes, name: str, key: bytes) -> bytes:
    """A stored key, sealed under a master key for its own name only."""
    return _seal(_derive(master, "stored keys"), key, f"stored key {name}".encode())


def unwrap(master: bytes, name: str, wrapped: bytes) -> bytes:
    """What `wrap` sealed. Raises kernel.sealed_data_broken."""
    place = f"stored key {name}".encode()
    return _opened(AESGCM(_derive(master, "stored keys")), wrapped, place)


def read_master_key(path: Path) -> bytes | None:
    """The master key in a file (base64, 32 bytes), None when there is no file.

    Raises kernel.bad_master_key when the file holds anything else, and kernel.master_key_open
    when everybody on this machine may read it.
    """
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise KervanError(
            "kernel.master_key_unreadable", status=500, path=path, problem=error.strerror
        ) from None
    if path.stat().st_mode & 0o007:
        raise KervanError("kernel.master_key_open", status=500, path=path)
    return decode_master_key(text, str(path))


def decode_master_key(text: bytes, where: str) -> bytes:
    """32 bytes from base64; `where` is for the error kernel.bad_master_key."""
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != _KEY_BYTES:
        raise KervanError("kernel.bad_master_key", status=500, path=where)
    return key


def make_master_key(path: Path) -> bytes:
    """Write a new master key, readable by us only; on disk, whole, before this returns."""
    path.parent.mkdir(parents=True, exist_ok=True)
    key = new_key()
    draft = path.with_name(path.name + ".draft")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(base64.b64encode(key) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    sync_folder(path.parent)
    return key


def sync_folder(folder: Path) -> None:
    """Make names given or taken in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def load_master_key(path: Path) -> bytes:
    """Read the master key, making it when there is none: for places nothing was sealed in yet."""
    return read_master_key(path) or make_master_key(path)
