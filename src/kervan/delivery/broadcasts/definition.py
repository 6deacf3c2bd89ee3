"""A broadcast as data: to whom, what, when, tried in which variants, said again to whom."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

KEY = r"^[a-z0-9][a-z0-9_-]{0,62}$"
MOST_VARIANTS = 10
MOST_HOURS = 720
SOLE = "all"
"""The name of the only variant of a broadcast that tries none."""
RESEND = "resend"
"""The name of what is said again."""

Key = Annotated[str, Meta(pattern=KEY, max_length=63, examples=["autumn_coats"])]
Named = Annotated[str, Meta(min_length=1, max_length=200)]
Arm = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{1,30}$", max_length=30, examples=["A", "B"])]
Hours = Annotated[float, Meta(ge=0, le=MOST_HOURS)]
Hour = Annotated[str, Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", examples=["09:00"])]
Channel = Annotated[str, Meta(min_length=1, max_length=40)]


class Part(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True
):
    """What all parts have: fields nobody knows are refused."""


class Variant(Part, frozen=True):
    """One of the messages that are tried; `weight` is its part of those who try."""

    name: Arm
    message: Key
    weight: Annotated[int, Meta(ge=1, le=1000)] = 1


class Test(Part, frozen=True):
    """Some get one of the `variants`; the rest wait and get the winner.

    `share_percent` of the audience try. `wait_hours` after the last of them was sent to, the
    variant with the best `metric` wins: people who clicked (no machines), or who did `event` after
    they got it, of those it reached. It must be better than each other one with at least
    `confidence_percent`, and each must have `fewest` reactions and as many without one; else
    `unsure` says what the rest gets: the leader all the same, the first variant, or each variant by
    its weight.
    """

    share_percent: Annotated[float, Meta(ge=1, le=100)] = 20
    metric: Literal["click", "conversion"] = "click"
    event: Annotated[str, Meta(max_length=200)] = ""
    wait_hours: Hours = 4
    confidence_percent: Annotated[float, Meta(ge=50, le=99.9)] = 95
    fewest: Annotated[int, Meta(ge=0, le=100_000)] = 5
    unsure: Literal["leader", "first", "split"] = "leader"
    variants: Annotated[tuple[Variant, ...], Meta(max_length=MOST_VARIANTS)] = ()


class Best(Part, frozen=True):
    """What is chosen for each person by how she, and people like her, reacted so far.

    Her hour, where `at` is best, from `from` until `until` of her day; with `channel` also the
    first of the channels, and `explore_percent` of them go by another one, to learn.
    """

    channel: bool = False
    explore_percent: Annotated[float, Meta(ge=0, le=50)] = 10
    from_: Hour = msgspec.field(default="09:00", name="from")
    until: Hour = "21:00"

    @property
    def minutes(self) -> tuple[int, int]:
        """Both as minutes of the day."""
        from_, until = (one.split(":") for one in (self.from_, self.until))
        return int(from_[0]) * 60 + int(from_[1]), int(until[0]) * 60 + int(until[1])


class Resend(Part, frozen=True):
    """Who got it and did not click gets `message` (without one the same) `after_hours`.

    Whether she clicked meanwhile, and still may be written to, is asked when it would go.
    """

    after_hours: Hours
    message: Annotated[str, Meta(pattern=r"^([a-z0-9][a-z0-9_-]{0,62})?$", max_length=63)] = ""


class Broadcast(Part, frozen=True):
    """A broadcast as its author writes it.

    To the members of `segment`, or to `everybody`, without those of the segments in `except`. `at`
    is `now`, or a time such as 2026-11-27T10:00 in the workspace's zone or with its offset; with
    `local` it is each person's own clock, and who has passed that time gets it at once; `best` is
    each person's best hour within a day of the start. It is
    spread over `spread_hours`, and not sent later than `expires_hours` after it was due. The higher
    `priority` (0 to 9) goes first where a cap leaves room for few. `hold_out_percent` get nothing,
    so that what it brings about can be measured.
    """

    key: Key
    name: Named
    segment: Annotated[str, Meta(max_length=200)] = ""
    everybody: bool = False
    except_: Annotated[tuple[Named, ...], Meta(max_length=20)] = msgspec.field(
        default=(), name="except"
    )
    message: Annotated[str, Meta(pattern=r"^([a-z0-9][a-z0-9_-]{0,62})?$", max_length=63)] = ""
    channels: Annotated[tuple[Channel, ...], Meta(max_length=12)] = ()
    at: Annotated[
        str, Meta(min_length=1, max_length=40, examples=["now", "best", "2026-11-27T10:00"])
    ] = "now"
    local: bool = False
    spread_hours: Annotated[float, Meta(ge=0, le=168)] = 0
    expires_hours: Annotated[float, Meta(ge=0.01, le=MOST_HOURS)] = 24
    priority: Annotated[int, Meta(ge=0, le=9)] = 3
    hold_out_percent: Annotated[float, Meta(ge=0, le=50)] = 0
    best: Best | None = None
    test: Test | None = None
    resend: Resend | None = None

    @property
    def variants(self) -> tuple[Variant, ...]:
        """What is sent at first: those of the test, or the one message."""
        if self.test is not None:
            return self.test.variants
        return (Variant(name=SOLE, message=self.message),)


def canonical(broadcast: Broadcast) -> str:
    """The broadcast as the one JSON text of it: the same broadcast is the same text."""
    return msgspec.json.encode(broadcast, order="sorted").decode()


_decode = msgspec.json.Decoder(Broadcast).decode


def decode(text: str) -> Broadcast:
    """The broadcast of a canonical text."""
    return _decode(text)
