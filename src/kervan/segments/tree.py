"""The rule tree: what a segment asks of a person, as typed data (JSON with a published schema).

Groups nest conditions; a condition is a leaf. What every leaf keeps to:

- An answer is yes or no. A value that is not known meets no test but `unknown`, also not `ne` and
  `not_in`; `none` turns an answer round, so `none: city eq Ankara` holds where no city is known.
- The count, the sum and the distinct count of no events are 0; every other measure of none is
  unknown.
- A path is keys with dots between; a key that has a dot itself is the same as two. An object is no
  value, what lies in it is; a list is known and nothing else; null is unknown.
- A number test reads numbers, and texts like `[+-]?[0-9]+([.][0-9]+)?([eE][+-]?[0-9]+)?` (of up to
  400 characters), because tills and shops disagree about that; a text test reads texts only, a flag
  test booleans. Texts are compared as they are. Numbers are doubles; what is beyond them is none.
- Sums and averages are of numbers up to 1e9 in size (others are left out), each rounded to
  millionths (the double times 1e6, half to even) and then added exactly, so that the order of
  events changes nothing. The sum is that integer, as a double, / 1e6; the average the sum / count.
- Time moves: a tree is asked at an instant, and events after it do not count. A window is
  half-open, so an event exactly 30 days old has left "the last 30 days". Rolling windows are
  lengths of time (a day is 24 hours); calendar windows are days of the person's own zone. A Time
  test may look ahead: `at` ends a calendar window for events only.
"""

from typing import Literal

import msgspec

Unit = Literal["minute", "hour", "day", "week"]
UNIT_MS: dict[str, int] = {
    "minute": 60_000, "hour": 3_600_000, "day": 86_400_000, "week": 604_800_000,
}  # fmt: skip
Channel = Literal["email", "sms", "call", "whatsapp", "push"]


class _Part(msgspec.Struct, forbid_unknown_fields=True, frozen=True, omit_defaults=True):
    """Parts of a tree never change, refuse what they do not know and leave out what is usual."""


class _Kind(_Part, frozen=True, tag_field="kind", tag=str.lower):
    """Parts of which there are several kinds; each says its own."""


class Span(_Part, frozen=True):
    """A length of time."""

    amount: int
    unit: Unit = "day"

    @property
    def length_ms(self) -> int:
        """Milliseconds."""
        return self.amount * UNIT_MS[self.unit]


# Windows ------------------------------------------------------------------------------------------


class Ever(_Kind, frozen=True):
    """All time up to the instant of asking."""


class Last(_Kind, frozen=True):
    """at - span < t <= at - skip; without `span` all that is at least `skip` old.

    `skip` makes "between 180 and 90 days ago" and "more than 90 days ago".
    """

    span: Span | None = None
    skip: Span | None = None


class Next(_Kind, frozen=True):
    """at < t <= at + span: for dates that lie ahead, never for events."""

    span: Span


class Calendar(_Kind, frozen=True):
    """`count` whole calendar units of the person's zone, the last of them `back` units ago.

    Of the unit month, `back` 0 is this month (to its end) and 1 the last one; of the unit day,
    `count` 3 is today and the two days before. Weeks begin on Monday. A unit begins at its first
    instant that exists.
    """

    unit: Literal["day", "week", "month", "quarter", "year"]
    back: int = 0
    count: int = 1


class Between(_Kind, frozen=True):
    """From the beginning of `start` to before the end of `end`; one of them may be left out.

    Each is a date `2026-11-22` (a whole day of the person's zone, `end` included) or an instant
    `2026-11-22T10:00:00Z` (`start` included, `end` not).
    """

    start: str | None = None
    end: str | None = None


class Since(_Kind, frozen=True):
    """Later than the last (`first`) up to `at` of other events of hers; all time if none is."""

    events: tuple[str, ...]
    where: tuple["Filter", ...] = ()
    first: bool = False


Window = Ever | Last | Next | Calendar | Between | Since

