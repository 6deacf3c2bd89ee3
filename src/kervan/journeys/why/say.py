"""Says a story in sentences of Turkish, Azerbaijani or English, with times as clocks show them."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from kervan.journeys import match
from kervan.journeys.match import Filter
from kervan.journeys.why.line import Line, Story
from kervan.kernel import clock, i18n, money

_TIME = "_ms"


def say(story: Story, locale: str, zone: str = "UTC") -> str:
    """The whole story as text, the latest run first."""
    place = ZoneInfo(zone)
    head = {"journey": story.journey, "name": story.name}
    found = [i18n.say("journeys.why_title", locale, **head)]
    for told in story.runs:
        found.append("")
        found += [_listed(one, locale, place) for one in told.lines]
    if story.missed:
        key = "journeys.why_also_not" if story.runs else "journeys.why_never"
        found += ["", i18n.say(key, locale)]
        found += [_listed(one, locale, place) for one in story.missed]
    return "\n".join(found)


def plain(story: Story, locale: str, zone: str = "UTC") -> dict[str, Any]:
    """The whole story as values for machines, each line with its sentence."""
    place = ZoneInfo(zone)

    def lines(some: list[Line]) -> list[dict[str, Any]]:
        return [
            {
                "at_ms": one.at_ms or None, "code": one.code, "step": one.step,
                "facts": one.facts, "event": one.event, "sentence": sentence(one, locale, place),
            }
            for one in some
        ]  # fmt: skip

    runs = [
        {
            "run": told.run, "version": told.version, "inside": told.is_inside,
            "story": lines(told.lines),
        }
        for told in story.runs
    ]  # fmt: skip
    return {
        "journey": story.journey, "name": story.name, "runs": runs,
        "why_not": lines(story.missed), "said": say(story, locale, zone),
    }  # fmt: skip


def _listed(line: Line, locale: str, place: ZoneInfo) -> str:
    said = sentence(line, locale, place)
    if not line.at_ms:
        return f"    {said}"
    return f"{_clock(line.at_ms, place)}  {said}"


def sentence(line: Line, locale: str, place: ZoneInfo) -> str:
    """One line as a sentence."""
    facts = {
        name: _plain(name, one, locale, place)
        for name, one in line.facts.items()
        if name != "where"
    }
    facts = {name.removesuffix(_TIME): one for name, one in facts.items()}
    facts["step"] = line.step
    facts["details"] = _details(line.event)
    if "value_minor" in line.facts:
        minor, currency = line.facts["value_minor"], line.facts["currency"]
        facts["worth"] = money.format_money(minor, currency, locale)
    if "where" in line.facts:
        conditions = msgspec.convert(line.facts["where"], list[Filter])
        facts["where"] = match.describe(conditions, locale)
    for name, step in line.steps.items():
        facts[name] = step.describe(locale)
    for name, key in line.words.items():
        said = i18n.say(key, locale)
        facts[name] = facts.get(name, key.partition("_")[2]) if said == key else said
    return i18n.say(line.code, locale, **facts)


def _plain(name: str, value: Any, locale: str, place: ZoneInfo) -> Any:
    if name.endswith(_TIME) and isinstance(value, int):
        return _clock(value, place)
    if isinstance(value, datetime):
        return f"{value.astimezone(place):%Y-%m-%d %H:%M}"
    if isinstance(value, list):
        return i18n.say("journeys.or", locale).join(str(one) for one in value)
    return value


def _details(event: dict[str, Any]) -> str:
    """What is shown of an event, in brackets."""
    if not event:
        return ""
    return " (" + ", ".join(f"{name}: {value}" for name, value in event.items()) + ")"


def _clock(at_ms: int, place: ZoneInfo) -> str:
    return f"{clock.from_ms(at_ms).astimezone(place):%Y-%m-%d %H:%M}"
