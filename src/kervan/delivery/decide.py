"""The gate: may each message go now? A pure function over columns, in one order, with reasons.

The order is the house's (design, "The gate"). The budget of 11 is asked where the way out is
chosen, which has a price (spend/reserve.py).
"""

from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from kervan.consent.judge import Answer
from kervan.delivery.policy import pace
from kervan.delivery.policy.definition import Gap
from kervan.delivery.policy.pace import Paces

Flags = npt.NDArray[np.bool_]
Instants = npt.NDArray[np.int64]
Codes = npt.NDArray[np.uint8]


class Reason(IntEnum):
    """Why a message does not go now; NONE means that it goes."""

    NONE = 0
    EMERGENCY_STOP = 1
    CANCELLED = 2
    EXPIRED = 3
    NOT_YET = 4
    PERSON_ERASED = 5
    NO_ADDRESS = 6
    ADDRESS_SUPPRESSED = 7
    NO_CONSENT = 8
    PROVIDER_UNHEALTHY = 9
    PAUSED = 10
    FREQUENCY_CHOSEN = 11
    CONSENT_REFUSED = 12
    CONSENT_PENDING = 13
    CONSENT_EXPIRED = 14
    REGISTRY_REFUSED = 15
    REGISTRY_NOTHING = 16
    REGISTRY_STALE = 17
    TOPIC_REFUSED = 18
    BRAND_NOT_AGREED = 19
    QUIET_HOURS = 20
    CAP_REACHED = 21
    TOO_SOON = 22
    DROPPED = 23
    BUDGET_REACHED = 24
    """Said once its way out, and so its price, is known (spend/reserve.py)."""
    HELD_OUT = 25
    COMPLAINTS = 26
    UNTRUE = 27
    """What it says is no longer so (truth.py)."""
    WINDOW_CLOSED = 28
    """A free answer, and she has not written for too long (windows.py)."""

    @property
    def code(self) -> str:
        """The reason's stable name, a key of the room's words."""
        return f"delivery.{self.name.lower()}"


class Verdict(IntEnum):
    """What to do with a message."""

    HAND_OVER = 0
    HOLD = 1
    SUPPRESS = 2
    EXPIRE = 3
    CANCEL = 4
    NEXT = 5
    """Not on this channel: on the next one its author named."""
    GHOST = 6
    """It would have gone, but she is of a hold-out."""


_VERDICT_OF = np.array(
    [
        Verdict.HAND_OVER,  # NONE
        Verdict.HOLD,  # EMERGENCY_STOP: lifted or expired, whichever is first
        Verdict.CANCEL,
        Verdict.EXPIRE,
        Verdict.HOLD,  # NOT_YET
        Verdict.SUPPRESS,  # PERSON_ERASED
        Verdict.SUPPRESS,  # NO_ADDRESS
        Verdict.SUPPRESS,  # ADDRESS_SUPPRESSED
        Verdict.SUPPRESS,  # NO_CONSENT
        Verdict.HOLD,  # PROVIDER_UNHEALTHY
        Verdict.SUPPRESS,  # PAUSED
        Verdict.SUPPRESS,  # FREQUENCY_CHOSEN
        Verdict.SUPPRESS,  # CONSENT_REFUSED
        Verdict.SUPPRESS,  # CONSENT_PENDING
        Verdict.SUPPRESS,  # CONSENT_EXPIRED
        Verdict.SUPPRESS,  # REGISTRY_REFUSED
        Verdict.SUPPRESS,  # REGISTRY_NOTHING
        Verdict.HOLD,  # REGISTRY_STALE: it is being asked
        Verdict.SUPPRESS,  # TOPIC_REFUSED
        Verdict.SUPPRESS,  # BRAND_NOT_AGREED
        Verdict.HOLD,  # QUIET_HOURS, CAP_REACHED and TOO_SOON: as the policy says
        Verdict.HOLD,
        Verdict.HOLD,
        Verdict.CANCEL,  # DROPPED
        Verdict.SUPPRESS,  # BUDGET_REACHED: or as the budget says
        Verdict.GHOST,  # HELD_OUT
        Verdict.HOLD,  # COMPLAINTS: until somebody lets it go again
        Verdict.SUPPRESS,  # UNTRUE
        Verdict.SUPPRESS,  # WINDOW_CLOSED
    ],
    dtype=np.uint8,
)

