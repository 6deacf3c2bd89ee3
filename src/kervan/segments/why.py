"""Says why somebody is in a segment or not: every condition, what it found, and until when.

The same code decides live membership, so what is said here is what decided.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from clickhouse_connect.driver.client import Client

from kervan.kernel.postgres import Connection
from kervan.segments import tree
from kervan.segments.columns import NEVER, NO_TIME, People
from kervan.segments.evaluate.asking import Asking
from kervan.segments.facts import REFUSED_MS, consent_key, sort_of
from kervan.segments.gather import gather
from kervan.segments.lower import Core, Listed, lower
from kervan.segments.needs import needs
from kervan.segments.tree import Node

Said = float | str | bool | None


@dataclass(frozen=True, slots=True)
class Known:
    """The trees and the numbers of lists that conditions may name, by key."""

    trees: Mapping[str, Node] = field(default_factory=dict)
    lists: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reason:
    """One group or condition, in the order of the tree.

    `path` is its place (a JSON pointer; below a condition on another segment its tree goes on),
    `said` what was found of the person (None: nothing known, or a group; instants in ms) and
    `flip_at_ms` the earliest instant at which time alone may change `holds`, None for never.
    """

    path: str
    depth: int
    node: Node
    holds: bool
    said: Said
    flip_at_ms: int | None


def why(
    conn: Connection, client: Client, person: int, node: Node, known: Known, at_ms: int
) -> list[Reason]:
    """The reasons for `person` (a head) at `at_ms`, the whole tree first; empty for nobody.

    Raises what `lower` raises.
    """
    core = lower(node, known.trees, known.lists)
    people, events = gather(conn, client, np.array([person], np.uint32), needs([core]))
    if not len(people):
        return []
    asking = Asking(people, events, np.array([at_ms], np.int64))
    found = []
    for path, depth, one in _walk(node, known, "", 0):
        mine = lower(one, known.trees, known.lists)
        answer = asking.answer(mine)
        flip = int(answer.flip_at_ms[0])
        said = _said(mine, asking, people)
        holds = bool(answer.holds[0])
        found.append(Reason(path, depth, one, holds, said, None if flip == NEVER else flip))
    return found


def _walk(node: Node, known: Known, path: str, depth: int) -> Iterator[tuple[str, int, Node]]:
    yield path, depth, node
    if isinstance(node, tree.All | tree.Any | tree.Nothing):
        for i, one in enumerate(node.of):
            yield from _walk(one, known, f"{path}/of/{i}", depth + 1)
    elif isinstance(node, tree.Member) and node.segment in known.trees:
        inner = known.trees[node.segment]
        yield from _walk(inner, known, f"{path}/{node.segment}", depth + 1)


def _said(node: Core, asking: Asking, people: People) -> Said:
    match node:
        case tree.Event():
            return asking.said(node, 0)
        case tree.Trait():
            moment = people.moments.get(node.trait)
            if moment is not None and isinstance(node.test, tree.Time | tree.Yearly):
                return None if moment[0] == NO_TIME else float(moment[0])
            values = people.traits.get(node.trait)
            return None if values is None else values.one(0)
        case tree.Fact():
            return _fact(node.fact, people)
        case tree.Consent():
            key = consent_key(node.channel, node.purpose, node.topic, node.brand)
            until = people.consents.get(key)
            if until is None or until[0] == NO_TIME:
                return None
            return "refused" if until[0] == REFUSED_MS else float(until[0])
        case Listed():
            return node.list in people.lists and bool(people.lists[node.list][0])
    return None


def _fact(name: str, people: People) -> Said:
    match sort_of(name):
        case "time":
            return float(people.known_since_ms[0])
        case "day":
            day = int(people.birthday[0])
            return f"{day // 100:02}-{day % 100:02}" if day else None
        case "number":
            number = people.numbers.get(name)
            return None if number is None or np.isnan(number[0]) else float(number[0])
    words = people.zone if name == "zone" else people.texts.get(name)
    if words is None or words.codes[0] < 0:
        return None
    return str(words.words[words.codes[0]])
