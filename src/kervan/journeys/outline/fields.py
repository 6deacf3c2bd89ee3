"""What a journey and each kind of step can be told, from the published schema: panels draw
themselves from it."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from kervan.journeys import schema
from kervan.journeys.triggers import trigger

Form = Literal[
    "text", "number", "truth", "choice", "length", "value", "list", "group", "one", "groups",
    "rule", "part",
]  # fmt: skip
_FRAME = ("key", "kind", "next")
_OWN = ("key", "name", "steps")
_FORMS: dict[str, Form] = {
    "string": "text", "integer": "number", "number": "number", "boolean": "truth",
}  # fmt: skip
_NAMED: dict[str, Form] = {"duration": "length", "rule": "rule"}
_DEFS = "#/$defs/"
_TRIGGER = "trigger.Trigger"


@dataclass(frozen=True, slots=True)
class Field:
    """One setting: `form` is text, number, truth, choice (one of `options`), length, value, list,
    group (of `fields`), one (exactly one of `fields`), groups, rule or part.

    A length is written as "2 days", a value may be text, number or truth, a list is of texts;
    a part is anything else, and written as YAML.
    """

    name: str
    form: Form
    required: bool
    options: tuple[str, ...] = ()
    fields: tuple["Field", ...] = ()


@lru_cache(maxsize=1)
def every() -> dict[str, tuple[Field, ...]]:
    """The settings of each kind of step, in the schema's order."""
    whole = schema.schema()
    steps = whole["properties"]["journey"]["properties"]["steps"]["items"]["oneOf"]
    return {
        one["properties"]["kind"]["const"]: _fields(one, whole["$defs"], _FRAME) for one in steps
    }


@lru_cache(maxsize=1)
def head() -> tuple[Field, ...]:
    """What a journey can be told besides its name and its steps, in the schema's order."""
    whole = schema.schema()
    return _fields(whole["properties"]["journey"], whole["$defs"], _OWN)


def _fields(
    said: dict[str, Any], defs: dict[str, Any], without: tuple[str, ...] = ()
) -> tuple[Field, ...]:
    needed = said.get("required", ())
    return tuple(
        _field(name, one, defs, required=name in needed)
        for name, one in said["properties"].items()
        if name not in without
    )


def _field(name: str, said: dict[str, Any], defs: dict[str, Any], *, required: bool) -> Field:
    kind = said.get("$ref", "").removeprefix(_DEFS)
    if kind in _NAMED:
        return Field(name, _NAMED[kind], required)
    if kind == _TRIGGER:
        return Field(name, "one", required, trigger.KINDS, _fields(defs[kind], defs))
    if kind:
        return Field(name, "group", required, fields=_fields(defs[kind], defs))
    items = _items(said)
    if items is not None and "$ref" in items:
        inside = defs[items["$ref"].removeprefix(_DEFS)]
        return Field(name, "groups", required, fields=_fields(inside, defs))
    if items is not None:
        return Field(name, "list", required)
    if _is_scalar(said):
        return Field(name, "value", required)
    if "enum" in said:
        return Field(name, "choice", required, tuple(said["enum"]))
    return Field(name, _FORMS.get(said.get("type", ""), "part"), required)


def _items(said: dict[str, Any]) -> dict[str, Any] | None:
    """What a list is of; a single value may stand for a list of one."""
    for one in said.get("anyOf", ()):
        if one.get("type") == "array":
            items: dict[str, Any] = one["items"]
            return items
    return None


def _is_scalar(said: dict[str, Any]) -> bool:
    kinds = [one.get("type") for one in said.get("anyOf", ())]
    return len(kinds) > 1 and all(one in _FORMS for one in kinds)
