"""Sets traits as of the moment somebody came to the step, by an event that says who set them."""

from typing import Any

import msgspec

from kervan.collect.intake import OwnEvent
from kervan.journeys.effects import tell
from kervan.journeys.effects.effect import Doings, Effect, Wrong
from kervan.journeys.effects.fill import Fill, check
from kervan.journeys.steps.step import Step
from kervan.journeys.steps.update_profile import UpdateProfile
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.profiles import traits
from kervan.profiles.sighting import NAMING

EVENT = "Profile Updated"
_UNFIT = "journeys.trait_personal"


def update(conn: Connection, _: WorkspaceVault, doings: Doings) -> None:
    """One event per person with her new traits; a value that cannot be made leaves its trait."""
    fill = Fill()
    told: list[OwnEvent] = []
    for row, step in enumerate(doings.step):
        assert isinstance(step, UpdateProfile)
        context = tell.context_of(doings, row)
        said: dict[str, Any] = {}
        for name, written in step.set_.items():
            code = _UNFIT if _is_personal(name) else ""
            try:
                if not code:
                    said[name] = fill.value(written, context)
            except KervanError as error:
                code = error.code
            if code:
                told.append(tell.failed(doings, row, code, name, trait=name))
        gone = [name for name in step.remove if not _is_personal(name)]
        if said or gone:
            event = tell.event(doings, row, EVENT, set=[*said], removed=gone)
            values = said | dict.fromkeys(gone)
            told.append(msgspec.structs.replace(event, traits=values))
    tell.tell(conn, told)


EFFECT: Effect = update


def problems(_: Connection, step: Step) -> list[Wrong]:
    """A trait that says who somebody is, and a template that is none."""
    assert isinstance(step, UpdateProfile)
    found: list[Wrong] = []
    for place, names in (("set", step.set_), ("remove", step.remove)):
        found += [(place, _UNFIT, {"trait": name[:40]}) for name in names if _is_personal(name)]
    for name, written in step.set_.items():
        if (error := check(written)) is not None:
            found.append(("set", error.code, {**error.params, "part": name[:40]}))
    return found


def _is_personal(name: str) -> bool:
    return name in NAMING or traits.is_personal(name)
