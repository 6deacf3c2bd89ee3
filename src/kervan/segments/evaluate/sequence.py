"""Chains of events: from the last stage back to the first, so that every window is asked alike."""

import numpy as np

from kervan.segments.columns import NEVER, Answer, Bools, Int64
from kervan.segments.evaluate.moment import length_ms
from kervan.segments.evaluate.select import History, Pick, Selection
from kervan.segments.evaluate.window import AT_LEAST_ONE, Windows
from kervan.segments.tree import Sequence, Span, Stage

_UNLIMITED_MS = 1 << 61


def chained(leaf: Sequence, history: History, windows: Windows, at_ms: Int64) -> Answer:
    """Who has a chain, and until when; `at_ms` is one per person.

    A first stage's event that begins a chain is picked like any other event; then the window asks
    for at least one of them.
    """
    picks = [_pick(stage) for stage in leaf.stages]
    ends = _past(history.pick(picks[-1]), history)
    waits = np.full(len(at_ms), NEVER, np.int64)
    if leaf.then_not is not None:
        missing = history.pick(_pick(leaf.then_not))
        open_places = ends[~_followed(history, ends, missing.places, leaf.then_not.within)]
        due_ms = history.events.at_ms[open_places] + _limit_ms(leaf.then_not.within)
        row = history.events.row[open_places]
        is_due = due_ms <= at_ms[row]
        ends = open_places[is_due]
        waits = _first(row[~is_due], due_ms[~is_due], len(at_ms))
        picks.append(_pick(leaf.then_not))
    for stage, later in zip(leaf.stages[-2::-1], leaf.stages[:0:-1], strict=True):
        before = _past(history.pick(_pick(stage)), history)
        ends = before[_followed(history, before, ends, later.within)]
    found = windows.range(history.selection(ends), leaf.window)
    holds = found.count > 0
    for pick in picks:
        np.minimum(waits, windows.next_event(history.pick(pick)), out=waits)
    until = windows.changes(found, AT_LEAST_ONE)
    return Answer(holds, np.where(holds, until, np.minimum(until, waits)))


def _pick(stage: Stage) -> Pick:
    return Pick(stage.events, stage.where, stage.lines)


def _past(selection: Selection, history: History) -> Int64:
    """The places of the picked events that count by now."""
    if not history.has_future:
        return selection.places
    return selection.places[selection.places < history.now[selection.row]]


def _limit_ms(within: Span | None) -> int:
    return _UNLIMITED_MS if within is None else length_ms(within)


def _followed(history: History, places: Int64, others: Int64, within: Span | None) -> Bools:
    """Which events have one of the others of the same person later, by at most `within`."""
    if not len(others):
        return np.zeros(len(places), np.bool_)
    events = history.events
    index = np.searchsorted(others, history.later(places))
    following = others[np.minimum(index, len(others) - 1)]
    near = events.at_ms[following] - events.at_ms[places] <= _limit_ms(within)
    mine = events.row[following] == events.row[places]
    found: Bools = (index < len(others)) & mine & near
    return found


def _first(row: Int64, at_ms: Int64, count: int) -> Int64:
    """The first of each row's instants, which rise; NEVER for none."""
    found = np.full(count, NEVER, np.int64)
    found[row[::-1]] = at_ms[::-1]  # of equal rows the last one written stays
    return found
