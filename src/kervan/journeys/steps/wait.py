"""The wait: for a time, until an event, an hour of the day, a date, a segment or the best hour."""

from functools import lru_cache
from typing import ClassVar, Literal

import msgspec
import numpy as np

from kervan.journeys import duration, rule
from kervan.journeys.duration import Duration
from kervan.journeys.match import Filter
from kervan.journeys.rule import Rule
from kervan.journeys.steps import local
from kervan.journeys.steps.send import Window
from kervan.journeys.steps.split import event
from kervan.journeys.steps.step import (
    ARRIVE,
    MATCH,
    NEVER,
    STAY,
    Arrivals,
    Bools,
    EventMatch,
    Int64,
    Outcomes,
    Step,
)
from kervan.kernel import i18n

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
FORMS = ("for", "until", "until_time", "until_date", "until_segment", "until_segment_left",
         "best_time")  # fmt: skip
_WITH = {"timeout": ("until", "until_segment", "until_segment_left"), "engaged_timeout": ("until",),
         "on": ("until_time",), "zone": ("until_time", "until_date")}  # fmt: skip
_MOST_DAYS = 3_660
_LAST_MS = 253_402_300_800_000
"""The year 10000, which no datetime says: a date that lies there is as good as none."""


class Day(msgspec.Struct, forbid_unknown_fields=True, frozen=True, omit_defaults=True):
    """`days` after (negative: before) a date of hers, at a time of the day.

    `field` is `birthday`, which is the next one, or a trait that is a date.
    """

    field: str
    days: int = 0
    at: str = "09:00"


class Best(msgspec.Struct, forbid_unknown_fields=True, frozen=True, omit_defaults=True):
    """Between which clock times the best hour is looked for."""

    window: Window = Window()


