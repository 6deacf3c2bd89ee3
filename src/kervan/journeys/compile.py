"""Checks what a journey says before its steps, and turns it into what the engine judges by."""

import hashlib
from collections.abc import Iterator, Mapping

from kervan.journeys import basket, duration
from kervan.journeys.convert import read_rule
from kervan.journeys.definition import ALWAYS, Definition, Header, Node, names
from kervan.journeys.rule import Rule
from kervan.journeys.steps.step import NEVER, EventMatch
from kervan.journeys.triggers import instant
from kervan.journeys.triggers.trigger import Fault, segment_event
from kervan.segments import tree

_MOST_HOLD_OUT = 0.5
_REENTRY: dict[str, int | None] = {"never": None, "after_exit": 0, "always": ALWAYS}


def problems(header: Header, zone: str) -> Iterator[Fault]:
    """What is wrong with a header beyond types; places are paths with dots inside the journey."""
    own = header.zone or zone
    if not instant.known(own):
        yield "zone", "journeys.unknown_zone", {"zone": own[:60]}
        return
    for path, code, facts in header.trigger.problems(own):
        yield f"trigger.{path}" if path else "trigger", code, facts
    if header.reentry not in _REENTRY and duration.parse(header.reentry) is None:
        yield "reentry", "journeys.bad_reentry", {"value": header.reentry[:60]}
    for name in ("starts", "ends"):
        said = getattr(header, name)
        if said and instant.parse(said, own) is None:
            yield name, "journeys.bad_instant", {"value": said[:60]}
    begin, end = _span(header, own)
    if begin >= end:
        yield "ends", "journeys.ends_before_it_starts", {}
    if not 0 <= header.hold_out <= _MOST_HOLD_OUT:
        yield "hold_out", "journeys.share_range", {"key": "hold_out", "most": _MOST_HOLD_OUT}
    if not 0 <= header.priority <= 9:
        yield "priority", "journeys.priority_of_journey", {}
    yield from _limit(header)


def _limit(header: Header) -> Iterator[Fault]:
    limit = header.limit
    if limit is None:
        return
    if limit.total is None and limit.count is None:
        yield "limit", "journeys.limit_needs_count", {}
    if (limit.count is None) != (limit.within is None):
        yield "limit", "journeys.limit_count_within", {}
    for name in ("total", "count"):
        said = getattr(limit, name)
        if said is not None and said < 1:
            yield f"limit.{name}", "journeys.at_least_one", {"key": name}


def _span(header: Header, zone: str) -> tuple[int, int]:
    begin = instant.parse(header.starts, zone) if header.starts else None
    end = instant.parse(header.ends, zone) if header.ends else None
    return begin or 0, NEVER if end is None else end


def definition_of(
    header: Header,
    nodes: tuple[Node, ...],
    steps: tuple[Node, ...],
    zone: str,
    lines: Mapping[str, int],
) -> Definition:
    """The definition of a header and steps in which nothing is wrong."""
    own = header.zone or zone
    entry = header.trigger.entry(header.key)
    exits = list(header.exit_on)
    hidden: dict[str, Rule] = {}
    if header.exit_when is not None:
        exits.append(_exit(header.exit_when, hidden))
    begin, end = _span(header, own)
    reentry = header.reentry
    return Definition(
        header=header,
        nodes=nodes,
        reentry_ms=_REENTRY[reentry] if reentry in _REENTRY else duration.parse(reentry),
        entry=entry,
        exits=exits,
        starts_ms=begin,
        ends_ms=end,
        zone=own,
        hidden=hidden,
        names=names(entry, exits, header, nodes, basket.NAMES),
        steps=steps,
        lines=lines,
    )


def _exit(rule: Rule, hidden: dict[str, Rule]) -> EventMatch:
    """The event that says that somebody now meets `rule`.

    Of a segment it is that she came in or left; any other rule is watched as a segment that the
    journey has for itself. That is called by what it asks: versions that ask the same share it,
    and those inside an older version keep theirs.
    """
    node = read_rule(rule)
    if isinstance(node, tree.Member):
        return segment_event(node.segment, entered=True)
    if isinstance(node, tree.Nothing) and len(node.of) == 1 and isinstance(node.of[0], tree.Member):
        return segment_event(node.of[0].segment, entered=False)
    key = f"exit-{hashlib.blake2b(rule.encode(), digest_size=12).hexdigest()}"
    hidden[key] = rule
    return segment_event(key, entered=True)
