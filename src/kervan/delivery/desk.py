"""The desk between a sender and its connections: decided messages in, results out."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from kervan.delivery import books
from kervan.delivery.channels.email import outcome_word
from kervan.delivery.channels.smtp import Fate, Mail, Outcome
from kervan.delivery.journal import WITHHELD, Journal
from kervan.delivery.reach import Reached
from kervan.delivery.states import MARKETING, State
from kervan.kernel import clock, ids, log
from kervan.kernel.errors import KervanError
from kervan.profiles.read import Person

_log = log.get("sender")
# What says that the mailbox is not there (RFC 3463 §3.2): nothing will ever arrive.
_GONE = ("5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10")
_GONE_CODES = (550, 551, 553)
# Written one by one between two turns of the loop, a mail costs half as much again: whatever ran
# meanwhile has driven the writing out of the processor's caches.
_HANDFUL = 12


@dataclass(slots=True)
class Job:
    """A message that passed the gate, with what is needed to write it.

    `seen` is the end of the consent ledger that the gate saw: the journal asks what came after.
    """

    claim: books.Claim
    reached: Reached
    consent_event: int
    seen: int = 0
    links: str = ""
    handed_at: datetime | None = None

    @property
    def person(self) -> Person:
        """Whom it is for."""
        return self.reached.person


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


class Desk:
    """Holds the jobs of one sender. Connections take, journal and report (smtp.Desk)."""

    def __init__(self, compose: Callable[[Job], Mail], backoff: Backoff) -> None:
        self.results: list[books.Result] = []
        self.journal_of: Journal | None = None
        self.out = 0
        self._compose = compose
        self._backoff = backoff
        self._jobs: deque[Job] = deque()
        self._mails: deque[Mail] = deque()
        self._jitter = ids.random()

    def put(self, jobs: list[Job]) -> None:
        """Lay decided messages on the desk."""
        self._jobs.extend(jobs)

    def waiting(self) -> int:
        """How many messages no connection has taken yet."""
        return len(self._jobs) + len(self._mails)

    def held(self) -> int:
        """How many messages are here or on a line."""
        return self.waiting() + self.out

    def take(self) -> Mail | None:
        """The next mail; written as late as can be, only a handful waits in memory."""
        while self._jobs and not self._mails:
            for _ in range(min(_HANDFUL, len(self._jobs))):
                mail = self._written(self._jobs.popleft())
                if mail is not None:
                    self._mails.append(mail)
        if not self._mails:
            return None
        self.out += 1
        return self._mails.popleft()

    def _written(self, job: Job) -> Mail | None:
        try:
            return self._compose(job)
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

    def journal(self, mail: Mail) -> asyncio.Future[None]:
        """Make this hand-over durable."""
        job = _job(mail)
        job.handed_at = clock.now()
        assert self.journal_of is not None
        return self.journal_of.record(
            job.claim.subject.message,
            job.claim.attempt,
            job.consent_event,
            job.links,
            job.reached.contact if job.claim.message_class == MARKETING else b"",
            job.seen,
        )

    def report(self, mail: Mail, outcome: Outcome) -> None:
        """Turn a connection's outcome into a result for the books."""
        self.out -= 1
        job = _job(mail)
        claim = job.claim
        word = outcome_word(outcome)
        if outcome.fate is Fate.ACCEPTED:
            if self.journal_of is not None:
                self.journal_of.answered(claim.subject.message, claim.attempt, outcome.reference)
            self.results.append(
                books.End(
                    claim, State.ACCEPTED, "", job.consent_event, job.handed_at, outcome.reference
                )
            )
        elif outcome.fate is Fate.DOUBT:
            self.results.append(books.Doubt(claim, "delivery.no_answer"))
        elif outcome.fate is Fate.REJECTED:
            gone = _gone(outcome)
            self.results.append(
                books.End(
                    claim,
                    State.FAILED,
                    "delivery.address_rejected" if gone else "delivery.rejected",
                    job.consent_event,
                    None,
                    word,
                    job.reached.contact if gone else b"",
                )
            )
        else:
            self._put_off(job, outcome)

    def _put_off(self, job: Job, outcome: Outcome) -> None:
        claim = job.claim
        if outcome.reference == WITHHELD:
            # The gate ends what was taken back; what only shared its line goes on at once.
            self.results.append(
                books.PutOff(claim, clock.now(), claim.deferrals, "delivery.withheld")
            )
            return
        deferrals = claim.deferrals + 1
        line = outcome.stage == "line"
        if deferrals >= self._backoff.most:
            self.results.append(
                books.End(
                    claim,
                    State.FAILED,
                    "delivery.put_off_too_often",
                    job.consent_event,
                    None,
                    outcome_word(outcome),
                )
            )
            return
        wait = self._backoff.seconds(deferrals, line, self._jitter.random())
        reason = "delivery.line_lost" if line else "delivery.put_off_by_server"
        self.results.append(
            books.PutOff(claim, clock.now() + timedelta(seconds=wait), deferrals, reason)
        )

    def clear(self, due_at: datetime, reason: str) -> None:
        """Give back what no connection has taken, without counting it as a deferral."""
        for job in [*map(_job, self._mails), *self._jobs]:
            self.results.append(books.PutOff(job.claim, due_at, job.claim.deferrals, reason))
        self._mails.clear()
        self._jobs.clear()

    def drain(self) -> list[books.Result]:
        """The results gathered so far; the caller writes them down or puts them back."""
        results, self.results = self.results, []
        return results


def _job(mail: Mail) -> Job:
    assert isinstance(mail.key, Job)
    return mail.key


def _gone(outcome: Outcome) -> bool:
    """Whether a refusal is about the mailbox itself, for good, not about us or the content."""
    if outcome.enhanced:
        return outcome.enhanced in _GONE
    return outcome.stage == "rcpt" and outcome.code in _GONE_CODES
