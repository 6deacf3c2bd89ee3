"""People as a list: searched, filtered, in an order, a page at a time, with an exact count."""

import base64
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
import numpy as np
from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, Field

from kervan.insight.people import collate, columns, order
from kervan.insight.people.columns import Column
from kervan.insight.people.order import MISSING, Place
from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.profiles import read as profiles
from kervan.profiles import search
from kervan.profiles.read import Person
from kervan.segments.columns import Int64, Uint32
from kervan.segments.tree import Node
from kervan.web import audit, mask
from kervan.web.api import body
from kervan.web.api.search import full_name
from kervan.web.auth import right
from kervan.web.errors import locale_of
from kervan.web.people import choose
from kervan.web.people.keep import Orders, orders_of
from kervan.web.state import house

router = APIRouter(tags=["people"])
By = Literal["found", "last_seen", "worth", "known_since", "name"]
MOST, MOST_FOUND, MOST_BY_NAME, MOST_TRAITS = 200, 200, 2_000, 10
_CURSOR_BYTES = 12  # a key of 8 and a person of 4
_WORDS = Annotated[str, msgspec.Meta(max_length=200)]


class Ask(BaseModel, extra="forbid"):
    """Whom to list: those `text` finds, those of a segment or rule tree, both, or everybody.

    `by` "found" is the order of the search, without a text that of `last_seen`; `name` sorts up to
    2,000 people. `traits` are shown beside what is always told. `cursor` is the last answer's.
    """

    text: str = ""
    segment: str | None = None
    tree: choose.Filter | None = None
    by: By = "found"
    descending: bool = True
    limit: Annotated[int, Field(ge=1, le=MOST)] = 50
    cursor: str | None = None
    traits: list[str] = []


class _Ask(msgspec.Struct, forbid_unknown_fields=True):
    text: _WORDS = ""
    segment: str | None = None
    tree: msgspec.Raw = msgspec.Raw()
    by: By = "found"
    descending: bool = True
    limit: Annotated[int, msgspec.Meta(ge=1, le=MOST)] = 50
    cursor: str | None = None
    traits: Annotated[list[_WORDS], msgspec.Meta(max_length=MOST_TRAITS)] = []


class Listed(BaseModel):
    """One person; instants in ms UTC, null where nothing is known; money in minor units.

    `by` is what the search found her by; `reach` are the channels marketing may go to now. Her
    name is masked without people.reveal, her addresses always.
    """

    id: UUID
    name: str
    email: str
    phone: str
    by: str
    claimed: bool
    language: str
    country: str
    known_since_ms: int | None
    last_seen_ms: int | None
    orders: int
    worth_minor: int
    reach: list[str]
    rfm_group: str
    life_cycle: str
    traits: dict[str, Any]


class People(BaseModel):
    """A page. `count` is exact unless `more`: then a search found at least so many.

    `currency` is that of `worth_minor`, the one most orders are in; `orders` are those in any. Last
    seen and worth are those of `as_of_ms`, 0 while they are being read for the first time.
    """

    people: list[Listed]
    count: int
    more: bool
    cursor: str | None
    currency: str
    as_of_ms: int
    sentence: str


@router.post(
    "/v1/people/list", dependencies=[right("people.read")], openapi_extra=body.described(Ask)
)
async def list_people(request: Request, raw: body.Raw) -> People:
    """People as a list. Raises segments.not_valid, segments.one_question (422),
    web.cursor_not_good (400), web.too_many_by_name (409), segments.too_slow (503)."""
    asked = body.read(raw, _Ask)
    node = choose.node_of(asked.segment, asked.tree)
    after = place_of(asked.cursor)
    orders_of(house(request)).begin()
    found: list[search.Hit] | None = None
    if asked.text.strip():
        found = await run_in_threadpool(_search, request, asked.text)
    inside: Uint32 | None = None
    if found is None or not choose.is_everybody(node):
        inside = await choose.members(request, node)
    page = await run_in_threadpool(_page, request, asked, node, found, inside, after)
    audit.changed_nothing(request)
    return page


def _search(request: Request, text: str) -> list[search.Hit]:
    mine = house(request)
    with mine.connection() as conn:
        return search.find(
            conn, mine.keys, mine.config.country, text.replace("\x00", ""), MOST_FOUND
        )


