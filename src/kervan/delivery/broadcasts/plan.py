"""Plans the next messages of a broadcast: who gets which variant when, some thousand at a time."""

from datetime import datetime, timedelta

import numpy as np

from kervan.delivery.broadcasts import assign, audience, best, schedule, store
from kervan.delivery.broadcasts.audience import Members
from kervan.delivery.broadcasts.store import Kept
from kervan.delivery.broadcasts.write import AGAIN, FIRST, Batch, write
from kervan.delivery.states import State
from kervan.kernel import clock, sql
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection
from kervan.segments.columns import Words

_SQL = sql.load(__package__, "plan.sql")
BATCH = 10_000
"""People looked at in one transaction."""
TEST, WAIT, REST, ALL, CANCEL = "test", "wait", "rest", "all", "cancel"
SENT, RESEND, RESENT = "sent", "resend", "resent"
_AFTER = {TEST: WAIT, REST: SENT, ALL: SENT, CANCEL: SENT, RESEND: RESENT}
FIRST_LEG = (TEST, REST, ALL, CANCEL)
"""The phases in which the audience is gone through."""
_REACHED = [int(State.ACCEPTED), int(State.DELIVERED), int(State.HANDED)]


def step(
    conn: Connection, vault: WorkspaceVault, kept: Kept, at: datetime, limit: int = BATCH
) -> None:
    """Plan the next batch of the first leg, and note how far it came, in one transaction."""
    found = next(audience.after(conn, kept.number, kept.planned_to), None)
    if found is None:
        store.advance(conn, kept, _AFTER[kept.phase], 0)
        return
    members = Members(found.people[:limit], found.zones[:limit])
    assert kept.frozen is not None
    says, batch = kept.frozen.arms, _batch(kept, members, at)
    cancelled = kept.phase == CANCEL
    if not cancelled:
        says, batch = best.choose(conn, vault, kept, says, batch, clock.to_ms(at))
    write(conn, kept, says, FIRST, batch, at, cancelled=cancelled)
    store.advance(conn, kept, kept.phase, int(members.people[-1]))


def again(conn: Connection, kept: Kept, at: datetime) -> None:
    """Plan the next batch of those who got it and have not clicked so far."""
    values = {
        "broadcast": kept.number, "after": kept.planned_to, "limit": BATCH, "reached": _REACHED,
    }  # fmt: skip
    rows = conn.execute(_SQL.unmoved, values).fetchall()
    if not rows:
        store.advance(conn, kept, _AFTER[kept.phase], 0)
        return
    assert kept.frozen is not None and kept.frozen.resend is not None and kept.wanted.resend
    wait = timedelta(hours=kept.wanted.resend.after_hours)
    mine = [(person, handed) for person, handed, unmoved in rows if unmoved and handed]
    due = [clock.to_ms(max(handed + wait, at)) for _, handed in mine]
    people = np.array([person for person, _ in mine], np.uint32)
    nobody = np.zeros(len(mine), np.bool_)
    batch = Batch(people, [0] * len(mine), np.array(due, np.int64), nobody)
    count = write(conn, kept, [kept.frozen.resend], AGAIN, batch, at)
    store.grow_resend(conn, kept, count)
    store.advance(conn, kept, kept.phase, rows[-1][0])


def _batch(kept: Kept, members: Members, at: datetime) -> Batch:
    """Those of `members` whose turn is in this phase."""
    wanted, frozen, number = kept.wanted, kept.frozen, kept.number
    assert frozen is not None
    people = members.people
    arm = assign.arms(people, number, wanted)
    waits = arm == assign.REST
    winner = kept.winner.arm if kept.winner else -1
    by = assign.weights(wanted)
    arm = np.where(waits, winner if winner >= 0 else assign.split(people, number, by), arm)
    rows = np.arange(len(people))
    if kept.phase in (TEST, REST):
        rows = np.flatnonzero(waits == (kept.phase == REST))
    zone = None
    if wanted.local:
        zone = Words(members.zones[rows].astype(np.int32), tuple(frozen.zones))
    # What waited for the winner begins anew: its time, its spread, its life.
    start_ms = clock.to_ms(at) if kept.phase == REST else frozen.start_ms
    due_ms = schedule.due(
        wanted.at, people[rows], zone, start_ms, wanted.spread_hours,
        assign.salt(number, b"spread"),
    )  # fmt: skip
    hold_out = assign.held_out(people[rows], number, wanted.hold_out_percent)
    return Batch(people[rows], arm[rows].tolist(), due_ms, hold_out)
