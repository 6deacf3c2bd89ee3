"""Members of segments: brought onto an imported list, and taken out as a file."""

from clickhouse_connect.driver.exceptions import DatabaseError
from fastapi import APIRouter, Request
from pydantic import BaseModel

from kervan.kernel import clock, log
from kervan.segments.definitions import lists, store
from kervan.web import audit
from kervan.web.api import body
from kervan.web.auth import right
from kervan.web.errors import locale_of
from kervan.web.state import House, house

router = APIRouter(tags=["segments"])
_log = log.get("web")


class Names(BaseModel):
    """Whom a change names: customer ids, e-mails, phones, public ids of people."""

    customer_id: list[str] = []
    email: list[str] = []
    phone: list[str] = []
    person: list[str] = []


class ListChange(BaseModel):
    """Who is to be on the list, and who no more; whom both name is no more."""

    add: Names = Names()
    remove: Names = Names()


class Left(BaseModel):
    """An entry that was not taken: where it stands (`add.email[3]`), and why."""

    path: str
    code: str
    message: str


class Taken(BaseModel):
    """How many people were named on each side, and which entries named nobody.

    `waiting` changes are safe, but segments do not see them yet.
    """

    added: int
    removed: int
    refused: list[Left]
    waiting: int


@router.post(
    "/{key}/members",
    dependencies=[right("segments.manage")],
    openapi_extra=body.described(ListChange),
)
def change_members(request: Request, key: str, raw: body.Raw) -> Taken:
    """Put people onto an imported list or take them off it, at most 10,000 a call.

    Entries that name nobody are reported, all others taken; the same again changes nothing. Raises
    segments.not_found (404), segments.is_no_list, segments.is_archived (409),
    segments.too_many_entries (422), web.body_too_large (413).
    """
    wanted = body.read(raw, lists.Change)
    mine, locale = house(request), locale_of(request)
    with mine.connection() as conn:
        taken = lists.record(conn, mine.keys, mine.config.country, key, wanted, clock.now())
        number = store.get(conn, key).number
        facts = {"added": taken.added, "removed": taken.removed}
        audit.record(conn, request, "segment.members_changed", key=key, **facts)
    _tell_history(mine)
    with mine.connection() as conn:
        waiting = lists.waiting(conn, number)
    refused = [Left(path=one.path, code=one.code, message=one.say(locale)) for one in taken.refused]
    return Taken(added=taken.added, removed=taken.removed, refused=refused, waiting=waiting)


def _tell_history(mine: House) -> None:
    """What history does not take now, a worker tells it later."""
    try:
        with mine.connection() as conn:
            lists.step(conn, mine.history)
    except DatabaseError as error:
        _log.warning("list_waits", error=type(error).__name__)
