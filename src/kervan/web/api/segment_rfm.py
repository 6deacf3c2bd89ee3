"""The RFM grid: how many customers each cell has, what they paid, and how it was a month ago."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel

from kervan.kernel import clock
from kervan.segments.rfm import grid
from kervan.web.api.kept import Kept
from kervan.web.api.segment_trees import plain
from kervan.web.auth import right
from kervan.web.state import House, house

router = APIRouter(prefix="/v1/rfm", tags=["segments"])


class Cell(BaseModel):
    """One cell of recency and worth, 1 to 5, 5 the best; worth is the mean of the frequency and
    the monetary score, halves rounded up.

    `count` people are in it now and paid `revenue_minor`; `before` were in it 30 days ago, null
    where nobody had ordered by then. `tree` is the rule of who is in it.
    """

    recency: int
    worth: int
    group: str
    count: int
    revenue_minor: int
    before: int | None
    tree: dict[str, Any]


class Group(BaseModel):
    """One of the named groups with its rule; several cells may make it."""

    group: str
    tree: dict[str, Any]


class Edges(BaseModel):
    """Up to the first edge a value is in the first fifth, and so on."""

    recency_days: list[int]
    frequency: list[int]
    monetary_minor: list[int]


class Grid(BaseModel):
    """All 25 cells, the most recent row first; `edges` is null before anybody was scored.

    `at` is when it was counted; while `renewing` it is being counted anew, and another look in a
    moment finds newer figures. Money is in the smallest unit of `currency`, of the last
    `window_days` (0: of all time).
    """

    at: datetime
    renewing: bool = False
    then: datetime
    currency: str
    window_days: int
    edges: Edges | None
    cells: list[Cell]
    groups: list[Group]


_grids: Kept[Grid] = Kept()


@router.get("", dependencies=[right("segments.read")])
def rfm_grid(request: Request) -> Grid:
    """Customers by recency and worth, now and 30 days ago.

    What took long to count is told for a while without counting again; `at` says when, and
    `renewing` that it is being counted anew meanwhile.
    """
    mine = house(request)
    told = _grids.get(mine, lambda: _grid(mine))
    return told.answer.model_copy(update={"renewing": told.is_old})


def _grid(mine: House) -> Grid:
    at_ms = clock.now_ms()
    with mine.connection() as conn:
        found = grid.grid(conn, mine.history, mine.config.timezone, at_ms)
    cells = [
        Cell(
            recency=one.recency,
            worth=one.worth,
            group=one.group,
            count=one.count,
            revenue_minor=one.revenue_minor,
            before=one.before,
            tree=plain(grid.rule(one.recency, one.worth)),
        )
        for one in found.cells
    ]
    known = dict.fromkeys(one.group for one in found.cells)
    edges = None
    if found.edges is not None:
        edges = Edges(
            recency_days=list(found.edges.recency_days),
            frequency=list(found.edges.frequency),
            monetary_minor=list(found.edges.monetary_minor),
        )
    return Grid(
        at=clock.from_ms(at_ms),
        then=clock.from_ms(found.then_ms),
        currency=found.currency,
        window_days=found.window_days,
        edges=edges,
        cells=cells,
        groups=[Group(group=one, tree=plain(grid.rule_of(one))) for one in known],
    )
