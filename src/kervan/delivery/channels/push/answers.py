"""What the push services' answers have in common: how long to wait, and who is to blame."""

import math
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from kervan.delivery.channels.channel import Fate, Outcome, Outgoing, Problem

_LONGEST_SECONDS = 86_400.0
_TRUST = 20


def retry_after(value: str | None, now: datetime) -> float:
    """The seconds that a Retry-After asks for, as a number or a date (RFC 9110 §10.2.3).

    0 when there is none or it cannot be read; never more than a day.
    """
    text = (value or "").strip()
    if text.isdecimal() and text.isascii():
        return min(float(text[:9]), _LONGEST_SECONDS)
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return 0.0
    seconds = (at.replace(tzinfo=at.tzinfo or UTC) - now).total_seconds()
    return min(max(seconds, 0.0), _LONGEST_SECONDS)


def seconds_left(outgoing: Outgoing, now: datetime, most: int) -> int:
    """Whole seconds until the message expires: from 0 to `most`, what the service keeps it."""
    return max(0, min(math.floor((outgoing.expires_at - now).total_seconds()), most))


def deferred(problem: Problem, code: str, retry_after_seconds: float = 0.0) -> Outcome:
    """Certainly not sent, to be tried again."""
    return Outcome(Fate.DEFERRED, problem, code, retry_after_seconds=retry_after_seconds)


def rejected(problem: Problem, code: str) -> Outcome:
    """Certainly not sent, and it never will be."""
    return Outcome(Fate.REJECTED, problem, code)


class Standing:
    """Tells an address of another sender from a secret of ours that is wrong.

    A service answers both alike. Where it took messages under this secret a moment ago, the
    refused address is to blame and is given up; where it did not, we are, and no address may be
    lost for it: a wrong key would else delete everybody. A visitor who registers an address of
    her own making can therefore not halt the channel for the others either.
    """

    def __init__(self) -> None:
        self._trust = 0

    def accepted(self) -> None:
        """A message was taken."""
        self._trust = min(self._trust + 1, _TRUST)

    def refused(self, code: str) -> Outcome:
        """What a refusal of sender or address comes to."""
        if self._trust:
            self._trust -= 1
            return rejected(Problem.ADDRESS, code)
        return deferred(Problem.ACCOUNT, code)
