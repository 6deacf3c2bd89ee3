"""Writes down what a turn decided: one packed block, in the transaction that decided it."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from kervan.collect import ecommerce
from kervan.collect.event import RejectedError
from kervan.journeys.columns import (
    REASONS,
    REFUSALS,
    Book,
    Decisions,
    Int64,
    Log,
    Moves,
    Refused,
    Runs,
    Signals,
)
from kervan.journeys.decided import rows as columns
from kervan.journeys.decided import store
from kervan.journeys.decided.rows import Rows
from kervan.journeys.steps.step import NEVER, STAY
from kervan.kernel.postgres import Connection

_PRICED = "Order Completed"
"""An event whose money stands where we put it."""


def decided(conn: Connection, book: Book, decisions: Decisions, signals: Signals) -> None:
    """Keep every decision of a turn (Hooks.decided). The caller commits.

    To be called once the new runs have their numbers. What is committed is in history once,
    whoever is killed when (carry.step).
    """
    rows = read(book, decisions, signals)
    if len(rows):
        store.append(conn, len(rows), columns.pack(rows))


def read(book: Book, decisions: Decisions, signals: Signals) -> Rows:
    """The decisions of a turn as rows, those of each kind together."""
    runs, moves = decisions.runs, decisions.moves
    ids = _ids(signals)
    entered = _of(columns.ENTERED, runs, decisions.entered, signals, ids)
    passed = _of(columns.PASSED, runs, moves, signals, ids)
    passed.exit = moves.exit.astype(np.int16)
    passed.cause = moves.cause.astype(np.uint8)
    passed.until = _until(moves)
    left = _of(columns.LEFT, runs, decisions.left, signals, ids)
    left.reason = _words(REASONS, runs.state[decisions.left.row])
    goals = _of(columns.GOAL, runs, decisions.goals, signals, ids)
    _price(goals, book, decisions.goals, signals)
    return columns.join([entered, passed, left, goals, _refused(decisions.refused, signals, ids)])


def _of(what: int, runs: Runs, log: Log, signals: Signals, ids: npt.NDArray[np.void]) -> Rows:
    found = columns.blank(len(log))
    found.run = runs.run[log.row].astype(np.uint64)
    found.person = runs.person[log.row].astype(np.uint32)
    found.version = runs.version[log.row].astype(np.uint32)
    found.at_ms = log.at_ms
    found.what = np.full(len(log), what, np.uint8)
    found.step = log.step.astype(np.uint16)
    found.visit = log.visit.astype(np.uint16)
    _tell(found, log.signal, signals, ids)
    return found


def _refused(log: Refused, signals: Signals, ids: npt.NDArray[np.void]) -> Rows:
    found = columns.blank(len(log))
    found.person = log.person.astype(np.uint32)
    found.version = log.version.astype(np.uint32)
    found.at_ms = log.at_ms
    found.what = np.full(len(log), columns.REFUSED, np.uint8)
    found.reason = _words(REFUSALS, log.reason)
    _tell(found, log.signal, signals, ids)
    return found


def _until(moves: Moves) -> npt.NDArray[np.uint32]:
    """Until when she is to stay, in whole seconds from then."""
    stays = moves.exit == STAY
    known = stays & (moves.due_ms < NEVER)
    seconds = np.where(known, np.rint((np.where(known, moves.due_ms, 0) - moves.at_ms) / 1000), 0)
    seconds = np.clip(seconds, 0, columns.UNTIL_NEVER)
    return np.where(stays & ~known, columns.UNTIL_NEVER, seconds).astype(np.uint32)


def _tell(found: Rows, signal: Int64, signals: Signals, ids: npt.NDArray[np.void]) -> None:
    """The event behind each decision that has one."""
    some = np.flatnonzero(signal >= 0)
    if len(some):
        which = signal[some]
        found.event_id[some] = ids[which]
        found.event[some] = np.array(signals.name, object)[which]


def _ids(signals: Signals) -> npt.NDArray[np.void]:
    if not len(signals):
        return np.zeros(0, "V16")
    return np.frombuffer(b"".join(bytes(one).ljust(16)[:16] for one in signals.event_id), "V16")


def _words(known: Mapping[int, str], codes: npt.NDArray[Any]) -> npt.NDArray[np.object_]:
    return np.array([known.get(int(code), str(code)) for code in codes.tolist()], object)


def _price(goals: Rows, book: Book, log: Log, signals: Signals) -> None:
    """What each goal was worth, as its event says."""
    for i, signal in enumerate(log.signal.tolist()):
        if signal < 0:
            continue
        goal = book.versions[int(goals.version[i])].definition.header.goal
        goals.currency[i], goals.value_minor[i] = worth(
            signals.name[signal], signals.properties(signal), goal.value if goal else ""
        )


def worth(name: str, properties: Mapping[str, Any], path: str = "") -> tuple[str, int]:
    """Currency and value in minor units of an event; nothing where it cannot be read.

    `path` is where its author says that it stands (`properties.value`), "" where e-commerce
    events have it.
    """
    said = dict(properties)
    try:
        if not path:
            _, currency, minor = ecommerce.read(name, said)
            return currency, minor
        value: Any = said
        for part in path.removeprefix("properties.").split("."):
            value = value.get(part) if isinstance(value, Mapping) else None
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            return "", 0
        priced = {"value": value, "currency": said.get("currency"), "order_id": ""}
        _, currency, minor = ecommerce.read(_PRICED, priced)
    except RejectedError:
        return "", 0
    return currency, minor
