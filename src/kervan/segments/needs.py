"""Lists what the cores of trees read, so that nothing else has to be fetched."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from kervan.segments import tree
from kervan.segments.facts import consent_key
from kervan.segments.lower import Core, Listed

LINES = "@lines"
EVER_MS = 1 << 60
"""As far back as anything happened."""
_LONGEST_DAYS = {"day": 1, "week": 7, "month": 31, "quarter": 92, "year": 366}
_DAY_MS = 86_400_000


@dataclass(slots=True)
class Needs:
    """Names and paths; `properties` and `lines` are of events of any name in `events`.

    Columns (`@value` ...) are not among the paths. `moments` are traits that are read as dates.
    `readers` name the events of which a path is read, where they are not all; what is read of lines
    is under `@lines`. `back_ms` says how old an event of each name may be and still count, now or
    later: what happened so long before an asking, or longer, changes no answer of it.
    """

    events: set[str] = field(default_factory=set)
    properties: set[str] = field(default_factory=set)
    lines: set[str] = field(default_factory=set)
    traits: set[str] = field(default_factory=set)
    moments: set[str] = field(default_factory=set)
    facts: set[str] = field(default_factory=set)
    consents: set[str] = field(default_factory=set)
    lists: set[int] = field(default_factory=set)
    readers: dict[str, set[str]] = field(default_factory=dict, compare=False)
    back_ms: dict[str, int] = field(default_factory=dict, compare=False)


def needs(nodes: Iterable[Core]) -> Needs:
    """All that these trees read."""
    found = Needs()
    for node in nodes:
        _node(node, found)
    return found


def leaves(node: Core) -> list[Core]:
    """The conditions of a tree, from left to right."""
    if isinstance(node, tree.All | tree.Any | tree.Nothing):
        return [leaf for one in node.of for leaf in leaves(one)]
    return [node]


def _node(node: Core, found: Needs) -> None:
    for leaf in leaves(node):
        match leaf:
            case tree.Trait():
                is_date = isinstance(leaf.test, tree.Time | tree.Yearly)
                (found.moments if is_date else found.traits).add(leaf.trait)
            case tree.Fact():
                found.facts.add(leaf.fact)
            case tree.Consent():
                found.consents.add(consent_key(leaf.channel, leaf.purpose, leaf.topic, leaf.brand))
            case Listed():
                found.lists.add(leaf.list)
            case tree.Event():
                # of an order told twice the first counts, however long before the window it was
                _events(leaf, found, EVER_MS if leaf.once else _back_ms(leaf.window))
                if path := getattr(leaf.measure, "property", ""):
                    _paths([path], leaf.events, found)
                if isinstance(leaf.window, tree.Since):
                    _events(leaf.window, found, EVER_MS)
            case tree.Sequence():
                for stage in (*leaf.stages, *([leaf.then_not] if leaf.then_not else [])):
                    # all that matters comes after a first stage within the window
                    _events(stage, found, _back_ms(leaf.window))
            case _:
                pass


def _back_ms(window: tree.Window) -> int:
    """How long before an asking the window can begin at most, in any zone."""
    match window:
        case tree.Last(span=tree.Span() as span):
            return min(span.length_ms, EVER_MS)
        case tree.Calendar():
            days = _LONGEST_DAYS[window.unit] * (window.back + window.count)
            return min((days + 2) * _DAY_MS, EVER_MS)
        case tree.Next():
            return 0
        case _:
            return EVER_MS


def _events(one: tree.Event | tree.Stage | tree.Since, found: Needs, back_ms: int) -> None:
    found.events.update(one.events)
    for name in one.events:
        found.back_ms[name] = max(found.back_ms.get(name, 0), back_ms)
    _paths((each.property for each in one.where), one.events, found)
    if not isinstance(one, tree.Since):
        paths = {each.property for each in one.lines if not _is_column(each.property)}
        found.lines.update(paths)
        if paths:
            found.readers.setdefault(LINES, set()).update(one.events)


def _paths(paths: Iterable[str], events: Iterable[str], found: Needs) -> None:
    for path in paths:
        if not _is_column(path):
            found.properties.add(path)
            found.readers.setdefault(path, set()).update(events)


def _is_column(path: str) -> bool:
    return path.startswith("@")
