"""What lets people into a journey: one trigger of several kinds, compiled to one event to match.

What is no event of a person's own (a time, a date of hers, a call, a change of the catalogue)
reaches her as an event of ours, CALLED: so the engine judges one thing only, and her history shows
why she entered.
"""

from collections.abc import Iterator
from typing import Literal

import msgspec

from kervan.consent.refusal_words import fold
from kervan.journeys.duration import DAY, Duration
from kervan.journeys.match import Filter
from kervan.journeys.steps.step import EventMatch
from kervan.journeys.triggers import cron, instant

CALLED = "Journey Called"
ENTERED, LEFT = "Segment Entered", "Segment Left"
"""What live membership writes (segments.live.tick), with the segment's key."""
RECEIVED = "Message Received"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MOST_KEYWORDS = 100
Fault = tuple[str, str, dict[str, object]]
"""(place inside the trigger, error code, its facts)"""


class Schedule(msgspec.Struct, forbid_unknown_fields=True, frozen=True, omit_defaults=True):
    """Everybody in `segment` at a time: `once`, every day, week or month, or by `cron`.

    `every` goes with `at`, and with `on` for days: mon to sun of a week, 1 to 31 of a month (a
    month without that day is left out). `zone` is an IANA zone, without it the workspace's.
    """

    segment: str
    once: str = ""
    cron: str = ""
    every: Literal["day", "week", "month", ""] = ""
    on: list[str | int] = []
    at: str = "10:00"
    zone: str = ""

    @property
    def as_cron(self) -> str:
        """The five fields of what recurs, "" for what comes once."""
        if not self.every:
            return self.cron
        minutes = instant.clock_minutes(self.at) or 0
        clock = f"{minutes % 60} {minutes // 60}"
        days = ",".join(str(one) for one in self.on)
        if self.every == "month":
            return f"{clock} {days or 1} * *"
        return f"{clock} * * {days or ('mon' if self.every == 'week' else '*')}"


class Date(msgspec.Struct, forbid_unknown_fields=True, frozen=True, omit_defaults=True):
    """A date of hers: `birthday` (each year), or a trait that is a date (once each date).

    `days` before it (less than 0) or after it, `at` a time of her own day.
    """

    field: str
    days: int = 0
    at: str = "10:00"


class Catalogue(msgspec.Struct, forbid_unknown_fields=True, frozen=True, omit_defaults=True):
    """A product she has looked at within `looked` costs less (at least by the share `by`), or is
    there again."""

    change: Literal["price_drop", "back_in_stock"]
    by: float = 0.0
    looked: Duration = Duration(30 * DAY)


class Message(msgspec.Struct, forbid_unknown_fields=True, frozen=True, omit_defaults=True):
    """She writes one of `keywords`, alone or as the first word; the forms of İ and ı are one."""

    keywords: list[str]
    channels: list[str] = []


class Trigger(EventMatch, frozen=True, kw_only=True):
    """Exactly one of these: an event, or one of the other kinds."""

    event: str = ""
    segment_entered: str | None = None
    segment_left: str | None = None
    schedule: Schedule | None = None
    date: Date | None = None
    called: bool | None = None
    catalogue: Catalogue | None = None
    message: Message | None = None

    @property
    def kind(self) -> str:
        """The name of the kind, "" where none is given or more than one."""
        given = list(self.given())
        return given[0] if len(given) == 1 else ""

    def given(self) -> Iterator[str]:
        """The kinds that are written."""
        for name in KINDS:
            if getattr(self, name):
                yield name

    def entry(self, journey: str) -> EventMatch:
        """The one event that lets people into the journey with this key."""
        if self.event:
            return EventMatch(self.event, self.where)
        if self.segment_entered:
            return segment_event(self.segment_entered, entered=True)
        if self.segment_left:
            return segment_event(self.segment_left, entered=False)
        if self.message is not None:
            words = sorted({fold(one) for one in self.message.keywords})
            where = [Filter("keyword", in_=[*words])]
            if self.message.channels:
                where.append(Filter("channel", in_=[*self.message.channels]))
            return EventMatch(RECEIVED, where)
        return EventMatch(CALLED, [Filter("journey", eq=journey)])

    def problems(self, zone: str) -> Iterator[Fault]:
        """What is wrong beyond types; `zone` is what a schedule without one is in."""
        if not self.kind:
            known = ", ".join(KINDS)
            yield "", "journeys.one_trigger", {"known": known, "count": len(list(self.given()))}
        if self.where and not self.event:
            yield "where", "journeys.where_needs_event", {}
        if self.schedule is not None:
            yield from _schedule(self.schedule, zone)
        if self.date is not None:
            yield from _date(self.date)
        if self.catalogue is not None and not 0 <= self.catalogue.by < 1:
            yield "catalogue.by", "journeys.share_range", {"key": "by", "most": 1}
        if self.message is not None:
            yield from _message(self.message)


KINDS = (
    "event", "segment_entered", "segment_left", "schedule", "date", "called", "catalogue",
    "message",
)  # fmt: skip


def segment_event(key: str, *, entered: bool) -> EventMatch:
    """The event by which somebody comes into a segment, or leaves it."""
    return EventMatch(ENTERED if entered else LEFT, [Filter("segment", eq=key)])


def _schedule(said: Schedule, zone: str) -> Iterator[Fault]:
    if said.zone and not instant.known(said.zone):
        yield "schedule.zone", "journeys.unknown_zone", {"zone": said.zone[:60]}
        return
    if sum(map(bool, (said.once, said.cron, said.every))) != 1:
        yield "schedule", "journeys.one_time", {}
        return
    if said.once and instant.parse(said.once, said.zone or zone) is None:
        yield "schedule.once", "journeys.bad_instant", {"value": said.once[:60]}
    if said.cron and cron.parse(said.cron) is None:
        yield "schedule.cron", "journeys.bad_cron", {"value": said.cron[:60]}
    if said.every and instant.clock_minutes(said.at) is None:
        yield "schedule.at", "journeys.bad_clock", {"value": said.at[:20]}
    if said.every:
        yield from _days(said)


def _days(said: Schedule) -> Iterator[Fault]:
    for i, one in enumerate(said.on):
        fits = {
            "day": False,
            "week": one in WEEKDAYS,
            "month": type(one) is int and 1 <= one <= 31,
        }[said.every]
        if not fits:
            facts: dict[str, object] = {"value": str(one)[:20], "every": said.every}
            yield f"schedule.on.{i}", "journeys.bad_day", facts


def _date(said: Date) -> Iterator[Fault]:
    if instant.clock_minutes(said.at) is None:
        yield "date.at", "journeys.bad_clock", {"value": said.at[:20]}
    if abs(said.days) > 365:
        yield "date.days", "journeys.days_range", {"most": 365}


def _message(said: Message) -> Iterator[Fault]:
    if not 1 <= len(said.keywords) <= MOST_KEYWORDS:
        yield "message.keywords", "journeys.keywords_count", {"most": MOST_KEYWORDS}
    for i, one in enumerate(said.keywords):
        if not fold(one):
            yield f"message.keywords.{i}", "journeys.keyword_without_letters", {"value": one[:40]}