# Tests --------------------------------------------------------------------------------------------


class Number(_Kind, frozen=True):
    """A number against `value`; `between` is `value` to `high`, both included."""

    op: Literal["eq", "ne", "lt", "lte", "gt", "gte", "between"]
    value: int | float
    high: int | float | None = None


class Text(_Kind, frozen=True):
    """A text against `values` (one but for `in`, `not_in`); `matches` is RE2, `.` no line break."""

    op: Literal["eq", "ne", "in", "not_in", "contains", "starts_with", "ends_with", "matches"]
    values: tuple[str, ...]


class Flag(_Kind, frozen=True):
    """A boolean that is `value`."""

    value: bool


class Time(_Kind, frozen=True):
    """An instant, or a date as its first instant in the person's zone, within a window."""

    window: Ever | Last | Next | Calendar | Between


class Yearly(_Kind, frozen=True):
    """A day of the year (a birthday; of a date, its day in the person's zone) that is near.

    Today in the person's zone lies within `before` days before it and `after` days after it, both
    included, of any year. The 29th of February is kept on the 28th in a year without one.
    """

    before: int = 0
    after: int = 0


class Known(_Kind, frozen=True):
    """Something is known, whatever it is."""


class Unknown(_Kind, frozen=True):
    """Nothing is known."""


Test = Number | Text | Flag | Time | Yearly | Known | Unknown


class Filter(_Part, frozen=True):
    """A test of one property of an event: a path (`price`, `shipping.city`) or a column.

    Columns are `@name`, `@channel`, `@currency`, `@order` (texts, unknown where empty) and `@value`
    (the event's money in the smallest unit, a number). Time and Yearly tests read nothing here.
    """

    property: str
    test: Test


# Measures of events -------------------------------------------------------------------------------


class Count(_Kind, frozen=True):
    """How many."""


class Days(_Kind, frozen=True):
    """On how many different days of the person's zone."""


class Distinct(_Kind, frozen=True):
    """How many different values: texts and (native) numbers, each by itself; 0 and -0 are one."""

    property: str


class Sum(_Kind, frozen=True):
    """The sum of the numbers of a property, as number tests read them; the rest is left out."""

    property: str


class Average(_Kind, frozen=True):
    """The mean of the numbers of a property."""

    property: str


class Least(_Kind, frozen=True):
    """The smallest number of a property."""

    property: str


class Most(_Kind, frozen=True):
    """The largest number of a property."""

    property: str


class Earliest(_Kind, frozen=True):
    """The property in the first event by (at, event id): unknown where that event lacks it.

    `@at` is the event's time, for a Time test.
    """

    property: str


class Latest(_Kind, frozen=True):
    """The property in the last event by (at, event id): unknown where that event lacks it."""

    property: str


class Money(_Kind, frozen=True):
    """The sum (average, most) of the events' money in one currency, in major units.

    The exact sum of `@value`, as a double, / 10^digits of the currency; the average that / count.
    """

    currency: str
    how: Literal["sum", "average", "most"] = "sum"


Measure = Count | Days | Distinct | Sum | Average | Least | Most | Earliest | Latest | Money


class Clock(_Part, frozen=True):
    """Local times of events: weekdays 1 (Monday) to 7, from hour to before hour, over midnight too.

    Empty `weekdays` is every day; equal hours are the whole day. The weekday is that of the event:
    Saturday at 1 is no Friday, also when hours are from 22 to 4.
    """

    weekdays: tuple[int, ...] = ()
    from_hour: int = 0
    to_hour: int = 0


# Leaves -------------------------------------------------------------------------------------------


class Trait(_Kind, frozen=True):
    """A trait of the person that is not personal."""

    trait: str
    test: Test


class Fact(_Kind, frozen=True):
    """Something Kervan knows or computes: one of `facts.FACTS`, or `score.<name>`."""

    fact: str
    test: Test


