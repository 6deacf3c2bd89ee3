"""The gate: may each message go now? A pure function over columns, in one order, with reasons.

The order is the house's (design, "The gate"). Numbers not here yet are named at their place, so
that nobody takes an open place for a closed one: 4b hold-outs, 5 content still true, 8 quiet
hours, 9 caps and gaps, 11 reserving slots and budget.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from kervan.consent.judge import Answer

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
    ],
    dtype=np.uint8,
)

_REASON_OF = {
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


BY_WORD = frozenset(
    {
        Reason.CONSENT_REFUSED, Reason.CONSENT_PENDING, Reason.CONSENT_EXPIRED,
        Reason.TOPIC_REFUSED, Reason.BRAND_NOT_AGREED,
    }
)  # fmt: skip
"""The reasons behind which a word of the ledger stands; a message keeps its number."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """Columns of messages at the gate, one row each; all facts as they are at the row's `at_ms`.

    `consent` is consent's own Answer (judge.py); `marketing` is the message's class. `paused` and
    `frequent` say what the person chose herself: no messages for now, no more of them.
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


@dataclass(frozen=True, slots=True)
class Decisions:
    """What the gate says, row by row: a Verdict and a Reason as small integers."""

    verdict: Codes
    reason: Codes


def decide(candidates: Candidates) -> Decisions:
    """Judge each row; the first reason in the house's order is the one that counts."""
    c = candidates
    refusals: tuple[tuple[Reason, Flags], ...] = (
        # 1 emergency stop of the workspace or the channel; what expires meanwhile, expires
        (Reason.EMERGENCY_STOP, c.stopped & ~c.cancelled & (c.at_ms < c.expires_ms)),
        # 2 still wanted: the run goes on, and it is not too late
        (Reason.CANCELLED, c.cancelled),
        (Reason.EXPIRED, c.at_ms >= c.expires_ms),
        (Reason.NOT_YET, c.at_ms < c.not_before_ms),
        # 3 class: what marketing needs below is not asked of transactional messages
        # 4 person; 4b hold-out → ghost comes with experiments
        (Reason.PERSON_ERASED, c.erased),
        # 5 content still true (stock, price, coupon, open ticket) comes with commerce
        # 6 reachable
        (Reason.NO_ADDRESS, ~c.reachable),
        (Reason.ADDRESS_SUPPRESSED, c.suppressed),
        # 7 consent, by channel, purpose, topic and brand, and the registry's answer
        *((reason, c.marketing & (c.consent == answer)) for answer, reason in _REASON_OF.items()),
        # 8 quiet hours come with the policy; her own pause is one
        (Reason.PAUSED, c.marketing & c.paused),
        # 9 caps and gaps come with the policy; her own is the first
        (Reason.FREQUENCY_CHOSEN, c.marketing & c.frequent),
        # 10 provider
        (Reason.PROVIDER_UNHEALTHY, ~c.healthy),
        # 11 reserving cap slots and budget comes with the policy; then: hand over
    )
    reason = np.zeros(len(c.at_ms), dtype=np.uint8)
    for code, refused in refusals:
        reason[(reason == 0) & refused] = code
    return Decisions(_VERDICT_OF[reason], reason)
