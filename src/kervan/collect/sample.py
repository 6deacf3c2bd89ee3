"""The sample shop that somebody lets into an empty workspace: may it come, and how far is it.

The work itself is the worker's (app/sampler.py). An invoice is in the intake in the same
transaction that counts it as sent, so after a kill it goes on where it was. What takes it out
again is privacy/unload.py.
"""

from dataclasses import dataclass, field
from datetime import date, datetime

from kervan.collect import sources
from kervan.kernel import postgres, sql
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "sample.sql")
SOURCE = "Sample shop (UCI Online Retail)"
INVOICES = 25_900


@dataclass(frozen=True, slots=True)
class Sample:
    """How far it is: invoices `sent` of those `wanted`, the last of them on `last_day`.

    Since `removing_at` it is being taken out: `gone` are the people (atoms) whose rows are gone
    from PostgreSQL, None before; `staying` those of its people whom somebody else knows too.
    """

    source: int
    sent: int
    wanted: int
    last_day: date
    begun_at: datetime
    ended_at: datetime | None
    removing_at: datetime | None = None
    gone: list[int] | None = None
    staying: list[int] = field(default_factory=list)


def find(conn: Connection) -> Sample | None:
    """The sample shop of this workspace, None where nobody asked for one."""
    row = conn.execute(_SQL.find).fetchone()
    return Sample(*row) if row else None


def may_begin(conn: Connection) -> bool:
    """Whether nobody is known here yet, so that nobody real gets among made-up buyers."""
    row = conn.execute(_SQL.is_empty).fetchone()
    return row == (True,)


def begin(conn: Connection, workspace: str, by: str, last_day: date, at: datetime) -> Sample:
    """Ask for it; the worker brings it. Raises collect.sample_not_empty (409)."""
    if not may_begin(conn):
        raise KervanError("collect.sample_not_empty", status=409)
    _, source = sources.ensure_import(conn, workspace, SOURCE)
    values = {"source": source, "wanted": INVOICES, "last_day": last_day, "at": at, "by": by}
    conn.execute(_SQL.begin, values)
    found = find(conn)
    assert found is not None
    return found


def waiting(conn: Connection) -> int:
    """How many imported bodies have not been taken out of the intake yet."""
    row = conn.execute(_SQL.waiting).fetchone()
    return int(row[0]) if row else 0


def keep_sent(conn: Connection, found: Sample, sent: int, at: datetime) -> None:
    """Remember that so many invoices are in the intake; it ends with the last of them."""
    ended_at = at if sent >= found.wanted else None
    conn.execute(_SQL.sent, {"sent": sent, "ended_at": ended_at})


def remove(conn: Connection, at: datetime) -> Sample:
    """Ask for it to be taken out; asking again changes nothing.

    Raises collect.sample_none (409).
    """
    conn.execute(_SQL.remove, {"at": at})
    found = find(conn)
    if found is None:
        raise KervanError("collect.sample_none", status=409)
    return found


def keep_gone(conn: Connection, people: list[int], staying: list[int]) -> None:
    """Remember whose rows are gone from PostgreSQL: history lets go of them next."""
    values = {"people": postgres.array(people), "staying": postgres.array(staying)}
    conn.execute(_SQL.gone, values)


def end(conn: Connection, found: Sample) -> None:
    """It is out. Its source goes with it, so that it can come again: under another number none of
    its invoices was seen before."""
    for name in ("forget_letters", "forget_keys", "forget_source"):
        conn.execute(getattr(_SQL, name), {"source": found.source})
    conn.execute(_SQL.forget)
