"""Bench `journeys`: people enter a journey of eight steps with a branch and a message, to its end.

Entering is measured apart from going on. A person-step is one step behind somebody, whatever came
with it: her timer, her message in the outbox, what is written down of the decision. The floor are
bare UPDATEs of the same rows with the same indexes, as many rounds over everybody as there are
steps, each one statement and one commit; it knows no timers, messages and decisions, and finds its
rows by reading the table from end to end. So no more than the ratio of a journey without messages
(bench `journey`) can come out here. What the branch asks is answered from memory: what questions
to the databases cost is not measured. Then a whole Kervan is started: how long events wait for
their journeys (journeys_live.py).
"""

import contextlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import msgspec
import numpy as np

from kervan.bench import journey, journeys_live, state
from kervan.bench.report import Figure, at_least, fact, growth, note, rate
from kervan.bench.state import State
from kervan.collect import intake
from kervan.history.event import Events
from kervan.journeys import apply
from kervan.journeys.decided import keep
from kervan.journeys.hear import Ear
from kervan.journeys.hooks import Hooks
from kervan.journeys.move import MOVERS, Mover
from kervan.journeys.steps.step import Bools, Int64, NoFacts
from kervan.kernel import clock, ids, sql
from kervan.kernel.config import Config
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.profiles import store as profiles

NAME = "journeys"
PEOPLE = 50_000
STEPS = 8
_FULL = 20
"""The scale at which a million people enter, and targets hold."""
_LEAST_ENTER, _LEAST_STEPS, _LEAST_RATIO = 100_000, 60_000, 0.5
_BATCH = 10_000
_TURNS = 50
_HOUR_MS = 3_600_000
_SQL = sql.load(__package__, "journeys.sql")
_MJML = (
    "<mjml><mj-body><mj-section><mj-column><mj-text>Hi</mj-text></mj-column></mj-section>"
    "</mj-body></mjml>"
)
TEXT = """
journey:
  key: bench
  name: Bench
  trigger: {event: Account Created}
  steps:
    - {key: one, kind: wait, for: 1 hour}
    - key: two
      kind: branch
      ways:
        - name: even
          when: {kind: event, events: [Order Completed], test: {kind: number, op: gte, value: 3}}
      next: {even: three, else: three}
    - key: three
      kind: wait
      until: {event: Order Completed}
      timeout: 1 hour
      next: {matched: eight, timed_out: four}
    - key: four
      kind: send_email
      class: transactional
      message: {subject: Hi, mjml: "MJML"}
    - {key: five, kind: wait, for: 1 hour}
    - {key: six, kind: wait, for: 1 hour}
    - {key: seven, kind: wait, for: 1 hour}
    - {key: eight, kind: exit}
"""


class _Even(NoFacts):
    """Answers a branch at once: every second person meets any rule."""

    def meets(self, rule: str, person: Int64, at_ms: Int64) -> Bools:
        """Those with even numbers."""
        return np.asarray(person % 2 == 0, np.bool_)


