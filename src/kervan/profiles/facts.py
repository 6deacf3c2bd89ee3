"""Says which language and time zone somebody has, by the best evidence there is, and by which."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from zoneinfo import available_timezones

import phonenumbers
from phonenumbers import timezone

from kervan.profiles import traits

_LANGUAGES = ("language", "locale", "lang")
_ZONES = ("timezone", "time_zone", "tz")
_LANGUAGE_OF = {"TR": "tr", "AZ": "az"}
"""Countries in which one language is nearly everybody's."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What devices said in her events: a language and a zone ("" for none), how often, last when.

    `at_ms` in milliseconds UTC.
    """

    locale: str
    zone: str
    events: int
    at_ms: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """A value and what it rests on.

    `by` is `trait` (somebody said so), `devices` (most of her events), `phone` (the country of her
    number) or `workspace` (nothing is known of her); `detail` names the trait, counts the events
    or says the country; `at_ms` is when it was said last, 0 for never.
    """

    value: str
    by: str
    detail: str = ""
    at_ms: int = 0


def language(
    known: Mapping[str, traits.Entry], heard: Sequence[Heard], phones: Sequence[str], usual: str
) -> Evidence:
    """The language (ISO 639 of two letters): what she said, her devices', her country's, `usual`.

    `phones` are hers in E.164, the one messages go to first.
    """
    for name in _LANGUAGES:
        entry = known.get(name)
        if entry and (code := _language(entry[0])):
            return Evidence(code, "trait", name, entry[1])
    spoken = [(one, _language(one.locale)) for one in heard]
    if best := _most([(one, code) for one, code in spoken if code]):
        return best
    for country in map(_country, phones):
        if country in _LANGUAGE_OF:
            return Evidence(_LANGUAGE_OF[country], "phone", country)
    return Evidence(usual, "workspace")


def zone(
    known: Mapping[str, traits.Entry], heard: Sequence[Heard], phones: Sequence[str], usual: str
) -> Evidence:
    """The IANA zone: what was said of her, her devices', her number's if it has one, `usual`."""
    for name in _ZONES:
        entry = known.get(name)
        if entry and isinstance(entry[0], str) and entry[0] in _zones():
            return Evidence(entry[0], "trait", name, entry[1])
    if best := _most([(one, one.zone) for one in heard if one.zone in _zones()]):
        return best
    for phone in phones:
        found = _zones_of(phone)
        if len(found) == 1 and found[0] in _zones():
            return Evidence(found[0], "phone", _country(phone))
    return Evidence(usual, "workspace")


def _most(said: Sequence[tuple[Heard, str]]) -> Evidence | None:
    """What most events say, of two as frequent the later."""
    counts: dict[str, tuple[int, int]] = {}
    for one, value in said:
        events, at_ms = counts.get(value, (0, 0))
        counts[value] = (events + one.events, max(at_ms, one.at_ms))
    if not counts:
        return None
    value = max(counts, key=lambda one: (*counts[one], one))
    events, at_ms = counts[value]
    return Evidence(value, "devices", str(events), at_ms)


def _language(said: object) -> str:
    code = str(said or "").replace("_", "-").partition("-")[0].lower()
    return code if len(code) == 2 and code.isascii() and code.isalpha() else ""


def _country(phone: str) -> str:
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(phone)) or ""
    except phonenumbers.NumberParseException:
        return ""


def _zones_of(phone: str) -> Sequence[str]:
    try:
        return timezone.time_zones_for_number(phonenumbers.parse(phone))
    except phonenumbers.NumberParseException:
        return ()


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())
