"""Turns plain data into the parts of a rule tree, going on after each misfit to find them all."""

import math
from collections.abc import Callable
from functools import cache
from typing import Any

import msgspec
from msgspec import inspect

from kervan.segments import tree
from kervan.segments.problem import Path, Problems, shown

LIMIT_GROUPS = 20
"""Groups inside each other."""
LIMIT_CONDITIONS = 500
LIMIT_CHARS = 1_000
LIMIT_NUMBER = 1e15
"""Below 2^53, so that every whole number up to it is exact as a double."""
LIMIT_ENTRIES = {"values": 10_000, "of": LIMIT_CONDITIONS, "weekdays": 7, "where": 50, "lines": 50}
_LIMIT_FEW = 10  # events of a leaf, stages
_WORD = {"op": "operator", "unit": "unit", "channel": "channel"}
_GROUPS = (tree.All, tree.Any, tree.Nothing)
_LEAVES = tuple(tree.Leaf.__args__)


class Misfit(Exception):
    """A value is no such part; what is wrong with it has been noted."""


class Twice(dict[str, Any]):
    """An object of which a key was given twice."""

    key = ""


Check = Callable[[msgspec.Struct, Path], None]


class Shaping:
    """One reading; `check` is told of every part that has its shape, with its place."""

    def __init__(self, problems: Problems, check: Check) -> None:
        self._problems = problems
        self._check = check
        self._conditions = 0

    def node(self, raw: object) -> tree.Node:
        """The tree. Raises Misfit after noting why."""
        found: tree.Node = self._value(raw, _node_type(), (), 0)
        return found

    def _value(self, raw: object, want: Any, at: Path, depth: int) -> Any:
        if self._problems.full:
            raise Misfit
        match want:
            case inspect.UnionType():
                return self._union(raw, want, at, depth)
            case inspect.StructType():
                return self._struct(raw, want, at, depth)
            case inspect.VarTupleType():
                return self._list(raw, want, at, depth)
            case inspect.LiteralType():
                return self._word(raw, [str(word) for word in want.values], at)
            case inspect.StrType():
                return self._text(raw, at)
            case inspect.BoolType():
                return raw if isinstance(raw, bool) else self._no("not_flag", raw, at)
            case inspect.IntType():
                return self._number(raw, at, whole=True)
        return self._number(raw, at, whole=False)

    def _no(self, code: str, raw: object, at: Path, **params: object) -> Any:
        self._problems.say(at, code, value=shown(raw), **params)
        raise Misfit

    def _union(self, raw: object, want: inspect.UnionType, at: Path, depth: int) -> Any:
        kinds = [one for one in want.types if not isinstance(one, inspect.NoneType)]
        if raw is None and len(kinds) < len(want.types):
            return None
        tagged = {
            str(one.tag): one
            for one in kinds
            if isinstance(one, inspect.StructType) and one.tag is not None
        }
        if not tagged:
            return self._value(raw, kinds[-1], at, depth)  # an optional, or int | float
        if not isinstance(raw, dict):
            return self._no("not_object", raw, at)
        if "kind" not in raw:
            return self._no("missing_kind", raw, at, known=", ".join(tagged))
        kind = raw["kind"]
        if not isinstance(kind, str) or kind not in tagged:
            self._problems.unknown((*at, "kind"), "kind", kind, tagged)
            raise Misfit
        return self._struct(raw, tagged[kind], at, depth)

    def _struct(self, raw: object, want: inspect.StructType, at: Path, depth: int) -> Any:
        if not isinstance(raw, dict):
            return self._no("not_object", raw, at)
        depth += want.cls in _GROUPS
        if depth > LIMIT_GROUPS:
            return self._no("too_deep", raw, at, limit=LIMIT_GROUPS)
        self._conditions += want.cls in _LEAVES
        if self._conditions > LIMIT_CONDITIONS:
            if self._conditions == LIMIT_CONDITIONS + 1:
                self._problems.say(at, "too_many_conditions", limit=LIMIT_CONDITIONS)
            raise Misfit
        whole = self._keys(raw, want, at)
        given = {}
        for one in want.fields:
            if one.encode_name in raw:
                try:
                    place = (*at, one.encode_name)
                    given[one.name] = self._value(raw[one.encode_name], one.type, place, depth)
                except Misfit:
                    whole = False
            elif one.required:
                self._problems.say(at, "missing_field", field=one.encode_name)
                whole = False
        if not whole:
            raise Misfit
        part: msgspec.Struct = want.cls(**given)
        self._check(part, at)
        return part

    def _keys(self, raw: dict[Any, Any], want: inspect.StructType, at: Path) -> bool:
        """Whether every key is known, and given once."""
        known = [one.encode_name for one in want.fields]
        tag = [want.tag_field] if want.tag_field else []
        whole = True
        if isinstance(raw, Twice):
            self._problems.say((*at, raw.key), "field_twice", field=shown(raw.key))
            whole = False
        for key in raw:
            if key not in known and key not in tag:
                self._problems.unknown((*at, str(key)), "field", key, known)
                whole = False
        if tag and "kind" in raw and raw["kind"] != want.tag:
            self._problems.unknown((*at, "kind"), "kind", raw["kind"], [str(want.tag)])
            whole = False
        return whole

    def _list(self, raw: object, want: inspect.VarTupleType, at: Path, depth: int) -> Any:
        if not isinstance(raw, list | tuple):
            return self._no("not_list", raw, at)
        limit = LIMIT_ENTRIES.get(str(at[-1]) if at else "", _LIMIT_FEW)
        if len(raw) > limit:
            return self._no("list_too_long", raw, at, limit=limit, count=len(raw))
        entries, whole = [], True
        for i, one in enumerate(raw):
            try:
                entries.append(self._value(one, want.item_type, (*at, i), depth))
            except Misfit:
                whole = False
                if self._conditions > LIMIT_CONDITIONS:
                    break
        if not whole:
            raise Misfit
        return tuple(entries)

    def _word(self, raw: object, known: list[str], at: Path) -> str:
        if isinstance(raw, str) and raw in known:
            return raw
        self._problems.unknown(at, _WORD.get(str(at[-1]), "word"), raw, known)
        raise Misfit

    def _text(self, raw: object, at: Path) -> Any:
        if not isinstance(raw, str):
            return self._no("not_text", raw, at)
        if len(raw) > LIMIT_CHARS:
            return self._no("text_too_long", raw, at, limit=LIMIT_CHARS, count=len(raw))
        if "\0" in raw or not (raw.isascii() or _is_unicode(raw)):
            return self._no("bad_text", raw, at)
        return raw

    def _number(self, raw: object, at: Path, *, whole: bool) -> Any:
        if isinstance(raw, bool) or not isinstance(raw, int | float):
            return self._no("not_whole" if whole else "not_number", raw, at)
        if isinstance(raw, float) and not math.isfinite(raw):
            return self._no("not_finite", raw, at)
        if abs(raw) > LIMIT_NUMBER:
            return self._no("number_too_large", raw, at, limit=f"{LIMIT_NUMBER:.0e}")
        if whole and not isinstance(raw, int):
            return self._no("not_whole", raw, at)
        return raw if raw else abs(raw)  # -0.0 is 0


def _is_unicode(text: str) -> bool:
    return not any("\ud800" <= char <= "\udfff" for char in text)


@cache
def _node_type() -> inspect.Type:
    return inspect.type_info(tree.Node)
