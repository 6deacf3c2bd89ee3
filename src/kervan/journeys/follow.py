"""Lets runs follow a person whose profile turned out to be another's: one person, one run.

Runs belong to whoever holds the bucket of their person, and a person who changes may change her
bucket. So a change of heads is only noted where it is decided. The worker that holds the *old*
bucket carries runs and signals over, before its next turn there; until then nobody judges signals
of the new person, or an order could pass the run it should have ended. The worker that holds the
*new* bucket then lets go of those who are in the same journey twice.
"""

from collections.abc import Iterable

from kervan.collect import intake
from kervan.collect.intake import OwnEvent
from kervan.delivery import outbox
from kervan.journeys.columns import MERGED, REASONS
from kervan.journeys.shelf import Shelf
from kervan.kernel import clock, sql
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "follow.sql")


def note(conn: Connection, moved: Iterable[tuple[int, int, int]]) -> None:
    """The hook: (atom, old head, new head) of all that moved, in the transaction that moves them.

    A run goes where the atom goes as which it began.
    """
    rows = list(moved)
    if rows:
        conn.execute(_SQL.note, _columns(rows))


def follow(
    conn: Connection, vault: WorkspaceVault, shelf: Shelf, buckets: list[int], at_ms: int
) -> int:
    """Carry over what is noted for `buckets`, whose leases the caller holds; gives how many runs.

    Messages of the runs that wait for a sender go along. To be called before a turn's signals are
    taken, in its transaction.
    """
    if conn.execute(_SQL.anything).fetchone() != (True,):
        return 0
    mine = {"buckets": buckets}
    rows = conn.execute(_SQL.take_moves, mine).fetchall()
    moved: list[tuple[int, int]] = []
    if rows:
        moved = conn.execute(_SQL.move_runs, _columns(rows)).fetchall()
        conn.execute(_SQL.move_signals, _columns(rows))
        outbox.follow(conn, vault, dict(moved))
    people = [person for (person,) in conn.execute(_SQL.take_reunions, mine).fetchall()]
    if people:
        _leave_double(conn, shelf, people, at_ms)
    return len(moved)


def _leave_double(conn: Connection, shelf: Shelf, people: list[int], at_ms: int) -> None:
    asked = {"people": people, "state": MERGED, "at": clock.from_ms(at_ms)}
    left = conn.execute(_SQL.leave_double, asked).fetchall()
    if not left:
        return
    book = shelf.book(conn)
    shelf.need(conn, {version for _, _, version, _, _ in left})
    events = []
    for run, person, version, step, at in left:
        one = book.versions[version]
        properties: dict[str, object] = {
            "journey": one.definition.header.key,
            "version": one.number,
            "run": run,
            "reason": REASONS[MERGED],
            "step": one.definition.nodes[step].key,
        }
        events.append(
            OwnEvent(
                message_id=f"journey-{run}-exited",
                event="Journey Exited",
                timestamp_ms=clock.to_ms(at),
                person=person,
                properties=properties,
            )
        )
    intake.append_own(conn, events)
    outbox.cancel(conn, [row[0] for row in left], REASONS[MERGED], clock.from_ms(at_ms))


def _columns(rows: list[tuple[int, int, int]]) -> dict[str, object]:
    return {
        "atoms": [row[0] for row in rows],
        "olds": [row[1] for row in rows],
        "news": [row[2] for row in rows],
    }
