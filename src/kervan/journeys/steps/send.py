"""Sends a message that is kept under a name, by the channel and at the time its author says."""

import re
from dataclasses import replace
from typing import ClassVar, Literal

import msgspec
import numpy as np

from kervan.journeys.duration import DAY, Duration
from kervan.journeys.match import Filter
from kervan.journeys.steps.step import (
    ARRIVE,
    LEAVE,
    MATCH,
    NEVER,
    STAY,
    Arrivals,
    EventMatch,
    Mine,
    Outcomes,
    Step,
    go,
)
from kervan.kernel import i18n

BEST = "best"
Outcome = Literal["next", "exit", "branch"]
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]|24:00")
_OUTCOMES = ("blocked", "failed", "unreachable")
_GRACE_MS = 7 * DAY
"""How much longer than the message lives its last word is waited for: a channel's receipts."""
_NOWHERE = ["delivery.no_address", "delivery.address_suppressed", "delivery.window_closed"]
_ENDS = ("Message Sent", "Message Delivered", "Message Failed", "Message Suppressed")


class Window(msgspec.Struct, forbid_unknown_fields=True, frozen=True, omit_defaults=True):
    """From which clock time of the person's day until which, as "09:00"; itself no longer in."""

    from_: str = msgspec.field(default="09:00", name="from")
    until: str = "21:00"

    @property
    def faulty(self) -> str:
        """The clock time that is none, "" when both are."""
        wrong = [one for one in (self.from_, self.until) if not _CLOCK.fullmatch(one)]
        return wrong[0] or "–" if wrong else ""

    @property
    def minutes(self) -> tuple[int, int]:
        """Both as minutes of the day."""
        return _minutes(self.from_), _minutes(self.until)