REASON_OF = {
    Answer.NO_CONSENT: Reason.NO_CONSENT,
    Answer.REFUSED: Reason.CONSENT_REFUSED,
    Answer.PENDING: Reason.CONSENT_PENDING,
    Answer.EXPIRED: Reason.CONSENT_EXPIRED,
    Answer.REGISTRY_REFUSED: Reason.REGISTRY_REFUSED,
    Answer.REGISTRY_NOTHING: Reason.REGISTRY_NOTHING,
    Answer.REGISTRY_STALE: Reason.REGISTRY_STALE,
    Answer.TOPIC_REFUSED: Reason.TOPIC_REFUSED,
    Answer.BRAND_NOT_AGREED: Reason.BRAND_NOT_AGREED,
}
"""What the gate calls each answer of consent's that refuses."""


BY_WORD = frozenset(
    {
        Reason.CONSENT_REFUSED, Reason.CONSENT_PENDING, Reason.CONSENT_EXPIRED,
        Reason.TOPIC_REFUSED, Reason.BRAND_NOT_AGREED,
    }
)  # fmt: skip
"""The reasons behind which a word of the ledger stands; a message keeps its number."""

OF_THE_CHANNEL = frozenset(
    {
        Reason.NO_ADDRESS, Reason.ADDRESS_SUPPRESSED, Reason.WINDOW_CLOSED, Reason.NO_CONSENT,
        Reason.CONSENT_REFUSED, Reason.CONSENT_PENDING, Reason.CONSENT_EXPIRED,
        Reason.REGISTRY_REFUSED, Reason.REGISTRY_NOTHING, Reason.TOPIC_REFUSED,
        Reason.BRAND_NOT_AGREED, Reason.PROVIDER_UNHEALTHY,
    }
)  # fmt: skip
"""What another channel may not have: with these a message goes on to the next one."""
_IS_OF_THE_CHANNEL = np.array([one in OF_THE_CHANNEL for one in Reason])
_PACED = (Reason.QUIET_HOURS, Reason.CAP_REACHED, Reason.TOO_SOON)


@dataclass(frozen=True, slots=True)
class Candidates:
    """Columns of messages at the gate, one row each; all facts as they are at the row's `at_ms`.

    `consent` is consent's own Answer (judge.py); `marketing` is the message's class. `paused` and
    `frequent` say what the person chose herself: no messages for now, no more of them. `dropped`
    are those that a stop ended for good, `more` those with another channel to go by.
    `disliked` are mails to a group of domains that is held for its complaints, `untrue` those whose
    content a check denies, `shut` free answers that come too late.
    `hold_out` are members of a hold-out, who are told apart from others last of all.
    """

    at_ms: Instants
    not_before_ms: Instants
    expires_ms: Instants
    stopped: Flags
    cancelled: Flags
    marketing: Flags
    erased: Flags
    reachable: Flags
    suppressed: Flags
    consent: Codes
    healthy: Flags
    paused: Flags
    frequent: Flags
    dropped: Flags
    more: Flags
    hold_out: Flags
    disliked: Flags
    untrue: Flags
    shut: Flags


@dataclass(frozen=True, slots=True)
class Decisions:
    """What the gate says, row by row: a Verdict and a Reason as small integers.

    `until_ms` is when a message that the policy holds comes back, `rule` the place of the rule
    that held it (in the policy's quiet hours, or in its limits), -1 where none did; `used` what
    each limit had counted before it (caps.Paced).
    """

    verdict: Codes
    reason: Codes
    until_ms: Instants
    rule: npt.NDArray[np.int32]
    used: npt.NDArray[np.int32] = field(default_factory=lambda: np.zeros((0, 0), np.int32))


