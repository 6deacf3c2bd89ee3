"""Says whether consent lets a message go: a pure function over columns, one row a message.

Everything the law asks is in the columns, so the gate, a rehearsal and a test give one answer.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from kervan.consent import packs

Flags = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.uint8]
Instants = npt.NDArray[np.int64]
Places = npt.NDArray[np.int64]
NEVER_MS = np.iinfo(np.int64).max


class Status(IntEnum):
    """The word that counts for a row; NONE: nobody ever said anything."""

    NONE = 0
    GRANTED = 1
    DENIED = 2
    WITHDRAWN = 3
    PENDING = 4
    EXPIRED = 5


class Registered(IntEnum):
    """What the registry holds of a row's address; NOT_ASKED: nobody knows, or none is asked."""

    NOT_ASKED = 0
    YES = 1
    NO = 2
    NOTHING = 3


class Answer(IntEnum):
    """Whether the row may go, and if not, why."""

    ALLOWED = 0
    NO_CONSENT = 1
    REFUSED = 2
    PENDING = 3
    EXPIRED = 4
    REGISTRY_REFUSED = 5
    REGISTRY_NOTHING = 6
    REGISTRY_STALE = 7
    TOPIC_REFUSED = 8
    BRAND_NOT_AGREED = 9


_OF_THE_REGISTRY = (Answer.REGISTRY_REFUSED, Answer.REGISTRY_NOTHING, Answer.REGISTRY_STALE)


@dataclass(frozen=True, slots=True)
class Asked:
    """Columns of one length; all facts as they are at the row's `at_ms`.

    `commercial` is the message's class. `needed` says that the law of the row's place wants a
    prior yes from such a recipient (`needed_of`), `merchant` what she is. `status`, `expires_ms`
    (NEVER_MS: no end) and `event` are the word that counts for channel, purpose, topic and brand;
    `topical` says that it is one on the topic alone, `branded` that the message is of a brand.
    `checked` says that the place has a registry and ours is connected; then `registered` is its
    answer and `fresh` whether that is young enough.
    """

    at_ms: Instants
    commercial: Flags
    needed: Flags
    merchant: Flags
    status: Codes
    expires_ms: Instants
    event: Places
    topical: Flags
    branded: Flags
    checked: Flags
    registered: Codes
    fresh: Flags


@dataclass(frozen=True, slots=True)
class Judged:
    """Row by row: an Answer, and the ledger's row that allows it (0: none is needed, or none).

    `against` is the ledger's row that forbids it, 0 where none does.
    """

    answer: Codes
    event: Places
    against: Places


def judge(asked: Asked) -> Judged:
    """Judge each row; the first reason that applies is the one that counts.

    A refusal counts whether or not a yes was needed; so does the registry's. What is not
    commercial needs none of it.
    """
    a = asked
    granted = a.status == Status.GRANTED
    ended = (granted & (a.expires_ms <= a.at_ms)) | (a.status == Status.EXPIRED)
    refused = (a.status == Status.DENIED) | (a.status == Status.WITHDRAWN)
    nothing = (a.registered == Registered.NOTHING) & ~a.merchant
    silent = a.needed & (a.status == Status.NONE)
    refusals: tuple[tuple[Answer, Flags], ...] = (
        (Answer.TOPIC_REFUSED, refused & a.topical),
        (Answer.BRAND_NOT_AGREED, a.branded & (refused | silent)),
        (Answer.REFUSED, refused),
        (Answer.EXPIRED, a.needed & ended),
        (Answer.PENDING, a.needed & (a.status == Status.PENDING)),
        (Answer.NO_CONSENT, a.needed & ~granted),
        # Her refusal there is never too old; only a newer yes would help.
        (Answer.REGISTRY_REFUSED, a.checked & (a.registered == Registered.NO)),
        (Answer.REGISTRY_STALE, a.checked & ~a.fresh),
        (Answer.REGISTRY_NOTHING, a.checked & (nothing | (a.registered == Registered.NOT_ASKED))),
    )
    answer = np.zeros(len(a.at_ms), dtype=np.uint8)
    for code, applies in refusals:
        answer[(answer == 0) & a.commercial & applies] = code
    event = np.where((answer == 0) & a.commercial & granted & ~ended, a.event, 0)
    by_word = (answer != 0) & ~np.isin(answer, _OF_THE_REGISTRY)
    return Judged(answer, event, np.where(by_word, a.event, 0))


def needed_of(channel: str, places: list[str], place: Codes, merchant: Flags) -> Flags:
    """Row by row, whether the law of its place wants a prior yes for marketing on `channel`.

    `place` is each row's index in `places`, jurisdictions by their pack's key.
    """
    table = np.array(
        [
            [packs.needs_consent(one, channel, kind) for kind in ("individual", "merchant")]
            for one in places
        ],
        np.bool_,
    )
    needed: Flags = table[place, merchant.astype(np.intp)]
    return needed
