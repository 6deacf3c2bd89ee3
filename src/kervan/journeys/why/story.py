"""Makes the story of a run of what was decided: pure, from rows to lines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from kervan.delivery.why import Why
from kervan.journeys.columns import INSIDE, REASONS
from kervan.journeys.decided.read import ENTERED, GOAL, LEFT, PASSED, Decided
from kervan.journeys.decided.rows import MOVED
from kervan.journeys.definition import LEFT as OUT
from kervan.journeys.definition import Definition, Node
from kervan.journeys.publish import gate
from kervan.journeys.steps.step import DUE, LEAVE, MATCH, NEVER, STAY, EventMatch
from kervan.journeys.why import message
from kervan.journeys.why.line import Line, Told

_SHOWN = ("order_id", "product_id", "name", "total", "segment")
"""What is shown of an event besides what the journey asks of it."""
_SENDS = ("send", "send_email")
_MOST_SHOWN, _MOST_CHARS = 5, 60


@dataclass(frozen=True, slots=True)
class Standing:
    """A run as it stands now; `step_ms` is when it came to its step or left, `due_ms` NEVER when
    nothing but an event moves it; a `ghost` is of the hold-out."""

    run: int
    number: int
    definition: Definition
    state: int
    step: int
    entered_ms: int
    step_ms: int
    due_ms: int
    ghost: bool = False


@dataclass(frozen=True, slots=True)
class Ground:
    """What a story rests on: events by their id in hex, messages by their run, and the versions
    that a run was on besides its present one, by their ids."""

    events: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    messages: Mapping[int, Sequence[Why]] = field(default_factory=dict)
    definitions: Mapping[int, Definition] = field(default_factory=dict)
    numbers: Mapping[int, int] = field(default_factory=dict)
    """Those versions' numbers."""


def tell(standing: Standing, decided: Sequence[Decided], ground: Ground) -> Told:
    """The story of one run; `decided` are its decisions in their order."""
    lines: list[Line] = []
    sent = list(ground.messages.get(standing.run, ()))
    stay: Decided | None = None
    has_left = False
    version = decided[0].version if decided else 0
    for row in decided:
        is_moved = row.what == PASSED and row.cause == MOVED
        if row.version != version and not is_moved:
            facts = {"version": ground.numbers.get(row.version, standing.number)}
            lines.append(Line(row.at_ms, "journeys.why_version", facts=facts))
        version = row.version
        was = replace(standing, definition=ground.definitions.get(row.version, standing.definition))
        node = _node(was.definition, row.step)
        if row.what == ENTERED:
            lines.append(_entered(was, row, ground))
            if standing.ghost:
                lines.append(Line(0, "journeys.why_held_out"))
        elif row.what == GOAL:
            lines.append(_goal(was, row, ground))
        elif row.what == LEFT:
            lines += _left(was, row, stay, ground)
            has_left = True
        elif is_moved:
            lines.append(_moved(was, node, row, ground))
            stay = row
        elif row.what == PASSED and node is not None:
            lines += _passed(was, node, row, stay, ground)
            stay = row if row.exit == STAY else None
            lines += _messages(node, row, sent)
    for one in sent:  # of steps that history does not tell of yet, or any more
        lines += message.lines(one)
    is_inside = standing.state == INSIDE
    if is_inside:
        lines.append(_stands(standing))
    elif not has_left:
        reason = REASONS.get(standing.state, "stopped")
        words = {"reason": f"journeys.left_{reason}"}
        lines.append(Line(standing.step_ms, "journeys.why_left", words=words))
    return Told(standing.run, standing.number, is_inside, lines)


def _node(definition: Definition, step: int) -> Node | None:
    """The step meant, None where somebody was only led out of one that is no more."""
    nodes = definition.nodes
    place = gate.real(step, len(nodes))
    return nodes[place] if place < len(nodes) else None


def _entered(standing: Standing, row: Decided, ground: Ground) -> Line:
    number = ground.numbers.get(row.version, standing.number)
    facts = {"version": number, "event": row.event}
    event = shown(ground.events.get(row.event_id), [standing.definition.entry])
    return Line(row.at_ms, "journeys.why_entered", facts=facts, event=event)


