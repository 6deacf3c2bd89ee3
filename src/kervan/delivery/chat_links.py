"""Links that open a chat with us and say whose it is: signed, short, for a week.

Whoever opens one is the person it was made for, as far as anybody can know: it is given to her
alone, where she is signed in or by a message to an address of hers. It agrees to nothing.
"""

import base64
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from kervan.delivery.channels.channel import Inbound
from kervan.delivery.inbound import BLOCKED
from kervan.kernel import clock, crypto
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection
from kervan.profiles import read as profiles
from kervan.profiles import tokens

LIVES = timedelta(days=7)
START = "start"
_SIGNATURE_BYTES = 12
_TOKEN_BYTES = 16 + 4 + _SIGNATURE_BYTES


def make(vault: WorkspaceVault, channel: str, person: uuid.UUID, until: datetime) -> str:
    """The word of a link: 43 characters of base64url, of the 64 that Telegram lets through."""
    said = person.bytes + (clock.to_ms(until) // 1000).to_bytes(4, "big")
    return base64.urlsafe_b64encode(said + _signature(vault, channel, said)).decode().rstrip("=")


def whose(vault: WorkspaceVault, channel: str, word: str, at: datetime) -> uuid.UUID | None:
    """The public id of whom a link is for, None for a word that is none of ours or too old."""
    try:
        whole = base64.b64decode(word + "=" * (-len(word) % 4), altchars=b"-_", validate=True)
    except ValueError:
        return None
    said, signature = whole[: -_SIGNATURE_BYTES or None], whole[-_SIGNATURE_BYTES:]
    if len(whole) != _TOKEN_BYTES or not crypto.same(signature, _signature(vault, channel, said)):
        return None
    if int.from_bytes(said[16:], "big") <= at.timestamp():
        return None
    return uuid.UUID(bytes=said[:16])


def take(
    conn: Connection, vault: WorkspaceVault, channel: str, said: Sequence[Inbound], at: datetime
) -> int:
    """Link the chats that were opened by a link of ours; gives how many.

    A chat that we know and that is opened again, with or without a link, is reached again; one
    that she blocks is reached no more.
    """
    for one in said:
        if one.kind == BLOCKED:
            tokens.gone(conn, tokens.hash_of(vault, one.address), one.at)
    started = [one for one in said if one.kind == START and tokens.chat_of(one.address)]
    known = tokens.owners(conn, vault, [one.address for one in started]) if started else {}
    linked = 0
    for one in started:  # a provider's call tells of one or a few
        person = whose(vault, channel, str(one.data.get(START, "")), at)
        number = profiles.by_id(conn, person) if person else known.get(one.address, 0)
        if number:
            tokens.link(conn, vault, number, one.address, min(one.at, at))
            linked += person is not None
    return linked


def _signature(vault: WorkspaceVault, channel: str, said: bytes) -> bytes:
    return vault.blind("chat link", f"{channel} {said.hex()}")[:_SIGNATURE_BYTES]
