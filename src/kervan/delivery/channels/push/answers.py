"""What the push services have in common: how long a message lives, and who is to blame."""

import math
from datetime import datetime

from kervan.delivery.channels.channel import Fate, Outcome, Outgoing, Problem

_TRUST = 20


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