_HOOKS = Hooks(facts=_Even(), decided=keep.decided)


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds that entering, all steps, and as many bare updates of everybody took.

    Also those of one turn with nothing to do: without anybody, and with everybody waiting.
    """

    people: int
    enter_seconds: float
    steps_seconds: float
    bare_seconds: float
    empty_turn_seconds: float = 0.0
    waiting_turn_seconds: float = 0.0


def measure(config: Config, *, scale: int = 1, minutes: float = 0) -> list[Figure]:
    """Run the bench; `scale` repeats it with that many times the people."""
    one = _measure(config, PEOPLE)
    live = journeys_live.measure(config, NAME)
    if scale == 1:
        return [*figures(one, is_full=False), *live]
    more = _measure(config, PEOPLE * scale)
    growing = growth(NAME, scale, more.steps_seconds, one.steps_seconds)
    return [*figures(more, is_full=scale >= _FULL), growing, *live]


def figures(took: Took, *, is_full: bool) -> list[Figure]:
    """What was found; only at full size there are targets."""
    enter = rate(took.people, took.enter_seconds)
    steps = rate(took.people * (STEPS - 1), took.steps_seconds)
    floor = rate(took.people * (STEPS - 1), took.bare_seconds)
    idle = [
        fact(NAME, "empty_turn_milliseconds", took.empty_turn_seconds * 1000, "ms"),
        fact(NAME, "waiting_turn_milliseconds", took.waiting_turn_seconds * 1000, "ms"),
    ]
    if not is_full:
        return [
            fact(NAME, "enter_people_per_second", enter, "people/s"),
            fact(NAME, "person_steps_per_second", steps, "steps/s", floor=floor),
            *idle,
        ]
    ratio = steps / floor
    return [
        at_least(NAME, "enter_people_per_second", enter, "people/s", _LEAST_ENTER),
        at_least(NAME, "person_steps_per_second", steps, "steps/s", _LEAST_STEPS, floor=floor),
        Figure(NAME, "ratio", ratio, "", target=f"≥ {_LEAST_RATIO}", ok=ratio >= _LEAST_RATIO),
        *idle,
    ]


def _measure(config: Config, people: int) -> Took:
    with state.database(config) as here, here.connect() as conn:
        start_ms = clock.now_ms()
        note(f"making {people:,} people and what lets them in")
        fill(here, conn, people, start_ms)
        return run(here, conn, people, start_ms)


def fill(here: State, conn: Connection, people: int, start_ms: int) -> None:
    """People, the journey, and the event of each that lets her in."""
    today = clock.from_ms(start_ms).date()
    intake.open_days(conn, [today])
    apply.apply(conn, TEXT.replace("MJML", _MJML), clock.from_ms(start_ms))
    ear = Ear(here.vault)
    for first in range(1, people + 1, _BATCH):
        some = list(range(first, min(first + _BATCH, people + 1)))
        profiles.create_people(conn, here.vault, some, start_ms)
        ear(conn, _events(some, start_ms))
    conn.commit()


def run(here: State, conn: Connection, people: int, start_ms: int) -> Took:
    """Let everybody in, then to the end; raises bench.not_moved."""
    with _movers(here) as movers:
        empty = _idle(movers, 0)
        note("letting them in")
        entered = _drain(movers, start_ms)
        waiting = _idle(movers, start_ms)
        bare = _bare(conn)
        note("taking them to the end")
        walked = sum(_drain(movers, start_ms + hour * _HOUR_MS) for hour in range(1, STEPS + 1))
    found = conn.execute(_SQL.moved).fetchone()
    conn.commit()
    if found != (people * STEPS, people, people):
        raise KervanError("bench.not_moved", 500, people=people, moved=found and found[2])
    return Took(people, entered, walked, bare, empty, waiting)


def _bare(conn: Connection) -> float:
    """Update everybody once for each step in a table of their like; the seconds it took."""
    for statement in _SQL.make_bare.split(";"):
        conn.execute(statement)
    conn.commit()
    journey.rest(conn, "bare_run")
    started = clock.monotonic()
    for step in range(1, STEPS):
        conn.execute(_SQL.bare_step, {"step": step, "state": 2 if step == STEPS - 1 else 1})
        conn.commit()
    took = clock.monotonic() - started
    conn.execute(_SQL.drop_bare)
    conn.commit()
    return took


def _idle(movers: list[Mover], at_ms: int) -> float:
    """Seconds that a turn takes in which nobody is due."""
    started = clock.monotonic()
    for _ in range(_TURNS):
        movers[0].turn(at_ms)
    return (clock.monotonic() - started) / _TURNS


@contextlib.contextmanager
def _movers(here: State) -> Iterator[list[Mover]]:
    with contextlib.ExitStack() as open_:
        movers = [
            Mover(open_.enter_context(here.connect()), here.vault, here.config.workspace, _HOOKS)
            for _ in range(MOVERS)
        ]
        yield movers
        for mover in movers:
            mover.stop()


def _drain(movers: list[Mover], at_ms: int) -> float:
    """Do all that is due at an instant; the seconds it took."""

    def drain(mover: Mover) -> None:
        while True:
            done = mover.turn(at_ms)
            if not done.more and not done.moved:
                return

    started = clock.monotonic()
    with ThreadPoolExecutor(len(movers)) as threads:
        list(threads.map(drain, movers))
    return clock.monotonic() - started


def _events(people: list[int], at_ms: int) -> Events:
    count, zeros = len(people), np.zeros(len(people), np.int64)
    at = np.full(count, at_ms, np.int64)
    return Events(
        event_id=[ids.hash16(b"%d" % one) for one in people], kind=["track"] * count,
        name=["Account Created"] * count, person=np.array(people, np.uint32),
        session=zeros.astype(np.uint64), at_ms=at, received_ms=at,
        source=np.ones(count, np.uint16), channel=["web"] * count, order_id=[""] * count,
        currency=[""] * count, value_minor=zeros,
        properties=[msgspec.json.encode({"plan": "S"})] * count, context=[b"{}"] * count,
        quiet=np.zeros(count, np.bool_),
    )  # fmt: skip
