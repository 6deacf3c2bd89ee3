"""The desk between a sender and its connections: decided messages in, results out."""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from kervan.delivery import books
from kervan.delivery.archive.keep import Said
from kervan.delivery.channels.channel import Capabilities, Fate, Outcome, Problem
from kervan.delivery.channels.pool import Parcel
from kervan.delivery.handed import Handed
from kervan.delivery.journal import Journal
from kervan.delivery.reach import Reached
from kervan.delivery.states import MARKETING, State
from kervan.kernel import clock, ids, log
from kervan.kernel.errors import KervanError
from kervan.profiles.read import Person

_log = log.get("sender")
# Written one by one between two turns of the loop, a mail costs half as much again: whatever ran
# meanwhile has driven the writing out of the processor's caches.
_HANDFUL = 32
P = TypeVar("P", bound=Parcel)
Result = books.Result | Handed | Said
"""What became of a message, as the sender writes it down."""


@dataclass(slots=True)
class Job:
    """A message that passed the gate, with what is needed to write it.

    `seen` is the end of the consent ledger that the gate saw: the journal asks what came after.
    `looked_up` is what its template sees of the house, `lacking` why some of it is not there
    (lookups/load.py). `fields` is what it says, `frame` what all messages of its template do
    (archive/).
    """

    claim: books.Claim
    reached: Reached
    consent_event: int
    seen: int = 0
    links: str = ""
    handed_at: datetime | None = None
    looked_up: dict[str, object] = field(default_factory=dict)
    lacking: dict[str, str] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)
    frame: bytes = b""

    @property
    def person(self) -> Person:
        """Whom it is for."""
        return self.reached.person

    def said(self, at: datetime) -> Said:
        """The copy that is kept of it."""
        subject, person = self.claim.subject, self.reached.person
        fields = {"to": self.reached.address, **self.fields}
        return Said(subject.message, person.person, person.key, self.frame, fields, at)


@dataclass(frozen=True, slots=True)
class Backoff:
    """How long a message waits after being put off: a lost line soon, the server's wish longer."""

    line_seconds: float = 2.0
    server_seconds: float = 60.0
    cap_seconds: float = 3600.0
    most: int = 40

    def seconds(self, deferrals: int, line: bool, jitter: float) -> float:
        """The wait after the `deferrals`-th time; `jitter` in [0, 1) spreads it by ±25 %."""
        first = self.line_seconds if line else self.server_seconds
        grown = first * 2.0 ** min(deferrals - 1, 20)
        return min(self.cap_seconds, grown) * (0.75 + jitter / 2)


REFUSED = "delivery.refused_by_reader"
"""She opted out at the provider, which is written into the ledger too."""
_WENT = (Fate.ACCEPTED, Fate.DOUBT)
_LATER = {
    Problem.LINE: "delivery.line_lost",
    Problem.THROTTLED: "delivery.throttled",
    Problem.ACCOUNT: "delivery.account_refused",
}
_ENDS = {
    Problem.ADDRESS: "delivery.address_rejected",
    Problem.REFUSED: REFUSED,
    Problem.WINDOW: "delivery.window_closed",
}


class Withheld(KervanError):
    """What a message was to say is not there: nothing failed, and it is not sent."""


