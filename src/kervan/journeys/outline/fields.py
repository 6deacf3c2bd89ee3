"""What each kind of step can be told, from the published schema: a panel draws itself from it."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from kervan.journeys import schema

Form = Literal["text", "number", "truth", "choice", "length", "part"]
_FRAME = ("key", "kind", "next")
_FORMS: dict[str, Form] = {
    "string": "text", "integer": "number", "number": "number", "boolean": "truth",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Field:
    """One setting: `form` is text, number, truth, choice (one of `options`), length or part.

    A length is written as "2 days"; a part is more than one value, and written as YAML.
    """

    name: str
    form: Form
    required: bool
    options: tuple[str, ...] = ()


@lru_cache(maxsize=1)
def every() -> dict[str, tuple[Field, ...]]:
    """The settings of each kind of step, in the schema's order."""
    steps = schema.schema()["properties"]["journey"]["properties"]["steps"]["items"]["oneOf"]
    return {one["properties"]["kind"]["const"]: _fields(one) for one in steps}


def _fields(kind: dict[str, Any]) -> tuple[Field, ...]:
    return tuple(
        Field(name, _form(said), name in kind["required"], tuple(said.get("enum", ())))
        for name, said in kind["properties"].items()
        if name not in _FRAME
    )


def _form(said: dict[str, Any]) -> Form:
    if said.get("$ref") == "#/$defs/duration":
        return "length"
    return "choice" if "enum" in said else _FORMS.get(said.get("type", ""), "part")
