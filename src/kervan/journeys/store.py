"""Loads what a turn of work is about and stores what was decided, a column at a time."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import psycopg

from kervan.journeys import pack
from kervan.journeys.columns import (
    INSIDE,
    Decisions,
    Int64,
    Runs,
    Signals,
    distinct,
    no_runs,
    no_signals,
)
from kervan.journeys.pack import INT2, INT4, INT8, TID, TIME
from kervan.journeys.seal import CONTEXT, SIGNAL, Seal
from kervan.journeys.steps.step import NEVER
from kervan.kernel import arrays, clock, postgres, sql
from kervan.kernel.arrays import Blobs, Bools, Int2s, Int4s, Int8s, Tids, Times
from kervan.kernel.postgres import Connection

Places = np.ndarray[tuple[int], np.dtype[np.void]]
Cursor = psycopg.Cursor[Any]
_SQL = sql.load(__package__, "run.sql")
_ROW = (TID, INT8, INT4, INT4, INT2, INT2, INT2, TIME, TIME, TIME, TIME, INT8, INT2)
_ALIKE = 200
"""From how many equal changes on they are written as one."""
_TIMER_RUNS = 1_000
BUCKETS = 256
_FEWEST_TIMERS = 100
TIMERS = 1_000
"""How many wake-ups the first turn asks for; they hold from one to a thousand runs each."""

LIMIT_EACH = 500
"""Signals of one person in one turn: a machine that signs in as somebody holds up nobody else."""


@dataclass(slots=True)
class Load:
    """Runs with their places on disk (`places`, one per run), and the signals to judge."""

    runs: Runs
    places: Places
    signals: Signals
    timers: int
    """How many due wake-ups were taken."""
    more: bool
    """Whether something that is due was probably left for the next turn."""
    next_timers: int
    """How many wake-ups the next turn should ask for, to fill its limit and read no more."""


def take(
    conn: Connection, seal: Seal, buckets: list[int], at_ms: int, limit: int, timers: int = TIMERS
) -> Load:
    """Take signals and due timers of `buckets` out of their tables and load their runs.

    As long as signals are waiting beyond `limit`, or a person's beyond LIMIT_EACH, no timer is
    taken: it might lie after one of them.
    """
    if conn.execute(_SQL.anything, {"at": clock.from_ms(at_ms)}).fetchone() != (True,):
        return Load(no_runs(), np.zeros(0, "V6"), no_signals(), 0, False, TIMERS)
    conn.execute(_SQL.by_place)
    args = {"at": clock.from_ms(at_ms), "buckets": postgres.array(buckets), "limit": limit,
            "rows": timers, "each": LIMIT_EACH}  # fmt: skip
    signals = _signals(conn, seal, args)
    full = len(signals) >= limit or _most_of_one(signals) >= LIMIT_EACH
    woken, taken = 0, 0
    with conn.cursor(binary=True) as cursor:
        if not len(signals):
            runs, places, woken, taken = _take_due(cursor, args)
        else:
            due: Int64 = np.zeros(0, np.int64)
            if not full:
                cursor.execute(_SQL.take_timers, args)
                due, count = pack.columns(cursor, (INT8, INT8))
                woken, taken = len(due), int(count[0])
            runs, places = _load(cursor, due, distinct(signals.person), args)
    more = full or taken >= timers or woken * 2 >= limit
    per_timer = max(1, woken // taken) if taken else 1
    next_timers = min(limit, max(_FEWEST_TIMERS, limit // per_timer * 5 // 4)) if taken else TIMERS
    return Load(runs, places, signals, woken, more, next_timers)


def _most_of_one(signals: Signals) -> int:
    if len(signals) < LIMIT_EACH:
        return 0
    return int(np.unique(signals.person, return_counts=True)[1].max())


def _load(
    cursor: Cursor, due: Int64, people: Int64, args: dict[str, object]
) -> tuple[Runs, Places]:
    asked = {"runs": Int8s(due), "people": Int4s(people), "buckets": args["buckets"]}
    cursor.execute(_SQL.load_runs, asked)
    places, run, version, person, *rest, ghost = pack.columns(cursor, _ROW)
    rest = [version.astype(np.int64), person.astype(np.int64), *rest, ghost.astype(np.bool_)]
    return Runs(run, *rest), places


def _take_due(cursor: Cursor, args: dict[str, object]) -> tuple[Runs, Places, int, int]:
    """Runs that time alone moves: columns it does not need are not read, and never written.

    Gives also how many runs were woken, stale ones too, and by how many timers.
    """
    cursor.execute(_SQL.take_due_runs, args)
    kinds = (TID, INT8, INT4, TIME, TIME, INT8, INT8)
    places, run, person, due_ms, entered_ms, where, counts = pack.columns(cursor, kinds)
    unread, never = np.zeros(len(run), np.int64), np.full(len(run), NEVER, np.int64)
    runs = Runs(
        run,
        where >> 32,
        person.astype(np.int64),
        (where >> 16 & 0xFFFF).astype(np.int16),
        (where & 0x7FFF).astype(np.int16),
        np.full(len(run), INSIDE, np.int16),
        entered_ms,
        unread,
        due_ms,
        never,
        unread,
        (where >> 15 & 1).astype(np.bool_),
    )
    return runs, places, int(counts[1]), int(counts[0])


def _signals(conn: Connection, seal: Seal, args: dict[str, object]) -> Signals:
    with conn.cursor(binary=True) as cursor:
        cursor.execute(_SQL.take_signals, args)
        at, person, name, event_id, properties = pack.raw(cursor)
    names = {one: one.decode() for one in set(name)}
    return Signals(
        pack.fixed(person, INT4).astype(np.int64),
        pack.fixed(at, TIME),
        [names[one] for one in name],
        event_id,
        properties,
        lambda whose, texts: seal.open_many(SIGNAL, whose, texts),
    )


def save(conn: Connection, load: Load, decisions: Decisions) -> None:
    """Number the new runs, write all changed ones, and set the timers of those who wait.

    Raises RuntimeError when a row was changed by somebody else meanwhile; the caller's rollback
    puts everything back.
    """
    runs, before = decisions.runs, decisions.loaded
    new = np.arange(before, len(runs))
    if len(new):
        with conn.cursor(binary=True) as cursor:
            cursor.execute(_SQL.number_runs, {"count": len(new)})
            (runs.run[new],) = pack.columns(cursor, (INT8,))
        _add(conn, runs.take(new))
    changed = decisions.changed[:before]
    if changed.all() and not len(new):
        if before:
            _move(conn, load.runs, runs, load.places)
    elif changed.any():
        _move(
            conn,
            load.runs.take(changed.nonzero()[0]),
            runs.take(changed.nonzero()[0]),
            load.places[changed],
        )
    waits = decisions.changed & (runs.due_ms < NEVER)
    _set_timers(conn, runs.run[waits], runs.person[waits] % BUCKETS, runs.due_ms[waits])


def _add(conn: Connection, new: Runs) -> None:
    columns = [
        Int8s(new.run), Int4s(new.version), Int4s(new.person), Int2s(new.step), Int2s(new.visit),
        Int2s(new.state), Times(new.entered_ms), Times(new.step_ms), Times(new.due_ms),
        Times(new.goal_ms), Int8s(new.key), Bools(new.ghost),
    ]  # fmt: skip
    arrays.copy(conn, _SQL.add_runs, columns)


def _move(conn: Connection, old: Runs, new: Runs, places: Places) -> None:
    timed = (new.step_ms == old.due_ms) & (new.goal_ms == old.goal_ms)
    wait = np.where(new.due_ms == NEVER, -1, new.due_ms - np.where(timed, old.due_ms, 0))
    visits = new.visit.astype(np.int64) - old.visit
    change = new.step.astype(np.int64) << 32 | visits << 8 | new.state
    written = 0
    rest = ~timed
    for one in distinct(change[timed]):
        same = timed & (change == one)
        for length in distinct(wait[same]):
            alike = same & (wait == length)
            if np.count_nonzero(alike) < _ALIKE:
                rest |= alike
                continue
            first = int(np.argmax(alike))
            written += _alike(conn, new, first, int(visits[first]), int(length), places[alike])
    if rest.any():
        these = new.take(rest)
        written += conn.execute(
            _SQL.move_each,
            {
                "places": Tids(places[rest]),
                "step": Int2s(these.step),
                "visit": Int2s(these.visit),
                "state": Int2s(these.state),
                "step_at": Times(these.step_ms),
                "due_at": Times(these.due_ms),
                "goal_at": Times(these.goal_ms),
            },
        ).rowcount
    if written != len(new):
        raise RuntimeError(f"{len(new) - written} runs were changed by somebody else")


def _alike(
    conn: Connection, new: Runs, first: int, visits: int, wait_ms: int, places: Places
) -> int:
    args = {"step": int(new.step[first]), "visits": visits, "state": int(new.state[first]),
            "places": Tids(places)}  # fmt: skip
    if wait_ms < 0:
        return conn.execute(_SQL.finish_alike, args).rowcount
    return conn.execute(_SQL.move_alike, {**args, "wait_seconds": wait_ms / 1000}).rowcount


def _set_timers(conn: Connection, run: Int64, bucket: Int64, due_ms: Int64) -> None:
    if not len(run):
        return
    if due_ms.min() == due_ms.max():
        # Sorting small numbers is a count, and the usual case of many people is one time.
        order = np.argsort(bucket.astype(np.int16), kind="stable")
    else:
        order = np.argsort(due_ms * BUCKETS + bucket, kind="stable")
    due_ms, bucket = due_ms[order], bucket[order]
    starts = np.ones(len(order), np.bool_)
    starts[1:] = (due_ms[1:] != due_ms[:-1]) | (bucket[1:] != bucket[:-1])
    first = np.flatnonzero(starts)
    length = np.diff(np.append(first, len(order)))
    if length.max() > _TIMER_RUNS:
        within = np.arange(len(order)) - np.repeat(first, length)
        starts |= within % _TIMER_RUNS == 0
        first = np.flatnonzero(starts)
    last = np.append(first[1:], len(order))
    alone = last - first == 1
    together = _SQL.add_timers, run[order], ~alone
    for statement, runs, some in (together, (_SQL.add_own_timers, run[order[first[alone]]], alone)):
        if some.any():
            conn.execute(
                statement,
                {
                    "runs": Int8s(runs),
                    "due_at": Times(due_ms[first[some]]),
                    "bucket": Int2s(bucket[first[some]]),
                    "first": Int4s(first[some] + 1),
                    "last": Int4s(last[some]),
                },
            )


def contexts(conn: Connection, seal: Seal, runs: list[int]) -> list[tuple[int, bytes]]:
    """Of those of these runs that carry something along: the run and its context, as JSON."""
    if not runs:
        return []
    rows = conn.execute(_SQL.contexts, {"runs": Int8s(runs)}, binary=True).fetchall()
    if not rows:
        return []
    found, sealed = zip(*rows, strict=True)
    texts = seal.open_many(CONTEXT, [b"%d" % run for run in found], sealed)
    return [*zip(found, texts, strict=True)]


def add_contexts(conn: Connection, seal: Seal, runs: Int64, texts: list[bytes]) -> None:
    """Store the contexts of new runs."""
    if len(runs):
        sealed = seal.many(CONTEXT, _whose(runs, texts))
        arrays.copy(conn, _SQL.add_contexts, [Int8s(runs), Blobs(sealed)])


def keep_contexts(conn: Connection, seal: Seal, runs: Int64, texts: list[bytes]) -> None:
    """Store the contexts of runs that may have had others."""
    if len(runs):
        sealed = seal.many(CONTEXT, _whose(runs, texts))
        conn.execute(_SQL.keep_contexts, {"runs": Int8s(runs), "contexts": Blobs(sealed)})


def _whose(runs: Int64, texts: list[bytes]) -> list[tuple[bytes, bytes]]:
    return [(b"%d" % run, text) for run, text in zip(runs.tolist(), texts, strict=True)]
