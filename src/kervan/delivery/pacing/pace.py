"""How fast mails go to each mailbox provider, so that a slow one never slows the others.

The generic cell rate algorithm (ITU-T I.371) by group of domains, with a second's burst. What does
not go now is put back into the outbox for its own later instant, one interval after the last one
that was: so a million mails for one provider are looked at twice, not every second. Nothing here is
kept: after a restart the rate holds all the same, only the queue behind it is dealt out anew.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from kervan.delivery.mail.rules import Pace

PACED, RESTS = "delivery.domain_pace", "delivery.domain_rests"
EVERYBODY_ELSE = "*"
_BURST_SECONDS = 1.0
_SOON_SECONDS = 60.0
_LOOK_SECONDS = 0.1  # where only the number at once is limited
_FIRST_REST_SECONDS, _LONGEST_REST_SECONDS = 60.0, 3_600.0
_MOST_STRIKES = 8
_FORGIVEN_AFTER = 100
_MOST_LANES = 10_000


@dataclass(slots=True)
class _Lane:
    """One group of domains; instants are seconds of the caller's clock."""

    spent: float = 0.0
    """When the next mail would leave if each had taken its interval."""
    tail: float = 0.0
    """The last instant that was given to a mail that waits."""
    rest_until: float = 0.0
    strikes: int = 0
    good: int = 0


@dataclass(frozen=True, slots=True)
class Later:
    """Not now: at `due`, for `reason`."""

    due: float
    reason: str


class Paces:
    """The lanes of one sender. All times are seconds, of one clock that never goes back."""

    def __init__(self, limits: Mapping[str, Pace]) -> None:
        self.limits = limits
        self._lanes: dict[str, _Lane] = {}
        self.out: Counter[str] = Counter()
        """How many are under way in each lane."""

    def ask(self, lane: str, now: float, *, is_urgent: bool, has_waited: bool) -> Later | None:
        """Whether a mail of this lane may go now; None says yes and counts it.

        `has_waited` is of one whose instant was given by an earlier answer; `is_urgent` of what is
        no marketing, which only a rest holds.
        """
        limit = self.limits.get(lane) or self.limits.get(EVERYBODY_ELSE) or Pace()
        if limit.per_second is None and limit.at_once is None and lane not in self._lanes:
            return None
        one = self._lanes.get(lane) or self._new(lane, now)
        rate = (limit.per_second or 0.0) / 2 ** min(one.strikes, 4)
        interval = 1 / rate if rate else 0.0
        if one.rest_until > now:
            return self._after(one, one.rest_until, interval, RESTS)
        is_full = limit.at_once is not None and self.out[lane] >= limit.at_once
        is_fast = interval > 0 and one.spent > now + max(_BURST_SECONDS, interval)
        if is_urgent or not (is_full or is_fast):
            one.spent = max(one.spent, now) + interval
            return None
        if has_waited and is_fast and one.spent < now + _SOON_SECONDS:
            return Later(one.spent, PACED)
        return self._after(one, max(now, one.spent), interval, PACED)

    def _after(self, one: _Lane, since: float, interval: float, reason: str) -> Later:
        one.tail = max(one.tail, since) + (interval or _LOOK_SECONDS)
        return Later(one.tail, reason)

    def _new(self, lane: str, now: float) -> _Lane:
        if len(self._lanes) >= _MOST_LANES:
            idle = [
                name for name, one in list(self._lanes.items())  # the loop may add one meanwhile
                if not one.strikes and max(one.spent, one.tail, one.rest_until) < now
            ]  # fmt: skip
            for name in idle:
                del self._lanes[name]
        return self._lanes.setdefault(lane, _Lane())

    def slowed(self, lane: str, now: float) -> float:
        """The other side put mails of this lane off: it rests, longer each time, and goes on at
        half its rate. Gives for how many seconds; 0.0 where it rests already."""
        one = self._lanes.get(lane) or self._new(lane, now)
        if one.rest_until > now:
            return 0.0
        seconds = min(_LONGEST_REST_SECONDS, _FIRST_REST_SECONDS * 2.0**one.strikes)
        one.rest_until = now + seconds
        one.strikes, one.good = min(one.strikes + 1, _MOST_STRIKES), 0
        return seconds

    def went(self, lane: str) -> None:
        """The other side took one: after so many all is forgiven, step by step."""
        one = self._lanes.get(lane)
        if one is None or not one.strikes:
            return
        one.good += 1
        if one.good >= _FORGIVEN_AFTER:
            one.strikes, one.good = one.strikes - 1, 0


def is_about_the_domain(code: str) -> bool:
    """Whether a server that put a mail off meant its reader's provider: 4.7.x, or a bare 421.

    421 4.3.2 is said by a server that goes down, which is nobody's pace (RFC 3463 §3.4).
    """
    reply, _, enhanced = code.partition(" ")
    return enhanced.startswith("4.7.") or (reply == "421" and not enhanced)
