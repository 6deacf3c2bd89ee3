"""Forgets runs that were over long ago, as the workspace's retention says.

What was decided stays in history, and with it every number. A person's last run in each journey
stays here too: it says whether she may enter again, and `why` tells of it. Where every trigger
begins a run of its own, no run says that, and all of them go.
"""

from datetime import datetime, timedelta

from kervan.journeys import lanes, stored
from kervan.kernel import sql
from kervan.kernel.arrays import Int4s
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "forget.sql")


def expire(conn: Connection, before: datetime, limit: int) -> int:
    """Forget runs that ended before `before`, at most `limit`; gives how many."""
    apart: list[int] = []
    longest_ms = 0
    for journey, text in conn.execute(_SQL.latest_texts).fetchall():
        definition = stored.read(text)
        if lanes.each(definition):
            apart.append(int(journey))
            goal = definition.header.goal
            longest_ms = max(longest_ms, goal.within if goal else 0)
    # Such a run may reach its goal after it ended.
    apart_before = before - timedelta(milliseconds=longest_ms)
    asked = {"before": before, "limit": limit, "apart": Int4s(apart), "apart_before": apart_before}
    return conn.execute(_SQL.forget, asked).rowcount
