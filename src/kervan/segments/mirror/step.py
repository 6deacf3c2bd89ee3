"""Brings the people whose row may have changed into ClickHouse, a few thousand at a time."""

from collections.abc import Iterable
from typing import NamedTuple

from clickhouse_connect.driver.client import Client

from kervan.kernel import postgres, sql
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection
from kervan.segments.mirror import memberships, read, write
from kervan.segments.mirror.read import Usual

_SQL = sql.load(__package__, "step.sql")
_AT_ONCE = 4_000
_MARKS = 1_000


class Copied(NamedTuple):
    """Whose rows were written, and whether more wait."""

    people: list[int]
    more: bool


def note(conn: Connection, people: Iterable[int]) -> None:
    """Mark people (any atoms) whose row may have changed, in the transaction that changes it.

    What changes in the tables of profiles and consent marks them by itself.
    """
    if some := set(people):
        conn.execute(_SQL.note, {"people": postgres.array(some)})


def step(
    conn: Connection, client: Client, vault: WorkspaceVault, usual: Usual, at_once: int = _AT_ONCE
) -> Copied:
    """Write the rows of people who are marked, or who have none yet, and memberships that changed.

    The caller commits. Marks go with that commit, when ClickHouse has the rows: cut off anywhere,
    the next step does it again, and the later version wins. While another writes, nothing is done.
    """
    if conn.execute(_SQL.lock).fetchone() != (True,):
        return Copied([], more=False)
    more_memberships = memberships.copy(conn, client)
    conn.execute(_SQL.begin_anew, {"made_by": usual.made_by})
    marks, people, more = _marked(conn, at_once)
    end, last = _fill(conn, people, at_once)
    if not people and not end:
        return Copied([], more=more_memberships)
    row = conn.execute(_SQL.version).fetchone()
    assert row is not None
    rows = read.rows(conn, vault, usual, people)
    write.write(client, rows, int(row[0]))
    if rows:
        conn.execute(_SQL.tell, {"people": postgres.array(one.person for one in rows)})
    if marks:
        conn.execute(_SQL.unmark, {"marks": marks})
    if end:
        conn.execute(_SQL.filled, {"next": end + 1})
    more = more or end < last or more_memberships
    return Copied([one.person for one in rows], more=more)


def _marked(conn: Connection, at_once: int) -> tuple[list[int], set[int], bool]:
    """Marks, their people, and whether there may be more marks.

    Of one that marks more people than a step takes, the others are marked anew.
    """
    marks: list[int] = []
    people: set[int] = set()
    found = conn.execute(_SQL.marked, {"limit": _MARKS}).fetchall()
    for mark, some in found:
        if marks and len(people) + len(some) > at_once:
            break
        marks.append(mark)
        people.update(some[:at_once])
        note(conn, some[at_once:])
        if len(people) >= at_once:
            return marks, people, True
    return marks, people, len(marks) < len(found) or len(found) == _MARKS


def _fill(conn: Connection, people: set[int], at_once: int) -> tuple[int, int]:
    """Add to `people` as many as there is room for who have no row yet.

    Gives the last number that is done with them, and the last there is; 0 when nobody waits.
    """
    row = conn.execute(_SQL.to_fill).fetchone()
    if row is None or len(people) >= at_once:
        return 0, 0
    first, last = row
    end = min(first + at_once - len(people) - 1, last)
    people.update(one for (one,) in conn.execute(_SQL.people, {"first": first, "last": end}))
    return end, last
