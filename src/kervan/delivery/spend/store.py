"""Keeps the versions of the budget: what is in force, what was, and what a text would change."""

from dataclasses import dataclass
from datetime import datetime

from kervan.delivery.spend.definition import Budget, canonical, decode
from kervan.kernel import i18n, sql
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "store.sql")
NEW, CHANGED, SAME = "new", "changed", "same"


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the budget."""

    id: int
    number: int
    budget: Budget
    author: str
    valid_from: datetime


@dataclass(frozen=True, slots=True)
class Plan:
    """What applying a text would do: `change` is `new`, `changed` or `same`."""

    wanted: Budget
    change: str
    number: int

    def say(self, locale: str) -> str:
        """The plan in a sentence."""
        wanted = self.wanted
        return i18n.say(
            f"delivery.budget_plan_{self.change}", locale, number=self.number,
            prices=len(wanted.prices), ceilings=len(wanted.ceilings),
        )  # fmt: skip


def current(conn: Connection) -> Version | None:
    """The version in force, None where nobody set one."""
    return _version(conn.execute(_SQL.current).fetchone())


def in_force(conn: Connection, at: datetime) -> Version | None:
    """The version that was in force at an instant."""
    return _version(conn.execute(_SQL.at, {"at": at}).fetchone())


def plan(conn: Connection, wanted: Budget) -> Plan:
    """What `apply` would do."""
    row = conn.execute(_SQL.last_number).fetchone()
    last = int(row[0]) if row else 0
    now = current(conn)
    if now is not None and now.budget == wanted:
        return Plan(wanted, SAME, now.number)
    return Plan(wanted, CHANGED if last else NEW, last + 1)


def hold(conn: Connection) -> None:
    """Let nobody else change the budget until the transaction ends."""
    conn.execute(_SQL.hold)


def apply(conn: Connection, wanted: Budget, author: str, at: datetime) -> Plan:
    """Put a budget into force at `at`, in the caller's transaction; twice is once."""
    hold(conn)
    planned = plan(conn, wanted)
    if planned.change != SAME:
        conn.execute(_SQL.end, {"at": at})
        conn.execute(
            _SQL.add,
            {"number": planned.number, "definition": canonical(wanted), "author": author, "at": at},
        )
    return planned


def lift(conn: Connection, at: datetime) -> bool:
    """Put no budget into force from `at` on; gives whether there was one."""
    hold(conn)
    return conn.execute(_SQL.end, {"at": at}).rowcount > 0


def _version(row: tuple[int, int, str, str, datetime] | None) -> Version | None:
    if row is None:
        return None
    number, version, text, author, valid_from = row
    return Version(number, version, decode(text), author, valid_from)
