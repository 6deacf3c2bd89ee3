"""Gives anonymous events their visit, and a visit its person once she signs in.

A visit (session) is the events of one anonymous id closer than 30 minutes to each other, of at
most one person: when another signs in on the same device, another visit begins.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from kervan.kernel.postgres import Connection
from kervan.profiles import store
from kervan.profiles.sighting import Sighting

GAP_MS = 30 * 60_000
_COARSE_MS = 60_000
"""A visit's end is written again only when it moved by this much."""


class Link(NamedTuple):
    """A visit that turned out to be a person's."""

    session: int
    person: int


@dataclass(slots=True)
class Visits:
    """The session number of each event (0: none) and the new links."""

    session: npt.NDArray[np.uint64]
    links: list[Link] = field(default_factory=list)


def attribute(
    conn: Connection,
    sightings: list[Sighting],
    order: list[int],
    person: npt.NDArray[np.uint32],
    numbers: store.Numbers,
) -> Visits:
    """Assign sessions in the order of time; fills `person` where a visit has one.

    `order` lists the rows by event time, `numbers` gives new sessions theirs. Writes the sessions
    in the caller's transaction.
    """
    visits = Visits(np.zeros(len(sightings), np.uint64))
    rows = [i for i in order if sightings[i].anonymous]
    if not rows:
        return visits
    known = _load(conn, sightings, rows)
    changed: dict[int, store.Session] = {}
    for i in rows:
        one = sightings[i]
        assert one.anonymous is not None
        mine = known.setdefault(one.anonymous, [])
        session = _find(mine, one.at_ms, int(person[i]))
        if session is None:
            session = store.Session(
                numbers.session(), one.anonymous, one.at_ms, one.at_ms, 0, new=True
            )
            mine.append(session)
            changed[session.number] = session
        if _stretch(session, one.at_ms):
            changed[session.number] = session
        if person[i] and not session.person:
            session.person = int(person[i])
            changed[session.number] = session
            visits.links.append(Link(session.number, session.person))
        visits.session[i] = session.number
    for i in rows:
        if not person[i]:
            number = int(visits.session[i])
            mine = known[sightings[i].anonymous or b""]
            person[i] = next(s.person for s in mine if s.number == number)
    store.keep_sessions(conn, list(changed.values()))
    return visits


def _load(
    conn: Connection, sightings: list[Sighting], rows: list[int]
) -> dict[bytes, list[store.Session]]:
    hashes = {sightings[i].anonymous or b"" for i in rows}
    known: dict[bytes, list[store.Session]] = {}
    first_ms, last_ms = sightings[rows[0]].at_ms, sightings[rows[-1]].at_ms
    for one in store.sessions(conn, list(hashes), first_ms - GAP_MS, last_ms + GAP_MS):
        known.setdefault(one.anonymous, []).append(one)
    return known


def _find(sessions: list[store.Session], at_ms: int, person: int) -> store.Session | None:
    """The nearest open visit that may hold an event of `person` (0: anybody's) at `at_ms`."""
    best: store.Session | None = None
    for one in sessions:
        near = one.first_ms - GAP_MS <= at_ms <= one.last_ms + GAP_MS
        if (
            near
            and (not person or one.person in (0, person))
            and (best is None or (one.last_ms, one.number) > (best.last_ms, best.number))
        ):
            best = one
    return best


def _stretch(session: store.Session, at_ms: int) -> bool:
    moved = session.last_ms + _COARSE_MS <= at_ms or at_ms < session.first_ms
    session.first_ms = min(session.first_ms, at_ms)
    session.last_ms = max(session.last_ms, at_ms)
    return moved
