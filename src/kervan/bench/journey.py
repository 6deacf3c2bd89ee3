"""Bench `journey`: a million people in one step, through the journeys' own work."""

import contextlib
from dataclasses import dataclass

from kervan.bench import begin
from kervan.bench.report import Figure, at_least, at_most, fact, note
from kervan.journeys import apply
from kervan.journeys.duration import DAY
from kervan.journeys.run import Journeys
from kervan.journeys.store import BUCKETS
from kervan.kernel import clock, crypto, postgres, sql
from kervan.kernel.config import Config
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection

NAME = "journey"
_SQL = sql.load(__package__, "bench.sql")
_PEOPLE = 1_000_000
_LEAST, _LEAST_RATIO = 60_000, 0.5
_KNOWN_UPDATE = 60_000
"""People a second that a bare step is known to move on such a machine (design of the house)."""
_JOURNEY = """\
journey:
  key: bench
  name: Bench
  trigger: {event: Product Added}
  reentry: never
  steps:
    - {key: first, kind: wait, for: 1 day, next: second}
    - {key: second, kind: wait, for: 1 day, next: end}
    - {key: end, kind: exit}
"""


@dataclass(frozen=True, slots=True)
class Step:
    """Seconds for `people`: to enter, to take one step, and for the bare update of their rows."""

    people: int
    enter_seconds: float
    step_seconds: float
    bare_seconds: float


class Field:
    """A PostgreSQL with one journey, on which crowds are marched."""

    def __init__(self, url: str, config: Config) -> None:
        self._conn: Connection = postgres.connect(url, workspace=config.workspace)
        self._tidy: Connection = postgres.connect(
            url, workspace=config.workspace, autocommit=True
        )
        vault = crypto.Vault(b"b" * 32).workspace(config.workspace)
        apply.apply(self._conn, _JOURNEY, clock.now())
        self._conn.commit()
        self._journeys = Journeys(self._conn, vault)

    def close(self) -> None:
        """Hang up."""
        self._conn.close()
        self._tidy.close()

    def march(self, people: int, spread_seconds: float) -> Step:
        """Let `people` enter, then take the step from the first wait to the second."""
        at_ms = clock.now_ms() - DAY
        last_ms = at_ms + round(spread_seconds * 1000) + 1
        self._conn.execute(_SQL.forget_runs)
        self._conn.execute(_SQL.signal_all, {
            "people": people, "at": clock.from_ms(at_ms), "spread": spread_seconds,
            "name": str(at_ms),
        })  # fmt: skip
        self._conn.commit()
        self._rest("tidy_signals")
        enter_seconds = self._work(last_ms, people, "entered")
        self._rest("tidy", "tidy_timers")
        bare_seconds = self._bare(people)
        self._rest("tidy")
        step_seconds = self._work(last_ms + DAY, people, "moved")
        return Step(people, enter_seconds, step_seconds, bare_seconds)

    def _work(self, at_ms: int, people: int, count: str) -> float:
        done = 0
        started = clock.monotonic()
        while True:
            turn = self._journeys.work(list(range(BUCKETS)), at_ms)
            self._conn.commit()
            done += getattr(turn, count)
            if not turn.more:
                break
        seconds = clock.monotonic() - started
        if done != people:
            raise KervanError("bench.lost", 500, sent=people, found=done)
        return seconds

    def _bare(self, people: int) -> float:
        self._conn.execute(_SQL.bare_table)
        self._conn.execute(_SQL.fill_bare)
        self._conn.commit()
        self._rest("tidy_bare")
        started = clock.monotonic()
        changed = self._conn.execute(_SQL.bare_update).rowcount
        self._conn.commit()
        seconds = clock.monotonic() - started
        self._conn.execute(_SQL.drop_bare)
        self._conn.commit()
        if changed != people:
            raise KervanError("bench.lost", 500, sent=people, found=changed)
        return seconds

    def _rest(self, *tables: str) -> None:
        # What the background would do in its own time is done now, for both alike.
        for name in (*tables, "checkpoint"):
            self._tidy.execute(getattr(_SQL, name))


def measure(config: Config, *, scale: int = 1, minutes: float = 0, people: int = _PEOPLE,
            ) -> list[Figure]:  # fmt: skip
    """Run the bench; `scale` adds a crowd that many times as large. `minutes` is not used."""
    with begin.postgres_only(config) as url, contextlib.closing(Field(url, config)) as field:
        field.march(10_000, 0)  # nothing cold is measured
        note(f"{people:,} people at the same instant")
        together = field.march(people, 0)
        note(f"{people:,} people within an hour")
        spread = field.march(people, 3_600)
        figures = _figures(together, spread)
        if scale > 1:
            note(f"{people * scale:,} people at the same instant")
            more = field.march(people * scale, 0)
            times = more.step_seconds / together.step_seconds
            figures.append(at_most(NAME, f"time_for_{scale}_times_the_data", times, "times",
                                   1.1 * scale))  # fmt: skip
    return figures


def _figures(together: Step, spread: Step) -> list[Figure]:
    bare = together.people / together.bare_seconds
    if bare < _KNOWN_UPDATE / 2:
        note("noisy run: the bare update is below half of what such a machine is known to do")
    speed = at_least(NAME, "people_per_second", together.people / together.step_seconds,
                     "people/s", _LEAST, floor=bare)  # fmt: skip
    apart = Figure(NAME, "people_per_second_spread", spread.people / spread.step_seconds,
                   "people/s", spread.people / spread.bare_seconds,
                   spread.bare_seconds / spread.step_seconds)  # fmt: skip
    assert speed.ratio is not None
    return [
        speed,
        Figure(NAME, "ratio", speed.ratio, "", target=f"≥ {_LEAST_RATIO}",
               ok=speed.ratio >= _LEAST_RATIO),
        apart,
        fact(NAME, "entries_per_second", together.people / together.enter_seconds, "people/s"),
        fact(NAME, "entries_per_second_spread", spread.people / spread.enter_seconds, "people/s"),
    ]  # fmt: skip
