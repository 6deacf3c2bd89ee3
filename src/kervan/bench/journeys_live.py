"""How long events wait for their journeys: a hundred of them active, while thousands pour in.

A Kervan is started as anybody starts it. Each of the hundred journeys listens to one of the names
that pour in and to one value of a property, so that a fortieth of what it hears lets somebody in.
A journey of its own has the people that are watched: all wait for one event, each gets hers at an
appointed time by HTTP, and is looked for until the row of her run stands at the next step, as
anybody else can see it. Times are from the appointment on; looking costs up to LOOK_SECONDS.
"""

import contextlib
from dataclasses import dataclass, field

from kervan.bench import begin, lines, load
from kervan.bench.appointments import Act, Appointments, every
from kervan.bench.begin import Running
from kervan.bench.collect import Bench
from kervan.bench.report import Figure, at_least, at_most, fact, note, rate
from kervan.engines import spawn
from kervan.journeys import apply
from kervan.kernel import clock, postgres, sql
from kervan.kernel.arrays import Int8s
from kervan.kernel.config import Config
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "journeys.sql")
SECONDS = 30.0
JOURNEYS, EVENTS_PER_SECOND = 100, 2_000
_BATCH, _DOORS = 50, 4
_PROBES_PER_SECOND = 20
_PEOPLE, _INTRODUCED = 10_000, 100
_MOST_SECONDS = 1.0
LOOK_SECONDS = 0.01
_PATIENCE_SECONDS = 60.0
_HEARD = ("Product Viewed", "Page Viewed", "Product List Viewed", "Product Added")
_ACTIVE = """
journey:
  key: bench-{number}
  name: Bench
  trigger: {{event: {name}, where: [{{property: position, eq: {position}}}]}}
  reentry: after_exit
  steps:
    - key: wait
      kind: wait
      until: {{event: Order Completed}}
      timeout: 1 hour
      next: {{matched: end, timed_out: end}}
    - {{key: end, kind: exit}}
"""
_PROBE = """
journey:
  key: bench-probe
  name: Bench
  trigger: {event: Question Asked}
  steps:
    - key: waits
      kind: wait
      until: {event: Answer Given}
      timeout: 2 days
      next: {matched: next, timed_out: end}
    - {key: next, kind: wait, for: 2 days}
    - {key: end, kind: exit}
"""


@dataclass(slots=True)
class Seen:
    """Seconds from each event's appointment to its step, and what was going on meanwhile."""

    seconds: list[float] = field(default_factory=list)
    events_per_second: float = 0.0
    entered: int = 0
    idle_cpu_share: float = 0.0


