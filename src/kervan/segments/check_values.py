"""Says what makes no sense in the values of a rule tree: lengths, dates, numbers, texts, zones."""

import re
from collections.abc import Callable, Collection
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from typing import Any
from zoneinfo import available_timezones

import pyarrow as pa
import pyarrow.compute as pc
from babel.numbers import list_currencies

from kervan.segments import tree
from kervan.segments.problem import Path, Problems
from kervan.segments.rfm.score import GROUPS
from kervan.segments.rfm.stages import LEVELS, STAGES

YEARS = 100
_LONGEST_MS = YEARS * 365.25 * 86_400_000
LIMIT_PATTERNS = 50
"""Patterns in a tree: to make one ready takes up to 30 ms, however short it is."""
_BAD_PATTERN = 4
"""One that grows too large is found out after five times as long."""
_UNITS = {
    "day": YEARS * 366, "week": YEARS * 53, "month": YEARS * 12, "quarter": YEARS * 4, "year": YEARS
}  # fmt: skip
FIRST_YEAR, LAST_YEAR = 1970, 2099
"""Local time is known for these (zones.py)."""
_EASTMOST = timedelta(hours=14)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)", re.ASCII)
_WORDS = {"rfm_group": GROUPS, "life_cycle": STAGES, "engagement": LEVELS}
_NONE = pa.array([""])


def _span(one: tree.Span, at: Path, problems: Problems) -> None:
    if one.amount < 1:
        problems.say((*at, "amount"), "span_not_positive", amount=one.amount)
    elif one.length_ms > _LONGEST_MS:
        problems.say((*at, "amount"), "span_too_long", years=YEARS)


def _last(one: tree.Last, at: Path, problems: Problems) -> None:
    if one.span is None and one.skip is None:
        problems.say(at, "last_of_nothing")
    elif one.span and one.skip and one.skip.length_ms >= one.span.length_ms:
        problems.say((*at, "skip"), "skip_too_long")


def _calendar(one: tree.Calendar, at: Path, problems: Problems) -> None:
    limit = _UNITS[one.unit]
    if not 0 <= one.back <= limit:
        problems.say((*at, "back"), "number_range", low=0, high=limit, value=one.back)
    if not 1 <= one.count <= limit:
        problems.say((*at, "count"), "number_range", low=1, high=limit, value=one.count)


def moment(text: str) -> tuple[datetime, bool] | None:
    """(the instant as UTC, whether it is a date) of an end of Between; a date as if of UTC.

    None where it cannot be read.
    """
    try:
        if _DATE.fullmatch(text):
            day = date.fromisoformat(text)
            return datetime(day.year, day.month, day.day, tzinfo=UTC), True
        if _INSTANT.fullmatch(text):
            return datetime.fromisoformat(text).astimezone(UTC), False
    except (ValueError, OverflowError):
        pass
    return None


def _between(one: tree.Between, at: Path, problems: Problems) -> None:
    ends = {}
    for name, text in (("start", one.start), ("end", one.end)):
        if text is None:
            continue
        read = moment(text)
        if read is None:
            problems.say((*at, name), "bad_date", value=text)
        elif not FIRST_YEAR <= read[0].year <= LAST_YEAR:
            facts = {"first": FIRST_YEAR, "last": LAST_YEAR}
            problems.say((*at, name), "date_out_of_range", value=text, **facts)
        else:
            ends[name] = read
    if one.start is None and one.end is None:
        problems.say(at, "between_nothing")
    if len(ends) == 2:
        (start, _), (end, is_day) = ends["start"], ends["end"]
        # Of a date against an instant the zone decides; they are wrong when they are in every zone.
        mixed = _EASTMOST * 2 if ends["start"][1] != is_day else timedelta(0)
        if start > end + mixed or (start == end and not is_day and not mixed):
            problems.say((*at, "end"), "start_after_end", start=one.start, end=one.end)


def begins_after(window: tree.Between, at_ms: int) -> bool:
    """Whether the window begins after this instant, in every zone of the world."""
    read = moment(window.start) if window.start is not None else None
    if read is None:
        return False
    start, is_day = read
    first = start - _EASTMOST if is_day else start
    return first.timestamp() * 1000 > at_ms


