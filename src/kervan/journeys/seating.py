"""Counts the seats of journeys that let in only so many, exactly, across all workers.

A turn that may let somebody into such a journey holds its row until it is committed; other turns
with newcomers for it wait that long. What a turn gave away is gone with it if it is rolled back.
"""

from collections.abc import Mapping
from datetime import datetime

from kervan.journeys.columns import Book, Decisions, Signals, Version
from kervan.journeys.seats import Seats
from kervan.kernel import clock, sql
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "seating.sql")
_REMEMBERED_MS = 60 * 86_400_000
"""How long a window is remembered; an event that comes later than that finds all its seats."""


def free(conn: Connection, book: Book, signals: Signals) -> dict[int, Seats]:
    """The seats of the limited journeys that these signals may lead into; their rows are held."""
    if not len(signals):
        return {}
    limited = {
        journey: book.versions[live]
        for journey, live in book.live.items()
        if book.versions[live].definition.header.limit is not None
    }
    if not limited:
        return {}
    names = set(signals.name)
    limited = {j: one for j, one in limited.items() if one.definition.entry.event in names}
    if not limited:
        return {}
    asked: dict[str, object] = {"journeys": sorted(limited)}
    conn.execute(_SQL.lock, asked)
    taken: dict[int, int] = dict(conn.execute(_SQL.taken, asked).fetchall())
    windows = _windows(conn, limited, signals)
    return {j: _seats(one, taken[j], windows.get(j, {})) for j, one in limited.items()}


def _windows(
    conn: Connection, limited: Mapping[int, Version], signals: Signals
) -> dict[int, dict[int, int]]:
    lengths = {journey: _within_ms(one) for journey, one in limited.items()}
    rated = {journey: length for journey, length in lengths.items() if length}
    if not rated:
        return {}
    first_ms = int(signals.at_ms.min()) - max(rated.values())
    asked: dict[str, object] = {
        "journeys": sorted(rated),
        "first": clock.from_ms(max(first_ms, 0)),
        "last": clock.from_ms(int(signals.at_ms.max())),
    }
    found: dict[int, dict[int, int]] = {}
    for journey, since, taken in conn.execute(_SQL.windows, asked).fetchall():
        window = clock.to_ms(since) // rated[journey]
        mine = found.setdefault(journey, {})
        # An author may have changed the length: what began elsewhere counts where it falls.
        mine[window] = mine.get(window, 0) + taken
    return found


def _within_ms(version: Version) -> int:
    limit = version.definition.header.limit
    return int(limit.within or 0) if limit is not None and limit.count is not None else 0


def _seats(version: Version, taken: int, windows: Mapping[int, int]) -> Seats:
    limit = version.definition.header.limit
    assert limit is not None
    total = None if limit.total is None else limit.total - taken
    within_ms = _within_ms(version)
    return Seats(total, limit.count if within_ms else None, within_ms or 1, windows)


def keep(conn: Connection, seats: Mapping[int, Seats], decisions: Decisions) -> None:
    """Count those who entered, in the transaction of `free`."""
    journeys: list[int] = []
    since: list[datetime | None] = []
    taken: list[int] = []
    newest_ms = 0
    for journey, windows in decisions.seats.items():
        journeys.append(journey)
        since.append(None)
        taken.append(sum(windows.values()))
        if seats[journey].count is None:
            continue
        for window, count in windows.items():
            begin_ms = window * seats[journey].within_ms
            newest_ms = max(newest_ms, begin_ms)
            journeys.append(journey)
            since.append(clock.from_ms(begin_ms))
            taken.append(count)
    if journeys:
        before = clock.from_ms(max(newest_ms - _REMEMBERED_MS, 0))
        conn.execute(
            _SQL.keep, {"journeys": journeys, "since": since, "taken": taken, "before": before}
        )
