"""What is believed of somebody before she is known: how people like her react, and at which hour.

Per level (react.LEVELS) and channel a Beta distribution over the share of messages people react to,
fitted to them by moments (J. C. Kleinman, "Proportions with extraneous variance: single and
independent samples", JASA 68, 1973); per level the share of reactions at each local hour.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kervan.delivery.choice.react import LEVELS, Habits, Int64

Floats = npt.NDArray[np.float64]
HOURS = 24
USUAL_SHARE = 0.05
"""The share of messages people react to where nobody has reacted to any yet."""
USUAL_WEIGHT = 10.0
"""How many messages the prior is worth where too few people show how much they differ."""
_LEAST, _MOST = 2.0, 200.0
_FEW_PEOPLE = 20


@dataclass(frozen=True, slots=True)
class Prior:
    """`share` and `weight` are levels x channels, `hours` levels x 24 (each row sums to 1).

    `weight` is the number of messages the prior counts as: a = share * weight, b = the rest.
    """

    channels: tuple[str, ...]
    share: Floats
    weight: Floats
    hours: Floats

    def over(self, channels: list[str]) -> "Prior":
        """The same with its columns for `channels`, in this order; of an unknown one the mean."""
        known = {name: place for place, name in enumerate(self.channels)}
        mean = self.share.mean(axis=1) if self.channels else np.full(len(LEVELS), USUAL_SHARE)
        share = np.repeat(mean[:, None], len(channels), axis=1)
        weight = np.full(share.shape, USUAL_WEIGHT)
        for place, name in enumerate(channels):
            if name in known:
                share[:, place] = self.share[:, known[name]]
                weight[:, place] = self.weight[:, known[name]]
        return Prior(tuple(channels), share, weight, self.hours)


def nothing() -> Prior:
    """Before anybody has got a message: all channels and all hours are the same."""
    none = np.zeros((len(LEVELS), 0))
    return Prior((), none, none, np.full((len(LEVELS), HOURS), 1 / HOURS))


def fit(channels: tuple[str, ...], found: Habits) -> Prior:
    """The prior of people whose habits these are."""
    levels = len(LEVELS)
    share = np.zeros((levels, len(channels)))
    weight = np.full((levels, len(channels)), USUAL_WEIGHT)
    for channel in range(len(channels)):
        sent, reacted = found.sent[:, channel], found.reacted[:, channel]
        whole = _share(sent, reacted, USUAL_SHARE)
        for level in range(levels):
            mine = (found.level == level) & (sent > 0)
            share[level, channel] = _share(sent[mine], reacted[mine], whole)
            weight[level, channel] = _weight(sent[mine], reacted[mine])
    everybody = found.hours.sum(axis=0) + 1.0
    hours = np.zeros((levels, HOURS))
    for level in range(levels):
        # A level of few is believed to be like everybody: their share counts as one day's worth.
        mine = found.hours[found.level == level].sum(axis=0)
        hours[level] = mine + HOURS * everybody / everybody.sum()
        hours[level] /= hours[level].sum()
    return Prior(channels, share, weight, hours)


def _share(sent: Int64, reacted: Int64, usual: float) -> float:
    """The mean, drawn towards `usual` as if by a few messages more."""
    return float((reacted.sum() + usual * USUAL_WEIGHT) / (sent.sum() + USUAL_WEIGHT))


def _weight(sent: Int64, reacted: Int64) -> float:
    if len(sent) < _FEW_PEOPLE or not 0 < reacted.sum() < sent.sum():
        return USUAL_WEIGHT
    mean = reacted.sum() / sent.sum()
    count = len(sent)
    spread = count * (sent * (reacted / sent - mean) ** 2).sum() / ((count - 1) * sent.sum())
    chance = mean * (1 - mean)
    more = spread - chance * (1 / sent).mean()
    return _MOST if more <= 0 else float(np.clip((chance - spread) / more, _LEAST, _MOST))
