"""The published JSON Schema of a journey text: what an editor checks while one writes."""

import types
import typing
from typing import Any, Literal, Union

import msgspec

from kervan.journeys import duration, parse
from kervan.journeys.definition import Header
from kervan.journeys.duration import Duration
from kervan.journeys.rule import Rule
from kervan.journeys.steps import KINDS
from kervan.segments import schema as segments

_RULE = "rule"
_PLAIN = {str: "string", int: "integer", float: "number", bool: "boolean"}


class _Parts:
    """Schemas by name, so that what is used often stands there once."""

    def __init__(self) -> None:
        self.defs: dict[str, Any] = {}

    def of(self, kind: Any) -> dict[str, Any]:
        """JSON Schema (2020-12) of what `convert` accepts for `kind`."""
        origin = typing.get_origin(kind)
        if origin in (Union, types.UnionType):
            kinds = [one for one in typing.get_args(kind) if one is not types.NoneType]
            return self.of(kinds[0]) if len(kinds) == 1 else {"anyOf": [*map(self.of, kinds)]}
        if origin is list:
            inner = self.of(typing.get_args(kind)[0])
            return {"anyOf": [{"type": "array", "items": inner}, inner]}
        if origin is dict:
            return {"type": "object", "additionalProperties": self.of(typing.get_args(kind)[1])}
        if origin is Literal:
            return {"enum": [one for one in typing.get_args(kind) if one != ""]}
        if kind is Any:
            return {}
        if kind is Duration:
            return self._named("duration", lambda: _DURATION)
        if kind is Rule:
            return self._named(_RULE, self._rule)
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
            home = kind.__module__.rpartition(".")[2]
            return self._named(f"{home}.{kind.__name__}", lambda: self.struct(kind))
        return {"type": _PLAIN[kind]}

    def struct(self, kind: type[msgspec.Struct]) -> dict[str, Any]:
        """A mapping with the fields of a struct."""
        fields = msgspec.structs.fields(kind)
        found: dict[str, Any] = {
            "type": "object",
            "additionalProperties": False,
            "properties": {one.encode_name: self.of(one.type) for one in fields},
        }
        required = [one.encode_name for one in fields if one.required]
        return {**found, "required": required} if required else found

    def _named(self, name: str, make: typing.Callable[[], dict[str, Any]]) -> dict[str, Any]:
        if name not in self.defs:
            self.defs[name] = {}
            self.defs[name] = make()
        return {"$ref": f"#/$defs/{name}"}

    def _rule(self) -> dict[str, Any]:
        whole = segments.schema()
        self.defs |= whole.pop("$defs")
        return {name: one for name, one in whole.items() if name != "$schema"}


_DURATION = {"type": "string", "pattern": duration.PATTERN, "examples": ["1 hour", "3 days"]}


def schema() -> dict[str, Any]:
    """The JSON Schema of a journey text."""
    parts = _Parts()
    journey = parts.struct(Header)
    steps = []
    for kind, step in KINDS.items():
        one = parts.struct(step)
        way = {"anyOf": [{"type": "string"}, {"type": "object"}]}
        one["properties"] = {
            "key": {"type": "string", "pattern": parse.KEY.pattern},
            "kind": {"const": kind},
            **one["properties"],
            "next": way,
        }
        one["required"] = ["key", "kind", *one.get("required", [])]
        steps.append(one)
    journey["properties"]["steps"] = {
        "type": "array", "minItems": 1, "maxItems": parse.LIMIT_STEPS, "items": {"oneOf": steps},
    }  # fmt: skip
    journey["required"].append("steps")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Kervan journey",
        "type": "object",
        "additionalProperties": False,
        "required": ["journey"],
        "properties": {"journey": journey},
        "$defs": dict(sorted(parts.defs.items())),
    }


def schema_text() -> str:
    """The schema as it stands in `schema.json`."""
    return msgspec.json.format(msgspec.json.encode(schema()), indent=2).decode() + "\n"
