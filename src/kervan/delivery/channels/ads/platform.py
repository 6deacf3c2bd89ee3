"""What an advertising platform is: it takes people onto an audience, off it, and orders.

A platform is a provider of the channel "ads": what its `open` gives is a `Platform`. It sends no
messages. It never raises for what the other side does. Adding and removing are sets: the same call
again has no other effect, so what is in doubt is said again.
"""

import enum
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, runtime_checkable

from kervan.delivery.channels.channel import Fate, Outcome, Outgoing, Problem

CHANNEL = "ads"


@dataclass(frozen=True, slots=True)
class Someone:
    """One person in the clear, "" for what is not known; `phone` in E.164, `country` ISO 3166."""

    email: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    first_name: str = field(default="", repr=False)
    last_name: str = field(default="", repr=False)
    postal_code: str = field(default="", repr=False)
    country: str = ""


Row = list[str]
"""Hashed identifiers, as one platform wants them."""
Prints = list[Row]
"""All rows of one person, at least one."""


@dataclass(frozen=True, slots=True)
class Order:
    """An order as a platform is told of it: the same `id` counts once. `amount` is decimal."""

    id: str
    at: datetime
    amount: str
    currency: str
    prints: Prints = field(repr=False)


class Fact(enum.Enum):
    """What became of a call."""

    TAKEN = "taken"
    PENDING = "pending"
    """Taken in; what becomes of it is asked by its reference."""
    AGAIN = "again"
    """Not now: to be said again."""
    REFUSED = "refused"
    """This will never be taken."""
    BLOCKED = "blocked"
    """Nothing will be until a person mends it: the token, the permission, the audience itself."""


@dataclass(frozen=True, slots=True)
class Reply:
    """The result of a call. `code` is a code, never the platform's words.

    `refused` are the places of those people (or orders) that are not taken, where it says which;
    `invalid` is how many were not, where it says no more. With AGAIN and `refused` the others are
    to be said without them.
    """

    fact: Fact
    code: str = ""
    reference: str = ""
    refused: tuple[int, ...] = ()
    invalid: int = 0
    wait_seconds: float = 0.0


@runtime_checkable
class Platform(Protocol):
    """An open way to a platform; `target` is what it calls the audience or the data set."""

    most_people: int
    """People in one call."""
    most_orders: int
    """Orders in one call."""
    oldest_order_seconds: float
    """An older one fails its whole call."""

    def prints(self, someone: Someone) -> Prints:
        """Her rows, [] where nothing of her can be matched. Pure."""

    async def add(self, target: str, people: Sequence[Prints], batch: int) -> Reply:
        """Take people onto an audience; `batch` is the same number for the same batch."""

    async def remove(self, target: str, people: Sequence[Prints], batch: int) -> Reply:
        """Take people off it."""

    async def ask(self, reference: str) -> Reply:
        """What became of a call that was PENDING."""

    async def tell(self, target: str, orders: Sequence[Order]) -> Reply:
        """Tell a data set of orders."""

    async def look(self, target: str) -> Reply:
        """Whether an audience can be used: TAKEN, or what is wrong with it."""


class Silent:
    """What makes a platform a line too: it takes no message."""

    async def send(self, outgoing: Outgoing) -> Outcome:
        """Refuse: an audience is no address."""
        return Outcome(Fate.REJECTED, Problem.CONTENT, "no_messages")

    async def close(self) -> None:
        """Nothing is held: the client is its owner's."""
