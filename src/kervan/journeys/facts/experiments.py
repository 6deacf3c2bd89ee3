"""Looks at the experiments of live journeys every so often, and keeps what their shares become."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from clickhouse_connect.driver.client import Client

from kervan.journeys import stored
from kervan.journeys.columns import Version
from kervan.journeys.definition import ZONE, Definition
from kervan.journeys.facts import shares
from kervan.journeys.facts.learn import Counts, chances, learn
from kervan.journeys.shelf import Shelf
from kervan.journeys.steps.experiment import Experiment
from kervan.kernel import log, sql
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "learn.sql")
_log = log.get("experiments")


@dataclass(frozen=True, slots=True)
class Way:
    """One way: its share as written and as it is now (percent), how many were drawn into it, how
    many of those reached the goal, and how likely it is the best of those that run."""

    name: str
    share: float
    share_now: float
    drawn: int
    reached: int
    best: float


@dataclass(frozen=True, slots=True)
class Result:
    """How an experiment stands; `won` is the way that takes everybody, "" while that is open."""

    step: str
    ways: list[Way]
    won: str
    since_ms: int | None


class Experiments:
    """The experiments of one workspace, whose zone is `zone`.

    What was drawn in any version of a journey counts.
    """

    def __init__(self, zone: str = ZONE) -> None:
        self._shelf = Shelf(zone)

    def step(self, conn: Connection, client: Client, at_ms: int) -> bool:
        """Learn from history; gives False: nothing is left for now. The caller commits."""
        book = self._shelf.book(conn)
        live = {
            journey: version
            for journey, id_ in book.live.items()
            if (version := book.versions.get(id_)) is not None and _learning(version)
        }
        if not live:
            return False
        rows = conn.execute(_SQL.versions, {"journeys": sorted(live)}).fetchall()
        self._shelf.need(conn, [id_ for id_, _ in rows])
        for journey, version in sorted(live.items()):
            whole = {id_: book.versions[id_].definition for id_, of in rows if of == journey}
            for key, step in _learning(version):
                _look(conn, client, version, whole, key, step, at_ms)
        return False


def _learning(version: Version) -> list[tuple[str, Experiment]]:
    nodes = version.definition.nodes
    return [
        (node.key, node.step)
        for node in nodes
        if isinstance(node.step, Experiment) and node.step.learns
    ]


def _look(
    conn: Connection, client: Client, version: Version, whole: Mapping[int, Definition], key: str,
    step: Experiment, at_ms: int,
) -> None:  # fmt: skip
    place = f"{version.definition.header.key}/{key}"
    counts, first_ms = _counts(client, whole, key, step)
    found = learn(step, counts, first_ms, shares.last(conn, place), at_ms)
    if found is not None:
        shares.keep(conn, place, found)
        _log.info("shares_learnt", place=place, won=found.won)


def _counts(
    client: Client, versions: Mapping[int, Definition], key: str, step: Experiment
) -> tuple[Counts, int]:
    """By way, how many were drawn and reached the goal; and when the first was drawn."""
    ways: dict[tuple[int, int], tuple[str, ...]] = {}
    for one, definition in versions.items():
        for number, node in enumerate(definition.nodes):
            if node.key == key and isinstance(node.step, Experiment):
                ways[one, number] = node.step.exits()
    goal = step.winner.goal if step.winner else ""
    asked: dict[str, object] = {"places": list(ways), "goal": goal,
                                "versions": sorted({id_ for id_, _ in ways})}  # fmt: skip
    text = _SQL.by_event if goal else _SQL.by_goal
    found: dict[str, tuple[int, int]] = {}
    first_ms = 0
    for id_, number, way, drawn, reached, began_ms in client.query(text, asked).result_rows:
        name = ways[id_, number][way]
        before = found.get(name, (0, 0))
        found[name] = before[0] + drawn, before[1] + reached
        first_ms = min(first_ms or began_ms, began_ms)
    return found, first_ms


def results(
    conn: Connection, client: Client, journey: str, at_ms: int, zone: str = ZONE
) -> list[Result]:
    """How the experiments of a journey's newest version stand, over all its versions.

    `zone` is the workspace's. Raises journeys.unknown_journey (404).
    """
    rows = conn.execute(_SQL.of_journey, {"key": journey}).fetchall()
    if not rows:
        raise KervanError("journeys.unknown_journey", status=404, key=journey[:80])
    versions = {int(id_): stored.read(text, zone) for id_, text in rows}
    newest = versions[max(versions)]
    return [
        _result(conn, client, f"{journey}/{node.key}", versions, node.key, node.step, at_ms)
        for node in newest.nodes
        if isinstance(node.step, Experiment)
    ]


def _result(
    conn: Connection, client: Client, place: str, versions: Mapping[int, Definition], key: str,
    step: Experiment, at_ms: int,
) -> Result:  # fmt: skip
    counts, first_ms = _counts(client, versions, key, step)
    names = step.exits()
    now = shares.in_force(conn, place, names, np.array([at_ms], np.int64))[0]
    told = {one.name: counts.get(one.name, (0, 0)) for one in step.ways if one.share > 0}
    drawn = np.array([one[0] for one in told.values()], np.int64)
    reached = np.array([one[1] for one in told.values()], np.int64)
    likely = dict(zip(told, chances(drawn, reached).tolist(), strict=True))
    last = shares.last(conn, place) if step.learns else None
    ways = [
        Way(
            one.name,
            one.share,
            one.share if not step.learns or np.isnan(now[i]) else float(now[i]),
            *counts.get(one.name, (0, 0)),
            likely.get(one.name, 0.0),
        )
        for i, one in enumerate(step.ways)
    ]
    won = last.won if last is not None and last.won in names else ""
    return Result(key, ways, won, first_ms or None)
