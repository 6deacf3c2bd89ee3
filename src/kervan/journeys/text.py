"""Reads YAML or JSON into values that remember their line and column."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import yaml

from kervan.journeys.problem import JourneyNotValid, Problem

LIMIT_BYTES = 1_000_000
_LIMIT_DEPTH = 40
LIMIT_VALUES = 50_000
"""A megabyte of brackets is half a million values, and a minute of work for whoever reads them."""
_MOST = 1 << 63


@dataclass(frozen=True, slots=True)
class Place:
    """A value with the place where it stands; mappings and lists hold Places."""

    value: Any
    line: int
    column: int
    keys: dict[str, tuple[int, int]]
    """For a mapping: where each key stands."""
    block: bool = False
    """Whether it is a block text, whose first line is the one below."""

    def __str__(self) -> str:
        """What the author wrote, short enough for a sentence."""
        return "…" if isinstance(self.value, list | dict) else str(self.value)[:60]


_next_event: Callable[[yaml.SafeLoader], Any] = yaml.SafeLoader.get_event


class _Loader(yaml.SafeLoader):
    """YAML 1.2's plain words: `on`, `yes` and `12:30` are texts, as in JSON.

    Each piece is looked at as it is taken, before anything of the text's size lies in memory.
    """

    _depth = _count = 0

    def get_event(self) -> Any:
        """The next piece of the text. Raises JourneyNotValid where it would unfold to too much."""
        event = _next_event(self)
        if not isinstance(event, yaml.NodeEvent):
            self._depth -= isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent)
            return event
        self._count += 1
        self._depth += isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent)
        problem = ""
        facts: dict[str, object] = {}
        if event.anchor is not None:
            problem = "journeys.no_anchors"
        elif self._count > LIMIT_VALUES:
            problem, facts = "journeys.too_many_values", {"limit": LIMIT_VALUES}
        elif self._depth > _LIMIT_DEPTH:
            problem = "journeys.too_deep"
        if problem:
            mark = event.start_mark
            line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
            raise JourneyNotValid([Problem(problem, line, column, facts)])
        return event


_INT = "tag:yaml.org,2002:int"
_Loader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    ("int", r"^[-+]?[0-9]+$", "-+0123456789"),
    ("float", r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$", "-+0123456789."),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), list(_first))


class _Dumper(yaml.SafeDumper):
    """Writes what _Loader reads: what it would take for a number or a truth stands in quotes."""

    def ignore_aliases(self, data: object) -> bool:
        """Always: what comes twice is written twice, for references are refused."""
        return True


_Dumper.yaml_implicit_resolvers = _Loader.yaml_implicit_resolvers


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.Node:
    style = "|" if "\n" in value else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _text)


def write(value: object) -> str:
    """Plain data (dicts, lists, texts, numbers) as a YAML text that `read` reads as the same."""
    return yaml.dump(
        value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100, indent=2
    )


def read(text: str) -> Place:
    """The text's one document.

    Raises JourneyNotValid for what is no YAML or JSON, is too long or too deep, holds too many
    values, repeats a key, or uses anchors (a few lines of which can unfold to gigabytes).
    """
    if len(text.encode("utf-8", "surrogatepass")) > LIMIT_BYTES:
        raise JourneyNotValid([Problem("journeys.text_too_long", 1, 1, {"limit": LIMIT_BYTES})])
    if text.lstrip("\ufeff \t\r\n").startswith("{"):
        # JSON allows tabs between tokens, and never a bare one inside a text.
        text = text.replace("\t", " ")
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        detail: dict[str, object] = {"detail": error.problem or "?"}
        raise JourneyNotValid([Problem("journeys.not_yaml", line, column, detail)]) from None
    except yaml.YAMLError as error:
        detail = {"detail": str(error).splitlines()[0]}
        raise JourneyNotValid([Problem("journeys.not_yaml", 1, 1, detail)]) from None
    if node is None:
        raise JourneyNotValid([Problem("journeys.text_empty", 1, 1)])
    return _place(loader, node)


def _place(loader: _Loader, node: yaml.Node) -> Place:
    line, column = node.start_mark.line + 1, node.start_mark.column + 1
    if isinstance(node, yaml.SequenceNode):
        return Place([_place(loader, one) for one in node.value], line, column, {})
    if isinstance(node, yaml.MappingNode):
        values: dict[str, Place] = {}
        keys: dict[str, tuple[int, int]] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            at = key_node.start_mark.line + 1, key_node.start_mark.column + 1
            if key in values:
                raise JourneyNotValid([Problem("journeys.key_twice", *at, {"key": key})])
            values[key], keys[key] = _place(loader, value_node), at
        return Place(values, line, column, keys)
    try:
        value = _whole(node.value) if node.tag == _INT else loader.construct_object(node)
    except (ValueError, ArithmeticError, LookupError, AttributeError, yaml.YAMLError):
        # A tag that does not fit its value, or a number of thousands of digits.
        detail: dict[str, object] = {"detail": f"{node.tag.rpartition(':')[2][:20]}?"}
        raise JourneyNotValid([Problem("journeys.not_yaml", line, column, detail)]) from None
    if isinstance(value, str) and "\x00" in value:
        detail = {"detail": "special characters are not allowed"}
        raise JourneyNotValid([Problem("journeys.not_yaml", line, column, detail)])
    if isinstance(value, str) and any("\ud800" <= c <= "\udfff" for c in value):
        # JSON writes an emoji as two escapes.
        value = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    block = getattr(node, "style", None) in ("|", ">")
    return Place(value, line, column, {}, block)


def _whole(digits: str) -> int | float:
    """A whole number; one that fits into no column is as good as a float of its size."""
    value = int(digits)
    return value if -_MOST <= value < _MOST else float(value)
