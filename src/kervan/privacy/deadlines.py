"""By when a person's request must be answered, as the law of her place says."""

import calendar
import tomllib
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Term:
    """How long an answer may take; `checked` names who has read the source, "" for nobody."""

    count: int
    unit: str
    source: str
    checked: str


@cache
def terms() -> dict[str, Term]:
    """The term of each jurisdiction (TR, EU, AZ, other)."""
    text = resources.files(__package__).joinpath("deadlines.toml").read_text(encoding="utf-8")
    return {key: Term(**one) for key, one in tomllib.loads(text).items()}


def term_of(jurisdiction: str) -> Term:
    """The term of a jurisdiction; of one that we do not know, the strictest."""
    return terms().get(jurisdiction) or terms()["other"]


def due_at(received_at: datetime, jurisdiction: str, zone: str) -> datetime:
    """The end of the last day for an answer, in the workspace's time zone.

    The day of receipt does not count.
    """
    term = term_of(jurisdiction)
    there = ZoneInfo(zone)
    day = received_at.astimezone(there).date()
    if term.unit == "months":
        last = _months_after(day, term.count)
    else:
        last = day + timedelta(days=term.count)
    return datetime.combine(last + timedelta(days=1), time(), there)


def _months_after(day: date, count: int) -> date:
    month = day.year * 12 + day.month - 1 + count
    year, number = divmod(month, 12)
    last = calendar.monthrange(year, number + 1)[1]
    return date(year, number + 1, min(day.day, last))
