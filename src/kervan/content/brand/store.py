"""Keeps brand guides: every version of each, and which is in force."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from kervan.content import company
from kervan.content.brand.definition import NONE, Guide, of
from kervan.kernel import i18n, sql
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "store.sql")
NEW, CHANGED, SAME = "new", "changed", "same"


@dataclass(frozen=True, slots=True)
class Plan:
    """What applying a guide would do: `change` is `new`, `changed` or `same`.

    `number` is the version that would be in force, `before` the one in force now (0 for none).
    """

    guide: Guide
    change: str
    number: int
    before: int

    def say(self, locale: str = "en") -> str:
        """The plan as a sentence."""
        facts = {"key": self.guide.key or "–", "name": self.guide.name, "number": self.number}
        return i18n.say(f"content.brand_plan_{self.change}", locale, **facts)


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a guide, as it was applied by `by`."""

    number: int
    guide: Guide
    at: datetime
    by: str


def every(conn: Connection) -> dict[str, Guide]:
    """{brand: its guide in force}; "" is the workspace's own."""
    found = [msgspec.convert(row[0], Guide) for row in conn.execute(_SQL.every).fetchall()]
    return {one.key: one for one in found}


def guide_of(conn: Connection, brand: str) -> Guide:
    """What a message of `brand` is held against now; `NONE` where nobody wrote a guide."""
    known = every(conn)
    return of(known, brand) if known else NONE


def versions(conn: Connection, brand: str) -> list[Version]:
    """Every version of a brand's guide, the first one first. Raises content.brand_none (404)."""
    rows = conn.execute(_SQL.versions, {"brand": brand}).fetchall()
    if not rows:
        raise KervanError("content.brand_none", status=404, key=brand[:60] or "–")
    return [_version(row) for row in rows]


def plan(conn: Connection, guide: Guide) -> Plan:
    """What `apply` would do. Raises content.brand_unknown (422) for a brand of nobody."""
    known = [one for one in company.every(conn) if one]
    if guide.key and guide.key not in known:
        facts = {"part": "key", "given": guide.key, "known": ", ".join(known) or "–"}
        raise KervanError("content.brand_unknown", status=422, **facts)
    row = conn.execute(_SQL.last, {"brand": guide.key}).fetchone()
    if row is None:
        return Plan(guide, NEW, 1, 0)
    number, source = row
    if msgspec.convert(source, Guide) == guide:
        return Plan(guide, SAME, number, number)
    return Plan(guide, CHANGED, number + 1, number)


def apply(
    conn: Connection, guide: Guide, at: datetime, by: str, expected: int | None = None
) -> Plan:
    """Put `guide` into force in the caller's transaction; twice does nothing the second time.

    Messages are held against it when they are applied again. `expected` is the version it was
    written over, 0 for none: content.brand_meanwhile (409) where another is in force by now.
    Raises also what `plan` raises.
    """
    conn.execute(_SQL.hold)
    planned = plan(conn, guide)
    if expected is not None and expected != planned.before:
        raise KervanError("content.brand_meanwhile", status=409, number=planned.before)
    if planned.change != SAME:
        source = msgspec.json.encode(guide).decode()
        added = {"brand": guide.key, "number": planned.number, "source": source}
        conn.execute(_SQL.add, {**added, "at": at, "by": by})
    return planned


def _version(row: tuple[Any, ...]) -> Version:
    number, source, at, by = row
    return Version(number, msgspec.convert(source, Guide), at, by)
