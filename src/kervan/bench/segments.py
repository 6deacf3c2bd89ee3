"""Bench `segments`: twelve questions about everybody, beside the same in hand-written SQL.

Both are asked in turns of the same engine over the same tables, and have to count the same people.
A question's time is all that an unsaved tree costs: parse it, compile it, ask. A preview is what a
builder of segments shows beside the count: reach per channel, twenty people, the overlap with
another segment, whose members are kept. Months that are over lie as they do a day later. The
targets are for `--scale 10`: 50 million events of a million people.
"""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import resources
from statistics import median
from typing import cast

import msgspec
import numpy as np
import psutil
from clickhouse_connect.driver.client import Client

from kervan.bench import begin, memory, segments_data, state
from kervan.bench.report import Figure, at_most, fact, growth, note, rate
from kervan.bench.segments_data import AT_MS, Size
from kervan.engines.clickhouse import EmbeddedClickHouse
from kervan.kernel import clickhouse, clock, migrate, sql
from kervan.kernel.config import Config
from kervan.kernel.errors import KervanError
from kervan.segments import ask as asks
from kervan.segments.ask import Told, Wanted
from kervan.segments.lower import Core, Kept, lower
from kervan.segments.mirror import memberships
from kervan.segments.parse import parse
from kervan.segments.tree import All, Any, Node, Nothing

NAME = "segments"
SIZE = Size(5_000_000, 100_000)
_FULL = 10
"""The scale at which targets hold."""
_ROUNDS = 7
_LEAST_RATIO, _MOST_MEDIAN, _MOST_SLOWEST, _MOST_PREVIEW, _MOST_MB = 0.75, 0.3, 1.5, 0.5, 3_000
_SAMPLE = 20
_YOUNG, _CHANGED = 8, 2_000
"""So many parts of new memberships, of about so many people each."""
_SQL = sql.load(__package__, "segments.sql")
TREES: dict[str, bytes] = {
    name: bytes(tree)
    for name, tree in msgspec.json.decode(
        resources.files(__package__).joinpath("segments.json").read_bytes(),
        type=dict[str, msgspec.Raw],
    ).items()
}
"""The questions: name -> tree, as JSON text."""


@dataclass(slots=True)
class Took:
    """Seconds of each asking, ours and by hand in turns, and of previews; and how many people.

    The CPU seconds are the engine's, of all askings together.
    """

    ours: list[float] = field(default_factory=list)
    by_hand: list[float] = field(default_factory=list)
    previews: list[float] = field(default_factory=list)
    people: int = 0
    ours_cpu_seconds: float = 0.0
    by_hand_cpu_seconds: float = 0.0
    previews_cpu_seconds: float = 0.0


@dataclass(slots=True)
class Run:
    """What one size took: the filling (s), each question, and the engine's memory (bytes).

    `algebra` are seconds of a union, an intersection and a difference of two kept segments.
    """

    size: Size
    fill_seconds: float
    questions: dict[str, Took]
    memory_bytes: int = 0
    algebra: list[float] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        """All questions once, each at its median."""
        return sum(median(one.ours) for one in self.questions.values())


def measure(config: Config, *, scale: int = 1, minutes: float = 0) -> list[Figure]:
    """Run the bench; with `scale` also with that many times the people and events."""
    one = _measure(config, SIZE)
    if scale == 1:
        return figures(one, is_full=False)
    more = _measure(config, SIZE.times(scale))
    growing = growth(NAME, scale, more.seconds, one.seconds)
    return [*figures(more, is_full=scale >= _FULL), growing]


def _measure(config: Config, size: Size) -> Run:
    with _engine(config) as (client, process), memory.watch(process) as peak:
        note(f"making {size.events:,} events of {size.people:,} people")
        run = Run(size, segments_data.fill(client, size), {name: Took() for name in TREES})
        segments_data.settle(client)
        segments_data.rest(client)
        zones = asks.zones_of(client)
        keep(client, zones, size)
        for number in range(_ROUNDS):
            note(f"round {number + 1} of {_ROUNDS}")
            for name, took in run.questions.items():
                ask(client, zones, name, took, lambda: state.cpu_seconds(process))
                run.algebra += algebra(client, zones, name)
    run.memory_bytes = peak.most_bytes
    return run


@contextlib.contextmanager
def _engine(config: Config) -> Iterator[tuple[Client, psutil.Process]]:
    """A ClickHouse of its own with the tables of one workspace, and the process it runs in."""
    with begin.place() as here, state.database(config) as known, known.connect() as conn:
        engine = EmbeddedClickHouse(here / "clickhouse", "plain", "warning")
        try:
            client = clickhouse.connect(engine.start())
            migrate.migrate(conn, client, [known.config.workspace])
            assert engine.process is not None
            yield client, psutil.Process(engine.process.pid)
        finally:
            engine.stop()


def ask(
    client: Client, zones: Sequence[str], name: str, took: Took, cpu_seconds: Callable[[], float]
) -> None:
    """Ask one question both ways, and for its preview; raises bench.not_equal."""
    started, cpu = clock.monotonic(), cpu_seconds()
    found = ours(client, zones, name)
    took.ours.append(clock.monotonic() - started)
    took.ours_cpu_seconds += cpu_seconds() - cpu
    started, cpu = clock.monotonic(), cpu_seconds()
    expected = by_hand(client, name)
    took.by_hand.append(clock.monotonic() - started)
    took.by_hand_cpu_seconds += cpu_seconds() - cpu
    compare(name, found, expected)
    started, cpu = clock.monotonic(), cpu_seconds()
    told = preview(client, zones, name)
    took.previews.append(clock.monotonic() - started)
    took.previews_cpu_seconds += cpu_seconds() - cpu
    compare(name, told.count, expected)
    took.people = found


