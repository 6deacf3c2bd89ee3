"""Turns placed values into typed settings and collects what does not fit."""

import difflib
import types
import typing
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, Literal, NoReturn, Union

import msgspec

from kervan.journeys import duration
from kervan.journeys.duration import Duration
from kervan.journeys.problem import Problem
from kervan.journeys.rule import Rule
from kervan.journeys.text import Place
from kervan.segments import parse as segments
from kervan.segments import tree
from kervan.segments.problem import SegmentNotValid

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


def guess(
    code: str, word: str, facts: dict[str, object], known: Iterable[str]
) -> tuple[str, dict[str, object]]:
    """The code and facts of a problem about a name that is not there: with the one most like it."""
    found = near(word, list(known))
    return (f"{code}_near", {**facts, "near": found}) if found else (code, facts)


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
    if origin is dict:
        return _mapping(place, typing.get_args(kind)[1], problems, name)
    if origin is Literal:
        known = [str(one) for one in typing.get_args(kind) if one != ""]
        if place.value not in known:
            at = place.line, place.column
            problems.append(unknown("journeys.unknown_word", str(place), at, known))
            raise Misfit
        return place.value
    if kind is Any:
        return plain(place)
    if kind is Rule:
        return _rule(place, problems)
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return struct(place, kind, problems, name)
    return _scalar(place, kind, problems, name)


def plain(place: Place) -> Any:
    """The value without its places: dicts, lists, texts, numbers."""
    if isinstance(place.value, dict):
        return {key: plain(one) for key, one in place.value.items()}
    if isinstance(place.value, list):
        return [plain(one) for one in place.value]
    return place.value


def below(place: Place, path: Iterable[str]) -> Place:
    """The value at the end of a path of keys and numbers, or the last before it that is there."""
    for key in path:
        inside = place.value
        if isinstance(inside, dict) and key in inside:
            place = inside[key]
        elif isinstance(inside, list) and key.isdecimal() and int(key) < len(inside):
            place = inside[int(key)]
    return place


def _rule(place: Place, problems: list[Problem]) -> Rule:
    """A rule tree as the one text of it; its problems stand where they are in the text."""
    try:
        return Rule(msgspec.json.encode(segments.convert(plain(place))).decode())
    except SegmentNotValid as error:
        for one in error.problems:
            path = [part.replace("~1", "/").replace("~0", "~") for part in one.path.split("/")[1:]]
            at = below(place, path)
            problems.append(Problem(one.code, at.line, at.column, one.params))
        raise Misfit from None


def read_rule(rule: str) -> tree.Node:
    """The tree of a rule."""
    return _read_tree(str(rule))


_read_tree: Callable[[str], tree.Node] = msgspec.json.Decoder(tree.Node).decode


def _mapping(place: Place, inner: Any, problems: list[Problem], name: str) -> dict[str, Any]:
    if not isinstance(place.value, dict):
        _misfit(place, "mapping", problems, name)
    return {key: convert(one, inner, problems, key) for key, one in place.value.items()}


def _union(place: Place, kinds: tuple[Any, ...], problems: list[Problem], name: str) -> Any:
    kinds = tuple(one for one in kinds if one is not types.NoneType)
    fitting = [one for one in kinds if _shape(one) is type(place.value)] or list(kinds)
    if len(fitting) == 1:
        return convert(place, fitting[0], problems, name)
    for one in fitting:  # of what has one shape only texts with a form of their own are told apart
        try:
            return convert(place, one, [], name)
        except Misfit:
            continue
    return _misfit(place, "scalar", problems, name)


def _shape(kind: Any) -> type:
    """What a value must be in the text to become this."""
    origin = typing.get_origin(kind)
    if origin is list or origin is dict:
        return list if origin is list else dict
    if origin is Literal or kind is Duration:
        return str
    if kind is Rule or (isinstance(kind, type) and issubclass(kind, msgspec.Struct)):
        return dict
    return kind if isinstance(kind, type) else object


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
        _misfit(place, _WORDS[kind], problems, name)
    if kind is str and not value.strip():
        problems.append(Problem("journeys.empty_text", place.line, place.column, {"key": name}))
        raise Misfit
    return value


def _misfit(place: Place, word: str, problems: list[Problem], name: str) -> NoReturn:
    problems.append(Problem(f"journeys.not_{word}", place.line, place.column, {"key": name}))
    raise Misfit


@lru_cache(maxsize=512)
def _fields_of(kind: type[msgspec.Struct]) -> tuple[msgspec.structs.FieldInfo, ...]:
    """Looked up once: of three hundred steps it is a third of the reading."""
    return msgspec.structs.fields(kind)


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
        _misfit(place, "mapping", problems, name)
    fields = _fields_of(kind)
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
