"""Reads whose page a link opens: a good link for an address somebody owns, or why it is none."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from kervan.collect.store import workspace_id
from kervan.consent import preferences
from kervan.consent.channels import KIND_OF
from kervan.consent.preferences import Choices, Point, Word
from kervan.content import company, contact_tokens
from kervan.content.contact_tokens import ContactToken
from kervan.delivery import read as messages
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection
from kervan.profiles import identifiers, store
from kervan.profiles import read as profiles
from kervan.profiles.read import Person
from kervan.profiles.sighting import Claim
from kervan.web.state import House

KINDS = {identifiers.EMAIL: "email", identifiers.PHONE: "phone"}
"""Kind of identifier -> kind of contact point."""
CHANNELS = ("email", "sms", "call", "whatsapp")


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who holds a good link: her profile's head, the link's address, her other ones.

    `points` has one address of each kind, the link's own first; `words` are the ledger's on them,
    for the `brand` that spoke in the message of the link ("" is the only one).
    """

    token: ContactToken
    head: int
    person: Person
    points: list[Point]
    words: list[Word]
    choices: Choices
    brand: str = ""
    brand_title: str = ""

    @property
    def own(self) -> Point:
        """The address that the link proves to be hers."""
        return self.points[0]

    def point_of(self, channel: str) -> Point | None:
        """The address a channel would use."""
        kind = KIND_OF[channel]
        return next((one for one in self.points if KINDS[one.kind] == kind), None)

    def word(self, channel: str, topic: str = "") -> Word | None:
        """The last word on a channel or on one of its topics."""
        point = self.point_of(channel)
        for one in self.words:
            if point and (one.contact, one.channel, one.topic) == (point.contact, channel, topic):
                return one
        return None

    def is_on(self, channel: str, at: datetime) -> bool:
        """Whether she gets marketing there."""
        word = self.word(channel)
        ends = word.expires_at if word else None
        return word is not None and word.status == "granted" and (ends is None or ends > at)

    def shown(self) -> list[str]:
        """The channels of her page: all of the link's address, and others with a word."""
        return [
            channel
            for channel in CHANNELS
            if (point := self.point_of(channel)) is not None
            and (self.word(channel) is not None or (point is self.own and channel == "email"))
        ]

    def may_agree(self, channel: str) -> bool:
        """Whether this link is enough to agree: it proves one address and no other."""
        return self.point_of(channel) is self.own


def read(
    mine: House, conn: Connection, text: str, use: int, at: datetime
) -> tuple[ContactToken | None, str]:
    """(what a link says, why it does not work): the reason is "", gone or expired."""
    token = written(mine, conn, text, use)
    if token is None:
        return None, "gone"
    if token.expires_at <= at:
        return None, "expired"
    return token, ""


def written(mine: House, conn: Connection, text: str, use: int) -> ContactToken | None:
    """What a link of ours says, also when its time is over; None for anything else."""
    token = contact_tokens.verify(_key(mine.keys), text)
    known = token is not None and token.kind in KINDS and token.use == use
    if token is None or not known or token.workspace != _workspace(mine, conn):
        return None
    return token


def visit(mine: House, conn: Connection, token: ContactToken) -> Visitor | None:
    """Who owns the link's address today, whoever that was before; None when nobody does."""
    claim = Claim(token.kind, token.contact, "")
    owner = store.owners(conn, [claim]).get(claim, 0)
    if not owner:
        return None
    head = profiles.heads(conn, [owner])[owner]
    person = profiles.contacts(conn, mine.keys, [head]).get(head)
    points = preferences.points(conn, mine.keys, head)
    own = next((one for one in points if one.contact == token.contact), None)
    if person is None or own is None:
        return None
    others = {one.kind: one for one in reversed(points) if one.kind != own.kind}
    mine_all = [own, *others.values()]
    brand = messages.brand_of(conn, token.reference)
    words = preferences.words(conn, [one.contact for one in mine_all], brand)
    choices = preferences.read(conn, token.contact)
    title = company.of(company.every(conn), brand).title if brand else ""
    return Visitor(token, head, person, mine_all, words, choices, brand, title)


@cache
def _key(keys: WorkspaceVault) -> bytes:
    return contact_tokens.key(keys)


_numbers: dict[str, int] = {}


def _workspace(mine: House, conn: Connection) -> int:
    place = mine.config.postgres_url + mine.config.workspace
    if place not in _numbers:
        _numbers[place] = workspace_id(conn, mine.config.workspace)
    return _numbers[place]
