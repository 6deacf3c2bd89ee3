"""Finds effects by their files: a module beside this one with an `EFFECT` is what it is called."""

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from kervan.journeys.effects import once
from kervan.journeys.effects.effect import Check, Effect, Wrong, nothing_wrong
from kervan.journeys.steps.step import Step
from kervan.kernel.postgres import Connection


@cache
def effects() -> Mapping[str, Effect]:
    """Every effect by its name, each done once per passage (once.only)."""
    return {name: once.only(effect) for name, (effect, _) in _found().items()}


def problems(conn: Connection, step: Step) -> list[Wrong]:
    """What a step with an effect names that is not there; [] for a step without one."""
    known = _found().get(step.effect)
    return known[1](conn, step) if known else []


@cache
def _found() -> dict[str, tuple[Effect, Check]]:
    found: dict[str, tuple[Effect, Check]] = {}
    for one in pkgutil.iter_modules([str(Path(__file__).parent)]):
        module = importlib.import_module(f"{__package__}.{one.name}")
        effect = getattr(module, "EFFECT", None)
        if effect is not None:
            found[one.name] = (effect, getattr(module, "problems", nothing_wrong))
    return found
