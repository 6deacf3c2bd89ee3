"""Gives a person every decision that journeys made about her, for her own eyes."""

from typing import Any

from clickhouse_connect.driver.client import Client

from kervan.journeys.decided import read
from kervan.journeys.decided.read import ENTERED, GOAL, LEFT, PASSED, REFUSED, Decided
from kervan.journeys.decided.rows import MOVED
from kervan.journeys.publish import gate
from kervan.journeys.steps.step import LEAVE, STAY
from kervan.journeys.why import gather
from kervan.kernel import clock, sql
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "why.sql")
_WHAT = {
    ENTERED: "entered", PASSED: "passed", GOAL: "goal", LEFT: "left", REFUSED: "refused",
}  # fmt: skip
_MOST_REFUSED = 1_000_000


def disclose(conn: Connection, history: Client, people: list[int]) -> list[dict[str, Any]]:
    """All decisions about these numbers, oldest first: when, where, what and because of what."""
    rows = conn.execute(_SQL.everything).fetchall()
    known = {id_: (key, gather.Version(id_, number, text, "", 0, False))
             for id_, key, number, text in rows}  # fmt: skip
    runs = [run for (run,) in conn.execute(_SQL.all_runs, {"people": people}).fetchall()]
    made = read.of_runs(history, runs)
    made += read.refused(history, people, list(known), _MOST_REFUSED)
    made.sort(key=lambda one: (one.at_ms, one.run, one.visit, one.what, one.cause))
    return [_plain(one, *known[one.version]) for one in made if one.version in known]


def _plain(one: Decided, journey: str, version: gather.Version) -> dict[str, Any]:
    nodes = version.definition.nodes
    place = gate.real(one.step, len(nodes))
    node = nodes[place] if place < len(nodes) and one.what != REFUSED else None
    exits = node.step.exits() if node else ()
    way = {STAY: "stays", LEAVE: "leaves"}.get(one.exit, "")
    if one.what != PASSED:
        way = ""
    elif one.cause == MOVED:
        way = "moved"
    elif 0 <= one.exit < len(exits):
        way = exits[one.exit]
    return {
        "at": clock.from_ms(one.at_ms),
        "journey": journey,
        "version": version.number,
        "run": one.run or None,
        "what": _WHAT[one.what],
        "step": node.key if node else "",
        "way": way,
        "until": clock.from_ms(one.until_ms) if one.until_ms else None,
        "reason": one.reason,
        "because_of": one.event,
        "event_id": one.event_id if one.event_id.strip("0") else None,
    }
