"""The second factor: codes by time (RFC 6238 over RFC 4226), and codes of recovery on paper."""

import base64
import hashlib
import hmac
from collections.abc import Iterable
from itertools import groupby
from urllib.parse import quote

import segno
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kervan.kernel import ids
from kervan.kernel.crypto import Vault

_STEP_SECONDS = 30
_DIGITS = 6
_SECRET_BYTES = 20
_NONCE_BYTES = 12
_RECOVERY = 10
# The white edge that a camera needs around the picture (ISO/IEC 18004 §6.3.8), in squares.
_EDGE = 4
# No letter or digit that another could be taken for.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def new_secret() -> bytes:
    """A secret to share with the owner's app."""
    return ids.random_bytes(_SECRET_BYTES)


def code(secret: bytes, step: int, digits: int = _DIGITS) -> str:
    """The code of one time step: RFC 4226 §5.3 with HMAC-SHA-1, the form every app knows."""
    digest = hmac.digest(secret, step.to_bytes(8, "big"), hashlib.sha1)
    place = digest[-1] & 0x0F
    number = int.from_bytes(digest[place : place + 4], "big") & 0x7FFF_FFFF
    return str(number % 10**digits).zfill(digits)


def step_of(at_ms: int) -> int:
    """The time step of an instant in milliseconds (RFC 6238 §4.2)."""
    return at_ms // 1000 // _STEP_SECONDS


def accepted(secret: bytes, given: str, at_ms: int, last_step: int) -> int | None:
    """The step a code is of, None for a wrong one; one step early or late is in time.

    A step up to `last_step` was used before and is refused.
    """
    digits = "".join(given.split())
    now = step_of(at_ms)
    found = None
    for step in (now - 1, now, now + 1):
        same = hmac.compare_digest(code(secret, step).encode(), digits.encode("utf-8", "replace"))
        if same and step > last_step:
            found = step
    return found


def shown(secret: bytes) -> str:
    """The secret in base32, in groups of four, for typing in."""
    text = base64.b32encode(secret).decode().rstrip("=")
    return " ".join(text[i : i + 4] for i in range(0, len(text), 4))


def address(secret: bytes, account: str) -> str:
    """The otpauth: address that an app opens."""
    text = base64.b32encode(secret).decode().rstrip("=")
    return f"otpauth://totp/Kervan:{quote(account, safe='@')}?secret={text}&issuer=Kervan"


def picture(text: str) -> tuple[int, str]:
    """`text` as a QR code: its side in squares, white edge included, and an SVG path of the dark.

    The path has one line per run of dark squares of a row, each one square thick.
    """
    rows = list(segno.make_qr(text, error="m").matrix_iter(border=_EDGE))
    path = []
    for down, row in enumerate(rows):
        across = 0
        for dark, squares in groupby(row):
            count = len(list(squares))
            if dark:
                path.append(f"M{across} {down}h{count}v1h-{count}z")
            across += count
    return len(rows), "".join(path)


def seal(vault: Vault, owner: str, secret: bytes) -> bytes:
    """The secret under the installation's key, for its owner's row only."""
    nonce = ids.random_bytes(_NONCE_BYTES)
    return nonce + _cipher(vault).encrypt(nonce, secret, owner.encode())


def unseal(vault: Vault, owner: str, sealed: bytes) -> bytes:
    """What `seal` sealed. Raises cryptography's InvalidTag for anything else."""
    nonce, rest = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
    return _cipher(vault).decrypt(nonce, rest, owner.encode())


def _cipher(vault: Vault) -> AESGCM:
    return AESGCM(vault.derive("second factors"))


def recovery_codes() -> list[str]:
    """Codes of 50 bits to write down, each good once."""
    return [_recovery_code() for _ in range(_RECOVERY)]


def _recovery_code() -> str:
    letters = [_LETTERS[one % len(_LETTERS)] for one in ids.random_bytes(64) if one < 248][:10]
    return f"{''.join(letters[:5])}-{''.join(letters[5:])}"


def recovery_hash(owner: str, given: str) -> bytes:
    """What is kept of a code of recovery, however it was typed."""
    plain = "".join(one for one in given.lower() if one.isalnum())
    return hashlib.sha256(f"{owner}\0{plain}".encode("utf-8", "replace")).digest()


def recovery_hashes(owner: str, codes: Iterable[str]) -> list[bytes]:
    """`recovery_hash` of each."""
    return [recovery_hash(owner, one) for one in codes]
