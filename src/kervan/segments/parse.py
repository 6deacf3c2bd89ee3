"""Turns the text of a rule tree into the tree, or says all that is wrong with it."""

import json
import re
from collections import Counter
from typing import Any, NoReturn

import msgspec
import numpy as np

from kervan.segments import check
from kervan.segments.problem import Path, Problem, Problems, SegmentNotValid, pointer
from kervan.segments.shape import LIMIT_GROUPS, Misfit, Shaping, Twice
from kervan.segments.tree import Node

LIMIT_BYTES = 1_000_000
_LIMIT_NESTING = 64
"""Brackets inside each other: two per group, and what the deepest condition needs."""
_LIMIT_PARTS = 500_000
"""Values in plain data; a text of a megabyte cannot hold more."""
_LONG_DIGITS = 40

# Each quote that opens a text takes the rest with it when none closes it: so this is linear.
_TEXT = re.compile(rb'"(?:[^"\\]|\\.)*+"?', re.DOTALL)
_TOKEN = re.compile(rb'"((?:[^"\\]|\\.)*+)"?|[\[\]{},]', re.DOTALL)


def parse(body: bytes | str, at_ms: int | None = None) -> Node:
    """The rule tree in a JSON text. Raises SegmentNotValid with all problems.

    With `at_ms` windows of events that begin after it are problems too.
    """
    # Half a character becomes bytes that are refused where they stand.
    raw = body.encode(errors="surrogatepass") if isinstance(body, str) else bytes(body)
    if len(raw) > LIMIT_BYTES:
        _refuse("text_too_large", limit=LIMIT_BYTES, count=len(raw))
    if _nesting(raw) > _LIMIT_NESTING:
        raise SegmentNotValid(
            [Problem("segments.too_deep", pointer(_deep_place(raw)), {"limit": LIMIT_GROUPS})]
        )
    return _shaped(_decode(raw), at_ms)


def convert(value: object, at_ms: int | None = None) -> Node:
    """The rule tree in plain data (dicts, lists, texts, numbers) out of a YAML text, likewise."""
    open_: list[tuple[object, Path]] = [(value, ())]
    count = 0
    while open_:
        one, at = open_.pop()
        count += 1
        if len(at) > _LIMIT_NESTING:
            _refuse("too_deep", at[: 2 * LIMIT_GROUPS], limit=LIMIT_GROUPS)
        inside: list[tuple[Any, Any]] = []
        if isinstance(one, dict):
            inside = list(one.items())
        elif isinstance(one, list | tuple):
            inside = list(enumerate(one))
        if count + len(inside) + len(open_) > _LIMIT_PARTS:
            _refuse("text_too_large", limit=LIMIT_BYTES, count=count)
        open_ += [(each, (*at, key if isinstance(key, int) else str(key))) for key, each in inside]
    return _shaped(value, at_ms)


def _shaped(value: object, at_ms: int | None) -> Node:
    problems = Problems()

    def look(part: msgspec.Struct, at: Path) -> None:
        check.part(part, at, problems, at_ms)

    try:
        node = Shaping(problems, look).node(value)
    except Misfit:
        raise SegmentNotValid(problems.found) from None
    if problems.found:
        raise SegmentNotValid(problems.found)
    return node


def _refuse(code: str, at: Path = (), **params: object) -> NoReturn:
    raise SegmentNotValid([Problem(f"segments.{code}", pointer(at), params)])


def _nesting(raw: bytes) -> int:
    """How many brackets are open at once at most, those in texts aside."""
    marks = np.frombuffer(_TEXT.sub(b"", raw), np.uint8)
    opens = ((marks == ord("{")) | (marks == ord("["))).astype(np.int32)
    closes = ((marks == ord("}")) | (marks == ord("]"))).astype(np.int32)
    return int(np.cumsum(opens - closes).max(initial=0))


def _deep_place(raw: bytes) -> Path:
    """Where the groups inside each other become too many."""
    at: list[str | int] = []
    last = b""
    for token in _TOKEN.finditer(raw):
        mark = token.group()
        if mark in b"{[":
            at.append(0 if mark == b"[" else "")
            if len(at) > _LIMIT_NESTING:
                break
        elif mark in b"}]":
            del at[-1:]
        elif mark == b"," and at and isinstance(at[-1], int):
            at[-1] += 1
        elif mark not in b",":
            last = token.group(1) or b""
            if at and isinstance(at[-1], str):
                at[-1] = last.decode("utf-8", "replace")
    return tuple(at[: 2 * LIMIT_GROUPS])


def _decode(raw: bytes) -> object:
    try:
        text = raw.decode()
        return json.loads(
            text,
            object_pairs_hook=_object,
            parse_int=lambda digits: int(digits) if len(digits) < _LONG_DIGITS else float(digits),
        )
    except UnicodeDecodeError as error:
        line, begun = raw.count(b"\n", 0, error.start) + 1, raw.rfind(b"\n", 0, error.start)
        _refuse("not_json", line=line, column=error.start - begun)
    except json.JSONDecodeError as error:
        _refuse("not_json", line=error.lineno, column=error.colno)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        counts = Counter(key for key, _ in pairs)
        twice = Twice(found)
        twice.key = next(key for key, count in counts.items() if count > 1)
        return twice
    return found