def compare(name: str, found: int, expected: int) -> None:
    """Raise bench.not_equal unless both ways find as many people."""
    if found != expected:
        raise KervanError("bench.not_equal", 500, segment=name, found=found, expected=expected)


def ours(client: Client, zones: Sequence[str], name: str) -> int:
    """How many people a question is about, by its tree."""
    return asks.count(client, _core(name), AT_MS, zones)


def keep(client: Client, zones: Sequence[str], size: Size) -> None:
    """Write who is in the segments of all questions, as live membership has it after a while.

    The last changes, some thousand people's, are in parts that have not been merged.
    """
    inside = np.zeros(size.people + 1, np.uint64)
    for number, name in enumerate(TREES):
        inside[asks.members(client, _core(name), AT_MS, zones)] |= np.uint64(1 << number)
    people = np.arange(1, size.people + 1, dtype=np.uint32)
    memberships.write(client, people, inside[1:, None], 1)
    for version in range(2, 2 + _YOUNG):
        some = people[version :: max(size.people // _CHANGED, 1)]
        memberships.write(client, some, inside[some][:, None], version)


def preview(client: Client, zones: Sequence[str], name: str) -> Told:
    """All that is shown beside a question; the overlap is with the segment of the one after it."""
    other = Kept((list(TREES).index(name) + 1) % len(TREES))
    wanted = Wanted(sample=_SAMPLE, overlap=(other,), purpose="marketing")
    return asks.ask(client, _core(name), AT_MS, wanted, zones)


def algebra(client: Client, zones: Sequence[str], name: str) -> list[float]:
    """Seconds that a union, an intersection and a difference take of this segment and the next."""
    number = list(TREES).index(name)
    both = cast("tuple[Node, ...]", (Kept(number), Kept((number + 1) % len(TREES))))
    seconds, counts = [], []
    for core in (Any(both), All(both), All((both[0], Nothing(both[1:]))), Any(both[1:])):
        started = clock.monotonic()
        counts.append(asks.count(client, core, AT_MS, zones))
        seconds.append(clock.monotonic() - started)
    union, shared, rest, other = counts
    compare(name, union - rest, other)
    compare(name, other - shared, union - shared - rest)
    return seconds[:3]


def _core(name: str) -> Core:
    return lower(parse(TREES[name], AT_MS), {}, {})


def by_hand(client: Client, name: str) -> int:
    """How many people a question is about, by its hand-written SQL."""
    now = datetime.fromtimestamp(AT_MS / 1000, UTC).replace(tzinfo=None)
    asked = {"now": now.isoformat(" ", "milliseconds")}
    rows = client.query(getattr(_SQL, name), parameters=asked).result_rows
    return int(rows[0][0])


def figures(run: Run, *, is_full: bool) -> list[Figure]:
    """What a run found; targets are held only where `is_full`, at the size they were set for."""
    if not is_full:
        note(f"targets are for --scale {_FULL}: {SIZE.events * _FULL:,} events")
    found = []
    for name, took in run.questions.items():
        mine, bare = median(took.ours), median(took.by_hand)
        pairs = zip(took.by_hand, took.ours, strict=True)
        ratio = median(rate(hand, our) for hand, our in pairs)
        found += [
            Figure(NAME, f"{name}_seconds", mine, "s", bare, ratio),
            _held(f"{name}_ratio", ratio, is_full),
            fact(NAME, f"{name}_cpu_ratio", _cpu_ratio(took), ""),
            fact(NAME, f"{name}_people", took.people, "people"),
        ]
    each = [median(one.ours) for one in run.questions.values()]
    previews = sorted(seconds for one in run.questions.values() for seconds in one.previews)
    cpu = sum(one.previews_cpu_seconds for one in run.questions.values())
    late = previews[len(previews) * 95 // 100]
    return [
        *found,
        _limited("median_seconds", median(each), "s", _MOST_MEDIAN, is_full),
        _limited("slowest_seconds", max(each), "s", _MOST_SLOWEST, is_full),
        fact(NAME, "kept_algebra_seconds", median(run.algebra or [0.0]), "s"),
        fact(NAME, "preview_cpu_seconds", cpu / len(previews), "CPU s"),
        fact(NAME, "preview_median_seconds", median(previews), "s"),
        _limited("preview_p95_seconds", late, "s", _MOST_PREVIEW, is_full),
        fact(NAME, "made_events_per_second", rate(run.size.events, run.fill_seconds), "events/s"),
        _limited("clickhouse_memory_mb", run.memory_bytes / 1e6, "MB", _MOST_MB, is_full),
    ]


def _cpu_ratio(took: Took) -> float:
    """As the ratio, of the engine's CPU time: what else runs here disturbs it less."""
    least = state.TICK_SECONDS
    return max(took.by_hand_cpu_seconds, least) / max(took.ours_cpu_seconds, least)


def _held(figure: str, ratio: float, is_full: bool) -> Figure:
    if not is_full:
        return fact(NAME, figure, ratio, "")
    return Figure(NAME, figure, ratio, "", target=f"≥ {_LEAST_RATIO}", ok=ratio >= _LEAST_RATIO)


def _limited(figure: str, value: float, unit: str, most: float, is_full: bool) -> Figure:
    if not is_full:
        return fact(NAME, figure, value, unit)
    return at_most(NAME, figure, value, unit, most)
