"""A budget as data: what a message costs at whom, and how much may be spent on what."""

from decimal import Decimal
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Blocked = Literal["hold", "next", "skip"]
Class = Literal["marketing", "transactional", "legal"]
MICROS = 1_000_000
"""Money here is whole millionths of the currency's unit: a text may cost less than a coin."""
MOST_RULES = 500
LIMIT_CHARS = 100

Amount = Annotated[
    str, Meta(pattern=r"^(0|[1-9][0-9]{0,9})(\.[0-9]{1,6})?$", examples=["0.085", "10000"])
]
Currency = Annotated[str, Meta(pattern="^[A-Z]{3}$", examples=["TRY", "AZN", "USD"])]
Country = Annotated[str, Meta(pattern="^[A-Z]{2}$", examples=["TR", "AZ"])]
Word = Annotated[str, Meta(max_length=LIMIT_CHARS)]
Named = Annotated[str, Meta(min_length=1, max_length=LIMIT_CHARS)]
Words = Annotated[tuple[Word, ...], Meta(max_length=200)]


class Price(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True
):
    """What one message, or one part of a text, costs; the first price that fits counts.

    No `account`, `countries` or `classes` named: any. `currency` is the budget's unless said.
    """

    channel: Named
    price: Amount
    currency: Currency | None = None
    per: Literal["message", "part"] = "message"
    account: Word = ""
    countries: Annotated[tuple[Country, ...], Meta(max_length=250)] = ()
    classes: tuple[Class, ...] = ()


class Ceiling(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True
):
    """At most `most` for the messages it is about (none named: all), in a day or a month of the
    workspace's clock, or by each campaign in its whole life.

    `blocked` is what becomes of a message that would pass it; `warn_percent` says when to warn.
    """

    name: Named
    most: Amount
    per: Literal["day", "month", "campaign"]
    channels: Words = ()
    accounts: Words = ()
    brands: Words = ()
    campaigns: Words = ()
    classes: tuple[Class, ...] = ("marketing",)
    blocked: Blocked = "skip"
    warn_percent: Annotated[int, Meta(ge=1, le=100)] = 80


class Balance(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True
):
    """Warn when an account's credit at its provider is below `warn_below`, in its own unit."""

    account: Named
    warn_below: Amount


class Budget(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True
):
    """Prices and ceilings of a workspace; `rates` say what a unit of another currency is worth."""

    currency: Currency
    rates: dict[Currency, Amount] = {}
    prices: Annotated[tuple[Price, ...], Meta(max_length=MOST_RULES)] = ()
    ceilings: Annotated[tuple[Ceiling, ...], Meta(max_length=MOST_RULES)] = ()
    balances: Annotated[tuple[Balance, ...], Meta(max_length=MOST_RULES)] = ()


def micros(amount: str, rate: str = "1") -> int:
    """An amount in millionths, at a rate; half to even. 0.085 is 85,000."""
    return int((Decimal(amount) * Decimal(rate) * MICROS).to_integral_value())


def canonical(budget: Budget) -> str:
    """The budget as the one JSON text of it: the same budget is the same text."""
    return msgspec.json.encode(budget, order="sorted").decode()


_decode = msgspec.json.Decoder(Budget).decode


def decode(text: str) -> Budget:
    """The budget of a canonical text."""
    return _decode(text)
