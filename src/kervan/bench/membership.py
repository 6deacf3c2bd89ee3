"""Bench `membership`: from an event's acknowledgement to the answer it changes, under load.

Two hundred segments, people with a history, of whom twenty thousand are about: each does one thing
after all others did one, two thousand a second through the real door, so that a turn has as many
people to ask as it has events. The lag of an event that changes an answer ends where the segmenter
writes down that somebody entered or left, in the transaction that commits the membership. CPU is
that of all the load caused, per second of load; seconds are of one clock.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from kervan.bench import begin, floor, lines, load, memory, stock
from kervan.bench.appointments import Act, Appointments, every
from kervan.bench.collect import Bench
from kervan.bench.membership_crowd import Shoppers, questions
from kervan.bench.report import Figure, at_least, at_most, fact, note, rate
from kervan.bench.segments_data import Size
from kervan.kernel import clock, postgres, sql
from kervan.kernel.config import Config
from kervan.kernel.postgres import Connection
from kervan.segments.columns import Float64, Int64
from kervan.segments.definitions import store as definitions
from kervan.segments.live import check

NAME = "membership"
SIZE = Size(1_000_000, 20_000)
SEGMENTS = 200
_SECONDS = 20.0
_PER_SECOND, _BATCH, _DOORS, _ABOUT = 2_000, 25, 4, 20_000
_MOST_SECONDS, _MOST_SEGMENTER_MB = 2.0, 500
_SQL = sql.load(__package__, "membership.sql")


@dataclass(slots=True)
class Load:
    """One load: when each body was acknowledged (ms by its number), CPU seconds of each part."""

    first: int
    began_ms: int
    seconds: float = 0.0
    answered_ms: dict[int, int] = field(default_factory=dict)
    cpu_seconds: dict[str, float] = field(default_factory=dict)
    segmenter_bytes: int = 0

    @property
    def events(self) -> int:
        """How many events were acknowledged."""
        return len(self.answered_ms) * _BATCH


def measure(config: Config, *, scale: int = 1, minutes: float = 0) -> list[Figure]:
    """Run the bench; `scale` has that many times the people and history, `minutes` of load."""
    size = SIZE.times(scale)
    with begin.kervan(config) as running:
        bench = Bench(running, config)
        with postgres.connect(running.postgres_url, workspace=config.workspace) as conn:
            fill_seconds = _fill(bench, conn, size)
            crowd = Shoppers(size.people, min(size.people, _ABOUT), _BATCH)
            # Once round: who was away for weeks has come back, and nothing cold is measured.
            first = _ABOUT // _BATCH
            _run(bench, conn, crowd, Load(0, clock.now_ms()), _ABOUT / _PER_SECOND)
            mine = Load(first, clock.now_ms())
            seconds = minutes * 60 or _SECONDS
            note(f"{_PER_SECOND:,} events/s for {seconds:g} seconds")
            _run(bench, conn, crowd, mine, seconds)
            seen = _changes(bench, mine)
            return figures(mine, seen, fill_seconds, _differences(bench, conn))


def _run(bench: Bench, conn: Connection, crowd: Shoppers, into: Load, seconds: float) -> None:
    """Pour, and wait for all that follows from it."""
    before = bench.running.cpu_seconds()
    (segmenter,) = bench.running.of("segmenter")
    with memory.watch(segmenter) as peak:
        _pour(bench, crowd, into, seconds)
        stock.settle(bench, conn)
    after = bench.running.cpu_seconds()
    into.cpu_seconds = {part: used - before.get(part, 0.0) for part, used in after.items()}
    into.segmenter_bytes = peak.most_bytes


def _fill(bench: Bench, conn: Connection, size: Size) -> float:
    """People, what they did for 18 months, and the segments; gives what filling those took (s)."""
    stock.fill(bench, conn, size)
    note(f"filling {SEGMENTS} segments")
    author = definitions.Author("bench", clock.now())
    for key, tree in questions(SEGMENTS).items():
        definitions.create(conn, key, key, tree, author)
    started = clock.monotonic()
    conn.commit()
    stock.wait(conn, _SQL.unfilled)
    return clock.monotonic() - started


def _pour(bench: Bench, crowd: Shoppers, into: Load, seconds: float) -> None:
    """Send bodies at their appointed times, and note when each is acknowledged."""
    begins = clock.monotonic() + 0.2
    times = [
        (into.first + number, at)
        for number, at in every(begins, seconds, _PER_SECOND / _BATCH)
    ]  # fmt: skip
    with _doors(bench) as doors:
        threads = [
            Appointments(times[i :: len(doors)], _sending(one, crowd, into))
            for i, one in enumerate(doors)
        ]
        for one in threads:
            one.start()
        for one in threads:
            one.finish()
    into.seconds = clock.monotonic() - begins


@contextlib.contextmanager
def _doors(bench: Bench) -> Iterator[list[lines.Door]]:
    running = bench.running
    with contextlib.ExitStack() as stack:
        yield [
            stack.enter_context(
                contextlib.closing(lines.Door(running.host, running.port, running.key))
            )
            for _ in range(_DOORS)
        ]


def _sending(door: lines.Door, crowd: Shoppers, into: Load) -> Act:
    def send(number: int) -> None:
        door.post(crowd.body(number))
        into.answered_ms[number] = clock.now_ms()

    return send


@dataclass(frozen=True, slots=True)
class Seen:
    """What changed: lag (s) of each event that changed an answer, instants of the turns (ms)."""

    lags: Float64
    turns_ms: Int64
    changes: int


def _changes(bench: Bench, mine: Load) -> Seen:
    sent = bench.client.query(
        _SQL.sent, parameters={"below": floor.BARE_BATCHES, "first": mine.first}
    ).result_rows
    told = bench.client.query(_SQL.changes, parameters={"from_ms": mine.began_ms}).result_rows
    events = np.array([(who, mine.answered_ms[body]) for who, body in sent], np.int64)
    changes = np.array(told, np.int64).reshape(-1, 3)
    return Seen(lags(events.reshape(-1, 2), changes), np.unique(changes[:, 1]), len(changes))


def lags(events: Int64, changes: Int64) -> Float64:
    """Seconds from each event that changed an answer to the first turn that told so.

    `events` are rows of (person, acknowledged ms), `changes` of (person, asked about ms, told ms).
    A change belongs to the last event before the instant it was asked about; of several changes by
    one event the first counts, and those after it are time's.
    """
    if not len(events) or not len(changes):
        return np.zeros(0)
    events = events[np.lexsort((events[:, 1], events[:, 0]))]
    changes = changes[np.lexsort((changes[:, 1], changes[:, 0]))]
    span = 1 << 42  # ms of a date fit
    keys = events[:, 0] * span + events[:, 1]
    place = np.searchsorted(keys, changes[:, 0] * span + changes[:, 2], side="right") - 1
    good = (place >= 0) & (events[place, 0] == changes[:, 0])
    _, first = np.unique(place[good], return_index=True)
    found: Float64 = (changes[good][first, 2] - events[place[good][first], 1]) / 1000
    return np.maximum(found, 0.0)


def _differences(bench: Bench, conn: Connection) -> int:
    """How many segments are kept otherwise than history says; what time alone does may come."""
    found = 0
    for _ in range(5):
        found = len(check.differences(conn, bench.client, clock.now_ms()))
        conn.commit()
        if not found:
            break
        clock.sleep(1.0)
    return found


def figures(mine: Load, seen: Seen, fill_seconds: float, differences: int) -> list[Figure]:
    """What a load found."""
    cpu = {part: 100 * rate(used, mine.seconds) for part, used in mine.cpu_seconds.items()}
    found = sorted(seen.lags.tolist())
    speed = rate(mine.events, mine.seconds)
    return [
        fact(NAME, "lag_p50_seconds", load.percentile(found, 0.5), "s"),
        at_most(NAME, "lag_p99_seconds", load.percentile(found, 0.99), "s", _MOST_SECONDS),
        fact(NAME, "lag_longest_seconds", max(found, default=0.0), "s"),
        at_least(NAME, "events_per_second", speed, "events/s", 0.95 * _PER_SECOND),
        at_least(NAME, "events_that_changed_an_answer", len(found), "events", 1),
        fact(NAME, "answers_changed", seen.changes, "answers"),
        fact(NAME, "turn_people", rate(mine.events, len(seen.turns_ms)), "people"),
        *(
            fact(NAME, f"{part}_cpu_percent", share, "% of a core")
            for part, share in cpu.items()
            if part != "up"
        ),
        at_most(NAME, "segmenter_memory_mb", mine.segmenter_bytes / 1e6, "MB", _MOST_SEGMENTER_MB),
        fact(NAME, "fill_seconds", fill_seconds, "s"),
        at_most(NAME, "segments_kept_wrong", differences, "segments", 1),
    ]
