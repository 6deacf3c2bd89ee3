"""What the laws of segments stand on: questions to a crowd, and the smallest that differs."""

import json
import random
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from kervan.segments import tree
from kervan.segments.lower import Core, lower
from kervan.segments.needs import needs
from kervan.segments.parse import parse
from kervan.segments.problem import SegmentNotValid
from kervan.segments.tree import Node
from tests.reference import segments as reference
from tests.unit.segments import random_people
from tests.unit.segments.random_people import Crowd
from tests.unit.segments.random_trees import LISTS

PER_CROWD = 125
PER_CLOCK = 25
LEAVES = 12
"""So many conditions make the trees of one clock: ClickHouse answers each of them once for all."""
_MOST_TRIES = 400
_LONG_MS = 200 * 86_400_000


@dataclass
class Round:
    """One crowd, and trees to ask of it: `asked` are instants and the trees asked then."""

    seed: int
    crowd: Crowd
    chance: random.Random
    asked: list[tuple[int, list[Node]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        segments = {key: plain(one) for key, one in self.crowd.segments.items()}
        self.world = reference.World(segments, LISTS)
        self.events = {one["person"]: self.crowd.of(one["person"]) for one in self.crowd.people}

    def core(self, node: Node) -> Core:
        """What `evaluate` and `compile` are asked."""
        return lower(node, self.crowd.segments, LISTS)

    def cores(self) -> list[Core]:
        """All of them."""
        return [self.core(one) for _, nodes in self.asked for one in nodes]

    def expected(self, node: Node, at_ms: Sequence[int]) -> list[bool]:
        """The reference's answer for everybody, each at her own instant."""
        said = plain(node)
        return [self.of(i, said, at) for i, at in enumerate(at_ms)]

    def of(self, i: int, said: Any, at_ms: int) -> bool:
        """The reference's answer for the person in row `i`."""
        her = self.crowd.people[i]
        return reference.holds(self.world, said, her, self.events[her["person"]], at_ms)


def rounds(trees: int, first_seed: int) -> Iterator[Round]:
    """Crowds with so many trees in all, the same for the same seed."""
    for seed in range(first_seed, first_seed + -(-trees // PER_CROWD)):
        chance = random.Random(seed)
        crowd = random_people.crowd(chance)
        one = Round(seed, crowd, chance)
        for _ in range(PER_CROWD // PER_CLOCK):
            crowd.trees.pool = [crowd.trees.leaf() for _ in range(LEAVES)]
            nodes = [crowd.trees.node() for _ in range(PER_CLOCK - LEAVES)]
            at_ms = clock(one, crowd.trees.pool, crowd.events)
            one.asked.append((at_ms, [*crowd.trees.pool, *nodes]))
        yield one


def clock(one: Round, leaves: Sequence[Node], events: Sequence[Mapping[str, Any]]) -> int:
    """When to ask: often to the millisecond when an event leaves or enters one of the windows."""
    close = [
        event["at"] + span.length_ms
        for leaf in leaves
        if isinstance(leaf, tree.Event | tree.Sequence)
        for span in spans(leaf)
        for event in events
        if event["name"] in getattr(leaf, "events", (event["name"],))
    ]
    if any(isinstance(leaf, tree.Event) and leaf.clock for leaf in leaves):
        soon = one.crowd.base_ms + 2 * random_people.HOUR_MS  # after a clock was put forward
        close += [soon] * (len(close) // 3 + 1)
    if not close or one.chance.random() < 0.3:
        return random_people.clock(one.chance, one.crowd)
    return one.chance.choice(close) + one.chance.choice((0, 0, 0, 1, -1))


def spans(leaf: tree.Event | tree.Sequence) -> list[tree.Span]:
    """The lengths of time in a condition."""
    found = [getattr(leaf.window, name, None) for name in ("span", "skip")]
    if isinstance(leaf, tree.Sequence) and leaf.then_not:
        found += [leaf.then_not.within] * 3
    return [span for span in found if isinstance(span, tree.Span) and span.length_ms < _LONG_MS]


def plain(node: Node) -> Any:
    """The tree as JSON."""
    return msgspec.to_builtins(node)


class Edges:
    """Instants at which an answer about somebody may change, as far as one can think of them."""

    def __init__(self, one: Round) -> None:
        self.round = one
        self._of: dict[int, list[int]] = {}

    def between(self, i: int, start_ms: int, end_ms: int, most: int) -> list[int]:
        """Some of those of the person in row `i` after `start_ms` and before `end_ms`.

        As many are near the start as anywhere: what goes and comes again is missed from afar.
        """
        if i not in self._of:
            self._of[i] = self._find(i)
        edges = self._of[i]
        some = edges[bisect_right(edges, start_ms) : bisect_left(edges, end_ms)]
        near = some[: 10 * most]
        chance = self.round.chance
        return [
            *chance.sample(near, min(most, len(near))), *chance.sample(some, min(most, len(some)))
        ]  # fmt: skip

    def _find(self, i: int) -> list[int]:
        her = self.round.crowd.people[i]
        base_ms, zone = self.round.crowd.base_ms, ZoneInfo(her["zone"])
        day = datetime.fromtimestamp(base_ms // 1000, zone).replace(hour=0, minute=0, second=0)
        days = [int((day + timedelta(days=n)).timestamp()) * 1000 for n in range(-120, 60)]
        moments = [her["known_since"], *her["moments"].values()]
        mine = [event["at"] for event in self.round.events[her["person"]]]
        found = {*days, *her["consents"].values()}
        for span in random_people.OFFSETS_MS:
            found.update(at + span for at in (*mine, *moments))
            found.update(at - span for at in moments)
        return sorted({at + nudge for at in found for nudge in (-1, 0, 1)})


# What differs -------------------------------------------------------------------------------------


def complain(
    one: Round, node: Node, at_ms: Sequence[int], answer: Callable[[Node], Sequence[bool]], who: str
) -> str:
    """The smallest tree found whose `answer` differs from the reference, of whom, and both."""

    def differing(smaller: Node) -> list[int]:
        pairs = zip(answer(smaller), one.expected(smaller, at_ms), strict=True)
        return [i for i, (found, expected) in enumerate(pairs) if found != expected]

    smallest = shrink(node, lambda smaller: bool(differing(smaller)))
    rows = differing(smallest)
    if not rows:
        return f"seed {one.seed}: {who} differed and no longer does\n{said(plain(node))}"
    i, found = rows[0], answer(smallest)[rows[0]]
    story = told(one, smallest, i)
    return (
        f"seed {one.seed} at {at_ms[i]}: {who} says {found}, the reference {not found},"
        f" of {len(rows)} people such as\n{story}"
    )


def told(one: Round, node: Node, i: int) -> str:
    """A tree, a person and what she did of what it names."""
    her = one.crowd.people[i]
    names = needs([one.core(node)]).events
    events = sorted(one.events[her["person"]], key=lambda event: (event["at"], event["id"]))
    mine = [event | {"id": event["id"].hex()} for event in events if event["name"] in names]
    return "\n".join(map(said, (plain(node), her, *mine)))


def said(what: Any) -> str:
    """One line of JSON."""
    return json.dumps(what, ensure_ascii=False)


def shrink(node: Node, still: Callable[[Node], bool]) -> Node:
    """A smaller tree of which the same can still be said, as small as simple steps make it."""
    tries = 0
    found = True
    while found and tries < _MOST_TRIES:
        found = False
        for smaller in smaller_ones(node):
            tries += 1
            if tries < _MOST_TRIES and still(smaller):
                node, found = smaller, True
                break
    return node


def smaller_ones(node: Node) -> Iterator[Node]:
    """The trees one step smaller."""
    if isinstance(node, tree.All | tree.Any | tree.Nothing):
        yield from node.of
        for i, one in enumerate(node.of):
            rest = node.of[:i], node.of[i + 1 :]
            yield type(node)((*rest[0], *rest[1]))
            for smaller in smaller_ones(one):
                yield type(node)((*rest[0], smaller, *rest[1]))
    elif isinstance(node, tree.Event):
        usual = {"window": tree.Ever(), "clock": None, "once": False, "measure": tree.Count()}
        for name, value in usual.items():
            if getattr(node, name) != value:
                yield msgspec.structs.replace(node, **{name: value})
        if node.test != tree.Number("gte", 1):
            yield msgspec.structs.replace(node, measure=tree.Count(), test=tree.Number("gte", 1))
        if isinstance(node.window, tree.Since):
            yield from (
                msgspec.structs.replace(node, window=window) for window in _narrow(node.window)
            )
        yield from _narrow(node)
    elif isinstance(node, tree.Sequence):
        yield from _shorter(node)
    elif isinstance(node, tree.Messages) and not isinstance(node.window, tree.Ever):
        yield msgspec.structs.replace(node, window=tree.Ever())


def _narrow(node: Any) -> Iterator[Any]:
    """Fewer conditions, fewer names."""
    for name in ("where", "lines"):
        tests = getattr(node, name, ())
        for i in range(len(tests)):
            yield msgspec.structs.replace(node, **{name: tests[:i] + tests[i + 1 :]})
    for i in range(len(node.events) if len(node.events) > 1 else 0):
        yield msgspec.structs.replace(node, events=node.events[:i] + node.events[i + 1 :])


def _shorter(node: tree.Sequence) -> Iterator[Node]:
    if node.then_not:
        yield msgspec.structs.replace(node, then_not=None)
        for stage in _narrow(node.then_not):
            yield msgspec.structs.replace(node, then_not=stage)
    if not isinstance(node.window, tree.Ever):
        yield msgspec.structs.replace(node, window=tree.Ever())
    for i, one in enumerate(node.stages):
        if len(node.stages) > 1:
            yield msgspec.structs.replace(node, stages=node.stages[:i] + node.stages[i + 1 :])
        options = list(_narrow(one))
        if one.within:
            options.append(msgspec.structs.replace(one, within=None))
        for stage in options:
            stages = (*node.stages[:i], stage, *node.stages[i + 1 :])
            yield msgspec.structs.replace(node, stages=stages)


# Trees that differ little ------------------------------------------------------------------------

_WORDS = {
    "op": ("eq", "ne", "lt", "lte", "gt", "gte", "in", "not_in", "contains", "starts_with",
           "ends_with", "matches"),
    "unit": ("minute", "hour", "day", "week", "month", "quarter", "year"),
    "kind": ("all", "any", "none", "sum", "average", "least", "most", "earliest", "latest",
             "known", "unknown"),
    "state": ("granted", "refused", "expired", "not_asked", "has_address", "verified",
              "suppressed", "reachable", "inside", "left", "entered", "never"),
    "what": ("sent", "delivered", "opened", "clicked", "ignored"),
    "how": ("sum", "average", "most"),
}  # fmt: skip


def changed(node: Node, chance: random.Random) -> Node | None:
    """The tree with one word, number or text of it changed; None when nobody may ask that."""
    said = msgspec.json.decode(msgspec.json.encode(node))
    places = list(_places(said))
    place, key = chance.choice(places)
    value = place[key]
    if isinstance(value, bool):
        place[key] = not value
    elif isinstance(value, int | float):
        place[key] = value + chance.choice((1, -1, 0.5))
    elif key in _WORDS and chance.random() < 0.9:
        place[key] = chance.choice(_WORDS[key])
    else:
        place[key] = chance.choice((f"{value}s", value[:-1], value.upper(), f"{value} "))
    try:
        other = parse(msgspec.json.encode(said))
    except SegmentNotValid:
        return None
    return other if other != node else None


def _places(said: Any) -> Iterator[tuple[Any, Any]]:
    for key, value in list(said.items() if isinstance(said, dict) else enumerate(said)):
        if isinstance(value, dict | list):
            yield from _places(value)
        else:
            yield said, key
