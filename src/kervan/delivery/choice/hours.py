"""Finds for each message the instant of the person's best hour within the author's window.

A pure function over columns, in her own zone. The window is always kept: an hour that clocks skip
is passed over or begins where they go on, one that they show twice is taken the first time.
"""

from dataclasses import dataclass

import numpy as np

from kervan.delivery.choice.prior import HOURS, Floats
from kervan.delivery.choice.react import Bools, Int64
from kervan.delivery.policy.where import Places, local
from kervan.delivery.policy.where import instant as instant_of

_MINUTE_MS, _HOUR_MS, _DAY_MS = 60_000, 3_600_000, 86_400_000
_DAY_MINUTES = 1_440
_DAYS = 3
OWN_WEIGHT = 5.0
"""How many reactions the prior of hours counts as."""


@dataclass(frozen=True, slots=True)
class Window:
    """From which minute of the day until which (itself no longer in), a row each."""

    from_minute: Int64
    until_minute: Int64

    def take(self, rows: Int64) -> "Window":
        """The windows of these rows."""
        return Window(self.from_minute[rows], self.until_minute[rows])

    def holds(self, local_ms: Int64) -> Bools:
        """Whether clocks that show `local_ms` (rows x anything) are within it."""
        begin, end = self.from_minute[:, None], self.until_minute[:, None]
        length = (end - begin - 1) % _DAY_MINUTES + 1  # the same twice is a whole day
        since = (local_ms - begin * _MINUTE_MS) % _DAY_MS
        return since < length * _MINUTE_MS


def liking(own: Int64, usual: Floats) -> Floats:
    """How much each likes each hour (rows x 24): her own reactions, spread a little to the hours
    beside them, and those of people like her (`usual`, rows that sum to 1)."""
    spread = own * 0.5 + np.roll(own, 1, axis=1) * 0.25 + np.roll(own, -1, axis=1) * 0.25
    found: Floats = spread + OWN_WEIGHT * usual
    return found


def best(at_ms: Int64, places: Places, likes: Floats, window: Window, spread: Floats) -> Int64:
    """The instants (ms) from `at_ms` on, within a day where the window opens within one.

    Of hours liked as much the next is taken. `spread` (0 to below 1) says how far within the hour.
    Who may be in several zones is sent to where it is in the window in all of them, if there is
    such an instant, else as in the first.
    """
    out = at_ms.copy()
    for code, zones in enumerate(places.sets):
        rows = np.flatnonzero(places.codes == code)
        if len(rows):
            out[rows] = _in_zones(zones, at_ms[rows], likes[rows], window.take(rows), spread[rows])
    return out


def _in_zones(
    zones: tuple[str, ...], at_ms: Int64, likes: Floats, window: Window, spread: Floats
) -> Int64:
    zone = zones[0]
    starts, hours = _starts(zone, at_ms, window)
    some: Bools = (starts >= at_ms[:, None]) & window.holds(local(zone, starts))
    everywhere: Bools = some.copy()
    for other in zones[1:]:
        everywhere &= window.holds(local(other, starts))
    some = np.where(everywhere.any(axis=1, keepdims=True), everywhere, some)
    soon: Bools = some & (starts < at_ms[:, None] + _DAY_MS)
    some = np.where(soon.any(axis=1, keepdims=True), soon, some)
    score = np.where(some, np.take_along_axis(likes, hours, axis=1), -1.0)
    # In the order of time, so that of two as good the earlier is found.
    order = np.argsort(starts, axis=1, kind="stable")
    best_at = np.argmax(np.take_along_axis(score, order, axis=1), axis=1)
    rows = np.arange(len(at_ms))
    chosen = starts[rows, order[rows, best_at]]
    return _within_hour(zones, chosen, window, spread)


def _starts(zone: str, at_ms: Int64, window: Window) -> tuple[Int64, Int64]:
    """(rows x candidates) instants at which an hour of three days begins, and which hour it is.

    The hour in which the window opens begins with it, the one under way at `at_ms` then.
    """
    day = local(zone, at_ms) // _DAY_MS * _DAY_MS
    grid = np.arange(_DAYS * HOURS, dtype=np.int64) * _HOUR_MS
    opens = day[:, None] + grid
    begin = window.from_minute[:, None] * _MINUTE_MS
    into = begin - opens % _DAY_MS
    opens = np.where((into > 0) & (into < _HOUR_MS), opens + into, opens)
    starts = instant_of(zone, opens.ravel()).reshape(opens.shape)
    ends = instant_of(zone, (day[:, None] + grid + _HOUR_MS).ravel()).reshape(opens.shape)
    now = at_ms[:, None]
    starts = np.where((starts < now) & (now < ends), now, starts)
    shown = local(zone, starts)
    return starts, (shown % _DAY_MS) // _HOUR_MS


def _within_hour(zones: tuple[str, ...], at_ms: Int64, window: Window, spread: Floats) -> Int64:
    """Move each on within its hour and its window; where that leads out of either it stays."""
    shown = local(zones[0], at_ms)
    left = _HOUR_MS - shown % _HOUR_MS
    end = window.until_minute * _MINUTE_MS
    until = (end - shown) % _DAY_MS
    left = np.where((until > 0) & (until < left), until, left)
    moved = at_ms + np.floor(spread * left).astype(np.int64)
    kept = window.holds(local(zones[0], moved)[:, None])[:, 0]
    kept &= local(zones[0], moved) // _HOUR_MS == shown // _HOUR_MS
    for other in zones[1:]:
        was = window.holds(local(other, at_ms)[:, None])[:, 0]
        kept &= ~was | window.holds(local(other, moved)[:, None])[:, 0]
    return np.where(kept, moved, at_ms)