def _goal(standing: Standing, row: Decided, ground: Ground) -> Line:
    goal = standing.definition.header.goal
    event = shown(ground.events.get(row.event_id), [goal] if goal else [])
    facts: dict[str, Any] = {"event": row.event}
    if not row.currency:
        return Line(row.at_ms, "journeys.why_goal", facts=facts, event=event)
    facts |= {"value_minor": row.value_minor, "currency": row.currency}
    return Line(row.at_ms, "journeys.why_goal_worth", facts=facts, event=event)


def _left(standing: Standing, row: Decided, stay: Decided | None, ground: Ground) -> list[Line]:
    words = {"reason": f"journeys.left_{row.reason}"}
    node = _node(standing.definition, row.step)
    key = node.key if node else ""
    said = ground.events.get(row.event_id, {})
    is_rule = row.reason == "exit_event" and said.get("segment") in standing.definition.hidden
    if is_rule:  # which became a segment of its own (definition.hidden)
        words = {"reason": "journeys.left_exit_rule"}
    if is_rule or not row.event:
        return [Line(row.at_ms, "journeys.why_left", key, words=words)]
    event = shown(ground.events.get(row.event_id), standing.definition.exits)
    left = Line(row.at_ms, "journeys.why_left_by", key, {"event": row.event}, {}, words, event)
    if stay is None or node is None:
        return [left]
    return [left, *_had_not(standing, node, row, stay)]


def _moved(standing: Standing, node: Node | None, row: Decided, ground: Ground) -> Line:
    facts: dict[str, Any] = {"version": ground.numbers.get(row.version, standing.number)}
    if node is None:
        return Line(row.at_ms, "journeys.why_moved_out", facts=facts)
    if row.step >= len(standing.definition.nodes) or row.until_ms is None:
        return Line(row.at_ms, "journeys.why_moved", node.key, facts)
    facts["until_ms"] = row.until_ms
    return Line(row.at_ms, "journeys.why_moved_until", node.key, facts)


def _passed(
    standing: Standing, node: Node, row: Decided, stay: Decided | None, ground: Ground
) -> list[Line]:
    if row.step >= len(standing.definition.nodes):  # a gate before it (publish/gate.py)
        is_held = row.exit == STAY
        return [Line(row.at_ms, "journeys.why_held", node.key)] if is_held else []
    exits = node.step.exits()
    if row.exit == STAY:
        if row.until_ms is None:
            return [_line(row, node, "journeys.why_stays")]
        return [_line(row, node, "journeys.why_stays_until", {"until_ms": row.until_ms})]
    if row.exit == LEAVE or row.exit >= len(exits):
        return [_line(row, node, "journeys.why_did")]
    facts: dict[str, Any] = {"exit": exits[row.exit]}
    words = {"exit": f"journeys.exit_{exits[row.exit]}"}
    if row.cause == MATCH:
        event = shown(ground.events.get(row.event_id), node.step.listens())
        facts["event"] = row.event
        came = Line(row.at_ms, "journeys.why_came", node.key, facts, {}, words, event)
        return [came, *(_had_not(standing, node, row, stay) if stay else ())]
    if row.cause == DUE:
        code = "journeys.why_due_exit" if len(exits) > 1 else "journeys.why_due"
        due = Line(row.at_ms, code, node.key, facts, {}, words)
        return [due, *_had(standing, node, row)]
    if len(exits) == 1:
        return [_line(row, node, "journeys.why_did")]
    took = Line(row.at_ms, "journeys.why_took", node.key, facts, {"what": node.step}, words)
    return [took, *_others(standing, node, row)]


def _line(row: Decided, node: Node, code: str, facts: dict[str, Any] | None = None) -> Line:
    return Line(row.at_ms, code, node.key, facts or {}, {"what": node.step})