def _number(one: tree.Number, at: Path, problems: Problems) -> None:
    if one.op != "between":
        if one.high is not None:
            problems.say((*at, "high"), "high_unused", op=one.op)
    elif one.high is None:
        problems.say(at, "high_missing")
    elif one.high < one.value:
        problems.say((*at, "high"), "high_below_value", value=one.value, high=one.high)


def _text(one: tree.Text, at: Path, problems: Problems) -> None:
    place = (*at, "values")
    if one.op in ("in", "not_in"):
        if not one.values:
            problems.say(place, "list_empty")
    elif len(one.values) != 1:
        problems.say(place, "one_value", op=one.op, count=len(one.values))
    if one.op not in ("eq", "ne", "in", "not_in"):
        for i, value in enumerate(one.values):
            if not value:
                problems.say((*place, i), "text_empty")
            elif one.op == "matches":
                _pattern(value, (*place, i), problems)


def _pattern(pattern: str, at: Path, problems: Problems) -> None:
    problems.patterns += 1
    if problems.patterns == LIMIT_PATTERNS + 1:
        problems.say(at, "too_many_patterns", limit=LIMIT_PATTERNS)
    elif problems.patterns <= LIMIT_PATTERNS and (reason := pattern_fault(pattern)):
        problems.say(at, "bad_pattern", reason=reason)
        problems.patterns += _BAD_PATTERN


@lru_cache(maxsize=1024)
def pattern_fault(pattern: str) -> str:
    """Why RE2 does not take a pattern, "" if it does. RE2 takes linear time, whatever it is."""
    try:
        pc.match_substring_regex(_NONE, pattern)
    except pa.ArrowInvalid as error:
        return str(error).removeprefix("Invalid regular expression: ")
    return ""


def _yearly(one: tree.Yearly, at: Path, problems: Problems) -> None:
    for name, days in (("before", one.before), ("after", one.after)):
        if not 0 <= days <= 365:
            problems.say((*at, name), "number_range", low=0, high=365, value=days)


def _clock(one: tree.Clock, at: Path, problems: Problems) -> None:
    for i, day in enumerate(one.weekdays):
        if not 1 <= day <= 7:
            problems.say((*at, "weekdays", i), "number_range", low=1, high=7, value=day)
        elif day in one.weekdays[:i]:
            problems.say((*at, "weekdays", i), "entry_twice", word=day)
    for name, hour in (("from_hour", one.from_hour), ("to_hour", one.to_hour)):
        if not 0 <= hour <= 24:
            problems.say((*at, name), "number_range", low=0, high=24, value=hour)


def _money(one: tree.Money, at: Path, problems: Problems) -> None:
    if one.currency not in list_currencies():
        problems.unknown((*at, "currency"), "currency", one.currency, _currencies())


def _share(one: tree.Share, at: Path, problems: Problems) -> None:
    for name, end in (("start", one.start), ("end", one.end)):
        if not 0 <= end <= 100:
            problems.say((*at, name), "number_range", low=0, high=100, value=end)
    if one.start >= one.end:
        problems.say((*at, "end"), "share_empty", start=one.start, end=one.end)


def test_of_fact(one: tree.Fact, at: Path, problems: Problems) -> None:
    """Note time zones that do not exist, and words that a fact never is."""
    if not isinstance(one.test, tree.Text) or one.test.op not in ("eq", "ne", "in", "not_in"):
        return
    known: Collection[str] = _zones() if one.fact == "zone" else _WORDS.get(one.fact, ())
    for i, word in enumerate(one.test.values if known else ()):
        place = (*at, "test", "values", i)
        if word in known:
            continue
        if one.fact == "zone":
            region = word.partition("/")[0].casefold() + "/"
            near = [name for name in sorted(known) if name.casefold().startswith(region)]
            problems.unknown(place, "zone", word, near or sorted(known))
        else:
            problems.unknown(place, "word", word, known)


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


@cache
def _currencies() -> tuple[str, ...]:
    return tuple(sorted(list_currencies()))


CHECKS: dict[type, Callable[[Any, Path, Problems], None]] = {
    tree.Span: _span,
    tree.Last: _last,
    tree.Calendar: _calendar,
    tree.Between: _between,
    tree.Number: _number,
    tree.Text: _text,
    tree.Yearly: _yearly,
    tree.Clock: _clock,
    tree.Money: _money,
    tree.Share: _share,
}
"""What is looked at by itself, wherever it stands."""
