"""What a message costs: the first price of the budget that fits it."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from kervan.delivery.spend.definition import Budget, Price, micros


class Priced(NamedTuple):
    """A message that is to go, as prices and ceilings see it.

    `campaign` is journey:<key> or broadcast:<key>, `country` the ISO 3166 one of its address, ""
    where it has none, `parts` are those of its text.
    """

    channel: str
    account: str
    country: str
    campaign: str
    brand: str
    message_class: str
    parts: int


class Rate(NamedTuple):
    """One price in the budget's own currency."""

    price: Price
    micros: int


@lru_cache(maxsize=64)
def _rates(
    prices: tuple[Price, ...], currency: str, rates: tuple[tuple[str, str], ...]
) -> tuple[Rate, ...]:
    worth = {**dict(rates), currency: "1"}
    return tuple(Rate(one, micros(one.price, worth[one.currency or currency])) for one in prices)


def rates(budget: Budget) -> tuple[Rate, ...]:
    """All prices of a budget in its currency, in their order."""
    return _rates(budget.prices, budget.currency, tuple(sorted(budget.rates.items())))


def cost(known: Sequence[Rate], one: Priced) -> int | None:
    """Millionths of the budget's currency; None where no price fits: nobody said what it costs."""
    for price, amount in known:
        if (
            price.channel == one.channel
            and price.account in ("", one.account)
            and (not price.countries or one.country in price.countries)
            and (not price.classes or one.message_class in price.classes)
        ):
            return amount * (one.parts if price.per == "part" else 1)
    return None


def by_part(budget: Budget, channel: str) -> bool:
    """Whether texts of a channel have to be counted in parts to know what they cost."""
    return any(one.channel == channel and one.per == "part" for one in budget.prices)
