"""Secrets at rest: a master key, keys of workspaces and people under it, blind indexes.

AES-256-GCM (NIST SP 800-38D) with random 96-bit nonces; keys below the master are derived by
HKDF-SHA256 (RFC 5869), a person's key is random and kept wrapped, so that destroying the wrapped
key erases all that was sealed with it.
"""

import base64
import binascii
import hashlib
import hmac
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kervan.kernel import ids
from kervan.kernel.errors import KervanError

_NONCE_BYTES = 12


def _derive(key: bytes, purpose: str) -> bytes:
    return HKDF(hashes.SHA256(), 32, salt=None, info=purpose.encode()).derive(key)


def _seal(key: bytes, plaintext: bytes, aad: bytes) -> bytes:
    nonce = ids.random_bytes(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plaintext, aad)


def _open(key: bytes, sealed: bytes, aad: bytes) -> bytes:
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], aad)
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
        self._unwrap = lru_cache(maxsize=8192)(self._open_wrapped)

    @cached_property
    def _wrapping(self) -> bytes:
        return _derive(self._key, "person keys")

    @cached_property
    def _blinder(self) -> "hashlib.blake2b":
        return hashlib.blake2b(key=_derive(self._key, "blind index"), digest_size=16)

    def derive(self, purpose: str) -> bytes:
        """A key of 32 bytes for one purpose of this workspace."""
        return _derive(self._key, purpose)

    def new_person_key(self) -> bytes:
        """A fresh person's key, wrapped (60 bytes): store it with the profile."""
        return _seal(self._wrapping, ids.random_bytes(32), b"person key")

    def seal(self, wrapped: bytes, plaintext: bytes, aad: bytes) -> bytes:
        """Encrypt under a person's key; `aad` names the place, so values cannot be swapped."""
        nonce = ids.random_bytes(_NONCE_BYTES)
        return nonce + self._unwrap(wrapped).encrypt(nonce, plaintext, aad)

    def open(self, wrapped: bytes, sealed: bytes, aad: bytes) -> bytes:
        """Decrypt what `seal` made. Raises kernel.sealed_data_broken."""
        try:
            return self._unwrap(wrapped).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], aad)
        except (InvalidTag, ValueError):
            raise KervanError("kernel.sealed_data_broken", status=500) from None

    def blind(self, kind: str, value: str) -> bytes:
        """A 16-byte keyed BLAKE2b of a normalised value, to look it up without reading it."""
        digest = self._blinder.copy()  # the key is worked in once
        digest.update(f"{kind}\0{value}".encode("utf-8", "surrogatepass"))
        return digest.digest()

    def _open_wrapped(self, wrapped: bytes) -> AESGCM:
        return AESGCM(_open(self._wrapping, wrapped, b"person key"))


class Vault:
    """The installation's master key and what hangs from it."""

    def __init__(self, master_key: bytes) -> None:
        self._master = master_key
        self._daily = lru_cache(maxsize=64)(self._derive_daily)

    def workspace(self, workspace: str) -> WorkspaceVault:
        """The keys of one workspace."""
        return WorkspaceVault(_derive(self._master, f"workspace {workspace}"))

    def derive(self, purpose: str) -> bytes:
        """A key of 32 bytes for one purpose of the installation."""
        return _derive(self._master, purpose)

    def seal_intake(self, day: date, body: bytes, aad: bytes = b"") -> bytes:
        """Encrypt an intake body under the key of `day`."""
        return _seal(self._daily(day), body, aad)

    def open_intake(self, day: date, sealed: bytes, aad: bytes = b"") -> bytes:
        """Decrypt an intake body of `day`."""
        return _open(self._daily(day), sealed, aad)

    def _derive_daily(self, day: date) -> bytes:
        return _derive(self._master, f"intake {day.isoformat()}")


def load_master_key(path: Path) -> bytes:
    """Read the master key (base64, 32 bytes), making it at the first start, readable by us only.

    Raises kernel.bad_master_key when the file holds anything else.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".new")
        draft.touch(mode=0o600)
        draft.write_bytes(base64.b64encode(ids.random_bytes(32)) + b"\n")
        draft.replace(path)
    try:
        key = base64.b64decode(path.read_bytes(), validate=False)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != 32:
        raise KervanError("kernel.bad_master_key", status=500, path=str(path))
    return key
