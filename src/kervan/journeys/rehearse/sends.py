"""The messages that a rehearsal meant, and what became of them, as columns."""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from kervan.delivery.decide import Verdict
from kervan.journeys.columns import Int64

Int16 = npt.NDArray[np.int16]
WAITING = -1
"""The verdict on a message that still waits when the window ends."""


@dataclass(frozen=True, slots=True)
class Intents:
    """Messages that were meant, ordered by (time, person, version, step, visit).

    `cancel_ms` is when the run was over early, NEVER otherwise; what still waits then is not sent.
    `ghost` is 1 for those of a hold-out; `entered_ms` is when the run began.
    """

    person: Int64
    version: Int64
    step: Int64
    visit: Int64
    at_ms: Int64
    cancel_ms: Int64
    ghost: Int64
    entered_ms: Int64

    def __len__(self) -> int:
        return len(self.person)


@dataclass(slots=True)
class Sends:
    """One row per intent, in its order.

    `channel` is a place in `channels` (-1: by none), `verdict` a delivery Verdict or WAITING,
    `reason` a delivery Reason, `at_ms` when that was decided. `held` counts the messages that were
    held at all, by (version, step, reason).
    """

    channels: tuple[str, ...]
    channel: Int16
    verdict: Int16
    reason: Int16
    at_ms: Int64
    held: Counter[tuple[int, int, int]] = field(default_factory=Counter)
    collisions: Counter[tuple[int, int]] = field(default_factory=Counter)
    """(whose message, kept back by whose) -> how many; journeys as codes of past.Words."""

    @property
    def went(self) -> npt.NDArray[np.bool_]:
        """Those that would have been handed over."""
        return np.asarray(self.verdict == Verdict.HAND_OVER, np.bool_)
