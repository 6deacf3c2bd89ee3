"""Fills a running Kervan with people, who come by its door, and 18 months of what they did."""

from kervan.bench import floor, lines, segments_data
from kervan.bench.collect import Bench
from kervan.bench.membership_crowd import introductions
from kervan.bench.report import note
from kervan.bench.segments_data import DAYS, Size
from kervan.engines import spawn
from kervan.history import link
from kervan.kernel import clock, postgres, sql
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "stock.sql")
_DAY_MS = 86_400_000
_STUCK_SECONDS = 600


def fill(bench: Bench, conn: Connection, size: Size) -> None:
    """People, their history that ends now, and everything that Kervan makes of them."""
    visits = size.events // 6
    conn.execute(_SQL.reserve_visits, {"last": visits + 1})
    conn.commit()
    note(f"introducing {size.people:,} people")
    running = bench.running
    body, bodies = introductions(size.people, 100), -(-size.people // 100)
    lines.send(running.host, running.port, running.key, body, bodies, 16)
    bench.settle()
    note(f"making {size.events:,} events of theirs")
    start_ms = clock.now_ms() - DAYS * _DAY_MS
    tables = ("events", "events_by_person")
    client = bench.client
    segments_data.fill_events(client, size, tables, start_ms=start_ms, batch=floor.BARE_BATCHES)
    segments_data.fill_scores(client, size)
    segments_data.fill_visits(client, size, start_ms)
    link.settle(client)
    rows = client.query(_SQL.visits).result_rows
    numbers, people = ([row[i] for row in rows] for i in (0, 1))
    given = {"numbers": postgres.array(numbers), "people": postgres.array(people)}
    conn.execute(_SQL.give_visits, {**given, "at": clock.now()})
    conn.commit()
    settle(bench, conn)


def settle(bench: Bench, conn: Connection) -> None:
    """Wait until everything is in history, mirrored, asked about and told. Raises bench.stuck."""
    for _ in range(2):  # what was asked about tells things that are events themselves
        bench.settle()
        wait(conn, _SQL.marked)


def wait(conn: Connection, statement: str) -> None:
    """Until a count is zero. Raises bench.stuck."""

    def is_done() -> bool:
        row = conn.execute(statement).fetchone()
        conn.commit()
        return row == (0,)

    if not spawn.wait_until(is_done, _STUCK_SECONDS):
        raise KervanError("bench.stuck", 500, seconds=_STUCK_SECONDS, events=0)
