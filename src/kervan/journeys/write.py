"""Writes a definition as the text an author would have written: read again it is the same."""

from typing import Any

import msgspec

from kervan.journeys import duration, text
from kervan.journeys.definition import Definition, Node
from kervan.journeys.duration import Duration
from kervan.journeys.rule import Rule
from kervan.journeys.steps.step import Step


def plain(definition: Definition) -> dict[str, Any]:
    """The journey as plain data, as it stands in a YAML or JSON text; what is usual is left out."""
    first: dict[int, str] = {}
    number = 0
    for one in definition.steps:
        first[number] = one.key
        number += max(1, len(one.step.expand(one.key, definition.header.key)))
    keys = [one.key for one in definition.steps]
    steps = [
        _step(one, first, follower)
        for one, follower in zip(definition.steps, [*keys[1:], ""], strict=True)
    ]
    return {"journey": {**_settings(definition.header), "steps": steps}}


def write(definition: Definition) -> str:
    """The YAML text of a journey."""
    return text.write(plain(definition))


def _step(node: Node, first: dict[int, str], follower: str) -> dict[str, Any]:
    said = {"key": node.key, "kind": node.step.kind, **_settings(node.step)}
    ways = {
        name: first[target] for name, target in zip(node.step.exits(), node.targets, strict=True)
    }
    if not ways or _follows(node.step, ways, follower):
        return said
    return {**said, "next": next(iter(ways.values())) if len(ways) == 1 else ways}


def _follows(step: Step, ways: dict[str, str], follower: str) -> bool:
    """Whether the one exit leads to the step below, which need not be said."""
    return len(ways) == 1 and next(iter(ways.values())) == follower


def _settings(struct: msgspec.Struct) -> dict[str, Any]:
    found = {}
    for one in msgspec.structs.fields(struct):
        value = getattr(struct, one.name)
        if value is None or (not one.required and value == _usual(one)):
            continue
        found[one.encode_name] = _value(value)
    return found


def _usual(one: msgspec.structs.FieldInfo) -> Any:
    if one.default_factory is not msgspec.NODEFAULT:
        return one.default_factory()
    return one.default


def _value(value: Any) -> Any:
    if isinstance(value, Duration):
        return duration.describe(value, "en")
    if isinstance(value, Rule):
        return msgspec.json.decode(value.encode())
    if isinstance(value, msgspec.Struct):
        return _settings(value)
    if isinstance(value, list):
        return [_value(one) for one in value]
    if isinstance(value, dict):
        return {key: _value(one) for key, one in value.items()}
    return value
