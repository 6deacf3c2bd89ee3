"""Reads a policy out of the plain data of a text, or says all that is wrong with it."""

import re
from difflib import get_close_matches
from typing import Any

import msgspec

from kervan.consent.channels import KIND_OF
from kervan.consent.deadlines import calendar_in
from kervan.delivery.policy.definition import MOST_RULES, Cap, Gap, Policy, Quiet, Rule
from kervan.delivery.policy.problem import PolicyNotValid, Problem
from kervan.delivery.policy.quiet import WEEK_MS, week_of
from kervan.delivery.policy.schema import allowed
from kervan.delivery.policy.where import known

CHANNELS = (*KIND_OF, "onsite", "store", "webhook")
_KINDS: dict[str, type[Rule]] = {"caps": Cap, "gaps": Gap, "quiet": Quiet}
_PLACE = re.compile(r" - at `\$([^`]*)`$")
_UNKNOWN = re.compile(r"unknown field `(.*)`")
_MISSING = re.compile(r"missing required field `(.*)`")
_STEP = re.compile(r"\.([^.\[]+)|\[(\d+)\]")
_MOST_CHARS = 60


def read(value: object) -> Policy:
    """The policy below `policy:` in a text. Raises PolicyNotValid with all problems."""
    problems: list[Problem] = []
    if not isinstance(value, dict):
        raise PolicyNotValid([Problem("delivery.policy_no_mapping", "")])
    rest = {name: one for name, one in value.items() if name not in _KINDS}
    outer = _shaped(rest, Policy, "", problems)
    rules: dict[str, list[Any]] = {name: [] for name in _KINDS}
    for name, kind in _KINDS.items():
        given = value.get(name, [])
        if not isinstance(given, list | tuple) or len(given) > MOST_RULES:
            facts = {"what": f"≤ {MOST_RULES}", "given": _shown(given)}
            problems.append(Problem("delivery.policy_unfit", f"/{name}", facts))
            continue
        for place, one in enumerate(given):
            rule = _shaped(one, kind, f"/{name}/{place}", problems)
            if rule is not None:
                rules[name].append((f"/{name}/{place}", rule))
    _check(rules, outer, problems)
    if problems or outer is None:
        raise PolicyNotValid(problems)
    policy: Policy = msgspec.structs.replace(
        outer, **{name: tuple(rule for _, rule in some) for name, some in rules.items()}
    )
    return policy


def _shaped(value: object, kind: type[Any], path: str, problems: list[Problem]) -> Any:
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        problems.append(_said(str(error), value, kind, path))
        return None


def _said(message: str, value: object, kind: type[Any], path: str) -> Problem:
    """A problem out of msgspec's English words: its place, and what may stand there."""
    found = _PLACE.search(message)
    steps = [name or int(index) for name, index in _STEP.findall(found[1] if found else "")]
    at = path + "".join(f"/{one}" for one in steps)
    if unknown := _UNKNOWN.search(message):
        names = [one.encode_name for one in msgspec.structs.fields(kind)]
        close = get_close_matches(unknown[1].casefold(), names, 1) or names
        facts = {"field": _shown(unknown[1]), "known": ", ".join(close)}
        return Problem("delivery.policy_unknown_field", at, facts)
    if missing := _MISSING.search(message):
        return Problem("delivery.policy_missing", at, {"field": missing[1]})
    given: Any = value
    for one in steps:
        given = given[one] if isinstance(given, dict | list | tuple) else given
    facts = {"given": _shown(given), "what": allowed(kind, steps)}
    return Problem("delivery.policy_unfit", at, facts)


def _shown(value: object) -> str:
    text = "…" if isinstance(value, dict | list | tuple) else str(value)[: _MOST_CHARS + 1]
    text = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)
    return text if len(text) <= _MOST_CHARS else text[: _MOST_CHARS - 1] + "…"


def _check(
    rules: dict[str, list[tuple[str, Any]]], outer: Policy | None, problems: list[Problem]
) -> None:
    """What fields have to do with each other."""
    names: dict[str, str] = {}
    for path, rule in [one for some in rules.values() for one in some]:
        if rule.name in names:
            facts = {"name": _shown(rule.name), "other": names[rule.name]}
            problems.append(Problem("delivery.policy_name_twice", f"{path}/name", facts))
        names.setdefault(rule.name, path)
        for place, channel in enumerate(rule.channels):
            if channel not in CHANNELS:
                facts = {"given": _shown(channel), "what": ", ".join(CHANNELS)}
                problems.append(Problem("delivery.policy_unfit", f"{path}/channels/{place}", facts))
    for path, rule in rules["quiet"]:
        _check_quiet(path, rule, problems)
    for place, zone in enumerate(outer.zones_when_unknown if outer else ()):
        if not known(zone):
            at, facts = f"/zones_when_unknown/{place}", {"zone": _shown(zone)}
            problems.append(Problem("delivery.policy_unknown_zone", at, facts))
    always = [(path, rule) for path, rule in rules["quiet"] if not (rule.topics or rule.brands)]
    for channel in sorted({"", *(one for _, rule in always for one in rule.channels)}):
        mine = [(p, r) for p, r in always if not r.channels or channel in r.channels]
        if mine and all((r.from_ and r.until) or r.holidays for _, r in mine):
            week = week_of([rule for _, rule in mine])
            if len(week.starts_ms) == 1 and week.ends_ms[0] - week.starts_ms[0] == WEEK_MS:
                problems.append(Problem("delivery.policy_always_quiet", mine[-1][0]))
                break


def _check_quiet(path: str, rule: Quiet, problems: list[Problem]) -> None:
    if bool(rule.from_) != bool(rule.until) or not (rule.from_ or rule.holidays):
        problems.append(Problem("delivery.policy_no_hours", path))
    if rule.from_ == "24:00":
        facts = {"given": rule.from_, "what": "00:00–23:59"}
        problems.append(Problem("delivery.policy_unfit", f"{path}/from", facts))
    if rule.holidays and not _has_holidays(rule.holidays):
        facts = {"country": rule.holidays}
        problems.append(Problem("delivery.policy_no_holidays", f"{path}/holidays", facts))


def _has_holidays(country: str) -> bool:
    try:
        return bool(calendar_in(country, 2026).holidays)
    except NotImplementedError:  # the calendar library does not know the country
        return False