class Wait(Step, frozen=True):
    """One of: `for` a length of time; `until` any of some events, at most `timeout`; `until_time`
    of the day, `on` some weekdays; `until_date`; `until_segment` or `until_segment_left`, at most
    `timeout`; `best_time`.

    Times of the day are the person's, or those of `zone`. Until an event or a segment there are
    two exits: `matched` and `timed_out`; an event at the very instant of the limit comes too late,
    and who is in the segment already goes on at once. Until a date they are `next` and `past`: the
    day is over, or no date is known. With `engaged_timeout` the limit lies between both lengths,
    the nearer to this one the more readily somebody reacts.
    """

    kind: ClassVar[str] = "wait"
    can_wait: ClassVar[bool] = True

    for_: Duration | None = msgspec.field(default=None, name="for")
    until: list[EventMatch] | None = None
    timeout: Duration | None = None
    engaged_timeout: Duration | None = None
    until_time: str | None = None
    on: list[Weekday] | None = None
    zone: str | None = None
    until_date: Day | None = None
    until_segment: str | None = None
    until_segment_left: str | None = None
    best_time: Best | None = None

    @property
    def _segment(self) -> str | None:
        return self.until_segment if self.until_segment is not None else self.until_segment_left

    @property
    def _events(self) -> bool:
        return self.until is not None or self._segment is not None

    def exits(self) -> tuple[str, ...]:
        """`next`; or `matched` and `timed_out`; or `next` and `past`."""
        if self._events:
            return "matched", "timed_out"
        return ("next",) if self.until_date is None else ("next", "past")

    def listens(self) -> list[EventMatch]:
        """The events of `until`, or that of the segment."""
        if self._segment is not None:
            return _of_segment(self._segment, entered=self.until_segment is not None)
        return self.until or []

    def segments(self) -> list[str]:
        """The one that is waited for."""
        return [] if self._segment is None else [self._segment]

    def problems(self) -> list[tuple[str, str, dict[str, object]]]:
        """Exactly one form, with the settings that go with it, each of which makes sense."""
        given = [name for name in FORMS if self._given(name)]
        if len(given) != 1 or self.until == []:
            return [("", "journeys.wait_for_or_until", {"forms": ", ".join(FORMS)})]
        if (self.timeout is None) == self._events:
            return [("", "journeys.wait_needs_timeout", {})]
        found: list[tuple[str, str, dict[str, object]]] = []
        for name, forms in _WITH.items():
            if getattr(self, name) is not None and given[0] not in forms:
                facts: dict[str, object] = {"setting": name, "forms": ", ".join(forms)}
                found.append((name, "journeys.wait_goes_with", facts))
        if self.engaged_timeout is not None and self.engaged_timeout > (self.timeout or 0):
            found.append(("engaged_timeout", "journeys.wait_engaged_longer", {}))
        if self.zone is not None and not local.known(self.zone):
            found.append(("zone", "journeys.zone_unknown", {"zone": self.zone[:60]}))
        return found + self._clocks()

    def _given(self, form: str) -> bool:
        return getattr(self, "for_" if form == "for" else form) is not None

    def _clocks(self) -> list[tuple[str, str, dict[str, object]]]:
        found: list[tuple[str, str, dict[str, object]]] = []
        at = self.until_date.at if self.until_date else None
        for name, clock in (("until_time", self.until_time), ("until_date", at)):
            if clock is not None and local.minute(clock) is None:
                found.append((name, "journeys.clock", {"given": clock[:20]}))
        if self.until_date and abs(self.until_date.days) > _MOST_DAYS:
            found.append(("until_date", "journeys.wait_days", {"limit": _MOST_DAYS}))
        if self.best_time and self.best_time.window.faulty:
            given = self.best_time.window.faulty[:20]
            found.append(("best_time", "journeys.window_clock", {"given": given}))
        return found

    def advance(self, people: Arrivals) -> Outcomes:
        """Who arrives stays until her time; who is due or was matched goes on."""
        n = len(people.at_ms)
        arrived = people.cause == ARRIVE
        due_ms = np.full(n, NEVER, np.int64)
        last = np.int16(1 if self._events else 0)
        exit_ = np.where(people.cause == MATCH, np.int16(0), last)
        exit_[arrived] = STAY
        here = np.flatnonzero(arrived)
        if len(here):
            due_ms[here] = self._due(people, here)
            if self._segment is not None:
                exit_[here[self._inside(people, here)]] = 0
            if self.until_date is not None:
                exit_[here[due_ms[here] < people.at_ms[here]]] = 1
                exit_[here[due_ms[here] == NEVER]] = 1
            due_ms[exit_ != STAY] = NEVER
        return Outcomes(exit_.astype(np.int16), due_ms, np.zeros(n, np.bool_))

    def _inside(self, people: Arrivals, here: Int64) -> Bools:
        """Who need not wait for the segment any more."""
        assert self._segment is not None
        member = _member(self._segment, inside=self.until_segment is not None)
        return people.facts.meets(member, people.person[here], people.at_ms[here])

    def _due(self, people: Arrivals, here: Int64) -> Int64:
        """When time alone moves who arrived, in ms; NEVER where no date is known."""
        person, at_ms, facts = people.person[here], people.at_ms[here], people.facts
        if self.best_time is not None:
            return facts.best(person, at_ms, self.best_time.window.minutes)
        if self.until_time is not None:
            minute = local.minute(self.until_time)
            days = [local.WEEKDAYS.index(one) for one in self.on or local.WEEKDAYS]
            return local.on_clock(self._zones(people, here), at_ms, minute or 0, days)
        if self.until_date is not None:
            day = facts.dates(self.until_date.field, person, at_ms)
            some = day != NEVER
            minute = local.minute(self.until_date.at)
            zone = self._zones(people, here)
            shifted = np.where(some, day, 0) + self.until_date.days
            instant = local.of_day(zone, shifted, minute or 0)
            return np.where(some & (instant < _LAST_MS), instant, NEVER)
        length = float(self.for_ or self.timeout or 0)
        if self.engaged_timeout is None:
            return at_ms + int(length)
        shorter = (length - self.engaged_timeout) * facts.engaged(person, at_ms)
        return at_ms + np.rint(length - shorter).astype(np.int64)

    def _zones(self, people: Arrivals, here: Int64) -> list[str]:
        if self.zone is not None:
            return [self.zone] * len(here)
        return list(people.facts.zones(people.person[here], people.at_ms[here]))

    def describe(self, locale: str) -> str:
        """Waits 1 hour. / Waits until Order Completed, at most 1 hour. / Waits until 10:00."""
        length = duration.describe(int(self.for_ or self.timeout or 0), locale)
        if self.until is not None:
            events = i18n.say("journeys.or", locale).join(event(one, locale) for one in self.until)
            said = i18n.say("journeys.wait_until", locale, events=events, length=length)
            if self.engaged_timeout is None:
                return said
            least = duration.describe(int(self.engaged_timeout), locale)
            return f"{said} {i18n.say('journeys.wait_engaged', locale, length=least)}"
        if self._segment is not None:
            word = "entered" if self.until_segment is not None else "left"
            facts = {"segment": self._segment, "length": length}
            return i18n.say(f"journeys.wait_segment_{word}", locale, **facts)
        if self.best_time is not None:
            window = self.best_time.window
            facts = {"begin": window.from_, "end": window.until}
            return i18n.say("journeys.wait_best", locale, **facts)
        if self.until_time is not None or self.until_date is not None:
            return self._describe_clock(locale)
        return i18n.say("journeys.wait_for", locale, length=length)

    def _describe_clock(self, locale: str) -> str:
        clock = i18n.say("journeys.clock_own", locale)
        if self.zone is not None:
            clock = i18n.say("journeys.clock_of", locale, zone=self.zone)
        if self.until_date is not None:
            facts = {"time": self.until_date.at, "clock": clock}
            return i18n.say(
                "journeys.wait_date", locale, when=_when(self.until_date, locale), **facts
            )
        facts = {"time": self.until_time or "", "clock": clock}
        if not self.on:
            return i18n.say("journeys.wait_time", locale, **facts)
        days = ", ".join(i18n.say(f"journeys.{one}", locale) for one in self.on)
        return i18n.say("journeys.wait_time_on", locale, days=days, **facts)


def _when(day: Day, locale: str) -> str:
    """Two days before her birthday."""
    way = "on" if day.days == 0 else "before" if day.days < 0 else "after"
    count = abs(day.days)
    length = i18n.say("journeys.day" if count == 1 else "journeys.days", locale, count=count)
    if day.field == "birthday":
        return i18n.say(f"journeys.birthday_{way}", locale, length=length)
    return i18n.say(f"journeys.date_{way}", locale, length=length, field=day.field)


@lru_cache(maxsize=1024)
def _of_segment(key: str, *, entered: bool) -> list[EventMatch]:
    """What live membership writes when somebody enters or leaves."""
    name = "Segment Entered" if entered else "Segment Left"
    return [EventMatch(name, [Filter("segment", eq=key)])]


@lru_cache(maxsize=1024)
def _member(key: str, *, inside: bool) -> Rule:
    return Rule(rule.member(key, inside=inside))
