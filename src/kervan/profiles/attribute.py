"""Says whose the anonymous events of a device are, from who signed in on it and when.

A visit is a maximal run of a device's events with gaps of at most 30 minutes. It is stored in
pieces, its sessions, of which each has at most one person who signed in; late events may join
pieces to one visit: their numbers stay and they have the same answer. A visit is hers who alone
signed in on the device within 30 days of it; with several it is hers who alone signed in during
the visit; else nobody's. Times count in whole minutes, so what comes more than once in a minute
changes nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from kervan.kernel.postgres import Connection
from kervan.profiles import identifiers, read, store
from kervan.profiles.sighting import Sighting
from kervan.profiles.store import Session

GAP_MINUTES = 30
WINDOW_MINUTES = 30 * 24 * 60
MOST_PEOPLE = 20
"""A device on which more people signed in is everybody's: its visits are nobody's."""
_MINUTE_MS = 60_000


class Link(NamedTuple):
    """A visit, the atom whose it is now and the one whose it was before (0: nobody's)."""

    session: int
    person: int
    before: int


@dataclass(slots=True)
class Visits:
    """The session number and answer of each event (0: none), and the answers that changed."""

    session: npt.NDArray[np.uint64]
    person: npt.NDArray[np.uint32]
    links: list[Link] = field(default_factory=list)


Devices = dict[bytes, list[Session]]


def attribute(
    conn: Connection,
    sightings: list[Sighting],
    person: npt.NDArray[np.uint32],
    moved: Iterable[int],
    numbers: store.Numbers,
) -> Visits:
    """Give the events of devices their sessions, and these their people.

    `person` is each event's own atom. The devices of the atoms in `moved`, whose heads changed,
    are judged anew. Writes the sessions in the caller's transaction.
    """
    people = person.tolist()
    rows = [i for i, one in enumerate(sightings) if one.anonymous]
    rows.sort(key=[one.at_ms for one in sightings].__getitem__)
    devices = _load(conn, sightings, rows)
    found: list[Session | None] = [None] * len(sightings)
    touched: dict[int, Session] = {}
    anew: set[bytes] = set(store.devices_of(conn, moved))
    for i in rows:
        one, who = sightings[i], people[i]
        device = one.anonymous or b""
        minute = one.at_ms // _MINUTE_MS
        mine = devices.get(device)
        if mine is None:
            mine = devices[device] = []
        elif len(mine) == 1 and _holds(mine[0], minute, who):
            found[i] = mine[0]  # the usual case
            continue
        is_lead = bool(one.strong) and one.strong[0].kind == identifiers.LEAD
        session, is_news = _place(mine, minute, who, is_lead)
        if session is None:
            session = _begin(device, minute, who, is_lead, numbers)
            mine.append(session)
        if is_news:
            touched[session.number] = session
            if not _ends_quietly(session, mine):
                anew.add(device)
        found[i] = session
    changed = judge(conn, devices, anew, touched)
    store.keep_sessions(conn, list(touched.values()))
    return Visits(
        np.array([one.number if one else 0 for one in found], np.uint64),
        np.array([one.person if one else 0 for one in found], np.uint32),
        changed,
    )


def again(conn: Connection, atoms: Iterable[int]) -> list[Link]:
    """Judge the devices of these atoms anew, whose heads changed; gives the changed answers."""
    touched: dict[int, Session] = {}
    changed = judge(conn, {}, set(store.devices_of(conn, atoms)), touched)
    store.keep_sessions(conn, list(touched.values()))
    return changed


def _load(conn: Connection, sightings: list[Sighting], rows: list[int]) -> Devices:
    since: dict[bytes, int] = {}
    for i in rows:  # in the order of time: the first of a device is its earliest
        since.setdefault(sightings[i].anonymous or b"", sightings[i].at_ms // _MINUTE_MS)
    devices: Devices = {}
    asked = {device: minute - GAP_MINUTES for device, minute in since.items()}
    for one in store.sessions(conn, asked):
        devices.setdefault(one.anonymous, []).append(one)
    return devices


def _place(
    sessions: list[Session], minute: int, person: int, is_lead: bool
) -> tuple[Session | None, bool]:
    """The session for an event of `person` (0: anybody's), and whether that changed it."""
    best: Session | None = None
    for one in sessions:
        if (
            one.first - GAP_MINUTES <= minute <= one.last + GAP_MINUTES
            and (not person or one.signer in (0, person))
            and (best is None or _nearer(one, best, minute, person))
        ):
            best = one
    if best is None:
        return None, True
    before = (best.first, best.signer, best.sign_first, best.last, best.sign_last)
    best.first, best.last = min(best.first, minute), max(best.last, minute)
    if person:
        fresh = not best.signer
        best.sign_first = minute if fresh else min(best.sign_first, minute)
        best.sign_last = minute if fresh else max(best.sign_last, minute)
        best.lead = is_lead if fresh else best.lead and is_lead
        best.signer = person
    after = (best.first, best.signer, best.sign_first, best.last, best.sign_last)
    best.calm = best.calm and before[:3] == after[:3]
    return best, before != after


def _holds(one: Session, minute: int, person: int) -> bool:
    return one.first <= minute <= one.last and (
        not person or (one.signer == person and one.sign_first <= minute <= one.sign_last)
    )


def _nearer(one: Session, other: Session, minute: int, person: int) -> bool:
    # Her own first, then one that holds the minute already: what comes again changes nothing.
    def rank(session: Session) -> tuple[bool, bool, int, int]:
        return (
            bool(person) and session.signer == person,
            session.first <= minute <= session.last,
            session.last,
            session.number,
        )

    return rank(one) > rank(other)


def _begin(
    device: bytes, minute: int, person: int, is_lead: bool, numbers: store.Numbers
) -> Session:
    signed = minute if person else 0
    return Session(
        numbers.session(), device, minute, minute, 0, person, is_lead, signed, signed, True, False
    )


def _ends_quietly(session: Session, all_loaded: list[Session]) -> bool:
    """Whether only the end of the device's last session moved: that changes nobody's answer."""
    return session.calm and all(
        one is session or one.last + GAP_MINUTES < session.first for one in all_loaded
    )


def judge(
    conn: Connection, devices: Devices, anew: set[bytes], touched: dict[int, Session]
) -> list[Link]:
    """Answer for all sessions of the devices in `anew`; gives the answers that changed.

    `devices` holds those that are loaded already, with what changed in them. Changed ones are
    added to `touched`.
    """
    if not anew:
        return []
    loaded = {one.number: one for some in devices.values() for one in some}
    whole: Devices = {device: [] for device in anew}
    for one in store.sessions(conn, dict.fromkeys(anew, 0)):
        whole[one.anonymous].append(loaded.get(one.number, one))
    for device in anew:
        whole[device] += [one for one in devices.get(device, ()) if one.new]
    people = {number for some in whole.values() for s in some for number in (s.signer, s.person)}
    heads = read.heads(conn, people)
    changed = []
    for sessions in whole.values():
        for one, person in _answers(sessions, heads):
            if one.person != person:
                changed.append(Link(one.number, person, one.person))
                one.person = person
                touched[one.number] = one
    return changed


def _answers(sessions: list[Session], heads: Mapping[int, int]) -> Iterable[tuple[Session, int]]:
    """Each session of one device with the atom whose it is; a pure function of all of them."""
    sessions.sort(key=lambda one: (one.first, one.number))
    signed = [one for one in sessions if one.signer]
    everybody = {heads[one.signer] for one in signed}
    begin = 0
    while begin < len(sessions):
        end, last = begin + 1, sessions[begin].last
        while end < len(sessions) and sessions[end].first <= last + GAP_MINUTES:
            last = max(last, sessions[end].last)
            end += 1
        visit = sessions[begin:end]
        near = [
            one
            for one in signed
            if one.sign_last >= visit[0].first - WINDOW_MINUTES
            and one.sign_first <= last + WINDOW_MINUTES
        ]
        whose = 0 if len(everybody) > MOST_PEOPLE else _whose(visit, near, heads)
        for one in visit:
            kept = one.person and whose and heads[one.person] == heads[whose]
            yield one, one.person if kept else whose
        begin = end


def _whose(visit: list[Session], near: list[Session], heads: Mapping[int, int]) -> int:
    """The signer who alone is near, or alone in the visit; leads count when nobody else is."""
    near = [one for one in near if not one.lead] or near
    for some in (near, [one for one in visit if one.signer and one in near]):
        if len({heads[one.signer] for one in some}) == 1:
            return some[0].signer
    return 0
