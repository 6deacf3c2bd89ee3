"""Decides who may enter: those who met the trigger, by re-entry, dates and free seats."""

from collections.abc import Mapping

import numpy as np

from kervan.delivery.broadcasts.schedule import hashed
from kervan.journeys import lanes as lanes_
from kervan.journeys.columns import (
    REFUSED_ENDED,
    REFUSED_EXIT_WHEN,
    REFUSED_INSIDE,
    REFUSED_NOT_STARTED,
    REFUSED_PAUSED,
    REFUSED_REENTRY,
    Book,
    Bools,
    Int64,
    Refused,
    Runs,
    Signals,
    Version,
    distinct,
)
from kervan.journeys.lanes import Lanes
from kervan.journeys.matching import Matching
from kervan.journeys.seats import Closed, Seats
from kervan.journeys.steps.step import Facts
from kervan.kernel import ids

_WHOLE = 1 << 32


class Door:
    """Lets in or refuses, and remembers whom it refused."""

    def __init__(
        self,
        book: Book,
        signals: Signals,
        matching: Matching,
        seats: Mapping[int, Seats],
        closed: Mapping[int, Closed],
        facts: Facts,
    ) -> None:
        self._book = book
        self._signals = signals
        self._matching = matching
        self._seats = seats
        self._closed = closed
        self._facts = facts
        self._refused: list[tuple[Int64, ...]] = []
        self._told: Bools = np.zeros(0, np.bool_)

    def admit(
        self, lanes: Lanes, some: Int64, which: Int64, inside: Bools, runs: Runs
    ) -> list[tuple[Version, Int64, Int64]]:
        """Who of the lanes `some`, each with its signal in `which`, enters what version now.

        Gives (version, lanes, signals). `inside` says who was inside before the signal.
        """
        entering = []
        journeys = lanes.journey[some]
        for journey in distinct(journeys):
            live = self._book.live.get(int(journey))
            if live is None:
                continue
            version = self._book.versions[live]
            mine = self._matching.of([version.definition.entry])[which]
            here = np.flatnonzero((journeys == journey) & mine)
            if not len(here):
                continue
            own = lanes_.keys(version.definition, self._matching, which[here])
            here = here[own == lanes.key[some[here]]]
            lane, signal = some[here], which[here]
            reason = self._reasons(version, signal, lanes.row[lane], inside[here], runs)
            self._refuse(lanes, version, lane, signal, reason)
            if not reason.all():
                entering.append((version, lane[reason == 0], signal[reason == 0]))
        return entering

    def _reasons(
        self, version: Version, signal: Int64, rows: Int64, inside: Bools, runs: Runs
    ) -> Int64:
        definition, at_ms = version.definition, self._signals.at_ms[signal]
        reason: Int64 = np.zeros(len(signal), np.int64)
        seats = self._seats.get(version.journey)
        if seats is not None:
            closed = self._closed[version.journey]
            reason[:] = closed.reasons(seats, self._matching.rank[signal], at_ms)
        before = rows >= 0
        last = rows[before]
        if definition.reentry_ms is None or lanes_.each(definition):
            reason[before] = REFUSED_REENTRY
        else:
            after_ms = np.maximum(definition.reentry_ms, 0)
            again = at_ms[before] >= runs.entered_ms[last] + after_ms
            again &= at_ms[before] >= runs.step_ms[last]
            reason[before] = np.where(again, reason[before], REFUSED_REENTRY)
        if version.paused:
            reason[:] = REFUSED_PAUSED
        reason[at_ms >= definition.ends_ms] = REFUSED_ENDED
        reason[at_ms < definition.starts_ms] = REFUSED_NOT_STARTED
        reason[inside] = REFUSED_INSIDE
        rule, open_ = definition.header.exit_when, reason == 0
        if rule is not None and open_.any():
            # Who meets it already would never come to meet it, and never leave.
            met = self._facts.meets(rule, self._signals.person[signal[open_]], at_ms[open_])
            reason[np.flatnonzero(open_)[met]] = REFUSED_EXIT_WHEN
        return reason

    def _refuse(
        self, lanes: Lanes, version: Version, lane: Int64, signal: Int64, reason: Int64
    ) -> None:
        if len(self._told) < len(lanes):
            self._told = np.zeros(len(lanes), np.bool_)
        told = (reason > 0) & ~((reason == REFUSED_INSIDE) & self._told[lane])
        if not told.any():
            return
        self._told[lane[reason == REFUSED_INSIDE]] = True
        which = signal[told]
        self._refused.append(
            (
                self._signals.person[which],
                np.full(len(which), version.id, np.int64),
                self._signals.at_ms[which],
                which,
                reason[told],
            )
        )

    def refused(self) -> Refused:
        """All who were refused so far."""
        if not self._refused:
            none = np.zeros(0, np.int64)
            return Refused(none, none, none, none, none)
        return Refused(*(np.concatenate(one) for one in zip(*self._refused, strict=True)))


def ghosts(version: Version, person: Int64) -> Bools:
    """Who of these is of the journey's hold-out: always the same people for one journey."""
    header = version.definition.header
    if not header.hold_out:
        return np.zeros(len(person), np.bool_)
    salt = int.from_bytes(ids.hash16(b"journey", header.key.encode(), b"hold_out")[:8], "big")
    drawn = hashed(person.astype(np.uint32), salt) >> np.uint64(32)
    found: Bools = drawn < np.uint64(round(_WHOLE * header.hold_out))
    return found
