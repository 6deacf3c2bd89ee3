"""Sends a fresh link for one whose time is over, to the address it was made for and nowhere else.

Whoever presses learns nothing: the answer is the same whether the address is still somebody's, had
enough mails today, or never was.
"""

from datetime import datetime
from typing import NamedTuple

from fastapi import Request

from kervan.content import contact_tokens
from kervan.content.contact_tokens import ContactToken
from kervan.delivery import fresh_link
from kervan.kernel.postgres import Connection
from kervan.profiles import identifiers
from kervan.web import reader, tries
from kervan.web.pages.preferences import visitor
from kervan.web.state import House

_TO_ADDRESS = tries.Limit("fresh link to", 3, 24 * 60)
_FROM_NETWORK = tries.Limit("fresh link from", 20, 15)


class Sender(NamedTuple):
    """What the mail says: the shop's name, and the language of the page it was asked on."""

    shop: str
    locale: str


def renewable(mine: House, conn: Connection, text: str, at: datetime) -> ContactToken | None:
    """What an old link to a page says; None for a good one and for anything that is none.

    Only an e-mail address: there is no other sender yet.
    """
    token = visitor.written(mine, conn, text, contact_tokens.PREFERENCES)
    if token is None or token.expires_at > at or token.kind != identifiers.EMAIL:
        return None
    return token


def renew(
    request: Request, mine: House, conn: Connection, token: ContactToken, at: datetime, by: Sender
) -> None:
    """Send one, within what an address and a network may ask for."""
    tried = tries.take(conn, _FROM_NETWORK, reader.address_of(request))
    if tried or tries.take(conn, _TO_ADDRESS, token.contact.hex()):
        return
    who = visitor.visit(mine, conn, token)
    if who is None:
        return
    fresh_link.send(
        conn, mine.keys, token.contact, who.head, at,
        shop=by.shop, language=by.locale, brand=who.brand,
    )  # fmt: skip
