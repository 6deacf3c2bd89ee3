"""What became of the messages a rehearsal meant, as columns."""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from kervan.delivery.decide import Reason, Verdict
from kervan.journeys.columns import Int64
from kervan.journeys.rehearse.cast import Cast
from kervan.journeys.rehearse.play import Intents

Int16 = npt.NDArray[np.int16]
WAITING = -1
"""The verdict on a message that still waits when the window ends."""


@dataclass(slots=True)
class Sends:
    """One row per intent, in its order.

    `channel` is a place in `channels` (-1: by none), `verdict` a delivery Verdict or WAITING,
    `reason` a delivery Reason, `at_ms` when that was decided. `held` counts the messages that were
    held at all, by (version, step, reason); `country` are codes of `countries`.
    """

    channels: tuple[str, ...]
    channel: Int16
    verdict: Int16
    reason: Int16
    at_ms: Int64
    held: Counter[tuple[int, int, int]] = field(default_factory=Counter)
    collisions: Counter[tuple[str, int]] = field(default_factory=Counter)
    """(other journey, reason) -> messages of ours that its messages kept back."""

    @property
    def went(self) -> npt.NDArray[np.bool_]:
        """Those that would have been handed over."""
        return np.asarray(self.verdict == Verdict.HAND_OVER, np.bool_)


def unhindered(cast: Cast, intents: Intents) -> Sends:
    """Everything goes at once by its first channel: no gate is asked."""
    channels = channels_of(cast)
    first = {place: channels.index(one.channels[0]) for place, one in cast.sends.items()}
    keys = zip(intents.version.tolist(), intents.step.tolist(), strict=True)
    channel = np.fromiter((first[key] for key in keys), np.int16, len(intents))
    count = len(intents)
    verdict = np.full(count, Verdict.HAND_OVER, np.int16)
    reason = np.full(count, Reason.NONE, np.int16)
    return Sends(channels, channel, verdict, reason, intents.at_ms.copy())


def channels_of(cast: Cast) -> tuple[str, ...]:
    """All channels that some message can go by."""
    return tuple(sorted({one for sent in cast.sends.values() for one in sent.channels}))