class Reach(_Kind, frozen=True):
    """Whether a channel reaches the person: has an address, a verified one, a suppressed one.

    `reachable` is: an address, not suppressed.
    """

    channel: Channel
    state: Literal["has_address", "verified", "suppressed", "reachable"] = "reachable"


class Consent(_Kind, frozen=True):
    """The person's word for a channel, purpose, topic ('' the whole channel) and brand.

    `granted` holds until (before) the grant runs out, then it is `expired`; `refused` is denied or
    withdrawn.
    """

    channel: Channel
    state: Literal["granted", "refused", "expired", "not_asked"] = "granted"
    purpose: str = "marketing"
    topic: str = ""
    brand: str = ""


class Event(_Kind, frozen=True):
    """What the person did: a measure of her events of these names, tested.

    `where` are conditions on each event, all met; `lines` on one same product line of it (an entry
    of `products`, or the event itself when that is no list, or an empty one, or one with anything
    but objects in it; columns are always the event's). `once` keeps of the events of one order id
    (that are of these names and meet `where` and `lines`) the earliest by (at, event id) only; then
    the window and the clock are asked. Without an order id each is its own. No test: at least one.
    """

    events: tuple[str, ...]
    where: tuple[Filter, ...] = ()
    lines: tuple[Filter, ...] = ()
    window: Window = Ever()
    clock: Clock | None = None
    once: bool = False
    measure: Measure = Count()
    test: Test = Number("gte", 1)


class Stage(_Part, frozen=True):
    """A step of a sequence: an event, later than the one before it and within `within` of it."""

    events: tuple[str, ...]
    where: tuple[Filter, ...] = ()
    lines: tuple[Filter, ...] = ()
    within: Span | None = None


class Sequence(_Kind, frozen=True):
    """Events one after the other: some chain of them exists.

    `stages[0]` lies in `window`; each next one is strictly later than the one before it, by at most
    its `within`. With `then_not` the chain counts only when none of those followed the last stage
    within `then_not.within` (needed), and that time has passed: last stage + within <= at.
    """

    stages: tuple[Stage, ...]
    then_not: Stage | None = None
    window: Ever | Last | Calendar | Between = Ever()


class Messages(_Kind, frozen=True):
    """The person's messages: sent, delivered, opened, clicked by a human; or `ignored`.

    `ignored` counts the messages sent since her last click (or ever, if she never clicked).
    """

    what: Literal["sent", "delivered", "opened", "clicked", "ignored"]
    channel: Channel | None = None
    journey: str | None = None
    window: Window = Ever()
    test: Number = Number("gte", 1)


class Journey(_Kind, frozen=True):
    """Where the person stands in a journey: inside now, was inside before, never entered."""

    journey: str
    state: Literal["inside", "left", "entered", "never"] = "inside"


class Member(_Kind, frozen=True):
    """Whether the person is in another segment (by its tree, or by its imported list)."""

    segment: str


class Share(_Kind, frozen=True):
    """A random share of all people, stable per person and `salt`: `start` to before `end` (%).

    The first 8 bytes of BLAKE2b (of 64) of the salt, little-endian, are s; a person's place is
    splitmix64(s + person) // 2**32 * 100 / 2**32 percent, where splitmix64 is the first number of
    Vigna's generator seeded so.
    """

    end: float
    start: float = 0.0
    salt: str = ""


# Groups -------------------------------------------------------------------------------------------


class All(_Kind, frozen=True):
    """Every one of them holds; of no conditions: everybody."""

    of: tuple["Node", ...]


class Any(_Kind, frozen=True):
    """At least one of them holds; of no conditions: nobody."""

    of: tuple["Node", ...]


class Nothing(_Kind, frozen=True, tag="none"):
    """Not one of them holds; of no conditions: everybody."""

    of: tuple["Node", ...]


Leaf = Trait | Fact | Reach | Consent | Event | Sequence | Messages | Journey | Member | Share
Node = All | Any | Nothing | Leaf
