"""Turns placed values into typed settings and collects what does not fit; also their schema."""

import difflib
import types
import typing
from typing import Any, Literal, Union

import msgspec

from kervan.journeys import duration
from kervan.journeys.duration import Duration
from kervan.journeys.problem import Problem
from kervan.journeys.text import Place

_WORDS: dict[object, str] = {
    str: "text", int: "whole_number", float: "number", bool: "truth", Duration: "duration",
}  # fmt: skip


class Misfit(Exception):
    """A value that fits nowhere; its problems have been noted."""


def near(word: str, known: list[str]) -> str:
    """The known word most like `word`, or "" when none is."""
    found = difflib.get_close_matches(word.lower(), known, n=1, cutoff=0.6)
    return found[0] if found else ""


def unknown(code: str, word: str, at: tuple[int, int], known: list[str]) -> Problem:
    """A problem about an unknown word, with a suggestion when one is near."""
    suggestion = near(word, known)
    params: dict[str, object] = {"key": word, "known": ", ".join(known)}
    if suggestion:
        return Problem(f"{code}_near", *at, {**params, "near": suggestion})
    return Problem(code, *at, params)


def keys(place: Place, known: list[str], problems: list[Problem]) -> None:
    """Note every key of a mapping that is not in `known`."""
    for key, at in place.keys.items():
        if key not in known:
            problems.append(unknown("journeys.unknown_key", key, at, known))


def convert(place: Place, kind: Any, problems: list[Problem], name: str) -> Any:
    """`place` as `kind`: a Struct, a list, an optional, a Literal, a Duration or a scalar.

    A single value stands for a list of one. Raises Misfit after noting why.
    """
    origin = typing.get_origin(kind)
    if origin in (Union, types.UnionType):
        return _union(place, typing.get_args(kind), problems, name)
    if origin is list:
        (inner,) = typing.get_args(kind)
        items = place.value if isinstance(place.value, list) else [place]
        return [convert(one, inner, problems, name) for one in items]
    if origin is Literal:
        known = [str(one) for one in typing.get_args(kind)]
        if place.value not in known:
            at = place.line, place.column
            problems.append(unknown("journeys.unknown_word", str(place), at, known))
            raise Misfit
        return place.value
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return struct(place, kind, problems, name)
    return _scalar(place, kind, problems, name)


def _union(place: Place, kinds: tuple[Any, ...], problems: list[Problem], name: str) -> Any:
    kinds = tuple(one for one in kinds if one is not types.NoneType)
    if len(kinds) == 1:
        return convert(place, kinds[0], problems, name)
    for one in kinds:  # only scalars are given as alternatives
        if type(place.value) is one:
            return place.value
    return _misfit(place, "scalar", problems, name)


def _scalar(place: Place, kind: Any, problems: list[Problem], name: str) -> Any:
    value = place.value
    if kind is Duration:
        if isinstance(value, str) and (length := duration.parse(value)) is not None:
            return length
        problems.append(
            Problem("journeys.bad_duration", place.line, place.column, {"value": str(place)})
        )
        raise Misfit
    if kind is float and type(value) is int:
        return float(value)
    if type(value) is not kind:
        return _misfit(place, _WORDS[kind], problems, name)
    if kind is str and not value.strip():
        problems.append(Problem("journeys.empty_text", place.line, place.column, {"key": name}))
        raise Misfit
    return value


def _misfit(place: Place, word: str, problems: list[Problem], name: str) -> Any:
    problems.append(Problem(f"journeys.not_{word}", place.line, place.column, {"key": name}))
    raise Misfit


def struct(
    place: Place,
    kind: type[msgspec.Struct],
    problems: list[Problem],
    name: str,
    extra: tuple[str, ...] = (),
) -> Any:
    """A mapping as the struct `kind`; keys in `extra` are read by somebody else.

    Raises Misfit when a field is missing or wrong; unknown keys are noted and do not raise.
    """
    if not isinstance(place.value, dict):
        return _misfit(place, "mapping", problems, name)
    fields = msgspec.structs.fields(kind)
    keys(place, [one.encode_name for one in fields] + list(extra), problems)
    values: dict[str, Any] = {}
    failed = False
    for one in fields:
        given = place.value.get(one.encode_name)
        if given is None:
            if one.required:
                facts: dict[str, object] = {"key": one.encode_name, "inside": name}
                problems.append(Problem("journeys.missing_key", place.line, place.column, facts))
                failed = True
            continue
        try:
            values[one.name] = convert(given, one.type, problems, one.encode_name)
        except Misfit:
            failed = True
    if failed:
        raise Misfit
    return kind(**values)


def schema(kind: Any) -> dict[str, Any]:
    """JSON Schema (2020-12) of what `convert` accepts for `kind`."""
    origin = typing.get_origin(kind)
    if origin in (Union, types.UnionType):
        kinds = [one for one in typing.get_args(kind) if one is not types.NoneType]
        return schema(kinds[0]) if len(kinds) == 1 else {"anyOf": [schema(one) for one in kinds]}
    if origin is list:
        inner = schema(typing.get_args(kind)[0])
        return {"anyOf": [{"type": "array", "items": inner}, inner]}
    if origin is Literal:
        return {"enum": list(typing.get_args(kind))}
    if kind is Duration:
        return {"type": "string", "pattern": duration.PATTERN, "examples": ["1 hour", "3 days"]}
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        fields = msgspec.structs.fields(kind)
        found: dict[str, Any] = {
            "type": "object",
            "additionalProperties": False,
            "properties": {one.encode_name: schema(one.type) for one in fields},
        }
        required = [one.encode_name for one in fields if one.required]
        return {**found, "required": required} if required else found
    return {"type": {str: "string", int: "integer", float: "number", bool: "boolean"}[kind]}
