"""People and their events as columns: what `evaluate` reads, wherever the rows came from."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Bools = npt.NDArray[np.bool_]
Int8 = npt.NDArray[np.int8]
Int16 = npt.NDArray[np.int16]
Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]
Uint16 = npt.NDArray[np.uint16]
Uint32 = npt.NDArray[np.uint32]
Float64 = npt.NDArray[np.float64]

NO_TIME = np.iinfo(np.int64).min
"""Where an instant is not known."""
NEVER = np.iinfo(np.int64).max
"""When an answer changes that time alone does not change."""


@dataclass(frozen=True, slots=True)
class Words:
    """Texts with few distinct values: `codes` (-1 for none) are places in `words`."""

    codes: Int32
    words: tuple[str, ...]

    def take(self, rows: Int64) -> "Words":
        """The texts at these positions."""
        return Words(self.codes[rows], self.words)


@dataclass(frozen=True, slots=True)
class Values:
    """JSON values of one property as three readings, one entry per row.

    `text` reads texts; `number` reads numbers, and texts in plain decimal form (NaN for none),
    of which `is_number` marks the native numbers; `flag` is -1 for no boolean, else 0 or 1;
    `known` marks every value that is there and not null, whatever it is.
    """

    text: Words
    number: Float64
    is_number: Bools
    flag: Int8
    known: Bools

    def __len__(self) -> int:
        return len(self.known)

    def one(self, row: int) -> float | str | bool | None:
        """The value of one row; None where there is none, or it is a list."""
        if self.flag[row] >= 0:
            return bool(self.flag[row])
        if self.text.codes[row] >= 0:
            return str(self.text.words[self.text.codes[row]])
        return float(self.number[row]) if self.is_number[row] else None

    def take(self, rows: Int64) -> "Values":
        """The values at these positions."""
        return Values(
            self.text.take(rows),
            self.number[rows],
            self.is_number[rows],
            self.flag[rows],
            self.known[rows],
        )


@dataclass(slots=True)
class Lines:
    """Product lines of events; `event` is the event's position and rises."""

    event: Int64
    properties: dict[str, Values]


@dataclass(slots=True)
class Events:
    """Events of the people of a `People`, ordered by (`row`, `at_ms`, event id), as they happened.

    `row` is the person's position in the columns of people; `name`, `channel`, `currency` and
    `order` are texts (-1 where empty); `value_minor` is in the smallest unit of the currency.
    `properties` and `lines` hold the paths that were asked for; a path that is missing in them
    is missing in every event.
    """

    row: Int64
    at_ms: Int64
    name: Words
    channel: Words
    currency: Words
    order: Words
    value_minor: Int64
    properties: dict[str, Values] = field(default_factory=dict)
    lines: Lines | None = None

    def __len__(self) -> int:
        return len(self.row)


@dataclass(slots=True)
class People:
    """People, one row each; `person` is the number of her profile's head.

    `zone` are IANA names, never missing. `birthday` is month * 100 + day, 0 for unknown; `address`,
    `verified` and `suppressed` have a bit per channel (facts.CHANNELS). `traits` hold what is not
    personal; `moments` the instants (ms, NO_TIME for none) of traits that are dates; `consents`
    until when each is granted (facts.REFUSED_MS when refused, NO_TIME when never asked), by
    facts.consent_key; `numbers` and `texts` are the facts of these sorts by name (NaN, -1 where
    unknown); `lists` says who is on an imported list. What is missing in a dictionary is unknown
    of everybody.
    """

    person: Uint32
    zone: Words
    known_since_ms: Int64
    birthday: Uint16
    address: Uint16
    verified: Uint16
    suppressed: Uint16
    traits: dict[str, Values] = field(default_factory=dict)
    moments: dict[str, Int64] = field(default_factory=dict)
    consents: dict[str, Int64] = field(default_factory=dict)
    numbers: dict[str, Float64] = field(default_factory=dict)
    texts: dict[str, Words] = field(default_factory=dict)
    lists: dict[int, Bools] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.person)


@dataclass(frozen=True, slots=True)
class Answer:
    """Who is in (one entry per person), and the earliest instant at which time alone may change it.

    `flip_at_ms` is NEVER where it cannot; until then (not included) the answer stays the same if
    nothing happens.
    """

    holds: Bools
    flip_at_ms: Int64
