"""Reads the tests of a journey out of their text, or says all that is wrong with it."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from kervan.journeys import duration
from kervan.journeys import text as texts
from kervan.journeys.tested.definition import CHANNELS, VERBS, Case, Line, Person, Tests
from kervan.journeys.text import Place
from kervan.kernel import shaped as shapes
from kervan.kernel.errors import KervanError
from kervan.kernel.shaped import NotValid, Problem, shaped, shown

_WORDS = "journeys.tested"
_TOP = "tests"
_HOUR = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")


@dataclass(frozen=True, slots=True)
class Written:
    """Tests with the places of their words: `lines` has, for each case, where its name stands and
    where each line of its story does, counted from 1."""

    tests: Tests
    lines: tuple[tuple[int, tuple[int, ...]], ...]


def is_tests(text: str) -> bool:
    """Whether a text has tests at its top. Raises JourneyNotValid for what is no YAML."""
    root = texts.read(text)
    return isinstance(root.value, dict) and _TOP in root.value


def read(text: str) -> tuple[Written, Place]:
    """The tests in a text, and its place below `tests:`.

    Raises JourneyNotValid for what is no YAML, journeys.tested_none (422) for a text that has none,
    and NotValid with all problems.
    """
    root = texts.read(text)
    if not isinstance(root.value, dict) or list(root.value) != [_TOP]:
        raise KervanError("journeys.tested_none", status=422)
    place: Place = root.value[_TOP]
    return shape(place), place


def shape(place: Place) -> Written:
    """The tests below `tests:`. Raises NotValid with all problems, at JSON pointers below it."""
    problems: list[Problem] = []
    value = plain(place)
    if not isinstance(value, dict) or not isinstance(value.get("cases"), list):
        raise NotValid("journeys.tested_not_valid", [Problem("journeys.tested_no_cases", "")])
    outer = shaped({**value, "cases": []}, Tests, "", _WORDS, problems)
    cases = [_case(one, f"/cases/{i}", problems) for i, one in enumerate(value["cases"])]
    if not cases:
        problems.append(Problem("journeys.tested_no_cases", "/cases"))
    if outer is not None:
        _clock(outer.start, "/start", problems)
        _person(outer.person, "/person", problems)
        _zone(outer.zone, "/zone", problems)
    if problems or outer is None:
        raise NotValid("journeys.tested_not_valid", problems)
    whole = [one for one in cases if one is not None]
    tests = Tests(outer.journey, whole, outer.start, outer.zone, outer.person)
    return Written(tests, tuple(_lines(one) for one in place.value["cases"].value))


def schema_text() -> str:
    """The schema as it stands in `docs/reference/journey-tests.schema.json`."""
    return shapes.schema(
        Tests, "Kervan journey tests", "Stories about one person and what a journey makes of them."
    )


def instant(said: str, zone: str) -> int | None:
    """`2026-03-02 10:00` on the clock of a zone, in ms UTC; None for anything else.

    At the ends of the calendar no zone has a clock.
    """
    try:
        found = datetime.fromisoformat(said)
    except ValueError:
        return None
    if not 1970 < found.year < 3000:
        return None
    local = found.replace(tzinfo=ZoneInfo(zone)) if found.tzinfo is None else found
    return round(local.timestamp() * 1_000)


def next_instant(said: str, zone: str, after_ms: int) -> int | None:
    """The next time it is `10:00` on the clock of a zone, not before `after_ms`; or `instant`."""
    found = _HOUR.fullmatch(said)
    if found is None:
        return instant(said, zone)
    place = ZoneInfo(zone)
    day = datetime.fromtimestamp(after_ms / 1_000, place).replace(
        hour=int(found[1]), minute=int(found[2]), second=0, microsecond=0, fold=0
    )
    at_ms = round(day.timestamp() * 1_000)
    return at_ms if at_ms >= after_ms else round((day + timedelta(days=1)).timestamp() * 1_000)


def plain(place: Place) -> Any:
    """The data of a text without its places."""
    if isinstance(place.value, dict):
        return {name: plain(one) for name, one in place.value.items()}
    if isinstance(place.value, list):
        return [plain(one) for one in place.value]
    return place.value


def _case(value: object, path: str, problems: list[Problem]) -> Case | None:
    if not isinstance(value, dict) or not isinstance(value.get("story"), list):
        problems.append(Problem("journeys.tested_no_story", path))
        return None
    case = shaped({**value, "story": []}, Case, path, _WORDS, problems)
    lines = [_line(one, f"{path}/story/{i}", problems) for i, one in enumerate(value["story"])]
    if not any(one is not None and one.then is not None for one in lines):
        problems.append(Problem("journeys.tested_no_then", path))
    if case is None:
        return None
    _person(case.person, f"{path}/person", problems)
    if case.start is not None:
        _clock(case.start, f"{path}/start", problems)
    for i, past in enumerate(case.past):
        _duration(past.ago, f"{path}/past/{i}/ago", problems)
    story = [one for one in lines if one is not None]
    return msgspec.structs.replace(case, story=story)


def _line(value: object, path: str, problems: list[Problem]) -> Line | None:
    line = shaped(value, Line, path, _WORDS, problems)
    if line is None or not isinstance(value, dict):
        return None
    said = [name for name in VERBS if name in value]
    if len(said) != 1:
        facts = {"known": ", ".join(VERBS), "count": len(said)}
        problems.append(Problem("journeys.tested_one_verb", path, facts))
    if line.properties is not None and line.event is None and not line.triggered:
        problems.append(Problem("journeys.tested_properties", f"{path}/properties"))
    if line.pass_ is not None:
        _duration(line.pass_, f"{path}/pass", problems)
    if line.until is not None:
        _clock(line.until, f"{path}/until", problems, hour=True)
    if line.becomes is not None:
        _person(line.becomes, f"{path}/becomes", problems)
    if line.then is not None:
        if not value["then"]:
            problems.append(Problem("journeys.tested_empty_then", f"{path}/then"))
        if line.then.on is not None:
            _clock(line.then.on, f"{path}/then/on", problems, hour=True)
        alone = {"by", "on"} & set(value["then"])
        if alone and line.then.message is None:
            facts = {"field": ", ".join(sorted(alone))}
            problems.append(Problem("journeys.tested_by_alone", f"{path}/then", facts))
        if line.then.because is not None and line.then.entered is not False:
            problems.append(Problem("journeys.tested_because_alone", f"{path}/then/because"))
    return line


def _person(person: Person, path: str, problems: list[Problem]) -> None:
    for name in ("consents", "channels"):
        for i, one in enumerate(getattr(person, name) or ()):
            if one not in CHANNELS:
                facts = {"given": shown(one), "what": ", ".join(CHANNELS)}
                problems.append(Problem("journeys.tested_unfit", f"{path}/{name}/{i}", facts))
    if person.zone is not None:
        _zone(person.zone, f"{path}/zone", problems)
    if person.birthday is not None and instant(f"2000-{person.birthday}", "UTC") is None:
        facts = {"given": shown(person.birthday), "what": "02-29"}
        problems.append(Problem("journeys.tested_unfit", f"{path}/birthday", facts))
    if person.best_hour is not None and not _HOUR.fullmatch(person.best_hour):
        facts = {"given": shown(person.best_hour), "what": "19:30"}
        problems.append(Problem("journeys.tested_unfit", f"{path}/best_hour", facts))
    if person.engaged is not None and not 0 <= person.engaged <= 1:
        facts = {"given": shown(person.engaged), "what": "0–1"}
        problems.append(Problem("journeys.tested_unfit", f"{path}/engaged", facts))


def _zone(zone: str, path: str, problems: list[Problem]) -> None:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        facts = {"given": shown(zone), "what": "Europe/Istanbul, Asia/Baku, …"}
        problems.append(Problem("journeys.tested_unfit", path, facts))


def _clock(said: str, path: str, problems: list[Problem], *, hour: bool = False) -> None:
    if (next_instant(said, "UTC", 0) if hour else instant(said, "UTC")) is None:
        facts = {"given": shown(said), "what": "2026-03-02 10:00"}
        problems.append(Problem("journeys.tested_unfit", path, facts))


def _duration(said: str, path: str, problems: list[Problem]) -> None:
    if duration.parse(said) is None:
        facts = {"given": shown(said), "what": "30 minutes, 1 hour, 2 days, …"}
        problems.append(Problem("journeys.tested_unfit", path, facts))


def _lines(case: Place) -> tuple[int, tuple[int, ...]]:
    return case.line, tuple(one.line for one in case.value["story"].value)
