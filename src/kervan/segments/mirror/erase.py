"""Takes erased people out of what ClickHouse keeps of people, with all their older versions."""

from clickhouse_connect.driver.client import Client

from kervan.kernel import sql
from kervan.kernel.postgres import Connection
from kervan.segments.mirror import step

_STEP = sql.load(step.__package__, "step.sql")
_SQL = sql.load(__package__, "erase.sql")
TABLES = ("people", "scores", "list_members", "memberships")
"""The tables of ClickHouse with a row for each person."""


def erase(conn: Connection, client: Client, people: list[int]) -> int:
    """Delete every row of `people` (all atoms), whose rows in PostgreSQL are gone; how many.

    Waits for rows that are being written from what was read before, and keeps others from being
    written until the caller's transaction ends. Doing it again changes nothing.
    """
    if not people:
        return 0
    conn.execute(_STEP.wait_for_lock)
    count = 0
    asked = {"people": people}
    for table in TABLES:
        found = client.query(_SQL.count.replace("{table}", table), parameters=asked)
        rows = int(found.result_rows[0][0])
        if rows:
            client.command(_SQL.delete.replace("{table}", table), parameters=asked)
        count += rows
    return count
