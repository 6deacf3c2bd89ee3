"""How many people came in a period, and how many did something themselves."""

from dataclasses import dataclass

from clickhouse_connect.driver.client import Client

from kervan.insight import ask
from kervan.insight.metrics.period import Period
from kervan.kernel import sql

_SQL = sql.load(__package__, "crowd.sql")


@dataclass(frozen=True, slots=True)
class Crowd:
    """People of one period: first known in it, and active in it."""

    new: int
    active: int


def statement(name: str) -> str:
    """A statement of crowd.sql with the ones it is made of put into their places."""
    text: str = getattr(_SQL, name)
    return text.replace("{deeds}", _SQL.deeds)


def read(client: Client, period: Period, before: Period | None) -> tuple[Crowd, Crowd]:
    """The people of a period, and of the one right before it (zeroes where there is none)."""
    asked = {
        "begin_ms": before.begin_ms if before else period.begin_ms,
        "now_ms": period.begin_ms,
        "end_ms": period.end_ms,
    }
    new, new_before = ask.row(client, _SQL.new, asked)
    active, active_before = ask.row(client, statement("active"), asked)
    return Crowd(new, active), Crowd(new_before, active_before)
