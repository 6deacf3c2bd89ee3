"""Writes down the points people were promised, until somebody keeps accounts of points.

Nothing is booked here, and the event does not say that it was: who keeps the accounts takes open
rows of `points_wish`, books each key once, and tells by an event of its own that it did.
"""

from uuid import UUID

from kervan.journeys.effects import tell
from kervan.journeys.effects.effect import Doings, Effect
from kervan.journeys.steps.give_points import GivePoints
from kervan.kernel import clock, postgres, sql
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "effects.sql")
EVENT = "Points Promised"


def promise(conn: Connection, _: WorkspaceVault, doings: Doings) -> None:
    """One row and one event for each."""
    steps = [one for one in doings.step if isinstance(one, GivePoints)]
    conn.execute(
        _SQL.wish,
        {
            "keys": postgres.uuids(UUID(bytes=key) for key in doings.key),
            "people": postgres.array(doings.person),
            "points": postgres.array(one.points for one in steps),
            "reasons": [one.reason for one in steps],
            "journeys": doings.journey,
            "versions": postgres.array(doings.version),
            "steps": doings.step_key,
            "runs": postgres.array(doings.run),
            "at": [clock.from_ms(at_ms) for at_ms in doings.at_ms],
        },
    )
    told = []
    for row, step in enumerate(steps):
        facts = {"points": step.points} | ({"reason": step.reason} if step.reason else {})
        told.append(tell.event(doings, row, EVENT, **facts))
    tell.tell(conn, told)


EFFECT: Effect = promise
