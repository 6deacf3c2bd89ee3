"""How the experiments of a journey stand: shares, results, and who won."""

from dataclasses import asdict

from fastapi import APIRouter, Request
from pydantic import BaseModel

from kervan.journeys.facts import experiments
from kervan.kernel import clock
from kervan.web.auth import right
from kervan.web.state import house

router = APIRouter(tags=["journeys"])


class Way(BaseModel):
    """One way: its share as written and as it is now (percent), how many were drawn into it, how
    many of those reached the goal, and how likely (0 to 1) it is the best of those that run."""

    name: str
    share: float
    share_now: float
    drawn: int
    reached: int
    best: float


class Result(BaseModel):
    """One experiment; `won` takes everybody ("" while open), `since_ms` is the first draw."""

    step: str
    ways: list[Way]
    won: str
    since_ms: int | None


class Results(BaseModel):
    """The experiments of a journey's newest version; draws in all its versions count."""

    key: str
    experiments: list[Result]


@router.get("/{key}/experiments", dependencies=[right("journeys.read")])
def results(request: Request, key: str) -> Results:
    """How the experiments of a journey stand. Raises journeys.unknown_journey (404)."""
    mine = house(request)
    with mine.connection() as conn:
        zone = mine.config.timezone
        found = experiments.results(conn, mine.history, key, clock.now_ms(), zone)
    return Results.model_validate({"key": key, "experiments": [asdict(one) for one in found]})
