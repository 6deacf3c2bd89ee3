"""Keeps the versions of a policy: what is in force, what was, and what a new text would change."""

from dataclasses import dataclass
from datetime import datetime

from kervan.delivery.policy.definition import DEFAULT, Policy, canonical, decode
from kervan.kernel import i18n, sql
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "store.sql")
NEW, CHANGED, SAME = "new", "changed", "same"


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a policy and the time it is in force, `valid_until` left out."""

    id: int
    number: int
    policy: Policy
    author: str
    valid_from: datetime
    valid_until: datetime | None


@dataclass(frozen=True, slots=True)
class Plan:
    """What applying a text would do: `change` is `new`, `changed` or `same`."""

    wanted: Policy
    change: str
    number: int
    before: Policy | None

    def say(self, locale: str) -> str:
        """The plan in a sentence."""
        wanted = self.wanted
        return i18n.say(
            f"delivery.policy_plan_{self.change}", locale, key=wanted.key, number=self.number,
            caps=len(wanted.caps), gaps=len(wanted.gaps), quiet=len(wanted.quiet),
        )  # fmt: skip


def in_force(conn: Connection, at: datetime, key: str = DEFAULT) -> Version | None:
    """The version in force at an instant, None where there was none: then nothing is asked."""
    row = conn.execute(_SQL.in_force, {"key": key, "at": at}).fetchone()
    return _version(row) if row else None


def current(conn: Connection, key: str = DEFAULT) -> tuple[int, str] | None:
    """(id, canonical text) of the version that counts now: cheap, for every batch of the gate."""
    row = conn.execute(_SQL.current, {"key": key}).fetchone()
    return (int(row[0]), str(row[1])) if row else None


def get(conn: Connection, version: int) -> Version:
    """A version by its id. Raises delivery.policy_unknown (404)."""
    row = conn.execute(_SQL.by_id, {"id": version}).fetchone()
    if row is None:
        raise KervanError("delivery.policy_unknown", status=404, id=version)
    return _version(row)


def versions(conn: Connection, key: str = DEFAULT) -> list[Version]:
    """All versions, the latest first."""
    return [_version(row) for row in conn.execute(_SQL.versions, {"key": key}).fetchall()]


def plan(conn: Connection, wanted: Policy) -> Plan:
    """What `apply` would do."""
    found = versions(conn, wanted.key)
    if not found:
        return Plan(wanted, NEW, 1, None)
    last = found[0]
    if last.valid_until is None and last.policy == wanted:
        return Plan(wanted, SAME, last.number, last.policy)
    return Plan(wanted, CHANGED, last.number + 1, last.policy)


def apply(conn: Connection, wanted: Policy, author: str, at: datetime) -> Plan:
    """Put a policy into force at `at`, in the caller's transaction; twice is once."""
    conn.execute(_SQL.hold)
    planned = plan(conn, wanted)
    if planned.change != SAME:
        values = {
            "key": wanted.key, "number": planned.number, "definition": canonical(wanted),
            "author": author, "at": at,
        }  # fmt: skip
        conn.execute(_SQL.end, values)
        conn.execute(_SQL.add, values)
    return planned


def lift(conn: Connection, at: datetime, key: str = DEFAULT) -> bool:
    """Put no policy into force from `at` on; gives whether there was one."""
    conn.execute(_SQL.hold)
    return conn.execute(_SQL.end, {"key": key, "at": at}).rowcount > 0


def _version(row: tuple[int, int, str, str, datetime, datetime | None]) -> Version:
    number, version, text, author, valid_from, valid_until = row
    return Version(number, version, decode(text), author, valid_from, valid_until)
