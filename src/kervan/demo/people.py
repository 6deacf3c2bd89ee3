"""Draws simulated shoppers: who they are, what they put in the basket and what they will do."""

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from kervan.kernel.ids import Random


class Role(StrEnum):
    """What a simulated shopper does, from the first page to the end."""

    LOOKS = "looks"  # browses without ever saying who she is
    BUYS = "buys"  # fills a basket and pays at once
    IGNORES = "ignores"  # leaves the basket, never looks at the mail
    PRIVACY_PROXY = "privacy_proxy"  # as above, but her mail program fetches all pictures
    OPENS = "opens"
    CLICKS = "clicks"
    CONVERTS = "converts"  # opens, clicks, comes back and buys
    SCANNED = "scanned"  # a company scanner follows all links; she never looks
    SCANNED_CONVERTS = "scanned_converts"  # the scanner first, then she herself
    UNSUBSCRIBES = "unsubscribes"  # opens, unsubscribes; leaves another basket later
    NO_CONSENT = "no_consent"  # leaves the basket and never agreed to marketing mail


# One deck of roles: every stage of the story happens in each deck, the rest is shuffling.
DECK = (
    [Role.LOOKS] * 3
    + [Role.BUYS] * 5
    + [Role.IGNORES] * 3
    + [Role.OPENS] * 3
    + [Role.CLICKS] * 2
    + [Role.CONVERTS] * 5
    + [Role.PRIVACY_PROXY, Role.SCANNED, Role.SCANNED_CONVERTS, Role.UNSUBSCRIBES, Role.NO_CONSENT]
)
OPENERS = frozenset(
    [Role.OPENS, Role.CLICKS, Role.CONVERTS, Role.SCANNED_CONVERTS, Role.UNSUBSCRIBES]
)
CLICKERS = frozenset([Role.CLICKS, Role.CONVERTS, Role.SCANNED_CONVERTS])
CONVERTERS = frozenset([Role.CONVERTS, Role.SCANNED_CONVERTS])
SCANNED = frozenset([Role.SCANNED, Role.SCANNED_CONVERTS])
MOST_LINES = 3


@dataclass(frozen=True)
class Line:
    """One line of a basket; the price is in the shopper's currency."""

    product_id: str
    name: str
    category: str
    price: float
    quantity: int


@dataclass(frozen=True)
class Shopper:
    """One simulated person with a role."""

    user_id: str
    anonymous_id: str
    role: Role
    locale: str
    currency: str
    first_name: str
    last_name: str
    city: str
    email: str
    viewed: tuple[Line, ...]
    basket: tuple[Line, ...]
    pace: float  # her own tempo, 0.6 to 1.4
    seed: int  # of what is left to chance while she shops

    @property
    def total(self) -> float:
        """What the basket costs, to the cent."""
        return round(sum(line.price * line.quantity for line in self.basket), 2)


@cache
def _catalogue() -> dict[str, Any]:
    text = files(__package__).joinpath("catalogue.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def ascii_name(name: str) -> str:
    """A name as it is usually written in an address: `Çağrı Işık` becomes `cagri.isik`."""
    table = str.maketrans("çğıöşüəâîûáöë", "cgiosueaiuaoe")
    folded = name.replace("İ", "i").replace("I", "ı").lower().translate(table)
    return "".join(c for c in folded.replace(" ", ".") if c.isascii() and (c.isalnum() or c == "."))


def draw(random: Random, run: str, number: int, role: Role) -> Shopper:
    """The shopper with this number of this run; `run` keeps the people of two runs apart."""
    markets: dict[str, Any] = _catalogue()["market"]
    weights = [market["weight"] for market in markets.values()]
    (locale,) = random.choices(list(markets), weights)
    market = markets[locale]
    first, last = random.choice(market["first_names"]), random.choice(market["last_names"])
    products = random.sample(_catalogue()["product"], random.randint(3, 6))
    lines = tuple(
        Line(
            product_id=product["id"],
            name=product["name"][locale],
            category=product["category"],
            price=product["price"][market["currency"]],
            quantity=random.choice((1, 1, 1, 2, 3)),
        )
        for product in products
    )
    return Shopper(
        user_id=f"sim-{run}-{number}",
        anonymous_id=f"sim-{run}-{number}-browser",
        role=role,
        locale=locale,
        currency=market["currency"],
        first_name=first,
        last_name=last,
        city=random.choice(market["cities"]),
        email=f"{ascii_name(first)}.{ascii_name(last)}.{run}.{number}@simulated.test",
        viewed=lines,
        basket=lines[: random.randint(1, min(MOST_LINES, len(lines)))],
        pace=random.uniform(0.6, 1.4),
        seed=random.getrandbits(32),
    )


def roles(random: Random, count: int) -> list[Role]:
    """`count` roles from shuffled decks; a deck and more holds every role."""
    dealt: list[Role] = []
    while len(dealt) < count:
        deck = list(DECK)
        random.shuffle(deck)
        dealt += deck
    return dealt[:count]
