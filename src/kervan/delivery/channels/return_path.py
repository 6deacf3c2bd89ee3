"""The envelope sender of a mail: it says which mail a bounce is about, and nobody can make it up.

Variable envelope return paths with a keyed tag: whoever does not have the mail, or our key, can
neither let an address be suppressed nor be counted as a complaint. Local parts are lower-case
hexadecimal, since some mail servers change the case.
"""

import hashlib
import re
from uuid import UUID

from kervan.kernel import crypto
from kervan.kernel.crypto import WorkspaceVault

_TAG_BYTES = 8
_BOUNCE = re.compile(r"b\+([0-9a-f]{32})([0-9a-f]{16})@.+")
_FEEDBACK = re.compile(r"fbl\+([0-9a-f]{16})@.+")
_LOOP = b"feedback loops"
FEEDBACK = UUID(int=0)
"""What `read` gives for the address that mailbox providers send complaints to."""


def key_of(vault: WorkspaceVault) -> bytes:
    """The key that tags the return paths of one workspace."""
    return vault.derive("return path")


def address(message: UUID, domain: str, key: bytes) -> str:
    """Where bounces of `message` go, 51 octets before the `@`; without a key it proves nothing."""
    tag = _tag(message.bytes, key) if key else ""
    return f"b+{message.hex}{tag}@{domain}"


def feedback_address(domain: str, key: bytes) -> str:
    """The one address to name at mailbox providers' feedback loops."""
    return f"fbl+{_tag(_LOOP, key)}@{domain}"


def read(given: str, key: bytes) -> UUID | None:
    """The message an address of ours is of, FEEDBACK for the other one, None for anybody's."""
    text = given.strip("<> \t\r\n").lower()
    found = _BOUNCE.fullmatch(text)
    if found is not None:
        message = UUID(hex=found[1])
        return message if _same(found[2], _tag(message.bytes, key)) else None
    found = _FEEDBACK.fullmatch(text)
    return FEEDBACK if found is not None and _same(found[1], _tag(_LOOP, key)) else None


def _tag(what: bytes, key: bytes) -> str:
    return hashlib.blake2b(what, key=key, digest_size=_TAG_BYTES, person=b"return path").hexdigest()


def _same(given: str, wanted: str) -> bool:
    return crypto.same(given.encode(), wanted.encode())
