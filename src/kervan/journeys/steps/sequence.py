"""A channel sequence: messages one after the other until the person reacts."""

from typing import ClassVar

import msgspec

from kervan.journeys import duration
from kervan.journeys.duration import DAY, Duration
from kervan.journeys.match import Filter
from kervan.journeys.steps.send import Send
from kervan.journeys.steps.step import EventMatch, Part, Step
from kervan.journeys.steps.wait import Wait
from kervan.kernel import i18n

MOST_TRIES = 20
_REACTED, _TRIED = "reacted", "tried"


class Try(msgspec.Struct, forbid_unknown_fields=True, frozen=True, omit_defaults=True):
    """A message and the channels it goes by, in their order; without them the message's own."""

    message: str
    channels: list[str] | None = None


class Sequence(Step, frozen=True):
    """Each of `tries` in order, `gap` apart, until one of the events `stop_on` comes.

    Without `stop_on` these are a click in one of its messages, and any reply. With
    `engaged_gap` the gap lies between both lengths, the nearer to this one the more readily
    somebody reacts. Exits: `reacted`, and `tried` for whom nothing moved. It stands for plain
    sends and waits, which the text's numbers show as `key.1`, `key.1-wait`, `key.2` ...
    """

    kind: ClassVar[str] = "sequence"
    can_wait: ClassVar[bool] = True

    tries: list[Try]
    gap: Duration = Duration(DAY)
    engaged_gap: Duration | None = None
    stop_on: list[EventMatch] | None = None

    def exits(self) -> tuple[str, ...]:
        """`reacted` and `tried`."""
        return _REACTED, _TRIED

    def problems(self) -> list[tuple[str, str, dict[str, object]]]:
        """No or too many tries, or those of the sends and waits it stands for."""
        if not 1 <= len(self.tries) <= MOST_TRIES:
            return [("tries", "journeys.sequence_tries", {"limit": MOST_TRIES})]
        found = [
            ("tries", code, facts)
            for part in self.expand("", "")
            if isinstance(part.step, Send)
            for _, code, facts in part.step.problems()
        ]
        if self.stop_on == []:
            found.append(("stop_on", "journeys.sequence_stop_on", {}))
        if self.engaged_gap is not None and self.engaged_gap > self.gap:
            found.append(("engaged_gap", "journeys.wait_engaged_longer", {}))
        return found

    def expand(self, key: str, journey: str) -> tuple[Part, ...]:
        """A send and a wait per try."""
        parts: list[Part] = []
        events = self.stop_on or _reactions(key, journey, len(self.tries))
        for number, one in enumerate(self.tries, 1):
            last = number == len(self.tries)
            parts.append(
                Part(f"{key}.{number}", Send(one.message, one.channels), (len(parts) + 1,))
            )
            wait = Wait(until=events, timeout=self.gap, engaged_timeout=self.engaged_gap)
            onward: int | str = _TRIED if last else len(parts) + 1
            parts.append(Part(f"{key}.{number}-wait", wait, (_REACTED, onward)))
        return tuple(parts)

    def describe(self, locale: str) -> str:
        """Tries in order until the person reacts, 1 day apart: hello (email); hello (sms)."""
        tries = "; ".join(
            one.message + (f" ({', '.join(one.channels)})" if one.channels else "")
            for one in self.tries
        )
        length = duration.describe(int(self.gap), locale)
        said = i18n.say("journeys.sequence", locale, tries=tries, length=length)
        if self.engaged_gap is None:
            return said
        least = duration.describe(int(self.engaged_gap), locale)
        return f"{said} {i18n.say('journeys.wait_engaged', locale, length=least)}"


def _reactions(key: str, journey: str, tries: int) -> list[EventMatch]:
    """A person's click in one of the messages, and a reply by whatever channel."""
    steps: list[str | int | float | bool] = [f"{key}.{one + 1}" for one in range(tries)]
    mine = [Filter("journey", eq=journey), Filter("step", in_=steps)]
    return [EventMatch("Message Clicked", mine), EventMatch("Message Received")]
