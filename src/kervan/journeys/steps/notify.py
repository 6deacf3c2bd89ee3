"""Tells colleagues of somebody, by mail."""

from typing import ClassVar, Literal

import msgspec

from kervan.journeys.steps.step import Arrivals, Outcomes, Step, go
from kervan.kernel import i18n

_MOST = 20


class Notify(Step, frozen=True):
    """`to` are the addresses of users, `role` one whose members are told too.

    `subject` and `text` may be templates. The mail says whom it is about, personal data covered
    for who may not see it.
    """

    kind: ClassVar[str] = "notify"
    effect: ClassVar[str] = "notify"

    subject: str
    to: list[str] = msgspec.field(default_factory=list)
    role: str = ""
    text: str = ""
    language: Literal["tr", "az", "en"] = "tr"

    def problems(self) -> list[tuple[str, str, dict[str, object]]]:
        """Nobody to tell, or too many."""
        found: list[tuple[str, str, dict[str, object]]] = []
        if not self.to and not self.role:
            found.append(("to", "journeys.notify_nobody", {}))
        if len(self.to) > _MOST:
            found.append(("to", "journeys.notify_too_many", {"limit": _MOST}))
        return found

    def advance(self, people: Arrivals) -> Outcomes:
        """Colleagues are told of everybody, who goes on at once."""
        return go(people, 0, intend=True)

    def describe(self, locale: str) -> str:
        """Tells a colleague: ece@shop.example, sales."""
        return i18n.say(
            "journeys.notify_tell", locale, who=", ".join([*self.to, self.role]).strip(", ")
        )
