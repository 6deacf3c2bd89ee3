"""The seeds of every marketer's work: rule trees with places that are filled in when one is used.

Price dropped and back in stock are not among them: they need to know today's price and stock.
"""

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any, Literal

import msgspec

from kervan.kernel.errors import KervanError
from kervan.segments.parse import convert
from kervan.segments.tree import Node

_MOST_TEXTS = 20
_TEXT_CHARACTERS = 200
Value = int | float | str | list[str]


class Parameter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A place in a template: a number from `least` to `most`, a text, or some texts."""

    sort: Literal["number", "text", "texts"]
    names: dict[str, str]
    least: int = 0
    most: int = 0


class Template(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A rule tree in which `{"parameter": name}` stands for a value; `values` are the usual ones.

    `{"parameter": name, "times": n}` stands for so many times the value. Names and descriptions
    are by language. What has no usual value (None) has to be given.
    """

    key: str
    names: dict[str, str]
    descriptions: dict[str, str]
    values: dict[str, Value | None]
    tree: dict[str, Any]


class _Book(msgspec.Struct, forbid_unknown_fields=True):
    parameters: dict[str, Parameter]
    templates: list[Template]


@cache
def _book() -> _Book:
    text = resources.files(__package__).joinpath("templates.json").read_bytes()
    return msgspec.json.decode(text, type=_Book)


def every() -> list[Template]:
    """All templates, in the order in which they are shown."""
    return _book().templates


def parameter(name: str) -> Parameter:
    """What stands behind the name of a parameter."""
    return _book().parameters[name]


def fill(key: str, values: Mapping[str, object]) -> Node:
    """The rule tree of a template with these values; what is not given has its usual value.

    Raises segments.template_unknown (404), and for a value segments.template_parameter,
    segments.template_number, segments.template_text, segments.template_texts (422).
    """
    found = next((one for one in every() if one.key == key), None)
    if found is None:
        known = ", ".join(one.key for one in every())
        raise KervanError("segments.template_unknown", status=404, template=key[:80], known=known)
    for name in values:
        if name not in found.values:
            known = ", ".join(found.values)
            facts = {"name": name[:80], "known": known}
            raise KervanError("segments.template_parameter", status=422, **facts)
    filled = {**found.values, **values}
    for name, value in filled.items():
        _check(name, parameter(name), value)
    return convert(_filled(found.tree, filled))


def _check(name: str, wanted: Parameter, value: object) -> None:
    if wanted.sort == "number":
        if not _is_number(value, wanted.least, wanted.most):
            facts = {"name": name, "least": wanted.least, "most": wanted.most}
            raise KervanError("segments.template_number", status=422, **facts)
    elif wanted.sort == "text":
        if not _is_text(value):
            facts = {"name": name, "limit": _TEXT_CHARACTERS}
            raise KervanError("segments.template_text", status=422, **facts)
    elif not _are_texts(value):
        facts = {"name": name, "limit": _MOST_TEXTS}
        raise KervanError("segments.template_texts", status=422, **facts)


def _is_number(value: object, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and 0 < len(value) <= _MOST_TEXTS and all(map(_is_text, value))


def _is_text(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= _TEXT_CHARACTERS


def _filled(part: Any, values: Mapping[str, Any]) -> Any:
    if isinstance(part, list):
        return [_filled(one, values) for one in part]
    if not isinstance(part, dict):
        return part
    if "parameter" in part:
        value = values[part["parameter"]]
        return value * part["times"] if "times" in part else value
    return {name: _filled(one, values) for name, one in part.items()}
