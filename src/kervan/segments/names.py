"""The names that rules may name, as history knows them: events, traits, properties of events."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from clickhouse_connect.driver.client import Client

from kervan.kernel import sql

_SQL = sql.load(__package__, "names.sql")
MOST = 10_000
Sort = Literal["text", "number", "flag", "date", "other"]
_SOME_PEOPLE = 100_000
_EACH = 500
_MOST_ROWS = 5_000_000
_SORTS: tuple[tuple[str, Sort], ...] = (
    ("String", "text"), ("Int", "number"), ("UInt", "number"), ("Float", "number"),
    ("Bool", "flag"), ("Date", "date"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Name:
    """A name; `sort` is what its values commonly are, `times` how many events have it (0: not
    counted)."""

    name: str
    sort: Sort = "other"
    times: int = 0


def events(client: Client) -> list[Name]:
    """The names of events, what happens most first; at most 10,000."""
    rows = client.query(_SQL.events, parameters={"most": MOST}).result_rows
    return [Name(str(name), "other", int(times)) for name, times in rows]


def traits(client: Client) -> list[Name]:
    """The names of traits of some people, by name; nested ones with points between."""
    rows = client.query(_SQL.traits, parameters={"some": _SOME_PEOPLE}).result_rows
    return _named(rows[0][0] if rows else {})


def properties(client: Client, of: Sequence[str], since_ms: int) -> list[Name]:
    """The names of properties of some events of these names since an instant, or of all names.

    It reads so many rows and no more: what is rare may be missing.
    """
    asked = {"names": list(of), "since_ms": since_ms, "each": _EACH}
    limits = {"max_rows_to_read": _MOST_ROWS, "read_overflow_mode": "break"}
    rows = client.query(_SQL.properties, parameters=asked, settings=limits).result_rows
    return _named(rows[0][0] if rows else {})


def starting(names: Sequence[Name], starts: str, limit: int) -> list[Name]:
    """Those that begin with a text, then those of which a later word does; capitals are one."""
    if not starts.strip():
        return list(names[:limit])
    wanted = starts.strip().casefold()
    first = [one for one in names if one.name.casefold().startswith(wanted)]
    for sign in ".-_":
        wanted = wanted.replace(sign, " ")
    later = [
        one
        for one in names
        if one not in first and f" {wanted}" in " " + _spaced(one.name.casefold())
    ]
    return (first + later)[:limit]


def _spaced(text: str) -> str:
    for sign in ".-_":
        text = text.replace(sign, " ")
    return text


def _named(found: Mapping[str, Sequence[str]]) -> list[Name]:
    names = [Name(path, _sort(types)) for path, types in sorted(found.items())]
    return names[:MOST]


def _sort(types: Sequence[str]) -> Sort:
    """What most of these types say; text wins where they differ."""
    known = {sort for one in types for begin, sort in _SORTS if one.startswith(begin)}
    if len(known) == 1:
        return known.pop()
    return "text" if "text" in known else "other"
