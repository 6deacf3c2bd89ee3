"""Whom a broadcast is for: its audience as a question to everybody, counted or brought in."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from clickhouse_connect.driver.client import Client

from kervan.delivery.broadcasts.audience import Members
from kervan.delivery.broadcasts.definition import Broadcast
from kervan.delivery.broadcasts.schedule import known
from kervan.kernel import sql
from kervan.kernel.postgres import Connection
from kervan.segments import ask
from kervan.segments.columns import Int64, Uint32
from kervan.segments.definitions import store
from kervan.segments.definitions.resolve import resolve
from kervan.segments.lower import Core
from kervan.segments.tree import All, Member, Node, Nothing

_SQL = sql.load(__package__, "who.sql")


class About(NamedTuple):
    """What consent is asked for."""

    purpose: str
    topic: str
    brand: str


def audience(broadcast: Broadcast) -> All:
    """Whom it is for, as its author names them."""
    parts: list[Node] = [] if broadcast.everybody else [Member(broadcast.segment)]
    if broadcast.except_:
        parts.append(Nothing(tuple(Member(one) for one in broadcast.except_)))
    return All(tuple(parts))


def question(conn: Connection, broadcast: Broadcast) -> Core:
    """The audience as one tree. Raises SegmentNotValid for a segment that there is not."""
    return resolve(audience(broadcast), store.trees(conn), store.lists(conn))


def members(
    history: Client, core: Core, at_ms: int, zone: str
) -> tuple[Members, list[str]]:  # fmt: skip
    """Who is in at an instant, each with the place of her zone in the list that is given too.

    `zone` is the workspace's, for those whose own the zone data does not have; "" asks for none.
    """
    people = ask.members(history, core, at_ms)
    if not zone:
        return Members(people, np.zeros(0, np.uint16)), []
    return _at_home(history, people, zone)


def zones(history: Client) -> list[str]:
    """The zones people live in, of those the zone data has."""
    return [one for (one,) in history.query(_SQL.zones).result_rows if known(one)]


def _at_home(history: Client, people: Uint32, zone: str) -> tuple[Members, list[str]]:
    names = [zone, *(one for one in zones(history) if one != zone)]
    text = history.raw_query(_SQL.people_in, parameters={"zones": names[1:]}, fmt="RowBinary")
    rows = np.frombuffer(text, np.dtype([("person", "<u4"), ("zone", "<u2")]))
    place = np.searchsorted(rows["person"], people)
    place = np.minimum(place, max(len(rows) - 1, 0))
    codes = np.zeros(len(people), np.uint16)
    if len(rows):
        mine = rows["person"][place] == people
        codes[mine] = rows["zone"][place[mine]]
    return Members(people, codes), names


def reach(
    history: Client, core: Core, at_ms: int, about: About, others: Sequence[Core] = ()
) -> tuple[int, Mapping[str, int], list[int]]:
    """How many are in, by channel how many of them may and can be written to, and how many of them
    are in each of the `others` too."""
    told = ask.ask(history, core, at_ms, ask.Wanted(0, tuple(others), *about))
    return told.count, told.reach, [shared for shared, _ in told.overlap]


def happened(
    history: Client, event: str, since_ms: int, until_ms: int
) -> tuple[Uint32, Int64]:  # fmt: skip
    """Each time somebody did `event` between two instants: who, by rising number, and when."""
    text = history.raw_query(
        _SQL.happened,
        parameters={"event": event, "since": since_ms, "until": until_ms},
        fmt="RowBinary",
    )
    rows = np.frombuffer(text, np.dtype([("person", "<u4"), ("at", "<i8")]))
    return rows["person"].astype(np.uint32), rows["at"].astype(np.int64)


def reacted(history: Client, event: str, since_ms: int) -> tuple[Uint32, Int64]:
    """Who did `event` since an instant, by rising number, and when each did it last (ms UTC)."""
    text = history.raw_query(
        _SQL.reacted, parameters={"event": event, "since": since_ms}, fmt="RowBinary"
    )
    rows = np.frombuffer(text, np.dtype([("person", "<u4"), ("last", "<i8")]))
    return rows["person"].astype(np.uint32), rows["last"].astype(np.int64)
