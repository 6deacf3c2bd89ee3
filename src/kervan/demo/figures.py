"""Holds our figures of the shop's history against the published ones, line by line."""

from dataclasses import dataclass
from decimal import Decimal

from babel.numbers import format_decimal

from kervan.insight.shop import Figures

# Chen's data after the usual cleaning, as the literature gives it (see data/README.md).
PUBLISHED = Figures(
    lines=397_884,
    customers=4_338,
    orders=18_532,
    revenue=Decimal("8911407.904"),
    one_time=1_493,
    repeat_share=Decimal("0.6558"),
    recency_days=(13, 33, 72, 180),
    frequency=(1, 2, 3, 6),
    cohort=(885, 324, 286, 340, 321),
)
PUBLISHED_AVERAGE = Decimal("480.866")
INVOICES = 25_900


@dataclass(frozen=True)
class Compared:
    """One figure: its key in words.toml, the published and our own value as text, equal or not."""

    key: str
    published: str
    ours: str
    same: bool


def compare(ours: Figures, locale: str) -> list[Compared]:
    """Every published figure beside ours, at the published precision."""

    def number(value: Decimal | int, digits: int = 0) -> str:
        pattern = "#,##0" + ("." + "0" * digits if digits else "")
        return format_decimal(value, pattern, locale=locale)

    def edges(values: tuple[int, ...]) -> str:
        return " / ".join(number(value) for value in values)

    cohort = ours.cohort[: len(PUBLISHED.cohort)]
    share = round(ours.repeat_share, 4)
    average = round(ours.average_order, 3)
    pairs: list[tuple[str, str, str]] = [
        ("lines", number(PUBLISHED.lines), number(ours.lines)),
        ("customers", number(PUBLISHED.customers), number(ours.customers)),
        ("orders", number(PUBLISHED.orders), number(ours.orders)),
        ("revenue", number(PUBLISHED.revenue, 3), number(ours.revenue, 3)),
        ("average", number(PUBLISHED_AVERAGE, 3), number(average, 3)),
        ("repeat", number(PUBLISHED.repeat_share * 100, 2), number(share * 100, 2)),
        ("one_time", number(PUBLISHED.one_time), number(ours.one_time)),
        ("recency", edges(PUBLISHED.recency_days), edges(ours.recency_days)),
        ("frequency", edges(PUBLISHED.frequency), edges(ours.frequency)),
        ("cohort", edges(PUBLISHED.cohort), edges(cohort)),
    ]
    return [Compared(key, published, own, published == own) for key, published, own in pairs]
