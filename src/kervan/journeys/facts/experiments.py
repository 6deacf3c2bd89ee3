"""Looks at the experiments of live journeys every so often, and keeps what their shares become."""

from clickhouse_connect.driver.client import Client

from kervan.journeys.columns import Version
from kervan.journeys.facts import shares
from kervan.journeys.facts.learn import Counts, learn
from kervan.journeys.shelf import Shelf
from kervan.journeys.steps.experiment import Experiment
from kervan.kernel import log, sql
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "learn.sql")
_log = log.get("experiments")


class Experiments:
    """The experiments of one workspace; what was drawn in any version of a journey counts."""

    def __init__(self) -> None:
        self._shelf = Shelf()

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
            whole = [book.versions[id_] for id_, of in rows if of == journey]
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
    conn: Connection, client: Client, version: Version, whole: list[Version], key: str,
    step: Experiment, at_ms: int,
) -> None:  # fmt: skip
    place = f"{version.definition.header.key}/{key}"
    counts, first_ms = _counts(client, whole, key, step)
    found = learn(step, counts, first_ms, shares.last(conn, place), at_ms)
    if found is not None:
        shares.keep(conn, place, found)
        _log.info("shares_learnt", place=place, won=found.won)


def _counts(
    client: Client, versions: list[Version], key: str, step: Experiment
) -> tuple[Counts, int]:
    """By way, how many were drawn and reached the goal; and when the first was drawn."""
    ways: dict[tuple[int, int], tuple[str, ...]] = {}
    for one in versions:
        for number, node in enumerate(one.definition.nodes):
            if node.key == key and isinstance(node.step, Experiment):
                ways[one.id, number] = node.step.exits()
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
