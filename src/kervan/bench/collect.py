"""Bench `collect`: batches over HTTP until every event is durable, resolved and in ClickHouse."""

import asyncio
import contextlib
import os
from dataclasses import dataclass, field

import psutil
from clickhouse_connect.driver.client import Client

from kervan.bench import begin, floor, load
from kervan.bench.begin import Running
from kervan.bench.report import Figure, at_least, at_most, fact, growth, noisy, note, rate
from kervan.collect import sources
from kervan.kernel import clickhouse, clock, postgres, sql
from kervan.kernel.config import Config
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection

NAME = "collect"
_STATE = sql.load(__package__, "bench.sql")
_HISTORY = sql.load(__package__, "history.sql")
_REAL = {"below": floor.BARE_BATCHES}
_EVENTS, _BATCH = 200_000, 100
_LINES = 16
_STUCK_SECONDS = 300
_BACKLOG = 150_000
_LEAST, _LEAST_RATIO, _MOST_WORKER_MB = 20_000, 0.3, 500


class Bench:
    """One Kervan under load, with our own eyes on both databases."""

    def __init__(self, running: Running, config: Config) -> None:
        self.running = running
        self.conn: Connection = postgres.connect(running.postgres_url)
        self.client: Client = clickhouse.connect(
            running.clickhouse_url, postgres.schema_name(config.workspace)
        )
        row = self.conn.execute(_STATE.workspace, {"key": config.workspace}).fetchone()
        assert row is not None
        self.workspace = int(row[0])
        row = self.conn.execute(_STATE.source, {"hash": sources.hash_key(running.key)}).fetchone()
        assert row is not None
        self._mine = {**_REAL, "source": int(row[0])}
        self.conn.commit()

    def backlog(self) -> tuple[int, int]:
        """(events not resolved, batches not in history)."""
        row = self.conn.execute(_STATE.waiting, {"workspace": self.workspace}).fetchone()
        self.conn.commit()
        assert row is not None
        return int(row[0]), int(row[1])

    def last_intake(self) -> int:
        """The highest number of an intake row."""
        row = self.conn.execute(_STATE.last_intake).fetchone()
        self.conn.commit()
        assert row is not None
        return int(row[0])

    def last_batch(self) -> int:
        """The highest batch number in history."""
        return int(self.client.query(_HISTORY.last_batch, parameters=_REAL).result_rows[0][0])

    def events_per_batch(self, after: int) -> float:
        """The size of the batches above number `after`."""
        batches, events = self.client.query(
            _HISTORY.batches, parameters={"after": after}
        ).result_rows[0]
        return float(events) / max(1, int(batches))

    def count(self) -> int:
        """The load's events in history; raises bench.lost when the tables differ or repeat a row.

        Kervan tells of itself in the same history (who came into a segment, say): not counted.
        """
        found = [
            self.client.query(
                _HISTORY.count.replace("{table}", table), parameters=self._mine
            ).result_rows[0]
            for table in ("events", "events_by_person")
        ]
        rows = {int(number) for pair in found for number in pair}
        if len(rows) != 1:
            raise KervanError("bench.lost", 500, sent=max(rows), found=min(rows))
        return rows.pop()

    def told(self, after: int) -> dict[str, int]:
        """How many events Kervan told of itself in the batches above number `after`, by name."""
        rows = self.client.query(_HISTORY.others, parameters={**self._mine, "after": after})
        return {str(name): int(count) for name, count in rows.result_rows}

    def settle(self) -> None:
        """Wait until everything is in history. Raises bench.stuck."""
        deadline = clock.monotonic() + _STUCK_SECONDS
        while any(waiting := self.backlog()):
            if clock.monotonic() > deadline:
                raise KervanError("bench.stuck", 500, seconds=_STUCK_SECONDS, events=waiting[0])
            clock.sleep(0.02)


@dataclass(slots=True)
class Watch:
    """What was seen while a load ran: worker memory (MB) and the events waiting."""

    worker_mb: list[float] = field(default_factory=list)
    backlog: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Run:
    """One load from its first byte to its last row in history."""

    events: int
    seconds: float
    taken_seconds: float
    cpu_seconds: dict[str, float]
    others_cpu_share: float
    latencies: list[float]
    busy: int
    watch: Watch


def run(bench: Bench, body: load.Body, bodies: int, events: int, lines: int) -> Run:
    """Send `bodies` bodies and wait until their `events` events are in history, each once."""
    watch, gate = Watch(), load.Gate()
    before = bench.count()
    running = bench.running
    cpu, machine = running.cpu_seconds(), _machine_seconds()
    own = psutil.Process(os.getpid()).cpu_times()
    started = clock.monotonic()

    async def both() -> load.Sent:
        watching = asyncio.create_task(_look(bench, watch, gate))
        sent = await load.send(
            running.host, running.port, running.key, body, range(bodies), lines, gate
        )
        watching.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watching
        return sent

    sent = asyncio.run(both())
    bench.settle()
    seconds = clock.monotonic() - started
    used = {part: now - cpu.get(part, 0.0) for part, now in running.cpu_seconds().items()}
    mine = psutil.Process(os.getpid()).cpu_times()
    ours = sum(used.values()) + mine.user + mine.system - own.user - own.system
    found = bench.count() - before
    if found != events:
        raise KervanError("bench.lost", 500, sent=events, found=found)
    cores = psutil.cpu_count() or 1
    others = rate(max(0.0, _machine_seconds() - machine - ours), seconds) / cores
    return Run(events, seconds, sent.seconds, used, others, sent.latencies, sent.busy, watch)