def _page(
    request: Request, asked: _Ask, node: Node, found: list[search.Hit] | None,
    inside: Uint32 | None, after: Place | None,
) -> People:  # fmt: skip
    mine, locale = house(request), locale_of(request)
    known = orders_of(mine)
    more = found is not None and len(found) >= MOST_FOUND
    who, ranks = _who(found, inside)
    with mine.connection() as conn:
        keys = _keys(conn, request, asked, known, who, ranks)
        rows = order.page(who, keys, asked.limit, after)
        numbers = who[rows].tolist()
        persons = profiles.contacts(conn, mine.keys, numbers)
        named = mask.people(request, conn, persons)
        sentence = choose.sentence_of(conn, node, locale)
    glance = columns.rows(mine.history, numbers, clock.now_ms()) if numbers else {}
    seen, worth = known.last_seen.get(), known.worth.get()
    told = _Told(who[rows], seen, worth)
    hits = {one.person: one for one in found or ()}
    people = [
        _listed(named[one], persons[one], glance.get(one), told.of(place), hits.get(one), asked)
        for place, one in enumerate(numbers)
        if one in named
    ]
    last = len(rows) and len(rows) == asked.limit
    return People(
        people=people,
        count=len(who),
        more=more,
        cursor=_cursor(int(keys[rows[-1]]), numbers[-1]) if last else None,
        currency=worth.currency,
        as_of_ms=min(seen.as_of_ms, worth.as_of_ms),
        sentence=sentence,
    )


def _who(found: list[search.Hit] | None, inside: Uint32 | None) -> tuple[Uint32, Int64]:
    """Who is listed, rising, and the place of each among what was found."""
    if found is None:
        assert inside is not None
        return inside, np.zeros(len(inside), np.int64)
    numbers = np.array([one.person for one in found], np.uint32)
    ranks = np.arange(len(numbers), dtype=np.int64)
    if inside is not None:
        both = np.isin(numbers, inside)
        numbers, ranks = numbers[both], ranks[both]
    rising = np.argsort(numbers)
    return numbers[rising], ranks[rising]


def _keys(
    conn: Connection, request: Request, asked: _Ask, known: Orders, who: Uint32, ranks: Int64
) -> Int64:
    if asked.by == "found" and asked.text.strip():
        return ranks
    if asked.by == "name":
        values = _by_name(conn, request, who)
        return order.keys(values, descending=asked.descending)
    kept = {"worth": known.worth, "known_since": known.known_since}.get(asked.by, known.last_seen)
    column = kept.get()
    values = order.values_of(who, column.people, column.values)
    return order.keys(values, descending=asked.descending)


def _by_name(conn: Connection, request: Request, who: Uint32) -> Int64:
    """The place of each in the order of names, the nameless last. Raises web.too_many_by_name."""
    if len(who) > MOST_BY_NAME:
        raise KervanError("web.too_many_by_name", status=409, most=MOST_BY_NAME, count=len(who))
    mine, locale = house(request), locale_of(request)
    persons = profiles.contacts(conn, mine.keys, who.tolist())
    names = {one: full_name(person) for one, person in persons.items()}
    sorted_ = sorted((one for one in names if names[one]), key=lambda one: (
        collate.key(names[one], locale), one,
    ))  # fmt: skip
    places = {one: place for place, one in enumerate(sorted_)}
    return np.array([places.get(one, MISSING) for one in who.tolist()], np.int64)


class _Told:
    """What the columns say of the people of a page, by their place in it."""

    def __init__(self, people: Uint32, seen: Column, worth: Column) -> None:
        self._seen = order.values_of(people, seen.people, seen.values)
        self._worth = order.values_of(people, worth.people, worth.values)
        self._orders = order.values_of(people, worth.people, worth.orders.astype(np.int64))

    def of(self, place: int) -> tuple[int | None, int, int]:
        """(last seen or None, worth, orders)."""
        seen, worth, orders = (int(each[place]) for each in (self._seen, self._worth, self._orders))
        return (
            None if seen == MISSING else seen,
            0 if worth == MISSING else worth,
            0 if orders == MISSING else orders,
        )


def _listed(
    named: Person, whole: Person, row: columns.Row | None, told: tuple[int | None, int, int],
    hit: search.Hit | None, asked: _Ask,
) -> Listed:  # fmt: skip
    seen, worth, orders = told
    covered = mask.person(whole)
    return Listed(
        id=whole.id,
        name=full_name(named),
        email=covered.email,
        phone=covered.phone,
        by=hit.by if hit else "",
        claimed=hit.claimed if hit else False,
        language=row.language if row else "",
        country=row.country if row else "",
        known_since_ms=row.known_since_ms if row else None,
        last_seen_ms=seen,
        orders=orders,
        worth_minor=worth,
        reach=list(row.reach) if row else [],
        rfm_group=row.rfm_group if row else "",
        life_cycle=row.life_cycle if row else "",
        traits={name: covered.traits[name] for name in asked.traits if name in covered.traits},
    )


def _cursor(key: int, person: int) -> str:
    packed = key.to_bytes(8, "big", signed=True) + person.to_bytes(4, "big")
    return base64.urlsafe_b64encode(packed).decode()


def place_of(cursor: str | None) -> Place | None:
    """The place a cursor stands for. Raises web.cursor_not_good (400)."""
    if not cursor:
        return None
    try:
        packed = base64.b64decode(cursor, altchars=b"-_", validate=True)
    except ValueError:
        packed = b""
    if len(packed) != _CURSOR_BYTES:
        raise KervanError("web.cursor_not_good", status=400)
    key = int.from_bytes(packed[:8], "big", signed=True)
    return Place(key, int.from_bytes(packed[8:], "big"))
