"""Bench `collect-single`: one event a request over 64 connections, each durable before its 200."""

import contextlib
import subprocess
import sys
from collections.abc import Iterator

from kervan.bench import begin, lines, load, state
from kervan.bench.collect import Bench
from kervan.bench.report import Figure, at_least, at_most, fact, note
from kervan.engines import spawn
from kervan.kernel import clock, sql
from kervan.kernel.config import Config
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection

NAME = "collect-single"
_STATE = sql.load(__package__, "bench.sql")
_REQUESTS, _WARM, _LINES = 30_000, 3_000, 64
_PEOPLE = 10_000
_LEAST, _MOST_P99_SECONDS = 3_000, 0.050
_START_SECONDS = 10.0
_NOBODYS_WORKSPACE = 32_001


def measure(config: Config, *, scale: int = 1, minutes: float = 0) -> list[Figure]:
    """Run the bench; `scale` repeats it with that many times the requests."""
    with begin.kervan(config) as running:
        bench = Bench(running, config)
        _run(bench, _WARM)
        note(f"sending {_REQUESTS:,} events, one a request")
        before, load_cpu = running.cpu_seconds(), state.own_cpu_seconds()
        one = _run(bench, _REQUESTS)
        used = {part: now - before.get(part, 0.0) for part, now in running.cpu_seconds().items()}
        used["load"] = state.own_cpu_seconds() - load_cpu
        note("the same requests and the same bytes, barely")
        bare_seconds = _bare_http(_REQUESTS) + _bare_copy(bench.conn, _REQUESTS)
        figures = [
            at_least(
                NAME,
                "requests_per_second",
                _REQUESTS / one.seconds,
                "requests/s",
                _LEAST,
                floor=_REQUESTS / bare_seconds,
            ),
            at_most(
                NAME, "p99_seconds", load.percentile(one.latencies, 0.99), "s", _MOST_P99_SECONDS
            ),
            fact(NAME, "p50_seconds", load.percentile(one.latencies, 0.5), "s"),
            *(
                fact(NAME, f"cpu_{part}", seconds / _REQUESTS * 1e6, "µs/request")
                for part, seconds in used.items()
                if part != "up"
            ),
            fact(NAME, "requests_per_cpu_second", _REQUESTS / sum(used.values()), "requests/s"),
            fact(NAME, "told_to_come_back", one.busy, "times"),
        ]
        if scale > 1:
            more = _run(bench, _REQUESTS * scale)
            figures.append(
                at_most(
                    NAME,
                    f"time_for_{scale}_times_the_data",
                    more.seconds / one.seconds,
                    "times",
                    1.1 * scale,
                )
            )
    return figures


def _run(bench: Bench, requests: int) -> lines.Answered:
    """Send, and see each event once in history. Raises bench.lost."""
    before = bench.count()
    crowd = load.Crowd(1, people=_PEOPLE)
    running = bench.running
    answered = lines.send(running.host, running.port, running.key, crowd.body, requests, _LINES)
    bench.settle()
    found = bench.count() - before
    if found != requests:
        raise KervanError("bench.lost", 500, sent=requests, found=found)
    return answered


@contextlib.contextmanager
def _bare_server() -> Iterator[int]:
    port = begin.free_port()
    process = subprocess.Popen([sys.executable, "-m", "kervan.bench.bare_http", str(port)])
    try:
        spawn.wait_until(lambda: begin.listens(port), _START_SECONDS)
        yield port
    finally:
        process.kill()
        process.wait()


def _bare_http(requests: int) -> float:
    """Seconds for the same requests when nothing is done about them."""
    crowd = load.Crowd(1, people=_PEOPLE)
    with _bare_server() as port:
        lines.send("127.0.0.1", port, "nobody", crowd.body, _WARM, _LINES)
        return lines.send("127.0.0.1", port, "nobody", crowd.body, requests, _LINES).seconds


def _bare_copy(conn: Connection, requests: int) -> float:
    """Seconds to make the same bytes durable, as many in a commit as there are connections."""
    crowd = load.Crowd(1, people=_PEOPLE)
    now = clock.now()
    groups = [
        b"".join(crowd.body(number) for number in range(first, first + _LINES))
        for first in range(0, requests, _LINES)
    ]
    conn.execute(_STATE.last_intake)
    conn.commit()
    started = clock.monotonic()
    for body in groups:
        with conn.cursor() as cursor, cursor.copy(_STATE.copy_intake) as copy:
            copy.set_types(["date", "int2", "timestamptz", "int4", "bytea"])
            copy.write_row((now.date(), _NOBODYS_WORKSPACE, now, _LINES, body))
        conn.commit()
    return clock.monotonic() - started