async def _look(bench: Bench, watch: Watch, gate: load.Gate) -> None:
    while True:
        waiting, _ = await asyncio.to_thread(bench.backlog)
        watch.backlog.append(waiting)
        if waiting > _BACKLOG:
            gate.open.clear()
        elif waiting < _BACKLOG // 2:
            gate.open.set()
        workers = bench.running.of("worker")
        with contextlib.suppress(psutil.Error):
            sizes = [worker.memory_info().rss / 1e6 for worker in workers]
            watch.worker_mb.append(max(sizes, default=0.0))
        await asyncio.sleep(0.5)


def _machine_seconds() -> float:
    times = psutil.cpu_times()
    return float(times.user + times.nice + times.system + times.irq + times.softirq)


def introduce(bench: Bench) -> Figure:
    """Make all people known, as a shop's first synchronisation does; gives how fast that went."""
    bodies = load.PEOPLE // _BATCH
    note(f"introducing {load.PEOPLE:,} people")
    first = run(bench, load.introductions(load.PEOPLE, _BATCH), bodies, load.PEOPLE, _LINES)
    return fact(NAME, "new_people_per_second", rate(first.events, first.seconds), "people/s")


def measure(config: Config, *, scale: int = 1, minutes: float = 0) -> list[Figure]:
    """Run the bench; `scale` repeats it with that many times the data, `minutes` prolongs it."""
    with begin.kervan(config) as running:
        bench = Bench(running, config)
        figures = [introduce(bench)]
        crowd = load.Crowd(_BATCH)
        run(bench, load.Crowd(_BATCH).body, 100, 100 * _BATCH, _LINES)  # nothing cold is measured
        after = bench.last_intake(), bench.last_batch()
        note(f"sending {_EVENTS:,} events")
        one = run(bench, crowd.body, _EVENTS // _BATCH, _EVENTS, _LINES)
        size = fact(NAME, "events_per_batch", bench.events_per_batch(after[1]), "events")
        if told := bench.told(0):
            words = ", ".join(f"{count:,} {name}" for name, count in told.items())
            note(f"not counted, for Kervan told them of itself: {words}")
        note("the same bytes and rows, barely")
        bare = floor.measure(
            bench.conn,
            bench.client,
            bench.workspace,
            *after,
            _EVENTS,
            lambda: sum(running.cpu_seconds().values()),
        )
        figures += [*_figures(one, bare), size]
        if scale > 1:
            many = _EVENTS * scale
            note(f"sending {many:,} events")
            more = run(bench, load.Crowd(_BATCH).body, many // _BATCH, many, _LINES)
            figures.append(growth(NAME, scale, more.seconds, one.seconds))
        if minutes:
            figures += _prolonged(bench, minutes, one)
    return figures


def _figures(one: Run, bare: floor.Floor) -> list[Figure]:
    speed = at_least(
        NAME,
        "events_per_second",
        rate(one.events, one.seconds),
        "events/s",
        _LEAST,
        floor=bare.events_per_second,
    )
    ratio = speed.ratio or 0.0
    why = (
        f"a bare cost is above twice what is known of such a machine "
        f"({floor.KNOWN_COPY:,} events/s copied, {floor.KNOWN_INSERT:,} inserted into one "
        f"table); strangers used {one.others_cpu_share:.0%} of its CPU"
    )
    return [
        speed,
        Figure(NAME, "ratio", ratio, "", target=f"≥ {_LEAST_RATIO}", ok=ratio >= _LEAST_RATIO),
        fact(NAME, "bare_copy_events_per_second", rate(bare.events, bare.copy_seconds), "events/s"),
        fact(
            NAME,
            "bare_insert_events_per_second",
            rate(bare.events, bare.insert_seconds),
            "events/s",
        ),
        fact(NAME, "taken_events_per_second", rate(one.events, one.taken_seconds), "events/s"),
        *(
            fact(NAME, f"cpu_{part}", seconds / one.events * 1e6, "µs/event")
            for part, seconds in one.cpu_seconds.items()
            if part != "up"
        ),
        fact(NAME, "cpu_bare", bare.cpu_seconds / max(1, bare.events) * 1e6, "µs/event"),
        fact(NAME, "batch_p99_seconds", load.percentile(one.latencies, 0.99), "s"),
        at_most(
            NAME, "worker_memory_mb", max(one.watch.worker_mb, default=0), "MB", _MOST_WORKER_MB
        ),
        fact(NAME, "cpu_share_of_strangers", one.others_cpu_share, ""),
        noisy(NAME, bare.noisy, why),
    ]


def _prolonged(bench: Bench, minutes: float, one: Run) -> list[Figure]:
    events = max(1, round(minutes * 60 * rate(one.events, one.seconds) / _BATCH)) * _BATCH
    note(f"sending {events:,} events for about {minutes:g} minutes")
    long = run(bench, load.Crowd(_BATCH).body, events // _BATCH, events, _LINES)
    seen = long.watch.worker_mb
    third = max(1, len(seen) // 3)
    swelling = rate(sum(seen[-third:]), sum(seen[-2 * third : -third] or seen))  # of equal length
    return [
        at_most(NAME, "worker_memory_mb_prolonged", max(seen, default=0), "MB", _MOST_WORKER_MB),
        at_most(NAME, "worker_memory_growth", swelling, "times", 1.05),
        at_least(
            NAME, "events_per_second_prolonged", rate(long.events, long.seconds), "events/s", _LEAST
        ),
    ]
