"""Counts what a journey did, version by version and step by step.

What was decided is counted by the decision history as it comes in, who stands where now is counted
when somebody asks. Nothing is polled and nothing is written for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from clickhouse_connect.driver.client import Client

from kervan.journeys.decided import read
from kervan.journeys.decided.read import ENTERED, GOAL, LEFT, PASSED, REFUSED, Count
from kervan.journeys.publish import gate
from kervan.journeys.steps.step import ARRIVE
from kervan.journeys.why.gather import Version
from kervan.kernel import sql
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "numbers.sql")


@dataclass(slots=True)
class StepNumbers:
    """One step: how many came to it, are there now, took which exit, or left the journey there.

    `passed` is by the exit's name, `left` by the reason; a person counts as often as she did it.
    """

    key: str
    kind: str
    came: int = 0
    waiting: int = 0
    passed: dict[str, int] = field(default_factory=dict)
    left: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class VersionNumbers:
    """One version of a journey: runs that entered, are inside, left and why, reached the goal.

    `refused` are triggers that let nobody in, by reason; `revenue` is what goals were worth, in
    minor units by currency.
    """

    version: int
    entered: int = 0
    inside: int = 0
    goals: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    left: dict[str, int] = field(default_factory=dict)
    revenue: dict[str, int] = field(default_factory=dict)
    steps: list[StepNumbers] = field(default_factory=list)


def count(conn: Connection, history: Client, known: Sequence[Version]) -> list[VersionNumbers]:
    """The numbers of these versions of one journey, in their order."""
    ids = [one.id for one in known]
    standing = conn.execute(_SQL.standing, {"versions": ids}).fetchall()
    found = {one.id: _nothing(one) for one in known}
    exits = {one.id: [node.step.exits() for node in one.definition.nodes] for one in known}
    for each in read.counts(history, ids):
        _add(found[each.version], each, exits[each.version])
    for version, step, count_ in standing:
        told = found[version]
        told.inside += count_
        place = gate.real(step, len(told.steps))
        if place < len(told.steps):
            told.steps[place].waiting += count_
    return list(found.values())


def _nothing(one: Version) -> VersionNumbers:
    steps = [StepNumbers(node.key, node.step.kind) for node in one.definition.nodes]
    return VersionNumbers(one.number, steps=steps)


def _add(told: VersionNumbers, one: Count, exits: list[tuple[str, ...]]) -> None:
    if one.what == ENTERED:
        told.entered += one.count
    elif one.what == REFUSED:
        _more(told.refused, one.reason, one.count)
    elif one.what == GOAL:
        told.goals += one.count
        if one.currency:
            _more(told.revenue, one.currency, one.value_minor)
    elif one.what == LEFT:
        _more(told.left, one.reason, one.count)
        place = gate.real(one.step, len(exits))
        if place < len(exits):
            _more(told.steps[place].left, one.reason, one.count)
    elif one.what == PASSED and one.step < len(exits):
        here = told.steps[one.step]
        if one.cause == ARRIVE:
            here.came += one.count
        if 0 <= one.exit < len(exits[one.step]):
            _more(here.passed, exits[one.step][one.exit], one.count)


def _more(counts: dict[str, int], key: str, count: int) -> None:
    counts[key] = counts.get(key, 0) + count
