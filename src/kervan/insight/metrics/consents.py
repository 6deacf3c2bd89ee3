"""How many addresses agreed to a channel's marketing, and how many no longer do."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kervan.insight.metrics.period import Period
from kervan.kernel import clock, sql
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "consents.sql")


@dataclass(frozen=True, slots=True)
class Growth:
    """Addresses of one channel gained and lost in a period."""

    gained: int = 0
    lost: int = 0

    @property
    def net(self) -> int:
        """Gained minus lost."""
        return self.gained - self.lost


def growth(conn: Connection, periods: list[Period]) -> list[dict[str, Growth]]:
    """By channel, for each of the periods."""
    found: list[dict[str, Growth]] = [{} for _ in periods]
    asked = {
        "places": list(range(len(periods))),
        "begins": [clock.from_ms(one.begin_ms) for one in periods],
        "ends": [clock.from_ms(one.end_ms) for one in periods],
    }
    for place, channel, gained, lost in conn.execute(_SQL.growth, asked).fetchall():
        if gained or lost:
            found[place][channel] = Growth(gained, lost)
    return found


def granted(conn: Connection) -> dict[str, int]:
    """How many addresses of each channel agree now."""
    return dict(conn.execute(_SQL.granted).fetchall())


def people(
    conn: Connection, period: Period, asked: Mapping[str, Any]
) -> list[tuple[int, int, int]]:
    """(person, when in ms, how many addresses) of those whose addresses agreed, the latest first.

    `asked` has channel, limit, and after_ms and after, the place to go on from.
    """
    edges = {"begin": clock.from_ms(period.begin_ms), "end": clock.from_ms(period.end_ms)}
    return conn.execute(_SQL.people, {**asked, **edges}).fetchall()


def total(each: dict[str, Growth]) -> Growth:
    """All channels together."""
    return Growth(sum(one.gained for one in each.values()), sum(one.lost for one in each.values()))
