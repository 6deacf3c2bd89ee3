"""Journeys and their figures: what happened is asked of the history, who waits of the state."""

from collections import Counter
from dataclasses import asdict
from functools import lru_cache

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel

from kervan.insight import journey as report
from kervan.journeys import stored
from kervan.journeys.definition import Definition
from kervan.kernel import sql
from kervan.kernel.errors import KervanError
from kervan.profiles import read as profiles
from kervan.web.api import (
    journey_experiments,
    journey_outline,
    journey_publish,
    journey_shadow,
    journey_test,
    journey_texts,
    journey_why,
)  # fmt: skip
from kervan.web.auth import right
from kervan.web.state import House, house

_SQL = sql.load(__package__, "journeys.sql")
_WINDOW_SECONDS = 3 * 86_400


def _key(request: Request) -> None:
    """No key holds U+0000, which PostgreSQL refuses: there is no such journey."""
    if "\x00" in str(request.path_params.get("key", "")):
        raise KervanError("web.journey_unknown", status=404, key="–")


router = APIRouter(prefix="/v1/journeys", tags=["journeys"], dependencies=[Depends(_key)])
router.include_router(journey_texts.router)
router.include_router(journey_publish.router)
router.include_router(journey_why.router)
router.include_router(journey_experiments.router)
router.include_router(journey_shadow.router)
router.include_router(journey_outline.router)
router.include_router(journey_test.router)
FIGURES = (*report.BEHIND, "waiting", "bought")


class Bought(BaseModel):
    """Orders after a human's click, within the journey's goal window, in one currency."""

    currency: str
    orders: int
    buyers: int
    value_minor: int


class Figures(BaseModel):
    """One live journey in figures; machines' opens and clicks are never in the humans' ones."""

    key: str
    name: str
    version: int
    window_seconds: int
    waiting: int
    entered: int
    left: int
    reached: int
    sent: int
    failed: int
    suppressed: int
    opened: int
    opened_by_machines: int
    clicked: int
    clicked_by_machines: int
    unsubscribed: int
    bought: list[Bought]


class Behind(BaseModel):
    """One person behind a figure: her public id, the latest time, and the message.

    Behind `bought` stands her order in the message's place, behind `waiting` nothing.
    """

    person: str
    at_ms: int
    message: str


@router.get("", dependencies=[right("journeys.read")])
def all_journeys(request: Request) -> list[Figures]:
    """Every live journey with its figures."""
    return figures(house(request))


@router.get("/{key}", dependencies=[right("journeys.read")])
def one_journey(request: Request, key: str) -> Figures:
    """The figures of one live journey. Raises web.journey_unknown (404)."""
    return _one(house(request), key)


@router.get("/{key}/people/{figure}", dependencies=[right("people.read")])
def people(request: Request, key: str, figure: str, limit: int = 100) -> list[Behind]:
    """The latest people behind a figure. Raises web.journey_unknown, web.figure_unknown (404)."""
    mine = house(request)
    found = behind(mine, _one(mine, key), figure, max(1, min(limit, 1_000)))
    with mine.connection() as conn:
        known = profiles.contacts(conn, mine.keys, [one.person for one in found])
    return [
        Behind(person=str(known[one.person].id), at_ms=one.at_ms, message=one.message)
        for one in found
        if one.person in known
    ]


def behind(mine: House, of: Figures, figure: str, limit: int) -> list[report.Behind]:
    """The latest people behind a figure of a journey. Raises web.figure_unknown (404)."""
    if figure == "waiting":
        with mine.connection() as conn:
            rows = conn.execute(_SQL.inside, {"key": of.key, "limit": limit}).fetchall()
        return [report.Behind(person, entered_ms, "") for person, entered_ms in rows]
    if figure == "bought":
        return report.buyers(mine.history, of.key, of.window_seconds, limit)
    if figure not in report.BEHIND:
        raise KervanError("web.figure_unknown", status=404, figure=figure, known=", ".join(FIGURES))
    return report.behind(mine.history, of.key, figure, limit)


class Standing(BaseModel):
    """How many people of a journey stand on a step (its number in the version) just now."""

    journey: str
    version: str
    step: int
    people: int


def standing(mine: House) -> list[Standing]:
    """Where the people inside all journeys stand."""
    with mine.connection() as conn:
        inside = conn.execute(_SQL.waiting).fetchall()
    return [
        Standing(journey=key, version=str(version), step=step, people=count)
        for key, version, step, count in sorted(inside)
    ]


def figures(mine: House, only: str | None = None) -> list[Figures]:
    """The figures of all live journeys, or of `only` one."""
    with mine.connection() as conn:
        live = conn.execute(_SQL.live).fetchall()
        inside = conn.execute(_SQL.waiting).fetchall()
    waiting: Counter[str] = Counter()
    for of, _, _, count in inside:
        waiting[of] += count
    asked = {
        key: (number, _definition(text, mine.config.timezone).header)
        for key, _, number, text in live
        if only in (None, key)
    }
    windows = {
        key: header.goal.within // 1000 if header.goal else _WINDOW_SECONDS
        for key, (_, header) in asked.items()
    }
    numbers = report.numbers(mine.history, asked)
    orders = report.bought(mine.history, windows)
    return [
        Figures(
            key=key,
            name=header.name,
            version=number,
            window_seconds=windows[key],
            waiting=waiting[key],
            bought=[Bought(**asdict(one)) for one in orders[key]],
            **{figure: getattr(numbers[key], figure) for figure in report.BEHIND},
        )
        for key, (number, header) in asked.items()
    ]


@lru_cache(maxsize=64)
def _definition(text: str, zone: str) -> Definition:
    return stored.read(text, zone)


def _one(mine: House, key: str) -> Figures:
    for one in figures(mine, key):
        return one
    raise KervanError("web.journey_unknown", status=404, key=key[:80])
