"""Bench `identity`: new people with three identifiers each through the resolver, a fifth merged.

Every fifth person was a lead before: an event by e-mail alone came some batches earlier, and her
customer event joins the two. All events go through the reading of identifiers and the resolver as
the worker calls them, in its batches, each with its commit, on one connection.
"""

import gc
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from kervan.bench import state
from kervan.bench.report import Figure, at_least, fact, growth, noisy, note, rate
from kervan.bench.state import State
from kervan.kernel import clock, sql
from kervan.kernel.config import Config
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.profiles import store
from kervan.profiles.resolve import resolve
from kervan.profiles.sighting import Reader, Sighting

NAME = "identity"
PEOPLE = 1_000_000
BATCH = 8_000
LEAD_EVERY = 5
_LAG = 20_000
_SQL = sql.load(__package__, "identity.sql")
_LEAST, _LEAST_RATIO = 20_000, 0.3
KNOWN_BARE = 60_000
"""Events a second whose rows the machine of docs/decisions/two-engines.md upserts barely."""
_BARE_ATOMS = 20_000


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds on the clock and CPU seconds of us and the server for so many events."""

    events: int
    seconds: float
    cpu_seconds: float


def measure(config: Config, *, scale: int = 1, minutes: float = 0) -> list[Figure]:
    """Run the bench; `scale` repeats it with that many times the people."""
    figures, one = _measure(config, PEOPLE)
    if scale > 1:
        _, more = _measure(config, PEOPLE * scale)
        figures.append(growth(NAME, scale, more.seconds, one.seconds))
    return figures


def _measure(config: Config, people: int) -> tuple[list[Figure], Took]:
    # As the worker does: a batch makes many short-lived objects and no cycles to speak of.
    usual = gc.get_threshold()
    gc.set_threshold(500_000, 20, 20)
    with state.database(config) as here, here.connect() as conn:
        note(f"resolving {people:,} new people, every fifth known as a lead before")
        took = _resolve(here, conn, people)
        _check(conn, people)
        note("seeing them once more")
        again = _resolve(here, conn, people // 10)
        _check(conn, people)
        note("the same rows, barely")
        bare = _bare(here, conn, took.events)
    gc.set_threshold(*usual)
    return _figures(took, again, bare), took


def _figures(took: Took, again: Took, bare: Took) -> list[Figure]:
    floor = rate(bare.events, bare.seconds)
    speed = at_least(
        NAME, "events_per_second", rate(took.events, took.seconds), "events/s", _LEAST, floor=floor
    )
    ratio = speed.ratio or 0.0
    why = f"the bare upsert did less than half of the {KNOWN_BARE:,} events/s known of such a one"
    return [
        speed,
        Figure(NAME, "ratio", ratio, "", target=f"≥ {_LEAST_RATIO}", ok=ratio >= _LEAST_RATIO),
        fact(
            NAME,
            "events_per_cpu_second",
            rate(took.events, took.cpu_seconds, state.TICK_SECONDS),
            "events/s",
            floor=rate(bare.events, bare.cpu_seconds, state.TICK_SECONDS),
        ),
        fact(NAME, "known_events_per_second", rate(again.events, again.seconds), "events/s"),
        noisy(NAME, floor < KNOWN_BARE / 2, why),
    ]


def _crowd(reader: Reader, people: int) -> Iterator[Sighting]:
    """Every person's customer event, and some time before it the lead's for every fifth."""
    start_ms = clock.now_ms() - 10 * people
    for i in range(people + _LAG):
        if i < people and i % LEAD_EVERY == 0:
            yield _sighting(reader, start_ms + i, None, {"email": f"customer-{i:07d}@ornek.com"})
        if i >= _LAG:
            person = i - _LAG
            said = {"email": f"customer-{person:07d}@ornek.com", "phone": f"+90532{person:07d}"}
            yield _sighting(reader, start_ms + i, f"customer-{person:07d}", said)


def _sighting(reader: Reader, at_ms: int, user_id: str | None, traits: dict[str, str]) -> Sighting:
    return reader.read(
        at_ms=at_ms,
        source=1,
        trusted=True,
        shared=False,
        user_id=user_id,
        anonymous_id=None,
        traits=traits,
        person=0,
    )


def _resolve(here: State, conn: Connection, people: int) -> Took:
    reader, numbers = Reader(here.vault, "TR"), store.Numbers(conn)
    crowd = _crowd(reader, people)
    events = 0
    started, cpu = clock.monotonic(), here.cpu_seconds() + state.own_cpu_seconds()
    while batch := list(islice(crowd, BATCH)):
        resolve(conn, here.vault, batch, clock.now_ms(), numbers)
        conn.commit()
        events += len(batch)
    seconds = clock.monotonic() - started
    return Took(events, seconds, here.cpu_seconds() + state.own_cpu_seconds() - cpu)


def _check(conn: Connection, people: int) -> None:
    leads = -(-people // LEAD_EVERY)
    row = conn.execute(_SQL.found).fetchone()
    conn.commit()
    assert row is not None
    if row[:4] != (people, leads, 3 * people, leads):
        raise KervanError("bench.not_resolved", 500, people=people, found=str(row[:4]))


def _bare(here: State, conn: Connection, events: int) -> Took:
    """The same rows into tables with the same indexes, piece by piece, by the server alone."""
    for statement in _SQL.make_bare.split(";"):
        conn.execute(statement)
    row = conn.execute(_SQL.found).fetchone()
    assert row is not None
    conn.commit()
    _rest(conn)
    started, cpu = clock.monotonic(), here.cpu_seconds()
    for after in range(0, row[4], _BARE_ATOMS):
        piece = {"after": after, "until": after + _BARE_ATOMS}
        for statement in (_SQL.bare_profile, _SQL.bare_identifier, _SQL.bare_claim):
            conn.execute(statement, piece)
        conn.commit()
    took = Took(events, clock.monotonic() - started, here.cpu_seconds() - cpu)
    conn.execute(_SQL.drop_bare)
    conn.commit()
    return took


def _rest(conn: Connection) -> None:
    """Leave nothing behind that the measured work would pay for."""
    conn.autocommit = True
    for table in ("profile", "identifier", "claim"):
        conn.execute(_SQL.settle.replace("{table}", table))
    conn.execute(_SQL.checkpoint)
    conn.autocommit = False
