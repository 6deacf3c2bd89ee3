"""Reads the OpenAPI document for people: operations in groups, and the shapes they speak in."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from kervan.web.auth import Right

_METHODS = ("get", "post", "put", "patch", "delete")
_SHAPES = "#/components/schemas/"
# What the framework adds for an error; ours are all of one other form.
_FOREIGN = frozenset({"HTTPValidationError", "ValidationError"})
Words = list[tuple[str, str]]
"""Pieces of a text: (what it says, the anchor of the shape it names or "")."""


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter or a field: where it stands ("path", "query", "header", "body")."""

    name: str
    place: str
    required: bool
    kind: Words


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one address; `right` is "" where none is asked."""

    method: str
    path: str
    right: str
    text: str
    more: str
    takes: list[Field]
    body: Words
    answers: list[tuple[str, Words]]


@dataclass(frozen=True, slots=True)
class Shape:
    """The fields of something sent or answered."""

    anchor: str
    name: str
    text: str
    fields: list[Field]


@dataclass(frozen=True, slots=True)
class Group:
    """Operations on one kind of thing."""

    name: str
    operations: list[Operation]


def groups(app: FastAPI) -> list[Group]:
    """Every operation of the API, by the tag of its routes, in the order of the routes."""
    document, rights = app.openapi(), _rights(app)
    found: dict[str, list[Operation]] = {}
    for path, methods in document["paths"].items():
        for method in _METHODS:
            if method in methods:
                told = methods[method]
                name = next(iter(told.get("tags", [])), "")
                needed = rights.get((method, path), "")
                found.setdefault(name, []).append(_operation(method, path, needed, told))
    return [Group(name, one) for name, one in found.items()]


def shapes(app: FastAPI) -> list[Shape]:
    """Every shape that operations name, by its anchor."""
    known = app.openapi().get("components", {}).get("schemas", {})
    return [
        Shape(
            _anchor(key),
            _plain(key),
            told.get("description", "").partition("\n\n")[0],
            _fields(told),
        )
        for key, told in sorted(known.items(), key=lambda item: _plain(item[0]).casefold())
        if key not in _FOREIGN
    ]


def _rights(app: FastAPI) -> dict[tuple[str, str], str]:
    found = {}
    for route in iter_route_contexts(app.routes):
        pending = list(getattr(getattr(route, "dependant", None), "dependencies", []))
        while pending:
            one = pending.pop()
            pending += one.dependencies
            if isinstance(one.call, Right):
                for method in route.methods or ():
                    found[method.lower(), str(route.path)] = one.call.name
    return found


def _operation(method: str, path: str, needed: str, told: dict[str, Any]) -> Operation:
    text, _, more = told.get("description", told.get("summary", "")).partition("\n\n")
    takes = [
        Field(one["name"], one["in"], one.get("required", False), _kind(one.get("schema", {})))
        for one in told.get("parameters", [])
    ]
    answers = [
        (status, _kind(_schema(answer)))
        for status, answer in told.get("responses", {}).items()
        if status.startswith("2")
    ]
    body = _kind(_schema(told["requestBody"])) if "requestBody" in told else []
    return Operation(method.upper(), path, needed, text, more, takes, body, answers)


def _schema(told: dict[str, Any]) -> dict[str, Any]:
    for content in told.get("content", {}).values():
        return dict(content.get("schema", {}))
    return {}


def _fields(told: dict[str, Any]) -> list[Field]:
    required = told.get("required", [])
    return [
        Field(name, "body", name in required, _kind(one))
        for name, one in told.get("properties", {}).items()
    ]


def _kind(told: dict[str, Any]) -> Words:
    """What a value must be, in words: "list of ", "Key", "string, at most 100"."""
    if "$ref" in told:
        key = told["$ref"].removeprefix(_SHAPES)
        return [(_plain(key), _anchor(key))]
    if "anyOf" in told:
        return _joined(_kind(one) for one in told["anyOf"])
    if "enum" in told:
        return [(" | ".join(str(one) for one in told["enum"]), "")]
    kind = told.get("type", "")
    if kind == "array":
        return [("list of ", ""), *_kind(told.get("items", {}))]
    inner = told.get("additionalProperties")
    if kind == "object" and isinstance(inner, dict):
        return [("map of ", ""), *_kind(inner)]
    words = [told.get("format") or kind or "any"]
    least, most = told.get("minimum"), told.get("maximum", told.get("maxLength"))
    words += [f"at least {least:g}"] if least is not None else []
    words += [f"at most {most:g}"] if most is not None else []
    words += [f"default {told['default']}"] if told.get("default") not in (None, "") else []
    return [(", ".join(words), "")]


def _joined(parts: Iterable[Words]) -> Words:
    found: Words = []
    for part in parts:
        found += [(" or ", "")] if found else []
        found += part
    return found


def _anchor(key: str) -> str:
    return "shape-" + key.replace("__", "-").replace("_", "-")


def _plain(key: str) -> str:
    """The name of a shape without its place, which is there only to tell namesakes apart."""
    return key.rpartition("__")[2]
