"""Operator's words about who is who: two people are one, or are two after all; and notes."""

import uuid

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from kervan.collect import reunite, store
from kervan.journeys import follow
from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.profiles import decisions, notes
from kervan.profiles import merge as identity
from kervan.profiles import read as profiles
from kervan.web import audit
from kervan.web.api import people
from kervan.web.auth import right
from kervan.web.reader import reader_of
from kervan.web.state import House, house

router = APIRouter(prefix="/v1/people", tags=["people"])
HOOKS = (follow.note,)


class Other(BaseModel):
    """Who somebody is the same as, by her id."""

    other: uuid.UUID


class Now(BaseModel):
    """Under which id somebody is found now."""

    person: uuid.UUID


class Merge(BaseModel):
    """One merge that holds: who was made one with whom, by whom, when (ms UTC)."""

    one: uuid.UUID
    other: uuid.UUID
    actor: str
    at_ms: int


class Merges(BaseModel):
    """All merges that hold a profile together, the latest first."""

    merges: list[Merge]


class Text(BaseModel):
    """What a member of staff writes."""

    text: str = Field(min_length=1, max_length=notes.LONGEST)


class Written(BaseModel):
    """The id of a note."""

    note: uuid.UUID


@router.post("/{person}/merge", dependencies=[right("people.merge")])
def merge(request: Request, person: uuid.UUID, said: Other) -> Now:
    """Say that two people are one; doing it again changes nothing.

    Raises web.person_unknown (404), profiles.same_person and profiles.too_many_merges (409).
    """
    return Now(person=join(request, person, said.other))


@router.post("/{person}/unmerge", dependencies=[right("people.merge")])
def unmerge(request: Request, person: uuid.UUID, said: Other) -> Now:
    """Say that two people who were merged are two after all; both are again what they were.

    Doing it again changes nothing. Raises web.person_unknown (404).
    """
    return Now(person=part(request, person, said.other))


@router.get("/{person}/merges", dependencies=[right("people.read")])
def merges(request: Request, person: uuid.UUID) -> Merges:
    """The merges that hold this profile together. Raises web.person_unknown (404)."""
    return Merges(merges=standing(house(request), person))


@router.post("/{person}/notes", dependencies=[right("people.write")])
def write_note(request: Request, person: uuid.UUID, said: Text) -> Written:
    """Write a note about somebody; her timeline shows it. Raises web.person_unknown (404)."""
    return Written(note=note(request, person, said.text))


def join(request: Request, person: uuid.UUID, other: uuid.UUID) -> uuid.UUID:
    """Make two people one; gives the id under which they are found now.

    Raises web.person_unknown (404), profiles.same_person (409) for one id said twice.
    """
    mine = house(request)
    with mine.connection() as conn:
        pair = _atoms(conn, person, other)
        told = reunite.merge(
            conn, mine.keys, _workspace(conn, mine), pair, _actor(request), clock.now_ms(), HOOKS
        )
        if told is not None:
            audit.record(conn, request, "people.merged", people=[str(person), str(other)])
    if told is not None:
        _tell(mine, told)
    with mine.connection() as conn:
        head = people.find(conn, person).head
        return decisions.ids(conn, [head])[head]


def part(request: Request, person: uuid.UUID, other: uuid.UUID) -> uuid.UUID:
    """Take back the words that these two are one; gives the id of `person` now.

    Raises web.person_unknown (404); profiles.no_such_merge (404) for two who are one by other
    words than that: by an identifier both have, or through a third.
    """
    mine = house(request)
    undone = 0
    while True:
        with mine.connection() as conn:
            identity.lock(conn)
            one, two = _atoms(conn, person, other)
            heads = profiles.heads(conn, [one, two])
            links = [
                each.link
                for each in identity.standing(conn, heads[one])
                if {each.one, each.other} == {one, two}
            ]
            if not links:
                if not undone and heads[one] == heads[two]:
                    raise KervanError("profiles.no_such_merge", status=404)
                return decisions.ids(conn, [heads[one]])[heads[one]]
            told = reunite.unmerge(
                conn,
                mine.keys,
                _workspace(conn, mine),
                links[0],
                _actor(request),
                clock.now_ms(),
                HOOKS,
            )
            audit.record(conn, request, "people.unmerged", people=[str(person), str(other)])
        undone += 1
        _tell(mine, told)


def standing(mine: House, person: uuid.UUID) -> list[Merge]:
    """The merges that hold a profile together. Raises web.person_unknown (404)."""
    with mine.connection() as conn:
        who = people.find(conn, person)
        found = identity.standing(conn, who.head)
        ids = decisions.ids(conn, [atom for one in found for atom in (one.one, one.other)])
    return [
        Merge(one=ids[one.one], other=ids[one.other], actor=one.actor, at_ms=one.at_ms)
        for one in found
    ]


def note(request: Request, person: uuid.UUID, text: str) -> uuid.UUID:
    """Keep a note about somebody; gives its id. Raises web.person_unknown (404)."""
    mine = house(request)
    with mine.connection() as conn:
        number = profiles.by_id(conn, person)
        if not number:
            raise KervanError("web.person_unknown", status=404, person=str(person))
        made = notes.add(conn, mine.keys, number, text, _actor(request), clock.now_ms())
        audit.record(conn, request, "people.noted", people=[str(person)], note=str(made))
    return made


def _atoms(conn: Connection, *outside: uuid.UUID) -> tuple[int, int]:
    one, two = (profiles.by_id(conn, each) for each in outside)
    for number, each in zip((one, two), outside, strict=True):
        if not number:
            raise KervanError("web.person_unknown", status=404, person=str(each))
    return one, two


def _workspace(conn: Connection, mine: House) -> int:
    return store.workspace_id(conn, mine.config.workspace)


def _actor(request: Request) -> str:
    reader = reader_of(request)
    return reader.name or f"{reader.kind} {reader.id}"


def _tell(mine: House, told: reunite.Told) -> None:
    with mine.connection() as conn:
        reunite.tell(conn, mine.history, told)
