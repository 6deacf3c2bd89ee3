"""Reads the shop's figures (orders, revenue, quintile edges, first cohort) from the history."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from clickhouse_connect.driver.client import Client

from kervan.insight import ask
from kervan.kernel import sql

_SQL = sql.load("kervan.insight", "reports/shop.sql")


@dataclass(frozen=True)
class Figures:
    """The figures of one source after the usual cleaning; money in the currency's main unit."""

    lines: int
    customers: int
    orders: int
    revenue: Decimal
    one_time: int
    repeat_share: Decimal
    recency_days: tuple[int, ...]
    frequency: tuple[int, ...]
    cohort: tuple[int, ...]

    @property
    def average_order(self) -> Decimal:
        """Revenue per order, 0 without orders."""
        return self.revenue / self.orders if self.orders else Decimal(0)


@dataclass(frozen=True)
class Span:
    """First and last local day of orders, and the number of events of any name."""

    first_day: date
    last_day: date
    events: int


def span(history: Client, source: int, zone: str) -> Span:
    """The days one source's orders cover, in the local calendar of `zone` (IANA name)."""
    return Span(*ask.row(history, _SQL.span, {"source": source, "zone": zone}))


def figures(
    history: Client, source: int, zone: str, *, as_of: date | None = None, shift_days: int = 0
) -> Figures:
    """All figures of one source.

    `as_of` is the day recency counts back from (default: the day after the last order);
    `shift_days` takes back a shift of the whole history before months are formed.
    """
    day = as_of or span(history, source, zone).last_day + timedelta(days=1)
    scope = {"source": source, "zone": zone, "as_of": day, "shift_days": shift_days}
    lines, customers, orders, revenue, once, repeated = ask.row(history, _SQL.totals, scope)
    recency, frequency = ask.row(history, _SQL.edges, scope)
    kept = dict(ask.rows(history, _SQL.cohort, scope))
    return Figures(
        lines=lines,
        customers=customers,
        orders=orders,
        revenue=Decimal(revenue or 0),
        one_time=once,
        repeat_share=Decimal(repeated) / customers if customers else Decimal(0),
        recency_days=tuple(int(edge) for edge in recency),
        frequency=tuple(int(edge) for edge in frequency),
        cohort=tuple(kept.get(month, 0) for month in range(max(kept, default=-1) + 1)),
    )