class Desk(Generic[P]):
    """Holds the jobs of one way out. Connections take, journal and report (pool.Desk)."""

    def __init__(
        self,
        compose: Callable[[Job], P],
        backoff: Backoff,
        able: Capabilities | None = None,
        account: str = "",
    ) -> None:
        self.results: list[Result] = []
        self.journal_of: Journal | None = None
        self.hears: Callable[[Job, Outcome], None] | None = None
        self.out = 0
        self._compose = compose
        self._backoff = backoff
        self._able = able or Capabilities()
        self._account = account
        self._jobs: deque[Job] = deque()
        self._parcels: deque[P] = deque()
        self._jitter = ids.random()

    def put(self, jobs: list[Job]) -> None:
        """Lay decided messages on the desk; what is no marketing goes first."""
        self._jobs.extend(job for job in jobs if job.claim.message_class == MARKETING)
        self._jobs.extendleft(job for job in jobs if job.claim.message_class != MARKETING)

    def waiting(self) -> int:
        """How many messages no connection has taken yet."""
        return len(self._jobs) + len(self._parcels)

    def held(self) -> int:
        """How many messages are here or on a line."""
        return self.waiting() + self.out

    def take(self) -> P | None:
        """The next message; written as late as can be, only a handful waits in memory."""
        while self._jobs and not self._parcels:
            for _ in range(min(_HANDFUL, len(self._jobs))):
                parcel = self._written(self._jobs.popleft())
                if parcel is not None:
                    self._parcels.append(parcel)
        if not self._parcels:
            return None
        self.out += 1
        return self._parcels.popleft()

    def _written(self, job: Job) -> P | None:
        try:
            return self._compose(job)
        except Withheld as error:
            end = books.End(job.claim, State.SUPPRESSED, error.code, job.consent_event)
            self.results.append(end)
        except KervanError as error:
            self._fail(job, error.code)
        except Exception as error:  # noqa: BLE001 - one message's content must not stop the others
            _log.error(
                "message_not_composed",
                message=str(job.claim.subject.message),
                error=type(error).__name__,
            )
            self._fail(job, "delivery.not_composed")
        return None

    def _fail(self, job: Job, reason: str) -> None:
        self.results.append(books.End(job.claim, State.FAILED, reason, job.consent_event))

    def journal(self, parcel: P) -> asyncio.Future[None]:
        """Make this hand-over durable."""
        job = _job(parcel)
        job.handed_at = clock.now()
        assert self.journal_of is not None
        return self.journal_of.record(
            job.claim.subject.message,
            job.claim.attempt,
            job.consent_event,
            job.links,
            job.reached.asked if job.claim.message_class == MARKETING else b"",
            job.seen,
            self._account if self._able.receipts else "",
        )

    def report(self, parcel: P, outcome: Outcome) -> None:
        """Turn a connection's outcome into a result for the books."""
        self.out -= 1
        job = _job(parcel)
        if self.hears is not None:
            self.hears(job, outcome)
        claim = job.claim
        if outcome.fate in _WENT and job.fields:
            self.results.append(job.said(job.handed_at or clock.now()))
        if outcome.fate is Fate.DOUBT and self._able.idempotent and not claim.routes:
            # Under the same key it is sent once; by another channel it might be sent twice.
            self._put_off(job, outcome)
        elif outcome.fate is Fate.ACCEPTED:
            if self.journal_of is not None:
                self.journal_of.answered(claim.subject.message, claim.attempt, outcome.reference)
            self.results.append(self._accepted(job, outcome.reference))
        elif outcome.fate is Fate.DOUBT:
            self.results.append(books.Doubt(claim, "delivery.no_answer"))
        elif outcome.fate is Fate.REJECTED:
            gone = outcome.problem is Problem.ADDRESS
            self.results.append(
                books.End(
                    claim,
                    State.FAILED,
                    _ENDS.get(outcome.problem, "delivery.rejected"),
                    job.consent_event,
                    None,
                    outcome.code,
                    job.reached.contact if gone else b"",
                )
            )
        else:
            self._put_off(job, outcome)

    def whole(self, jobs: list[Job], at: datetime) -> tuple[list[P], list[Result]]:
        """`jobs` composed for a list of ours, and what becomes of each of them at `at`.

        What is given is written into the list by the caller, in the transaction of the results.
        """
        parcels = []
        for job in jobs:
            job.handed_at = at
            if (parcel := self._written(job)) is not None:
                parcels.append(parcel)
        kept = [self._accepted(_job(one), "") for one in parcels]
        return parcels, self.drain() + kept

    def _accepted(self, job: Job, reference: str) -> Result:
        """The last word, or, of a provider that gives receipts, not yet."""
        claim, event = job.claim, job.consent_event
        if not self._able.receipts or job.handed_at is None:
            return books.End(claim, State.ACCEPTED, "", event, job.handed_at, reference)
        until = job.handed_at + timedelta(seconds=self._able.receipt_window_seconds)
        return Handed(claim, self._account, reference, until, event, job.handed_at)

    def _put_off(self, job: Job, outcome: Outcome) -> None:
        claim = job.claim
        if outcome.problem is Problem.WITHHELD:
            # The gate ends what was taken back; what only shared its line goes on at once.
            self.results.append(
                books.PutOff(claim, clock.now(), claim.deferrals, "delivery.withheld")
            )
            return
        deferrals = claim.deferrals + 1
        line = outcome.problem is Problem.LINE
        if deferrals >= self._backoff.most:
            self.results.append(
                books.End(
                    claim,
                    State.FAILED,
                    "delivery.put_off_too_often",
                    job.consent_event,
                    None,
                    outcome.code,
                )
            )
            return
        wait = self._backoff.seconds(deferrals, line, self._jitter.random())
        wait = max(wait, min(outcome.retry_after_seconds, self._backoff.cap_seconds))
        reason = _LATER.get(outcome.problem, "delivery.put_off_by_server")
        self.results.append(
            books.PutOff(claim, clock.now() + timedelta(seconds=wait), deferrals, reason)
        )

    def clear(self, due_at: datetime, reason: str) -> None:
        """Give back what no connection has taken, without counting it as a deferral."""
        for job in [*map(_job, self._parcels), *self._jobs]:
            self.results.append(books.PutOff(job.claim, due_at, job.claim.deferrals, reason))
        self._parcels.clear()
        self._jobs.clear()

    def drain(self) -> list[Result]:
        """The results gathered so far; the caller writes them down or puts them back."""
        results, self.results = self.results, []
        return results


def _job(parcel: Parcel) -> Job:
    assert isinstance(parcel.key, Job)
    return parcel.key
