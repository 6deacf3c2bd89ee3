"""Reads a policy out of the plain data of a text, or says all that is wrong with it."""

from typing import Any

import msgspec

from kervan.consent.channels import KIND_OF
from kervan.consent.deadlines import calendar_in
from kervan.delivery.policy.definition import MOST_RULES, Cap, Gap, Policy, Quiet, Rule
from kervan.delivery.policy.quiet import WEEK_MS, week_of
from kervan.delivery.policy.where import known
from kervan.kernel.shaped import NotValid, Problem, listed, shaped, shown

CHANNELS = (*KIND_OF, "inbox", "onsite", "store", "webhook")
_KINDS: dict[str, type[Rule]] = {"caps": Cap, "gaps": Gap, "quiet": Quiet}
NOT_VALID = "delivery.policy_not_valid"
_WORDS = "delivery.policy"


def read(value: object) -> Policy:
    """The policy below `policy:` in a text. Raises NotValid with all problems."""
    problems: list[Problem] = []
    if not isinstance(value, dict):
        raise NotValid(NOT_VALID, [Problem("delivery.policy_no_mapping", "")])
    rest = {name: one for name, one in value.items() if name not in _KINDS}
    outer = shaped(rest, Policy, "", _WORDS, problems)
    rules = listed(value, _KINDS, MOST_RULES, _WORDS, problems)
    _check(rules, outer, problems)
    if problems or outer is None:
        raise NotValid(NOT_VALID, problems)
    policy: Policy = msgspec.structs.replace(
        outer, **{name: tuple(rule for _, rule in some) for name, some in rules.items()}
    )
    return policy


def _check(
    rules: dict[str, list[tuple[str, Any]]], outer: Policy | None, problems: list[Problem]
) -> None:
    """What fields have to do with each other."""
    names: dict[str, str] = {}
    for path, rule in [one for some in rules.values() for one in some]:
        if rule.name in names:
            facts = {"name": shown(rule.name), "other": names[rule.name]}
            problems.append(Problem("delivery.policy_name_twice", f"{path}/name", facts))
        names.setdefault(rule.name, path)
        for place, channel in enumerate(rule.channels):
            if channel not in CHANNELS:
                facts = {"given": shown(channel), "what": ", ".join(CHANNELS)}
                problems.append(Problem("delivery.policy_unfit", f"{path}/channels/{place}", facts))
    for path, rule in rules["quiet"]:
        _check_quiet(path, rule, problems)
    for place, zone in enumerate(outer.zones_when_unknown if outer else ()):
        if not known(zone):
            at, facts = f"/zones_when_unknown/{place}", {"zone": shown(zone)}
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
