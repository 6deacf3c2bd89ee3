"""Turns plain data of a text into a struct, or says in its writer's words what is wrong where."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, TypeVar

import msgspec

from kervan.kernel import i18n
from kervan.kernel.errors import KervanError

T = TypeVar("T")
_PLACE = re.compile(r" - at `\$([^`]*)`$")
_UNKNOWN = re.compile(r"unknown field `(.*)`")
_MISSING = re.compile(r"missing required field `(.*)`")
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]")
# So msgspec calls an entry of a mapping, whose key it does not say.
_ENTRY = "[...]"
_MOST_CHARS = 60


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend: a code of `words.toml`, its place as a JSON pointer (RFC 6901), facts."""

    code: str
    path: str
    params: Mapping[str, object] = field(default_factory=dict)

    def what(self, locale: str = "en") -> str:
        """The sentence without the place."""
        return i18n.say(self.code, locale, **self.params)

    def say(self, locale: str = "en") -> str:
        """/caps/0/most: …"""
        return f"{self.path}: {self.what(locale)}" if self.path else self.what(locale)


class NotValid(KervanError):
    """A text cannot be used (422, fact `count`); `problems` says all that is wrong with it."""

    def __init__(self, code: str, problems: Sequence[Problem]) -> None:
        super().__init__(code, status=422, count=len(problems))
        self.problems = tuple(problems)

    def say(self, locale: str = "en") -> str:
        """A headline and a line per problem."""
        return "\n".join([KervanError.say(self, locale), *(p.say(locale) for p in self.problems)])


def shaped(
    value: object, kind: type[T], path: str, words: str, problems: list[Problem]
) -> T | None:
    """`value` as a `kind`; else None, and what is wrong is added to `problems`.

    `words` begins the codes `_unfit`, `_unknown_field` and `_missing`, as in `delivery.policy`.
    """
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        problems.append(_said(str(error), value, kind, path, words))
        return None


def listed(
    value: Mapping[str, Any], kinds: Mapping[str, type[Any]], most: int, words: str,
    problems: list[Problem],
) -> dict[str, list[tuple[str, Any]]]:  # fmt: skip
    """The lists of `value` named in `kinds`, each entry with its place; bad ones are left out."""
    found: dict[str, list[tuple[str, Any]]] = {name: [] for name in kinds}
    for name, kind in kinds.items():
        given = value.get(name, [])
        if not isinstance(given, list | tuple) or len(given) > most:
            facts = {"what": f"≤ {most}", "given": shown(given)}
            problems.append(Problem(f"{words}_unfit", f"/{name}", facts))
            continue
        for place, one in enumerate(given):
            made = shaped(one, kind, f"/{name}/{place}", words, problems)
            if made is not None:
                found[name].append((f"/{name}/{place}", made))
    return found


def shown(value: object) -> str:
    """A value as a sentence may repeat it: short, and printable."""
    text = "…" if isinstance(value, dict | list | tuple) else str(value)[: _MOST_CHARS + 1]
    text = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)
    return text if len(text) <= _MOST_CHARS else text[: _MOST_CHARS - 1] + "…"


def _said(message: str, value: object, kind: type[Any], path: str, words: str) -> Problem:
    """A problem out of msgspec's English words: its place, and what may stand there."""
    found = _PLACE.search(message)
    place, is_entry, _ = (found[1] if found else "").partition(_ENTRY)
    steps: list[Any] = [name or int(index) for name, index in _STEP.findall(place)]
    at = path + "".join(f"/{one}" for one in steps)
    if unknown := _UNKNOWN.search(message):
        names = [one.encode_name for one in msgspec.structs.fields(kind)]
        close = get_close_matches(unknown[1].casefold(), names, 1) or names
        facts = {"field": shown(unknown[1]), "known": ", ".join(close)}
        return Problem(f"{words}_unknown_field", at, facts)
    if missing := _MISSING.search(message):
        return Problem(f"{words}_missing", at, {"field": missing[1]})
    given: Any = value
    for one in steps:
        given = given[one] if isinstance(given, dict | list | tuple) else given
    what = allowed(kind, [*steps, _ENTRY] if is_entry else steps)
    return Problem(f"{words}_unfit", at, {"given": shown(given), "what": what})


def components(root: type[Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The JSON Schema of a struct, and those of the structs it is made of."""
    (outer,), parts = msgspec.json.schema_components([root], ref_template="#/$defs/{name}")
    return outer, parts


def allowed(kind: type[Any], steps: Sequence[Any]) -> str:
    """What may stand at a place of a struct, in a few signs that need no language."""
    part: dict[str, Any] = components(kind)[1].get(kind.__name__, {})
    for one in steps:
        if one == _ENTRY:
            inner = part.get("additionalProperties")
        elif isinstance(one, int):
            inner = part.get("items")
        else:
            inner = part.get("properties", {}).get(one)
        if not isinstance(inner, dict):
            break
        part = inner
    for choice in (part, *part.get("anyOf", ())):
        if "enum" in choice:
            return ", ".join(map(str, choice["enum"]))
        if "minimum" in choice:
            return f"{choice['minimum']}–{choice['maximum']}"
        if "examples" in choice:
            return ", ".join([*choice["examples"], "…"])
        if "maxLength" in choice:
            return f"1–{choice['maxLength']} Aa"
        if choice.get("type") == "array":
            return "[…]"
    return "{…}"


def schema(root: type[msgspec.Struct], title: str, description: str) -> str:
    """The JSON Schema (2020-12) of a text as docs/reference publishes it."""
    outer, parts = components(root)
    whole = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        "description": description,
        **outer,
        "$defs": parts,
    }
    return msgspec.json.format(msgspec.json.encode(whole), indent=2).decode() + "\n"
