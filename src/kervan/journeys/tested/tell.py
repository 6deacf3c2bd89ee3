"""Tells a story in sentences, and what of it was not as its test expects."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

from kervan.journeys.tested.judge import Result
from kervan.journeys.tested.play import Told
from kervan.kernel import i18n

_SHOWN_PROPERTIES = 4
_WIDTH = 70
_UNTOLD = frozenset({"Message Sent", "Message Failed", "Message Suppressed"})


def lines(result: Result, place: str, locale: str) -> list[str]:
    """✓ and the name of a story; or ✗, what happened, and each line that was not so.

    `place` is the file, for the line in it.
    """
    if not result.failures:
        return [f"✓ {result.name}"]
    found = [f"✗ {result.name}  ({place}:{result.line})"]
    found += [f"    {told}" for told in story(result.told, result.zone, locale)]
    for one in result.failures:
        facts = {"line": one.line, "what": one.what(locale)}
        found.append(f"  {i18n.say('journeys.tested_line', locale, **facts)}")
    return found


def story(told: Sequence[Told], zone: str, locale: str) -> list[str]:
    """Each thing that happened, with its time on her clock."""
    place = ZoneInfo(zone)
    found = []
    for one in told:
        if one.what == "event" and one.facts["event"] in _UNTOLD:
            continue  # the message itself was told a second before
        at = datetime.fromtimestamp(one.at_ms / 1_000, place)
        when = format_datetime(at, "EEE d MMM HH:mm", locale=locale)
        found.append(f"{when}  {_said(one, locale)}")
    return found


def _said(one: Told, locale: str) -> str:
    facts = dict(one.facts)
    if one.what == "event":
        some = list(facts["properties"].items())[:_SHOWN_PROPERTIES]
        said = ", ".join(f"{name}: {value}" for name, value in some)
        facts["properties"] = f" ({said[:_WIDTH]})" if said else ""
    key = f"journeys.tested_told_{one.what}"
    if one.what == "message":
        key += "" if facts["channel"] and facts["outcome"] in ("sent", "delivered") else "_not"
        reason = facts["reason"] or facts["outcome"]
        facts["reason"] = i18n.say(f"journeys.tested_reason_{reason}", locale)
    if one.what == "refused":
        facts["reason"] = i18n.say(f"journeys.tested_refused_{facts['reason']}", locale)
    if one.what == "left":
        facts["reason"] = facts["reason"] or facts["state"]
    return i18n.say(key, locale, **facts)
