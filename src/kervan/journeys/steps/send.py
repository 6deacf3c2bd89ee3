"""Sends a message that is kept under a name, by the channel and at the time its author says."""

import re
from typing import ClassVar, Literal

import msgspec

from kervan.journeys.duration import DAY, Duration
from kervan.journeys.steps.step import Arrivals, Outcomes, Step, go
from kervan.kernel import i18n

BEST = "best"
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]|24:00")


class Window(msgspec.Struct, forbid_unknown_fields=True, frozen=True, omit_defaults=True):
    """From which clock time of the person's day until which, as "09:00"; itself no longer in."""

    from_: str = msgspec.field(default="09:00", name="from")
    until: str = "21:00"

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
    """

    kind: ClassVar[str] = "send"

    message: str
    channels: list[str] | None = None
    expires: Duration = Duration(DAY)
    priority: int = 5
    order: list[str] | None = None
    explore: float = 0.1
    time: Literal["now", "best"] = "now"
    window: Window = Window()

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
        for clock in (self.window.from_, self.window.until):
            if not _CLOCK.fullmatch(clock):
                found.append(("window", "journeys.window_clock", {"given": clock[:20]}))
        if not 0 <= self.priority <= 9:
            found.append(("priority", "journeys.priority_range", {}))
        return found

    def advance(self, people: Arrivals) -> Outcomes:
        """Everybody gets the message and takes the only exit."""
        return go(people, 0, intend=True)

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
        if not self.at_best:
            return said
        window = {"begin": self.window.from_, "end": self.window.until}
        return f"{said} {i18n.say('journeys.send_at_best', locale, **window)}"


def _minutes(clock: str) -> int:
    hour, minute = clock.split(":")
    return (int(hour) * 60 + int(minute)) % 1_440
