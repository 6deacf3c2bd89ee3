"""Finds effects by their files: a module beside this one with an `EFFECT` is what it is called."""

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from functools import cache
from math import isfinite
from pathlib import Path
from typing import Any

import msgspec

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
    if known is None:
        return []
    return _unkept(step) or known[1](conn, step)


def _unkept(step: Step) -> list[Wrong]:
    """Settings that no database keeps: PostgreSQL no U+0000, JSON no endless number."""
    found: list[Wrong] = []
    for name, value in msgspec.to_builtins(step).items():
        leaves = [*_leaves(value)]
        if any("\0" in one for one in leaves if isinstance(one, str)):
            facts: dict[str, object] = {"part": name, "line": 1, "found": "U+0000"}
            found.append((name, "content.control_character", facts))
        if any(not isfinite(one) for one in leaves if isinstance(one, float)):
            found.append((name, "journeys.number_endless", {"setting": name}))
    return found


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for key, one in value.items():
            yield key
            yield from _leaves(one)
    elif isinstance(value, list):
        for one in value:
            yield from _leaves(one)
    else:
        yield value


@cache
def _found() -> dict[str, tuple[Effect, Check]]:
    found: dict[str, tuple[Effect, Check]] = {}
    for one in pkgutil.iter_modules([str(Path(__file__).parent)]):
        module = importlib.import_module(f"{__package__}.{one.name}")
        effect = getattr(module, "EFFECT", None)
        if effect is not None:
            found[one.name] = (effect, getattr(module, "problems", nothing_wrong))
    return found
