"""Lets a sender's mails go no faster than each provider of mailboxes, and each plan, allows.

A sender of e-mail asks it after the gate, with the way out of each mail known: what has to wait is
put back into the outbox with its instant and its reason, and nobody else waits for it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from kervan.delivery import books
from kervan.delivery.channels.channel import Fate, Outcome
from kervan.delivery.desk import Job, Result
from kervan.delivery.handed import Handed
from kervan.delivery.mail import domains, reports, rules, standing
from kervan.delivery.mail.reports import Accepted
from kervan.delivery.pacing import warm_up
from kervan.delivery.pacing.pace import PACED, RESTS, Later, Paces, is_about_the_domain
from kervan.delivery.states import MARKETING, State
from kervan.kernel import clock, log
from kervan.kernel.postgres import Connection

_log = log.get("sender")
_LOOK_SECONDS = 2.0
_JUDGE_SECONDS = 60.0
Shared = list[tuple[Any, list[Job]]]


class Governor:
    """What one sender of e-mail knows of the domains it mails to; `zone` is the workspace's."""

    def __init__(self, zone: str) -> None:
        self._zone = zone
        self._rules = rules.Rules()
        self._paces = Paces({})
        self._out: dict[UUID, tuple[str, str]] = {}
        self._look_at = 0.0
        self._judge_at = 0.0

    def fit(self, conn: Connection, ways: Sequence[Any], shared: Shared, desk: int,
            at: datetime) -> tuple[Shared, list[books.Result]]:  # fmt: skip
        """Of the jobs each way is to hand over those that may go now, and results for the rest."""
        self._refresh(conn)
        later: list[books.Result] = []
        now = at.timestamp()
        lanes: Shared = []
        for way, jobs in shared:
            free = []
            for job in jobs:
                told = self._ask(job, now)
                if told is None:
                    free.append(job)
                else:
                    later.append(_put_off(job, told))
            lanes.append((way, free))
        if self._rules.warm_up:
            lanes = self._warm(conn, ways, lanes, desk, at, later)
        return [(way, jobs) for way, jobs in lanes if jobs], later

    def _ask(self, job: Job, now: float) -> Later | None:
        return self._paces.ask(
            domains.lane_of(job.reached.address),
            now,
            is_urgent=job.claim.message_class != MARKETING,
            has_waited=job.claim.held in (PACED, RESTS),
        )

    def _warm(
        self, conn: Connection, ways: Sequence[Any], shared: Shared, desk: int, at: datetime,
        later: list[books.Result],
    ) -> Shared:  # fmt: skip
        """Keep each account's plan; what finds no place goes by an account that is warm."""
        plans = {one.account: one for one in self._rules.warm_up}
        day = warm_up.today(at, self._zone)
        given = {id(way): (way, list(jobs)) for way, jobs in shared}
        for way in sorted(ways, key=lambda one: str(one.name)):  # locks in one order everywhere
            plan, mine = plans.get(way.name), given.get(id(way))
            if plan is None or mine is None:
                continue
            going, waiting = warm_up.fit(conn, plan, mine[1], day)
            given[id(way)] = (way, going)
            for job in waiting:
                other = self._warm_way(ways, plans, given, job, desk)
                if other is None:
                    due = warm_up.next_day(at, self._zone, job.claim.subject.message)
                    later.append(books.PutOff(job.claim, due, job.claim.deferrals, warm_up.WARMING))
                else:
                    given.setdefault(id(other), (other, []))[1].append(job)
        return list(given.values())

    def _warm_way(
        self, ways: Sequence[Any], plans: dict[str, rules.WarmUp], given: dict[int, Any], job: Job,
        desk: int,
    ) -> Any:  # fmt: skip
        for one in ways:
            has = len(given[id(one)][1]) if id(one) in given else 0
            fits = one.name not in plans and one.takes(job.reached.address)
            if fits and one.room(desk) > has:
                return one
        return None

    def went_out(self, jobs: Sequence[Job]) -> None:
        """These lie on a desk now."""
        for job in jobs:
            lane = domains.lane_of(job.reached.address)
            self._out[job.claim.subject.message] = (lane, domains.group_of(job.reached.address))
            self._paces.out[lane] += 1

    def came_back(self, results: Sequence[Result]) -> None:
        """These are on no desk any more, and what became of them is written down."""
        for one in results:
            if not isinstance(one, Handed | books.Result):
                continue  # something a line said while it worked
            lane, _ = self._out.pop(one.claim.subject.message, ("", ""))
            if lane:
                self._paces.out[lane] -= 1
                if not self._paces.out[lane]:
                    del self._paces.out[lane]

    def heard(self, job: Job, outcome: Outcome) -> None:
        """What the other side said of one mail."""
        lane = domains.lane_of(job.reached.address)
        if outcome.fate is Fate.ACCEPTED:
            self._paces.went(lane)
        elif outcome.fate is Fate.DEFERRED and is_about_the_domain(outcome.code):
            seconds = self._paces.slowed(lane, clock.now().timestamp())
            if seconds:
                group = domains.group_of(job.reached.address)
                _log.warning("domain_rests", domain=group, seconds=seconds, code=outcome.code)

    def tally(self, conn: Connection, sender: int, results: Sequence[Result]) -> None:
        """Count what was accepted, in the transaction that writes it down."""
        accepted = [
            Accepted(one.handed_at, self._out[message][1], one.claim.brand)
            for one in results
            if isinstance(one, Handed)
            or (isinstance(one, books.End) and one.state is State.ACCEPTED)
            if one.handed_at is not None and (message := one.claim.subject.message) in self._out
        ]
        reports.tally(conn, accepted, sender)

    def watch(self, conn: Connection, at: datetime) -> None:
        """Judge our standing every so often, as complaints do at once."""
        if clock.monotonic() >= self._judge_at:
            self._judge_at = clock.monotonic() + _JUDGE_SECONDS
            standing.judge(conn, at)

    def _refresh(self, conn: Connection) -> None:
        if clock.monotonic() >= self._look_at:
            self._look_at = clock.monotonic() + _LOOK_SECONDS
            self._rules = rules.current(conn)
            self._paces.limits = self._rules.paces


def _put_off(job: Job, told: Later) -> books.PutOff:
    due = min(clock.from_ms(round(told.due * 1000)), job.claim.expires_at)
    return books.PutOff(job.claim, due, job.claim.deferrals, told.reason)
