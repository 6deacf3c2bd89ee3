"""Says what kept somebody out of a journey: the event that never came, or what each one lacked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from kervan.journeys import match
from kervan.journeys.decided.read import Decided
from kervan.journeys.definition import Definition
from kervan.journeys.steps.step import NEVER
from kervan.journeys.triggers.trigger import CALLED, ENTERED, LEFT
from kervan.journeys.why.line import Line
from kervan.journeys.why.story import at_path, brief, shown

_NAMED = "journeys.refused_"
OWN = (CALLED, ENTERED, LEFT)
"""What Kervan tells of every journey and segment under one name."""


@dataclass(frozen=True, slots=True)
class Came:
    """An event of the trigger's name that she caused."""

    event_id: str
    at_ms: int
    properties: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Door:
    """What somebody would have entered: `live_ms` is when the definition began to take people,
    NEVER when none is live."""

    definition: Definition
    live_ms: int


def tell(
    door: Door, came: Sequence[Came], refused: Sequence[Decided], entered: frozenset[str]
) -> list[Line]:
    """Why she did not enter, the latest first; `entered` are the events that let her in."""
    trigger = door.definition.entry
    if door.live_ms == NEVER:
        return [Line(0, "journeys.missed_not_live")]
    if trigger.event in OWN:  # of other journeys and segments, most of them
        came = [one for one in came if match.evaluate(trigger.where, [one.properties])[0]]
    known = {one.event_id: one for one in refused}
    lines = [_line(door, one, known.pop(one.event_id, None)) for one in came
             if one.event_id not in entered]  # fmt: skip
    # Refusals by events that history keeps no longer.
    lines += [_refusal(one, {}) for one in known.values()]
    lines.sort(key=lambda one: -one.at_ms)
    if lines or entered:
        return lines
    conditions = {"event": trigger.event, "where": msgspec.to_builtins(trigger.where)}
    code = "journeys.missed_never_where" if trigger.where else "journeys.missed_never"
    if trigger.event == CALLED:
        code = "journeys.missed_never_called"
    return [Line(0, code, facts=conditions)]


def _line(door: Door, one: Came, refusal: Decided | None) -> Line:
    definition = door.definition
    event = shown(one.properties, [definition.entry])
    for condition in definition.entry.where:
        if not match.evaluate([condition], [one.properties])[0]:
            has = at_path(one.properties, condition.property)
            facts = {
                "event": definition.entry.event, "where": msgspec.to_builtins([condition]),
                "property": condition.property,
            }  # fmt: skip
            code = "journeys.missed_without" if has is None else "journeys.missed_condition"
            # Of a list or an object nothing is shown: it may be long, and hold anything of hers.
            seen = brief(has)
            about = {} if seen is None else {condition.property: seen}
            return Line(one.at_ms, code, facts=facts, event=about)
    if refusal is not None:
        return _refusal(refusal, event)
    facts = {"event": definition.entry.event, "live_ms": door.live_ms}
    if one.at_ms < door.live_ms:
        return Line(one.at_ms, "journeys.missed_before", facts=facts, event=event)
    if one.at_ms < definition.starts_ms:
        facts["starts_ms"] = definition.starts_ms
        return Line(one.at_ms, "journeys.refused_not_started", facts=facts, event=event)
    if one.at_ms >= definition.ends_ms:
        facts["ends_ms"] = definition.ends_ms
        return Line(one.at_ms, "journeys.refused_ended", facts=facts, event=event)
    return Line(one.at_ms, "journeys.missed_unknown", facts=facts, event=event)


def _refusal(one: Decided, event: dict[str, Any]) -> Line:
    return Line(one.at_ms, _NAMED + one.reason, facts={"event": one.event}, event=event)
