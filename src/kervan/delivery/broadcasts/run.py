"""Moves broadcasts on, a step at a time: freezes the audience, plans, picks the winner, ends them.

A step is one transaction of the caller, with how far it came in it: killed at any moment it is done
whole or not at all, and the next one goes on from there.
"""

from datetime import datetime, timedelta

import numpy as np
from clickhouse_connect.driver.client import Client

from kervan.collect import intake
from kervan.delivery import outbox
from kervan.delivery.broadcasts import assign, audience, count, plan, schedule, store, who
from kervan.delivery.broadcasts.store import Frozen, Kept
from kervan.delivery.broadcasts.winner import Tally, pick
from kervan.delivery.broadcasts.write import CANCELLED
from kervan.delivery.outbox import Subject
from kervan.delivery.states import State
from kervan.kernel import clock, log, postgres, sql
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "plan.sql")
_log = log.get("broadcast")
_TIDY_SECONDS = 60.0


class Runner:
    """The broadcasts of one workspace; `zone` is the workspace's, for who has none of her own."""

    def __init__(self, history: Client, vault: WorkspaceVault, zone: str) -> None:
        self._history = history
        self._vault = vault
        self._zone = zone
        self._last = 0
        self._tidy_at = 0.0

    def step(self, conn: Connection, at_ms: int) -> bool:
        """One piece of work of one broadcast, each in its turn; whether there was any."""
        at = clock.from_ms(at_ms)
        waiting = store.at_work(conn, at)
        later = [one for one in waiting if one.number > self._last]
        for one in later + [one for one in waiting if one.number <= self._last]:
            self._last = one.number  # one that fails stands in nobody's way
            # As it is now, and nobody cancels it in the middle of a step.
            if self._work(conn, store.hold(conn, one.key), at):
                return True
        if clock.monotonic() >= self._tidy_at:
            self._tidy_at = clock.monotonic() + _TIDY_SECONDS
            count.tidy(conn)
        return False

    def _work(self, conn: Connection, kept: Kept, at: datetime) -> bool:
        if kept.status == store.SCHEDULED:
            return self._begin(conn, kept, at)
        if kept.status not in (store.RUNNING, store.CANCELLING):
            return True  # it was cancelled a moment ago
        if kept.status == store.CANCELLING:
            if kept.phase == plan.CANCEL:
                plan.step(conn, self._vault, kept, at)
                return True
            return _cancel(conn, kept, at)
        if is_stopped(conn, kept.key):
            return False
        if kept.phase in plan.FIRST_LEG:
            plan.step(conn, self._vault, kept, at)
            return True
        if kept.phase == plan.RESEND:
            plan.again(conn, kept, at)
            return True
        count.fold(conn, kept.number)
        return self._wait(conn, kept, at)

    def _begin(self, conn: Connection, kept: Kept, at: datetime) -> bool:
        if kept.wanted.local:
            said = schedule.first_of(kept.wanted.at, [self._zone, *who.zones(self._history)])
            if said > at:  # nobody lives where it is that time already
                store.start(conn, kept, said, kept.started_by)
                return True
        try:
            arms, resend = store.speaks(conn, kept.wanted)
            core = who.question(conn, kept.wanted)
        except KervanError as error:
            store.fail(conn, kept, error.code)
            _log.warning("broadcast_not_started", broadcast=kept.number, problem=error.code)
            return True
        zone = self._zone if kept.wanted.local else ""
        found, zones = who.members(self._history, core, clock.to_ms(at), zone)
        frozen = Frozen(arms, resend, clock.to_ms(at), zones)
        audience.freeze(conn, kept.number, found)
        store.begin(conn, kept, frozen, len(found.people), at)
        _log.info("broadcast_started", broadcast=kept.number, audience=len(found.people))
        return True

    def _wait(self, conn: Connection, kept: Kept, at: datetime) -> bool:
        """Nothing is to be planned now: what has to happen before it goes on?"""
        now = count.progress(conn, kept)
        queued = now.first.states[State.QUEUED] + now.again.states[State.QUEUED]
        if queued:
            return False
        if kept.phase == plan.WAIT:
            return self._test(conn, kept, at)
        if kept.phase == plan.SENT and kept.wanted.resend is not None:
            store.advance(conn, kept, plan.RESEND, 0)
            return True
        if now.first.states[State.HANDED] + now.again.states[State.HANDED]:
            return False
        _finish(conn, kept, store.DONE, at)
        return True

    def _test(self, conn: Connection, kept: Kept, at: datetime) -> bool:
        test = kept.wanted.test
        assert test is not None
        if kept.test_ended_at is None:
            store.test_ended(conn, kept, at)
            return True
        if at < kept.test_ended_at + timedelta(hours=test.wait_hours):
            return False
        tallies = self.tallies(conn, kept)
        won = pick(test, tallies)
        store.won(conn, kept, won)
        _log.info("broadcast_winner", broadcast=kept.number, rule=won.rule, why=won.why)
        return True

    def tallies(self, conn: Connection, kept: Kept) -> list[Tally]:
        """What each variant of a test has reached and moved so far, in their order."""
        test = kept.wanted.test
        assert test is not None
        arms = count.progress(conn, kept).arms
        reacted = {name: one.facts["clicked"] for name, one in arms.items()}
        if test.metric == "conversion":
            reacted = self._converted(conn, kept, test.event)
        # Who clicked may be lost all the same: her mail came back later.
        return [
            Tally(one.name, reached, min(reacted.get(one.name, 0), reached))
            for one in test.variants
            for reached in [arms[one.name].reached]
        ]

    def _converted(self, conn: Connection, kept: Kept, event: str) -> dict[str, int]:
        """How many of each variant did `event` after they got theirs."""
        assert kept.frozen is not None
        people, last_ms = who.reacted(self._history, event, kept.frozen.start_ms)
        rows = np.flatnonzero(assign.arms(people, kept.number, kept.wanted) != assign.REST)
        values = {
            "people": postgres.array(people[rows].tolist()),
            "at": postgres.array(last_ms[rows].tolist()),
            "broadcast": kept.number,
            "reached": [int(one) for one in count.REACHED],
        }
        return {step: int(n) for step, n in conn.execute(_SQL.converted, values).fetchall()}


