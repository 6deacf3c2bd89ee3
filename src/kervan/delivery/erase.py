"""Takes what was said to erased people out of the outbox and out of what was sent."""

from datetime import datetime

from kervan.delivery import inbound
from kervan.delivery.archive import keep as archive
from kervan.delivery.lookups import keep
from kervan.delivery.mail import reports
from kervan.delivery.states import State
from kervan.delivery.tasks import erase as tasks
from kervan.kernel import sql
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "erase.sql")
_REASON = "delivery.person_erased"


def erase(conn: Connection, people: list[int], at: datetime) -> int:
    """Cancel what has not gone and forget what was said, in the caller's transaction.

    The rows stay for the figures: a number, a step, a state. One that a sender holds right now
    ends as it ends. Gives how many messages there were.
    """
    values = {"people": people, "state": State.CANCELLED, "reason": _REASON, "at": at}
    conn.execute(_SQL.cancel_waiting, values)
    conn.execute(_SQL.cancel_claimed, values)
    conn.execute(_SQL.forget_hand_overs, values)
    archive.erase(conn, people)
    inbound.erase(conn, people)
    keep.erase(conn, people)
    reports.forget_people(conn, people)
    tasks.erase(conn, people)
    conn.execute(_SQL.forget_seeds, values)
    conn.execute(_SQL.forget_places, values)
    conn.execute(_SQL.forget_paced, values)
    return conn.execute(_SQL.forget_messages, values).rowcount


def expire(conn: Connection, before: datetime, limit: int) -> int:
    """Forget what was said in messages that ended before `before`; gives how many, at most `limit`.

    The rows stay for the figures.
    """
    archived = archive.expire(conn, before, limit)
    looked_up = keep.expire(conn, before, limit)
    expired = conn.execute(_SQL.expire, {"before": before, "limit": limit}).rowcount
    return max(archived, looked_up, expired)
