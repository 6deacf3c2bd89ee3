"""Signed tokens in links: they name a message and a link, and nobody else can make one.

Layout, 28 bytes, big-endian, as 38 characters of URL-safe base64 without padding:

    workspace  2 bytes   number of the workspace, which says whose key to check with
    message   16 bytes   the message's UUID
    link       2 bytes   0 the open pixel, 65535 unsubscribe, else the number of a link
    mac        8 bytes   keyed BLAKE2b (RFC 7693) of the 20 bytes before
"""

import base64
import binascii
import hashlib
import struct
import uuid
from datetime import datetime, timedelta
from typing import NamedTuple

from kervan.content import contact_tokens
from kervan.kernel import crypto
from kervan.kernel.crypto import WorkspaceVault

OPEN = 0
UNSUBSCRIBE = 65_535
LENGTH = 38
_HEAD = struct.Struct(">H16sH")
_MAC_BYTES = 8
_URL_SAFE = bytes.maketrans(b"+/", b"-_")


class Token(NamedTuple):
    """What a token says; only `verify` tells whether it is true."""

    workspace: int
    message: uuid.UUID
    link: int


def key(vault: WorkspaceVault) -> bytes:
    """The key that signs links of one workspace."""
    return vault.derive("links")


def make(signing_key: bytes, workspace: int, message: uuid.UUID, link: int) -> str:
    """A token of 38 characters. `workspace` is 0 to 65535, `link` too."""
    head = _HEAD.pack(workspace, message.bytes, link)
    mac = hashlib.blake2b(head, key=signing_key, digest_size=_MAC_BYTES).digest()
    return _spelled(head + mac)


def read(token: str) -> Token | None:
    """What `token` claims, unchecked, to find the workspace's key; None when it is no token."""
    raw = _raw(token)
    if raw is None:
        return None
    workspace, message, link = _HEAD.unpack_from(raw)
    return Token(workspace, uuid.UUID(bytes=message), link)


def verify(signing_key: bytes, token: str) -> Token | None:
    """The token's content when `signing_key` made it, else None; takes the same time for both."""
    raw = _raw(token)
    if raw is None:
        return None
    mac = hashlib.blake2b(raw[:-_MAC_BYTES], key=signing_key, digest_size=_MAC_BYTES).digest()
    if not crypto.same(mac, raw[-_MAC_BYTES:]):
        return None
    workspace, message, link = _HEAD.unpack_from(raw)
    return Token(workspace, uuid.UUID(bytes=message), link)


def _raw(token: str) -> bytes | None:
    if len(token) != LENGTH or not token.isascii():
        return None
    try:
        raw = base64.b64decode(token + "==", altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    # Four bits of the last character are idle: only the spelling that `make` writes is good.
    return raw if _spelled(raw) == token else None


def _spelled(raw: bytes) -> str:
    return binascii.b2a_base64(raw, newline=False)[:LENGTH].translate(_URL_SAFE).decode()


PREFERENCES_LAST = timedelta(days=90)
"""How long the preferences link of a message works; afterwards its page sends a fresh one."""
CONFIRM_LASTS = timedelta(days=3)
"""How long somebody has to confirm what she agreed to."""


class Reached(NamedTuple):
    """The address a message goes to: kind of identifier and blind hash, and when it is written.

    `signing_key` is that of contact_tokens.
    """

    signing_key: bytes
    kind: int
    contact: bytes
    at: datetime


class MessageLinks:
    """The addresses in one message: `click(n)` and our own pages.

    Without `reached` the preferences are asked for by the unsubscribe page.
    """

    def __init__(
        self,
        signing_key: bytes,
        workspace: int,
        message: uuid.UUID,
        public_url: str,
        reached: Reached | None = None,
    ) -> None:
        self._key = signing_key
        self._workspace = workspace
        self._message = message
        self._base = public_url.rstrip("/")
        self._clicks: dict[int, str] = {}  # a link often stands in both parts of a mail
        self._unsubscribe = ""
        self._preferences = ""
        self._reached = reached

    def click(self, link: int) -> str:
        """The address that leads to link number `link` (1 to 65534)."""
        found = self._clicks.get(link)
        if found is None:
            found = self._clicks[link] = f"{self._base}/c/{self._token(link)}"
        return found

    @property
    def open_url(self) -> str:
        """The address of the pixel that tells of an open."""
        return f"{self._base}/o/{self._token(OPEN)}.gif"

    @property
    def unsubscribe_url(self) -> str:
        """The address of the unsubscribe page, also for the List-Unsubscribe header."""
        if not self._unsubscribe:
            self._unsubscribe = f"{self._base}/u/{self._token(UNSUBSCRIBE)}"
        return self._unsubscribe

    @property
    def preferences_url(self) -> str:
        """The address of the reader's own page: channels, topics, pause, her data."""
        if not self._preferences:  # it stands in both parts of a mail
            found = self._contact_token(contact_tokens.PREFERENCES, PREFERENCES_LAST)
            self._preferences = f"{self._base}/p/{found}" if found else self.unsubscribe_url
        return self._preferences

    @property
    def confirm_url(self) -> str:
        """The address of the page that confirms what the reader agreed to."""
        found = self._contact_token(contact_tokens.CONFIRM, CONFIRM_LASTS)
        return f"{self._base}/confirm/{found}" if found else self.unsubscribe_url

    def _contact_token(self, use: int, lasts: timedelta) -> str:
        if self._reached is None or len(self._reached.contact) != 16:
            return ""
        key, kind, contact, at = self._reached
        said = contact_tokens.ContactToken(
            self._workspace, use, kind, contact, self._message, at + lasts
        )
        return contact_tokens.make(key, said)

    def _token(self, link: int) -> str:
        return make(self._key, self._workspace, self._message, link)