def _had_not(standing: Standing, node: Node, row: Decided, stay: Decided) -> list[Line]:
    """What would have come had the event behind `row` not come while she stayed."""
    until_ms = stay.until_ms
    exits = node.step.exits()
    by_time = next((one for one in ("timed_out", "none") if one in exits), exits[-1])
    then = _target(standing, node, exits.index(by_time))
    if until_ms is None or then is None:
        return []
    facts = {"event": row.event, "until_ms": until_ms, "then": then.key}
    code = (
        "journeys.would_without_message" if then.step.kind in _SENDS else "journeys.would_without"
    )
    return [Line(0, code, node.key, facts, {"what": then.step})]


def _had(standing: Standing, node: Node, row: Decided) -> list[Line]:
    """What would have come had one of the awaited events come in time."""
    found = []
    exits = node.step.exits()
    waited = node.step.listens()
    for number, exit_ in enumerate(exits):
        then = _target(standing, node, number)
        if number == row.exit or then is None or not waited:
            continue
        names = [waited[number].event] if len(exits) > 2 and number < len(waited) else [
            one.event for one in waited
        ]  # fmt: skip
        facts = {
            "event": list(dict.fromkeys(names)), "until_ms": row.at_ms, "then": then.key,
            "exit": exit_,
        }  # fmt: skip
        found.append(Line(0, "journeys.would_with", node.key, facts, {"what": then.step}))
    return found


def _others(standing: Standing, node: Node, row: Decided) -> list[Line]:
    """The ways that were not taken, and what follows on them."""
    found = []
    for number, exit_ in enumerate(node.step.exits()):
        then = _target(standing, node, number)
        if number == row.exit or then is None:
            continue
        facts = {"exit": exit_, "then": then.key}
        words = {"exit": f"journeys.exit_{exit_}"}
        code = "journeys.would_other"
        found.append(Line(0, code, node.key, facts, {"what": then.step}, words))
    return found


def _target(standing: Standing, node: Node, exit_: int) -> Node | None:
    target = node.targets[exit_] if exit_ < len(node.targets) else OUT
    return standing.definition.nodes[target] if target != OUT else None


def _messages(node: Node, row: Decided, sent: list[Why]) -> list[Line]:
    """The messages that this passage meant, taken out of `sent`."""
    found: list[Line] = []
    for one in [each for each in sent if each.step == node.key]:
        if abs(message.at_ms(one) - row.at_ms) < 1000:
            sent.remove(one)
            found += message.lines(one)
    return found


def _stands(standing: Standing) -> Line:
    node = _node(standing.definition, standing.step)
    if node is None:
        return Line(0, "journeys.why_stands_nowhere")
    awaited = [one.event for one in node.step.listens()]
    facts: dict[str, Any] = {"since_ms": standing.step_ms}
    code = "journeys.why_stands"
    if standing.due_ms < NEVER:
        facts["until_ms"] = standing.due_ms
        code += "_until"
    if awaited:
        facts["event"] = list(dict.fromkeys(awaited))
        code += "_or" if standing.due_ms < NEVER else "_for"
    return Line(0, code, node.key, facts, {"what": node.step})


def shown(event: Mapping[str, Any] | None, asked: Sequence[EventMatch]) -> dict[str, Any]:
    """The few properties of an event that a story shows: what was asked of it, and what it is."""
    if not event:
        return {}
    paths = [each.property for one in asked for each in one.where] + list(_SHOWN)
    found: dict[str, Any] = {}
    for path in dict.fromkeys(paths):
        value = brief(at_path(event, path))
        if value is not None:
            found[path] = value
        if len(found) == _MOST_SHOWN:
            break
    return found


def brief(value: Any) -> str | int | float | bool | None:
    """A property as a sentence shows it, None where there is nothing that one could show."""
    if not isinstance(value, str | int | float | bool) or value == "":
        return None
    return value[:_MOST_CHARS] if isinstance(value, str) else value


def at_path(properties: Mapping[str, Any], path: str) -> Any:
    """What stands at a filter's path (`products.0.price`), None where nothing does."""
    value: Any = properties
    for part in path.split("."):
        if isinstance(value, Mapping):
            value = value.get(part)
        elif isinstance(value, list) and part.isdecimal() and int(part) < len(value):
            value = value[int(part)]
        else:
            return None
    return value
