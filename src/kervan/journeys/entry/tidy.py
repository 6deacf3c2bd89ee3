"""Forgets what entries kept only for a while: told turns, and requests that may come again."""

from datetime import timedelta

from kervan.kernel import clock, sql
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "store.sql")
TURNS_DAYS = 400
REQUEST_DAYS = 30
"""As long as the collector knows an event again."""


def tidy(conn: Connection, at_ms: int) -> None:
    """Delete what is older; the caller commits."""
    at = clock.from_ms(at_ms)
    conn.execute(_SQL.forget_turns, {"before": at - timedelta(days=TURNS_DAYS)})
    conn.execute(_SQL.forget_requests, {"before": at - timedelta(days=REQUEST_DAYS)})