def measure(config: Config, name: str, seconds: float = SECONDS) -> list[Figure]:
    """Run it and give its figures under the bench's `name`."""
    with begin.kervan(config) as running:
        bench = Bench(running, config)
        with postgres.connect(running.postgres_url, workspace=config.workspace) as conn:
            note(f"introducing {_PEOPLE:,} people to {JOURNEYS} journeys")
            publish(conn)
            people = load.introductions(_PEOPLE, _INTRODUCED)
            lines.send(running.host, running.port, running.key, people, _PEOPLE // _INTRODUCED, 4)
            bench.settle()
            _live(running, conn, 3.0, 0)  # nothing cold is measured
            bench.settle()
            note(f"{EVENTS_PER_SECOND:,} events/s for {seconds:g} seconds")
            seen = _live(running, conn, seconds, round(3.0 * _PROBES_PER_SECOND))
            bench.settle()
            seen.idle_cpu_share = _idle(running)
    return figures(name, seen)


def figures(name: str, seen: Seen) -> list[Figure]:
    """What was seen; the load must really have been there."""
    p99 = load.percentile(seen.seconds, 0.99)
    return [
        at_most(name, "event_to_step_p99_seconds", p99, "s", _MOST_SECONDS),
        fact(name, "event_to_step_p50_seconds", load.percentile(seen.seconds, 0.5), "s"),
        at_least(name, "background_events_per_second", seen.events_per_second, "events/s",
                 0.95 * EVENTS_PER_SECOND),
        fact(name, "background_entered", seen.entered, "runs"),
        fact(name, "idle_cpu_share", seen.idle_cpu_share, "cores"),
    ]  # fmt: skip


def publish(conn: Connection) -> None:
    """The hundred journeys, and that of those who are watched."""
    for number in range(JOURNEYS):
        about = {"name": _HEARD[number % len(_HEARD)], "position": number % 40, "number": number}
        apply.apply(conn, _ACTIVE.format(**about), clock.now())
    apply.apply(conn, _PROBE, clock.now())
    conn.commit()


def _live(running: Running, conn: Connection, seconds: float, first: int) -> Seen:
    """Watch people while events pour in; raises bench.not_moved for whom nothing moved."""
    count = round(seconds * _PROBES_PER_SECOND)
    crowd = load.Crowd(_BATCH, people=_PEOPLE)
    per_door = EVENTS_PER_SECOND / _BATCH / _DOORS
    with contextlib.ExitStack() as stack:
        doors = [
            stack.enter_context(
                contextlib.closing(lines.Door(running.host, running.port, running.key))
            )
            for _ in range(_DOORS + 1)
        ]
        for number in range(first, first + count):
            doors[-1].post(_said("Question Asked", number, clock.now_ms()))
        waiting = _entered(conn, count)
        before = _count(conn)
        begins, begins_ms = clock.monotonic() + 0.2, clock.now_ms() + 200
        asked = every(begins, seconds, _PROBES_PER_SECOND)
        threads = [Appointments(asked, _answering(doors[-1], first, begins_ms))]
        for number, one in enumerate(doors[:-1]):
            times = [(i * _DOORS + number, at) for i, at in every(begins, seconds, per_door)]
            threads.append(Appointments(times, _pouring(one, crowd)))
        for thread in threads:
            thread.start()
        came = _watch(conn, waiting, begins + seconds + _PATIENCE_SECONDS)
        for thread in threads:
            thread.finish()
        took = clock.monotonic() - begins
    at_of = {_at_ms(begins_ms, number): at for number, at in asked}
    found = [came[at_ms] - at for at_ms, at in at_of.items() if at_ms in came]
    if len(found) != count:
        raise KervanError("bench.not_moved", 500, people=count, moved=len(found))
    poured = round(seconds * per_door) * _DOORS * _BATCH
    return Seen(found, rate(poured, max(seconds, took)), _count(conn) - before)


def _at_ms(begins_ms: int, number: int) -> int:
    """The time that a probe's event bears: no two have the same, so it names her run's move."""
    return begins_ms + number * 1_000 // _PROBES_PER_SECOND


def _said(event: str, number: int, at_ms: int) -> bytes:
    when = clock.from_ms(at_ms).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    text = (
        f'{{"batch":[{{"type":"track","messageId":"{event[0]}-{number}-{at_ms}","event":"{event}",'
        f'"userId":"customer-{number:07d}","timestamp":"{when}","properties":{{}}}}]}}'
    )
    return text.encode()


def _answering(door: lines.Door, first: int, begins_ms: int) -> Act:
    return lambda i: door.post(_said("Answer Given", first + i, _at_ms(begins_ms, i)))


def _pouring(door: lines.Door, crowd: load.Crowd) -> Act:
    return lambda number: door.post(crowd.body(number))


def _entered(conn: Connection, count: int) -> list[int]:
    """The runs of those who are watched, once they are all there and wait."""
    found: list[int] = []

    def all_there() -> bool:
        found[:] = [run for (run,) in conn.execute(_SQL.waiting_probes).fetchall()]
        conn.commit()
        return len(found) == count

    if not spawn.wait_until(all_there, _PATIENCE_SECONDS):
        raise KervanError("bench.not_moved", 500, people=count, moved=len(found))
    return found


def _watch(conn: Connection, waiting: list[int], until: float) -> dict[int, float]:
    """When each was first seen at the next step, by the logical time of her move in ms."""
    came: dict[int, float] = {}
    left = set(waiting)
    while left and clock.monotonic() < until:
        rows = conn.execute(_SQL.moved_probes, {"runs": Int8s([*left])}).fetchall()
        conn.commit()
        now = clock.monotonic()
        for run, at in rows:
            came[clock.to_ms(at)] = now
            left.discard(run)
        clock.sleep(LOOK_SECONDS)
    return came


def _count(conn: Connection) -> int:
    row = conn.execute(_SQL.all_runs).fetchone()
    conn.commit()
    return int(row[0]) if row else 0


def _idle(running: Running, seconds: float = 5.0) -> float:
    """How many cores all its processes keep busy while nothing happens."""
    before, begun = sum(running.cpu_seconds().values()), clock.monotonic()
    clock.sleep(seconds)
    return rate(sum(running.cpu_seconds().values()) - before, clock.monotonic() - begun)
