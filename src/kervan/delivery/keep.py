"""Puts messages on lists of our own: written in the transaction in which the gate let them go.

What is committed with the decision is there exactly once: a sender that dies before has decided
nothing, one that dies after has nothing left to do. So there is no journal to recover from.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from kervan.delivery.channels.channel import Outgoing
from kervan.delivery.desk import Job, Result
from kervan.delivery.way import Way
from kervan.kernel import postgres, sql
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "keep.sql")


def keep(conn: Connection, way: Way[Any], jobs: list[Job], at: datetime) -> list[Result]:
    """Write `jobs` into the list of `way`, in the caller's transaction; gives what to book.

    The way's composer is loaded. One that cannot be composed fails alone.
    """
    assert way.keep is not None
    parcels, results = way.desk.whole(jobs, at)
    if parcels:
        way.keep(conn, way.name, parcels, at)
        _journal(conn, way.name, parcels, at)
        results += [one.key.said(at) for one in parcels if isinstance(one.key, Job)]
    return results


def _journal(conn: Connection, account: str, parcels: Sequence[Outgoing], at: datetime) -> None:
    jobs = [one.key for one in parcels if isinstance(one.key, Job)]
    conn.execute(
        _SQL.journal,
        {
            "messages": postgres.uuids(one.claim.subject.message for one in jobs),
            "attempts": postgres.array(one.claim.attempt for one in jobs),
            "consents": postgres.array(one.consent_event for one in jobs),
            "links": [one.links for one in jobs],
            "account": account,
            "at": at,
        },
    )
