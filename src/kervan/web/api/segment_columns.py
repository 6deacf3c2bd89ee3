"""What is told of all segments beside each other: sizes, growth and users, a query for each."""

from collections.abc import Sequence
from dataclasses import dataclass

from clickhouse_connect.driver.client import Client

from kervan.kernel import clock
from kervan.kernel.postgres import Connection
from kervan.segments.definitions import users
from kervan.segments.definitions.store import Segment
from kervan.segments.definitions.users import Use
from kervan.segments.live import counts
from kervan.segments.zones import DAY_MS
from kervan.web.api.kept import Kept
from kervan.web.state import House

_FRESH_SECONDS = 20
_WEEK_MS = 7 * DAY_MS


@dataclass(frozen=True, slots=True)
class _Counted:
    """`members` by number of a segment, `grown` by its key."""

    members: dict[int, int]
    listed: dict[int, int]
    grown: dict[str, int]


@dataclass(frozen=True, slots=True)
class Column:
    """Of one segment: people now, by how many it grew in a week (None where that is not known),
    and how many of each kind ask for it."""

    people: int | None
    week: int | None
    uses: dict[str, int] | None


_counted: Kept[_Counted] = Kept(least_seconds=_FRESH_SECONDS, oldest_seconds=0)


def columns(conn: Connection, mine: House, segments: Sequence[Segment]) -> dict[str, Column]:
    """What is told of these segments, by key; counts are a few seconds old at most."""
    counted = _counted.get(mine, lambda: _count(mine.history)).answer
    filled = counts.filled(conn)
    held, heard = asked_for(conn, segments)
    found = {}
    for one in segments:
        people, week = None, None
        if one.tree is None:
            people = counted.listed.get(one.number, 0)
        elif one.number in filled:
            people = counted.members.get(one.number, 0)
            week = counted.grown.get(one.key, 0)
        kinds: dict[str, int] = {}
        for use in [*held.get(one.key, []), *heard.get(one.key, [])]:
            kinds[use.kind] = kinds.get(use.kind, 0) + 1
        found[one.key] = Column(people, week, kinds)
    return found


def asked_for(
    conn: Connection, segments: Sequence[Segment]
) -> tuple[dict[str, list[Use]], dict[str, list[Use]]]:
    """By key, who keeps each segment from being archived, and who only hears of its members."""
    trees = {
        one.key: (one.name, one.tree)
        for one in segments
        if one.tree is not None and one.state == "active"
    }
    return users.held(conn, trees), users.heard(conn)


def _count(client: Client) -> _Counted:
    since_ms = clock.now_ms() - _WEEK_MS
    return _Counted(counts.members(client), counts.listed(client), counts.grown(client, since_ms))
