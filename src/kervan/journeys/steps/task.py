"""Gives our own people something to do: a call, a thing in a store, somebody to look after."""

from typing import ClassVar, Literal

import msgspec

from kervan.journeys.duration import DAY, Duration
from kervan.journeys.steps.step import Arrivals, Outcomes, Step, go
from kervan.kernel import i18n

_OF: dict[str, tuple[str, ...]] = {
    "best_time": ("call",), "store": ("store",), "to": ("desk",), "role": ("desk",),
    "topic": ("call", "store"), "brand": ("call", "store"),
}  # fmt: skip


class Task(Step, frozen=True):
    """`list` is whose: `call` and `store` are the lists of those channels, whose gate asks her
    consent (`class` marketing) when the task is made and again when somebody begins it.

    `script` is what to say or do, `reason` why her; both may be templates. `best_time` is when she
    is best called, `store` whose list it is on (without it that of her own store). The desk is told
    by mail, `to` users or all who have a `role`.
    """

    kind: ClassVar[str] = "task"
    effect: ClassVar[str] = "task"

    list_: Literal["call", "store", "desk"] = msgspec.field(name="list")
    script: str
    reason: str = ""
    best_time: str = ""
    store: str = ""
    class_: Literal["marketing", "transactional"] = msgspec.field(default="marketing", name="class")
    topic: str = ""
    brand: str = ""
    language: Literal["tr", "az", "en"] = "tr"
    priority: int = 5
    expires: Duration = Duration(3 * DAY)
    to: list[str] = msgspec.field(default_factory=list)
    role: str = ""

    def problems(self) -> list[tuple[str, str, dict[str, object]]]:
        """Settings of another list, a priority out of range, a desk without anybody."""
        found: list[tuple[str, str, dict[str, object]]] = []
        for setting, lists in _OF.items():
            if getattr(self, setting) and self.list_ not in lists:
                facts: dict[str, object] = {"setting": setting, "list": self.list_}
                found.append((setting, "journeys.task_setting", facts))
        if self.list_ == "desk" and not self.to and not self.role:
            found.append(("to", "journeys.notify_nobody", {}))
        if not 0 <= self.priority <= 9:
            found.append(("priority", "journeys.priority_range", {}))
        return found

    def advance(self, people: Arrivals) -> Outcomes:
        """A task for everybody, who goes on at once."""
        return go(people, 0, intend=True)

    def describe(self, locale: str) -> str:
        """Puts her onto the call list."""
        return i18n.say(f"journeys.task_{self.list_}", locale)
