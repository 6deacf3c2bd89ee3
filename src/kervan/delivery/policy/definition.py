"""A policy as data: how many messages, how far apart, at which hours, and what a refusal means."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Blocked = Literal["hold", "next", "skip"]
Unit = Literal["hour", "day", "week", "month"]
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DEFAULT = "default"
ZONES_WHEN_UNKNOWN = ("Europe/London", "Europe/Berlin", "Europe/Istanbul", "Asia/Baku")
"""Where somebody may be whose zone and country nobody knows: quiet in one of them is quiet."""
MOST_RULES = 50
LIMIT_CHARS = 100
HIGHEST = 9
MOST_MINUTES = 43_200

Word = Annotated[str, Meta(max_length=LIMIT_CHARS)]
Named = Annotated[str, Meta(min_length=1, max_length=LIMIT_CHARS)]
Words = Annotated[tuple[Word, ...], Meta(max_length=200)]
Priority = Annotated[int, Meta(ge=0, le=HIGHEST)]
Clock = Annotated[
    str, Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$|^$", examples=["09:00", "22:00"])
]


class Rule(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True
):
    """What all rules have: a name, which messages they are about (none named: all), what a
    refusal means, and from which priority on a message passes (it is counted all the same)."""

    name: Named
    channels: Words = ()
    topics: Words = ()
    brands: Words = ()
    blocked: Blocked = "skip"
    passes_from_priority: Priority | None = None


class Cap(Rule, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """At most `most` messages a person per hour, day, week or month.

    `calendar` is the unit in her own zone (weeks begin on Monday), `rolling` any 60 minutes,
    24 hours, 7 or 30 days. The channels, topics and brands named share one count.
    """

    most: Annotated[int, Meta(ge=0, le=10_000)]
    per: Unit
    window: Literal["calendar", "rolling"] = "calendar"


class Gap(Rule, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """At least `minutes` between two messages to a person."""

    minutes: Annotated[int, Meta(ge=1, le=MOST_MINUTES)]


class Quiet(Rule, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """No message from `from` until `until` (itself no longer quiet) in the person's own zone.

    One that begins on the `days` named (none: on all) ends on the next day where `until` is not
    after `from`; the same twice is a whole day. With `holidays`, an ISO 3166 country, the public
    holidays there are quiet from midnight to midnight.
    """

    from_: Clock = msgspec.field(default="", name="from")
    until: Clock = ""
    days: tuple[Day, ...] = ()
    holidays: Annotated[str, Meta(pattern="^([A-Z]{2})?$", examples=["TR", "AZ"])] = ""
    blocked: Blocked = "hold"


class Policy(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True
):
    """All rules of a workspace. Messages of the classes it `skips` are neither held nor counted.

    A release is spread over `spread_minutes`. What would have to wait longer than
    `wait_at_most_hours` (0: as long as the message lives) is skipped.
    """

    key: Literal["default"] = "default"
    name: Word = ""
    skips: tuple[Literal["marketing", "transactional", "legal"], ...] = ("transactional", "legal")
    caps: Annotated[tuple[Cap, ...], Meta(max_length=MOST_RULES)] = ()
    gaps: Annotated[tuple[Gap, ...], Meta(max_length=MOST_RULES)] = ()
    quiet: Annotated[tuple[Quiet, ...], Meta(max_length=MOST_RULES)] = ()
    spread_minutes: Annotated[int, Meta(ge=0, le=240)] = 15
    wait_at_most_hours: Annotated[int, Meta(ge=0, le=720)] = 0
    zones_when_unknown: Annotated[tuple[Word, ...], Meta(min_length=1, max_length=20)] = (
        ZONES_WHEN_UNKNOWN
    )

    @property
    def paces(self) -> bool:
        """Whether anything is counted."""
        return bool(self.caps or self.gaps)


def canonical(policy: Policy) -> str:
    """The policy as the one JSON text of it: the same policy is the same text."""
    return msgspec.json.encode(policy, order="sorted").decode()


_decode = msgspec.json.Decoder(Policy).decode


def decode(text: str) -> Policy:
    """The policy of a canonical text."""
    return _decode(text)
