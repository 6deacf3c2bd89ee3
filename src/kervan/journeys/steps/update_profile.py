"""Writes what the journey learnt into the person's profile."""

from typing import ClassVar

import msgspec

from kervan.journeys.steps.step import Arrivals, Outcomes, Step, go
from kervan.kernel import i18n

_NAME_CHARS = 100
_MOST = 50


class UpdateProfile(Step, frozen=True):
    """`set` gives traits values, which may be templates (`{{ event.category }}`); `remove` takes
    traits away. Both count as of the moment she came here; whatever is said later wins.
    """

    kind: ClassVar[str] = "update_profile"
    effect: ClassVar[str] = "update_profile"

    set_: dict[str, str | int | float | bool] = msgspec.field(name="set", default_factory=dict)
    remove: list[str] = msgspec.field(default_factory=list)

    def problems(self) -> list[tuple[str, str, dict[str, object]]]:
        """Nothing to do, a name that is none, or a trait that is set and removed."""
        found: list[tuple[str, str, dict[str, object]]] = []
        names = [*self.set_, *self.remove]
        if not names:
            found.append(("set", "journeys.update_nothing", {}))
        if len(names) > _MOST:
            found.append(("set", "journeys.update_too_many", {"limit": _MOST}))
        for name in names:
            if not name.strip() or len(name) > _NAME_CHARS or not name.isprintable():
                facts: dict[str, object] = {"given": name[:40], "limit": _NAME_CHARS}
                found.append(("set", "journeys.trait_name", facts))
        for name in sorted({*self.set_} & {*self.remove}):
            found.append(("remove", "journeys.trait_twice", {"trait": name[:40]}))
        return found

    def advance(self, people: Arrivals) -> Outcomes:
        """Everybody's profile is written, and she goes on."""
        return go(people, 0, intend=True)

    def describe(self, locale: str) -> str:
        """Writes tier, seats into her profile; takes trial out of it."""
        said = []
        if self.set_:
            said.append(i18n.say("journeys.update_set", locale, traits=", ".join(self.set_)))
        if self.remove:
            said.append(i18n.say("journeys.update_remove", locale, traits=", ".join(self.remove)))
        return " ".join(said)