def is_stopped(conn: Connection, key: str) -> bool:
    """Whether a stop of its own holds a broadcast."""
    scope = outbox.campaign("broadcast", key)
    return any(one.scope == scope and one.dropped_until is None for one in outbox.stops(conn))


def _cancel(conn: Connection, kept: Kept, at: datetime) -> bool:
    """End what waits; whoever has no message yet has one by now."""
    values = {
        "run": -kept.number, "limit": plan.BATCH, "state": int(State.CANCELLED),
        "reason": CANCELLED, "at": at,
    }  # fmt: skip
    conn.execute(_SQL.cancel_claimed, values)
    subjects = [Subject(*row) for row in conn.execute(_SQL.cancel, values).fetchall()]
    intake.append_own(
        conn, [outbox.own_event(State.CANCELLED, CANCELLED, at, one) for one in subjects]
    )
    if subjects:
        return True
    count.fold(conn, kept.number)
    now = count.progress(conn, kept)
    for state in (State.QUEUED, State.HANDED):
        if now.first.states[state] + now.again.states[state]:
            return False
    outbox.resume(conn, campaign=outbox.campaign("broadcast", kept.key), at=at)
    _finish(conn, kept, store.CANCELLED, at)
    return True


def _finish(conn: Connection, kept: Kept, status: str, at: datetime) -> None:
    audience.forget(conn, kept.number)
    count.fold(conn, kept.number)
    store.turn(conn, kept, status, at)
    _log.info("broadcast_ended", broadcast=kept.number, status=status)
