"""Signed links for one address: its preferences, or the confirmation of what it agreed to.

A token names a contact point by its blind hash, so it is good for whoever owns the address today
and for nobody else; it ends. 55 bytes, big-endian, as 74 characters of URL-safe base64:

    workspace  2 bytes   number of the workspace, which says whose key to check with
    use        1 byte    what it opens: 1 preferences, 2 confirmation
    kind       1 byte    kind of identifier (2 e-mail, 3 phone)
    contact   16 bytes   the blind hash of the address
    reference 16 bytes   UUID of the message it came in
    expires    4 bytes   seconds since 1970 UTC
    mac       15 bytes   keyed BLAKE2b (RFC 7693) of the 40 bytes before
"""

import base64
import binascii
import struct
import uuid
from datetime import UTC, datetime
from typing import NamedTuple

from kervan.kernel import crypto
from kervan.kernel.crypto import WorkspaceVault

PREFERENCES, CONFIRM = 1, 2
LENGTH = 74
_HEAD = struct.Struct(">HBB16s16sI")
_MAC_BYTES = 15


class ContactToken(NamedTuple):
    """What a link says; `contact` is 16 bytes, `use` PREFERENCES or CONFIRM."""

    workspace: int
    use: int
    kind: int
    contact: bytes
    reference: uuid.UUID
    expires_at: datetime


def key(vault: WorkspaceVault) -> bytes:
    """The key that signs these links of one workspace."""
    return vault.derive("contact links")


def make(signing_key: bytes, token: ContactToken) -> str:
    """The token as 74 characters; its end is kept to the second."""
    head = _HEAD.pack(
        token.workspace, token.use, token.kind, token.contact, token.reference.bytes,
        int(token.expires_at.timestamp()),
    )  # fmt: skip
    raw = head + crypto.sign(signing_key, head, _MAC_BYTES)
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def verify(signing_key: bytes, text: str) -> ContactToken | None:
    """What `text` says when `signing_key` made it, else None; it may have ended (`expires_at`)."""
    if len(text) != LENGTH or not text.isascii():
        return None
    try:
        raw = base64.b64decode(text + "==", altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    head, mac = raw[:-_MAC_BYTES], raw[-_MAC_BYTES:]
    if not crypto.same(crypto.sign(signing_key, head, _MAC_BYTES), mac):
        return None
    workspace, use, kind, contact, reference, expires = _HEAD.unpack(head)
    ends = datetime.fromtimestamp(expires, UTC)
    token = ContactToken(workspace, use, kind, contact, uuid.UUID(bytes=reference), ends)
    # Idle bits of the last character: only the spelling that `make` writes is good.
    return token if make(signing_key, token) == text else None
