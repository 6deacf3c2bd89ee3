"""Turns campaigns on the site off and on: paused and shown again, archived and brought back."""

from collections.abc import Callable

from fastapi import APIRouter, Request

from kervan.kernel import clock
from kervan.kernel.postgres import Connection
from kervan.onsite import store
from kervan.web import audit
from kervan.web.api import meanwhile
from kervan.web.api.meanwhile import Match
from kervan.web.api.onsite import Whole, edition_of, whole
from kervan.web.auth import right
from kervan.web.state import house

router = APIRouter(prefix="/v1/onsite", tags=["onsite"])


@router.post("/{key}/pause", dependencies=[right("journeys.edit")])
def pause(request: Request, key: str, if_match: Match = "") -> Whole:
    """Show the campaign to nobody from now on.

    With the `edition` you read in If-Match, what somebody else did with it meanwhile is told:
    web.changed_meanwhile (409). Raises onsite.unknown (404).
    """
    return _turned(request, key, if_match, "onsite.paused", _paused)


@router.post("/{key}/resume", dependencies=[right("journeys.edit")])
def resume(request: Request, key: str, if_match: Match = "") -> Whole:
    """Show the campaign again; If-Match as in `pause`.

    Raises onsite.unknown (404), onsite.is_archived, web.changed_meanwhile (409).
    """
    return _turned(request, key, if_match, "onsite.resumed", _shown)


@router.post("/{key}/archive", dependencies=[right("journeys.edit")])
def archive(request: Request, key: str, if_match: Match = "") -> Whole:
    """Take the campaign out of the list; nobody sees it. If-Match as in `pause`.

    Its versions and results stay. Raises onsite.unknown (404), web.changed_meanwhile (409).
    """
    return _turned(request, key, if_match, "onsite.archived", _archived)


@router.post("/{key}/restore", dependencies=[right("journeys.edit")])
def restore(request: Request, key: str, if_match: Match = "") -> Whole:
    """Bring an archived campaign back, paused; If-Match as in `pause`.

    Raises onsite.unknown (404), web.changed_meanwhile (409).
    """
    return _turned(request, key, if_match, "onsite.restored", _restored)


def _paused(conn: Connection, key: str) -> bool:
    return store.pause(conn, key, clock.now(), paused=True)


def _shown(conn: Connection, key: str) -> bool:
    return store.pause(conn, key, clock.now(), paused=False)


def _archived(conn: Connection, key: str) -> bool:
    return store.archive(conn, key, clock.now(), archived=True)


def _restored(conn: Connection, key: str) -> bool:
    return store.archive(conn, key, clock.now(), archived=False)


def _turned(
    request: Request, key: str, if_match: str, done: str, turn: Callable[[Connection, str], bool]
) -> Whole:
    with house(request).connection() as conn:
        meanwhile.hold(conn, f"onsite {key}")
        meanwhile.expect(if_match, edition_of(store.get(conn, key)))
        if turn(conn, key):
            audit.record(conn, request, done, key=key)
        else:
            audit.changed_nothing(request)
        return whole(request, store.get(conn, key))
