"""Opens the people behind a number of a journey, piece by piece, the latest first."""

from collections.abc import Sequence
from dataclasses import dataclass

from clickhouse_connect.driver.client import Client

from kervan.journeys.decided import read
from kervan.journeys.decided.read import ENTERED, GOAL, LEFT, PASSED, REFUSED, Asked, Place
from kervan.journeys.why.gather import Version
from kervan.kernel import sql
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "numbers.sql")
ENTERED_, WAITING, PASSED_, LEFT_, GOALS, REFUSED_, CAME = (
    "entered", "waiting", "passed", "left", "goals", "refused", "came",
)  # fmt: skip
FIGURES = (ENTERED_, WAITING, CAME, PASSED_, LEFT_, GOALS, REFUSED_)
"""What may be opened; a step and its exit, or a reason, narrow it down."""
_WHAT = {
    ENTERED_: ENTERED, CAME: PASSED, PASSED_: PASSED, LEFT_: LEFT, GOALS: GOAL, REFUSED_: REFUSED,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Behind:
    """Which number: one of FIGURES, at which step ("" for all), by which exit or reason."""

    figure: str
    step: str = ""
    exit: str = ""
    reason: str = ""


def people(
    conn: Connection,
    history: Client,
    known: Sequence[Version],
    asked: Behind,
    limit: int,
    after: Place | None = None,
) -> list[Place]:
    """Who is behind a number: her person of today, when, in which run.

    Raises journeys.unknown_figure, journeys.no_such_step, journeys.no_such_exit (404).
    """
    if asked.figure not in FIGURES:
        facts = {"figure": asked.figure, "known": ", ".join(FIGURES)}
        raise KervanError("journeys.unknown_figure", status=404, **facts)
    steps = _steps(known, asked) if asked.step else []
    places = [(version, step) for version, step, _ in steps]
    # Without a step all places of the versions are meant: they may be tens of thousands.
    versions = sorted({version for version, _ in places}) or [one.id for one in known]
    if asked.figure == WAITING:
        return _waiting(conn, versions, places, limit, after or Place())
    ways = [(version, step, exit_) for version, step, exit_ in steps if exit_ is not None]
    arrivals = asked.figure == CAME
    question = Asked(_WHAT[asked.figure], versions, places, ways, asked.reason, arrivals)
    found = read.behind(history, question, limit, after)
    runs = [one.run for one in found if one.run]
    owners: dict[int, int] = (
        dict(conn.execute(_SQL.owners, {"runs": runs}).fetchall()) if runs else {}
    )
    return [one._replace(person=owners.get(one.run, one.person)) for one in found]


def _steps(known: Sequence[Version], asked: Behind) -> list[tuple[int, int, int | None]]:
    """(version, step, exit) that the number of a step is about; exit None for any.

    A waiting person may stand at the gate before her step.
    """
    found: list[tuple[int, int, int | None]] = []
    has_step = False
    for one in known:
        nodes = one.definition.nodes
        for step, node in enumerate(nodes):
            if asked.step not in (node.key, node.written):
                continue
            has_step = True
            exits = node.step.exits()
            if asked.exit and asked.exit not in exits:
                continue
            number = exits.index(asked.exit) if asked.exit else None
            found.append((one.id, step, number))
            if asked.figure in (WAITING, LEFT_):
                found.append((one.id, len(nodes) + step, None))
    if not has_step:
        raise KervanError("journeys.no_such_step", status=404, step=asked.step)
    if asked.exit and not found:
        raise KervanError("journeys.no_such_exit", status=404, exit=asked.exit, step=asked.step)
    return found


def _waiting(
    conn: Connection,
    versions: Sequence[int],
    places: Sequence[tuple[int, int]],
    limit: int,
    after: Place,
) -> list[Place]:
    rows = conn.execute(
        _SQL.waiting,
        {
            "versions": list(versions),
            "anywhere": not places,
            "step_versions": [version for version, _ in places],
            "steps": [step for _, step in places],
            "at_ms": after.at_ms,
            "run": after.run,
            "limit": limit,
        },
    ).fetchall()
    return [Place(*row) for row in rows]
