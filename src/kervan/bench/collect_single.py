"""Bench `collect-single`: one event a request over 64 connections, each durable before its 200."""

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from kervan.bench import begin, lines, load, state
from kervan.bench.collect import Bench
from kervan.bench.report import Figure, at_least, at_most, fact, growth, noisy, note, rate
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
# The bare costs measured on a quiet machine like that of docs/decisions/two-engines.md, in
# requests/s: one Python process that only says yes; a commit for every 64 events.
KNOWN_HTTP, KNOWN_COPY = 80_000, 45_000


@dataclass(frozen=True, slots=True)
class Bare:
    """Seconds the bare work took for `requests` requests: hearing them, and keeping their bytes."""

    requests: int
    http_seconds: float
    copy_seconds: float

    @property
    def requests_per_second(self) -> float:
        """Both, one after the other."""
        return rate(self.requests, self.http_seconds + self.copy_seconds)

    @property
    def noisy(self) -> bool:
        """Whether this machine was slower than half of what such a machine is known to do."""
        return (
            rate(self.requests, self.http_seconds) < KNOWN_HTTP / 2
            or rate(self.requests, self.copy_seconds) < KNOWN_COPY / 2
        )


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
        bare = Bare(_REQUESTS, _bare_http(_REQUESTS), _bare_copy(bench.conn, _REQUESTS))
        figures = _figures(one, bare, used)
        if scale > 1:
            note(f"sending {_REQUESTS * scale:,} events, one a request")
            more = _run(bench, _REQUESTS * scale)
            figures.append(growth(NAME, scale, more.seconds, one.seconds))
    return figures


def _figures(one: lines.Answered, bare: Bare, used: dict[str, float]) -> list[Figure]:
    """What a run gives; `used` is the CPU seconds of each part."""
    requests = bare.requests
    why = (
        "a bare cost is above twice what is known of such a machine "
        f"({KNOWN_HTTP:,} requests/s heard, {KNOWN_COPY:,} copied 64 a commit)"
    )
    return [
        at_least(
            NAME,
            "requests_per_second",
            rate(requests, one.seconds),
            "requests/s",
            _LEAST,
            floor=bare.requests_per_second,
        ),
        at_most(NAME, "p99_seconds", load.percentile(one.latencies, 0.99), "s", _MOST_P99_SECONDS),
        fact(NAME, "p50_seconds", load.percentile(one.latencies, 0.5), "s"),
        *(
            fact(NAME, f"cpu_{part}", seconds / max(1, requests) * 1e6, "µs/request")
            for part, seconds in used.items()
            if part != "up"
        ),
        fact(
            NAME,
            "requests_per_cpu_second",
            rate(requests, sum(used.values()), state.TICK_SECONDS),
            "requests/s",
        ),
        fact(NAME, "told_to_come_back", one.busy, "times"),
        fact(
            NAME, "bare_http_requests_per_second", rate(requests, bare.http_seconds), "requests/s"
        ),
        fact(
            NAME, "bare_copy_requests_per_second", rate(requests, bare.copy_seconds), "requests/s"
        ),
        noisy(NAME, bare.noisy, why),
    ]


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
    firsts = range(0, requests, _LINES)
    groups = [[crowd.body(i) for i in range(at, min(at + _LINES, requests))] for at in firsts]
    rows = [(now.date(), _NOBODYS_WORKSPACE, now, len(group), b"".join(group)) for group in groups]
    conn.execute(_STATE.last_intake)
    conn.commit()
    started = clock.monotonic()
    for row in rows:
        with conn.cursor() as cursor, cursor.copy(_STATE.copy_intake) as copy:
            copy.set_types(["date", "int2", "timestamptz", "int4", "bytea"])
            copy.write_row(row)
        conn.commit()
    return clock.monotonic() - started
