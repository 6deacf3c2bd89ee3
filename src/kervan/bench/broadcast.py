"""Bench `broadcast`: how fast a frozen audience becomes messages, and what a look at it costs.

The floor is a bare COPY of the very same rows, in a copy of the tables with all their indexes.
"""

from dataclasses import dataclass, replace

import numpy as np

from kervan.bench import state
from kervan.bench.report import Figure, at_most, fact, growth, note, rate
from kervan.bench.state import State
from kervan.content.messages import apply as messages
from kervan.content.messages.definition import Definition
from kervan.content.texts.compile import Language
from kervan.delivery.broadcasts import audience, count, plan, store
from kervan.delivery.broadcasts.audience import Members
from kervan.delivery.broadcasts.definition import Broadcast
from kervan.delivery.broadcasts.store import Frozen
from kervan.kernel import clock, sql
from kervan.kernel.config import Config
from kervan.kernel.postgres import Connection

NAME = "broadcast"
PEOPLE = 200_000
_LOOKS = 20
_ENDED, _AT_ONCE = 20_000, 500
_MOST_LOOK_MS = 50.0
_SQL = sql.load(__package__, "broadcast.sql")
_KEY = "bench"


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds of planning, its CPU, of the bare COPY, of a look in the middle of the work; what
    ending some messages takes with and without the counting."""

    people: int
    seconds: float
    cpu_seconds: float
    bare_seconds: float
    look_ms: float
    ended_seconds: float
    ended_bare_seconds: float


def measure(config: Config, *, scale: int = 1, minutes: float = 0) -> list[Figure]:
    """Plan a broadcast; `scale` repeats it with that many times the people. `minutes` is unused."""
    one = _measure(config, PEOPLE)
    figures = _figures(one)
    if scale > 1:
        more = _measure(config, PEOPLE * scale)
        figures += [fact(NAME, "planned_per_second_scaled", rate(more.people, more.seconds),
                         "messages/s", floor=rate(more.people, more.bare_seconds)),
                    fact(NAME, "look_ms_scaled", more.look_ms, "ms"),
                    growth(NAME, scale, more.cpu_seconds, one.cpu_seconds)]  # fmt: skip
    return figures


def _figures(took: Took) -> list[Figure]:
    return [
        fact(NAME, "planned_per_second", rate(took.people, took.seconds), "messages/s",
             floor=rate(took.people, took.bare_seconds)),
        fact(NAME, "planned_per_cpu_second", rate(took.people, took.cpu_seconds), "messages/s"),
        at_most(NAME, "look_ms", took.look_ms, "ms", _MOST_LOOK_MS),
        fact(NAME, "ended_per_second", rate(_ENDED, took.ended_seconds), "messages/s",
             floor=rate(_ENDED, took.ended_bare_seconds)),
    ]  # fmt: skip


def _measure(config: Config, people: int) -> Took:
    with state.database(config) as here, here.connect() as conn:
        note(f"planning {people:,} messages")
        _begin(conn, people)
        started, cpu = clock.monotonic(), _used(here)
        while (kept := store.get(conn, _KEY)).phase in plan.FIRST_LEG:
            plan.step(conn, here.vault, kept, clock.now())
            conn.commit()
        seconds, used = clock.monotonic() - started, _used(here) - cpu
        assert conn.execute(_SQL.count).fetchone() == (people, people)
        note("the same rows by a bare COPY")
        bare = _bare(conn)
        ended = _end(conn)
        look_ms = _look(conn)
        conn.execute(_SQL.unwatched)
        ended_bare = _end(conn)
        return Took(people, seconds, used, bare, look_ms, ended, ended_bare)


def _used(here: State) -> float:
    return here.cpu_seconds() + state.own_cpu_seconds()


def _begin(conn: Connection, people: int) -> None:
    now = clock.now()
    text: dict[Language, dict[str, str]] = {"tr": {"text": "Yeni: https://shop.example/yeni"}}
    message = Definition(key="news", name="news", variants={"sms": text}, intent="Tell what is new")
    messages.apply(conn, message, now, "bench")
    wanted = Broadcast(key=_KEY, name=_KEY, everybody=True, message="news", spread_hours=2)
    store.apply(conn, wanted, "bench", now)
    kept = store.get(conn, _KEY)
    arms, _ = store.speaks(conn, wanted)
    who = Members(np.arange(1, people + 1, dtype=np.uint32), np.zeros(0, np.uint16))
    audience.freeze(conn, kept.number, who)
    frozen = Frozen(arms, None, clock.to_ms(now))
    store.begin(conn, replace(kept, status=store.SCHEDULED), frozen, people, now)
    store.turn(conn, kept, store.RUNNING)
    conn.commit()


def _bare(conn: Connection) -> float:
    for statement in _SQL.likeness.split(";"):
        conn.execute(statement)
    rows = [_out(conn, one) for one in (_SQL.rows_of_messages, _SQL.rows_of_open)]
    conn.commit()
    started = clock.monotonic()
    for statement, some in zip((_SQL.bare_messages, _SQL.bare_open), rows, strict=True):
        with conn.cursor() as cursor, cursor.copy(statement) as copy:
            copy.write(some)
    conn.commit()
    return clock.monotonic() - started


def _out(conn: Connection, statement: str) -> bytes:
    with conn.cursor() as cursor, cursor.copy(statement) as copy:
        return b"".join([bytes(one) for one in copy])


def _end(conn: Connection) -> float:
    """Seconds of ending `_ENDED` messages, a few hundred in a transaction, as senders do."""
    started = clock.monotonic()
    for _ in range(_ENDED // _AT_ONCE):
        conn.execute(_SQL.end_some, {"limit": _AT_ONCE, "at": clock.now()})
        conn.commit()
    return clock.monotonic() - started


def _look(conn: Connection) -> float:
    """Milliseconds of a look while nobody has folded what the senders added."""
    kept = store.get(conn, _KEY)
    started = clock.monotonic()
    for _ in range(_LOOKS):
        count.progress(conn, kept)
    conn.commit()
    return (clock.monotonic() - started) / _LOOKS * 1000
