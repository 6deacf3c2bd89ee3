"""Hears what a switch says of its calls: in any order, more than once, before our books."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from kervan.delivery.channels.channel import CallNews
from kervan.kernel import postgres, sql
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "tasks.sql")
_KEPT = timedelta(days=7)


def take(conn: Connection, account: str, said: Sequence[CallNews]) -> int:
    """Note what `account` says of its calls; gives how many calls it was about.

    What names no call of ours yet waits for the books: `named` takes it.
    """
    said = [one for one in said if one.call]
    if not said:
        return 0
    _hold(conn, account, [one.call for one in said])
    rows = conn.execute(_SQL.called, _columns(account, said)).fetchall()
    known = {call for (call,) in rows}
    early = [one for one in said if one.call not in known]
    if early:
        conn.execute(_SQL.keep_early, _columns(account, early))
    return len(known)


def named(conn: Connection, account: str, task: uuid.UUID, number: int, call: str) -> None:
    """Write down what the switch calls this attempt, and take what it said of it before."""
    _hold(conn, account, [call])
    conn.execute(_SQL.name_call, {"task": task, "number": number, "call": call})
    rows = conn.execute(_SQL.early_calls, {"account": account, "call": call}).fetchall()
    take(conn, account, [CallNews(kind, name, at, seconds) for kind, name, at, seconds in rows])


def forget(conn: Connection, at: datetime) -> None:
    """Let go of what was said of calls that are not ours."""
    conn.execute(_SQL.forget_early, {"before": at - _KEPT})


def _hold(conn: Connection, account: str, calls: Sequence[str]) -> None:
    conn.execute(_SQL.hold_calls, {"account": account, "calls": [one[:200] for one in calls]})


def _columns(account: str, said: Sequence[CallNews]) -> dict[str, object]:
    return {
        "account": account,
        "kinds": [one.kind for one in said],
        "calls": [one.call[:200] for one in said],
        "at": [one.at for one in said],
        "seconds": postgres.array(max(0, one.seconds) for one in said),
    }