def decide(candidates: Candidates, paces: Paces | None = None) -> Decisions:
    """Judge each row; the first reason in the house's order is the one that counts.

    Without `paces` no policy is in force.
    """
    c = candidates
    reason = np.zeros(len(c.at_ms), dtype=np.uint8)
    _refuse(
        reason,
        # 1 emergency stop of the workspace, brand or channel; what expires meanwhile, expires
        (Reason.DROPPED, c.dropped & ~c.cancelled & (c.at_ms < c.expires_ms)),
        (Reason.EMERGENCY_STOP, c.stopped & ~c.cancelled & (c.at_ms < c.expires_ms)),
        # of mail to those among whom too many complained
        (Reason.COMPLAINTS, c.disliked & ~c.cancelled & (c.at_ms < c.expires_ms)),
        # 2 still wanted: the run goes on, and it is not too late
        (Reason.CANCELLED, c.cancelled),
        (Reason.EXPIRED, c.at_ms >= c.expires_ms),
        (Reason.NOT_YET, c.at_ms < c.not_before_ms),
        # 3 class: what marketing needs below is not asked of transactional messages
        # 4 person; 4b hold-out comes last, for its members pass the same gate
        (Reason.PERSON_ERASED, c.erased),
        # 5 content still true: stock, price, open ticket, whatever has a check (truth.py)
        (Reason.UNTRUE, c.untrue),
        # 6 reachable
        (Reason.NO_ADDRESS, ~c.reachable),
        (Reason.ADDRESS_SUPPRESSED, c.suppressed),
        (Reason.WINDOW_CLOSED, c.shut),
        # 7 consent, by channel, purpose, topic and brand, and the registry's answer
        *((reason, c.marketing & (c.consent == answer)) for answer, reason in REASON_OF.items()),
        # 8 quiet hours; her own pause is one
        (Reason.PAUSED, c.marketing & c.paused),
    )
    until, rule = c.at_ms.copy(), np.full(len(c.at_ms), -1, np.int32)
    if paces is not None:
        free, by = pace.quiet(paces, c.at_ms)
        quiet = (reason == 0) & (by >= 0)
        reason[quiet], until[quiet], rule[quiet] = Reason.QUIET_HOURS, free[quiet], by[quiet]
    # 9 caps and gaps, by the day it would go; her own is the first
    _refuse(reason, (Reason.FREQUENCY_CHOSEN, c.marketing & c.frequent))
    used = np.zeros((0, 0), np.int32)
    if paces is not None and paces.limits:
        # 11 a place is taken by what goes, in the caller's transaction
        paced = pace.limit(paces, c.at_ms, reason == 0, c.healthy)
        full, used = paced.limit >= 0, paced.used
        is_gap = np.array([isinstance(one, Gap) for one in paces.limits])[paced.limit]
        reason[full] = np.where(is_gap, Reason.TOO_SOON, Reason.CAP_REACHED)[full]
        until[full], rule[full] = paced.free_ms[full], paced.limit[full]
    # 10 provider; then: hand over
    _refuse(reason, (Reason.PROVIDER_UNHEALTHY, ~c.healthy))
    verdict = _VERDICT_OF[reason]
    verdict[c.more & _IS_OF_THE_CHANNEL[reason]] = Verdict.NEXT
    if paces is not None:
        _pace(c, paces, verdict, reason, until, rule)
    # 4b hold-out: who would have got it and does not is who is compared with those who do
    ghost = c.hold_out & (verdict == Verdict.HAND_OVER)
    reason[ghost], verdict[ghost] = Reason.HELD_OUT, Verdict.GHOST
    return Decisions(verdict, reason, until, rule, used)


def _refuse(reason: Codes, *refusals: tuple[Reason, Flags]) -> None:
    for code, refused in refusals:
        reason[(reason == 0) & refused] = code


def _pace(
    c: Candidates, paces: Paces, verdict: Codes, reason: Codes, until: Instants,
    rule: npt.NDArray[np.int32],
) -> None:  # fmt: skip
    """Do with what the policy refuses as it says: hold until a time, go by another channel, end."""
    held = np.isin(reason, _PACED)
    if not held.any():
        return
    quiet = reason == Reason.QUIET_HOURS
    does = np.where(
        quiet, pace.does(paces.policy.quiet, np.where(quiet, rule, -1)),
        pace.does(paces.limits, np.where(quiet, -1, rule)),
    )  # fmt: skip
    until[held] = pace.release(paces, until, c.expires_ms, held)[held]
    most = paces.policy.wait_at_most_hours * 3_600_000
    too_long = (until - c.at_ms > most) if most else np.zeros(len(until), np.bool_)
    late = too_long | (until >= c.expires_ms)
    verdict[held & (does == pace.SKIP)] = Verdict.SUPPRESS
    verdict[held & (does == pace.HOLD) & too_long] = Verdict.SUPPRESS
    # A night passes, so what no channel takes now waits; a cap may not, and nobody said to wait.
    verdict[held & (does == pace.NEXT) & ~quiet] = Verdict.SUPPRESS
    verdict[held & (does == pace.NEXT) & quiet & too_long] = Verdict.SUPPRESS
    verdict[held & c.more & ((does == pace.NEXT) | ((does == pace.HOLD) & late))] = Verdict.NEXT
