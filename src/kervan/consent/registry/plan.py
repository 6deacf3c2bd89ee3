"""Decides what to do with a word that waits for the registry: a pure function, row by row.

The registry's rules ([doc] İzin Doğrulama Kuralları) make a sending useless in three cases: the
same status again, a refusal where there is no record, a date not behind the one it holds. Such a
word is dropped, but only on knowledge that is younger than the word itself; where there is none,
the registry is asked first. So nothing is dropped on a guess, and nothing is sent to be refused.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from kervan.consent.registry.port import MERCHANT, NONE, RET
from kervan.profiles.identifiers import KIND_NAMES, PHONE

_TURKEY = "+90"
_SECOND = timedelta(seconds=1)


class Step(Enum):
    """What to do with a word now."""

    SEND = "send"
    CHECK = "check"
    LATER = "later"
    DROP = "dropped"
    REFUSE = "refused"
    WORTHLESS = "worthless"


@dataclass(frozen=True, slots=True)
class Word:
    """One waiting row: the word, and what is known of its address.

    `held` is the registry's status when last heard of ("" for no record), None when never, and
    `ours` when it is what we told it; `overtaken` says that a later word of the same address has
    ended already. `can_check` is false where the way to the registry has no call to ask.
    """

    id: int
    type: str
    recipient_type: str
    status: str
    consent_at: datetime
    due_at: datetime
    held: str | None
    held_at: datetime | None
    checked_at: datetime | None
    ours: bool
    overtaken: bool
    recipient: str
    kind: str
    erased: bool
    can_check: bool = True


@dataclass(frozen=True, slots=True)
class Verdict:
    """The step, why (a short word), and at SEND the date to send, at LATER when to look again."""

    step: Step
    reason: str = ""
    at: datetime | None = None


def judge(word: Word, at: datetime, before_2015_at: datetime | None = None) -> Verdict:
    """What to do with `word` at `at`; `before_2015_at` is its date when it is from before the law.

    Words must be judged in the order of their dates, one of each address at a time.
    """
    if word.overtaken:
        return Verdict(Step.DROP, "superseded")
    if word.erased:
        return Verdict(Step.REFUSE, "erased")
    if word.recipient and word.kind == KIND_NAMES[PHONE] and not word.recipient.startswith(_TURKEY):
        return Verdict(Step.REFUSE, "foreign_number")
    if word.held_at is not None and word.held_at > word.consent_at and not word.ours:
        # Somebody else's later word: the citizen's own, or another system's.
        return Verdict(Step.DROP, "superseded")
    useless = _useless(word)
    known = word.checked_at is not None and word.checked_at >= word.consent_at
    if useless and (known or (not word.can_check and word.held is not None)):
        return Verdict(Step.DROP, useless)
    late = at >= word.due_at and before_2015_at is None
    if late and word.recipient_type != MERCHANT:
        return Verdict(Step.WORTHLESS, "too_late")
    if not word.recipient:
        return Verdict(Step.LATER, "no_address", at + timedelta(hours=1))
    if useless and word.can_check:
        return Verdict(Step.CHECK, useless)
    return _date(word, at, late, before_2015_at)


def _useless(word: Word) -> str:
    if word.held == word.status:
        return "same_status"
    if word.status == RET and word.held in (None, NONE):
        return "first_refusal"
    return ""


def _date(word: Word, at: datetime, late: bool, before_2015_at: datetime | None) -> Verdict:
    if late and before_2015_at is None:  # only a merchant's: hers needs no date
        return Verdict(Step.SEND, "undated")
    date = before_2015_at or word.consent_at.replace(microsecond=0)
    if word.held_at is not None and date <= word.held_at:
        # Two words within a second: the registry knows no parts of one.
        date = word.held_at.replace(microsecond=0) + _SECOND
    if date > at:
        return Verdict(Step.LATER, "date_ahead", date)
    return Verdict(Step.SEND, "", date)
