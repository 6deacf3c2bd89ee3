"""A journey in numbers: who entered, who waits where, and how people left."""

from dataclasses import dataclass, field

from kervan.journeys import parse
from kervan.journeys.columns import FINISHED, INSIDE, REASONS
from kervan.journeys.definition import Node
from kervan.journeys.publish import gate
from kervan.journeys.steps.exit import Exit
from kervan.kernel import sql
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "explain.sql")


@dataclass(slots=True)
class Numbers:
    """Counts of runs over all versions of a journey; a person may have several runs.

    `waiting` is by step key; `left` by reason (`goal`, `exit_event`, `stopped`,
    `too_many_steps`, or the author's own word of the exit step reached).
    """

    key: str
    name: str
    entered: int = 0
    inside: int = 0
    goals: int = 0
    waiting: dict[str, int] = field(default_factory=dict)
    left: dict[str, int] = field(default_factory=dict)


def numbers(conn: Connection, key: str) -> Numbers:
    """The numbers of journey `key` as of this transaction. Raises journeys.unknown_journey."""
    rows = conn.execute(_SQL.texts, {"key": key}).fetchall()
    if not rows:
        raise KervanError("journeys.unknown_journey", status=404, key=key)
    definitions = {int(number): parse.parse(text) for number, text in rows}
    found = Numbers(key, definitions[int(rows[0][0])].header.name)
    for number, step, state, count, goals in conn.execute(_SQL.counts, {"key": key}).fetchall():
        nodes = definitions[number].nodes
        place = gate.real(step, len(nodes))
        node = nodes[place] if place < len(nodes) else Node(gate.REMOVED, gate.OUT, ())
        found.entered += count
        found.goals += goals
        if state == INSIDE:
            found.inside += count
            found.waiting[node.key] = found.waiting.get(node.key, 0) + count
            continue
        word = REASONS[state]
        if state == FINISHED and isinstance(node.step, Exit) and node.step.reason:
            word = node.step.reason
        found.left[word] = found.left.get(word, 0) + count
    return found
