"""What became cheaper and what is there again, for whoever wants to tell people of it."""

from dataclasses import dataclass
from datetime import datetime

from kervan.kernel import sql
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "changes.sql")
PRICE_DROP, BACK_IN_STOCK = "price_drop", "back_in_stock"


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a product; prices are in the smallest unit of `currency`, None if unknown."""

    id: int
    product: str
    change: str
    before_minor: int | None
    price_minor: int | None
    currency: str
    at: datetime

    @property
    def share(self) -> float:
        """By which share of the price before it is cheaper now; 0 where it is not."""
        if not self.before_minor or self.price_minor is None:
            return 0.0
        return max(0.0, (self.before_minor - self.price_minor) / self.before_minor)


def waiting(conn: Connection, limit: int) -> list[Change]:
    """The changes that nobody has dealt with yet, the oldest first."""
    rows = conn.execute(_SQL.waiting, {"limit": limit}).fetchall()
    return [Change(*row) for row in rows]


def done(conn: Connection, last: int) -> None:
    """Everything up to and with the change `last` is dealt with; the caller commits."""
    conn.execute(_SQL.done, {"last": last})