class Send(Step, frozen=True):
    """`message` is its key; `channels` their order, without them that of the message itself.

    Whether and by which channel it goes is decided when it is sent: by reach, consent, quiet hours
    and caps. After `expires` it is not sent. `priority` is 0 to 9, the higher first where a cap
    leaves room for few.

    `channels: best` goes first by the channel on which the person reacts most, then by the others
    in `order` (without it the message's own); a share `explore` of the messages tries another
    one, to learn. `time: best` waits for the person's best hour within `window`, a day at most;
    the message then lives that much longer.

    With `on_blocked` (consent, caps, quiet hours, a stop or its time did not let it go),
    `on_failed` (the channel could not deliver it) or `on_unreachable` (no address, or one that is
    suppressed) the person stays until it is known what became of the message: with `next` she
    then goes on like those who got it, with `exit` she leaves, with `branch` the step has an exit
    of that name (`blocked`, `failed`, `unreachable`). What is in doubt counts as sent, and so does
    the message of a hold-out.
    """

    kind: ClassVar[str] = "send"

    message: str
    channels: list[str] | None = None
    expires: Duration = Duration(DAY)
    priority: int | None = None
    order: list[str] | None = None
    explore: float = 0.1
    time: Literal["now", "best"] = "now"
    window: Window = Window()
    on_blocked: Outcome | None = None
    on_failed: Outcome | None = None
    on_unreachable: Outcome | None = None

    @property
    def _rules(self) -> dict[str, Outcome | None]:
        return {name: getattr(self, f"on_{name}") for name in _OUTCOMES}

    @property
    def waits(self) -> bool:
        """Whether she stays until it is known what became of the message."""
        return any(self._rules.values())

    @property
    def by_best(self) -> bool:
        """Whether the channel is chosen for each person."""
        return self.channels == [BEST]

    @property
    def named(self) -> list[str] | None:
        """The channels in the author's order, None for that of the message."""
        return self.order if self.by_best else self.channels

    @property
    def at_best(self) -> bool:
        """Whether the hour is chosen for each person."""
        return self.time == BEST

    def problems(self) -> list[tuple[str, str, dict[str, object]]]:
        """A channel twice, a setting that says nothing here, or a value out of its range."""
        found: list[tuple[str, str, dict[str, object]]] = []
        order = self.named or []
        if len(set(order)) < len(order):
            place = "order" if self.by_best else "channels"
            found.append((place, "journeys.channel_twice", {}))
        if BEST in order:
            found.append(("channels", "journeys.best_alone", {}))
        if self.order is not None and not self.by_best:
            found.append(("order", "journeys.order_needs_best", {}))
        if not 0 <= self.explore <= 0.5:
            found.append(("explore", "journeys.explore_range", {}))
        if self.window.faulty:
            found.append(("window", "journeys.window_clock", {"given": self.window.faulty[:20]}))
        if not 0 <= (self.priority or 0) <= 9:
            found.append(("priority", "journeys.priority_range", {}))
        return found

    def exits(self) -> tuple[str, ...]:
        """`next`, and those that are branched to."""
        return ("next", *(name for name, way in self._rules.items() if way == "branch"))

    def listens(self) -> list[EventMatch]:
        """What becomes of the message: it went (by states), it was blocked, it failed, nowhere."""
        if not self.waits:
            return []
        return _MAY_FAIL if self.on_failed else _GOES

    def advance(self, people: Arrivals) -> Outcomes:
        """Everybody gets the message; she goes on at once, or when its outcome is known."""
        arrived = people.cause == ARRIVE
        if not self.waits:
            # Who stood here by an older text has got hers.
            return replace(go(people, 0), intend=arrived.copy())
        became = [self._way(""), *(self._way(name) for name in _OUTCOMES)]
        listened = len(self.listens())
        # The first events say that it went, the last three how it did not.
        place = np.maximum(people.which - (listened - len(_OUTCOMES)) + 1, 0)
        known = people.cause == MATCH
        onward = np.where(known, np.array(became, np.int16)[place], np.int16(0))
        longest = int(self.expires) + _GRACE_MS + (DAY if self.at_best else 0)
        return Outcomes(
            np.where(arrived, np.int16(STAY), onward).astype(np.int16),
            np.where(arrived, people.at_ms + longest, NEVER),
            arrived.copy(),
        )

    def _way(self, name: str) -> int:
        """The outcome of those whose message met it."""
        way = self._rules.get(name) or "next"
        if way == "exit":
            return LEAVE
        return self.exits().index(name) if way == "branch" else 0

    def describe(self, locale: str) -> str:
        """Sends “basket-reminder” by the first of push, sms, email that reaches her."""
        named = ", ".join(self.named or [])
        if self.by_best:
            share = f"{self.explore * 100:g}"
            said = i18n.say("journeys.send_best", locale, message=self.message, share=share)
        elif not named:
            said = i18n.say("journeys.send", locale, message=self.message)
        else:
            said = i18n.say("journeys.send_by", locale, message=self.message, channels=named)
        if self.at_best:
            window = {"begin": self.window.from_, "end": self.window.until}
            said = f"{said} {i18n.say('journeys.send_at_best', locale, **window)}"
        for name, way in self._rules.items():
            if way:
                then = i18n.say(f"journeys.outcome_{way}", locale, way=name)
                said = f"{said} {i18n.say(f'journeys.on_{name}', locale, then=then)}"
        return said


def _went(states: list[str]) -> list[EventMatch]:
    """The events that say a message went, or may have."""
    state = [Filter("state", in_=[*states])]
    return [Mine(name, state) for name in _ENDS]


def _ends(states: list[str]) -> list[EventMatch]:
    """All ends of a message: first that it went, then blocked, failed and unreachable.

    Of several that one event meets the first is taken, so what is nowhere is left out of blocked.
    """
    ended = Filter("state", in_=["suppressed", "expired", "cancelled"])
    blocked = Mine("Message Suppressed", [ended, *(Filter("reason", ne=one) for one in _NOWHERE)])
    failed = Mine("Message Failed", [Filter("state", eq="failed")])
    nowhere = Mine("Message Suppressed", [ended, Filter("reason", in_=[*_NOWHERE])])
    return [*_went(states), blocked, failed, nowhere]


_GOES = _ends(["accepted", "handed", "delivered", "ghost", "unknown"])
_MAY_FAIL = _ends(["accepted", "delivered", "ghost", "unknown"])
"""Where a failure has a way of its own, what is with a provider is not known yet."""


def _minutes(clock: str) -> int:
    hour, minute = clock.split(":")
    return (int(hour) * 60 + int(minute)) % 1_440
