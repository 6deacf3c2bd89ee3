"""Turns a journey text into a definition whose parts fit, or says all that is wrong with it."""

import re
from typing import Any

import msgspec

from kervan.journeys import basket, convert, definition, duration, match, text
from kervan.journeys.convert import Misfit
from kervan.journeys.definition import Definition, Header, Node
from kervan.journeys.problem import JourneyNotValid, Problem
from kervan.journeys.steps import KINDS
from kervan.journeys.steps.step import Step
from kervan.journeys.text import Place

LIMIT_STEPS = 500
OWN_EVENTS = (
    "Journey Entered", "Journey Exited", "Goal Reached",
    "Message Sent", "Message Delivered", "Message Failed", "Message Bounced", "Message Suppressed",
)  # fmt: skip
"""What Kervan does by itself; starting a journey on it would be a loop without a person."""
_KEY = re.compile(r"^[a-z0-9][a-z0-9_-]{0,62}$")
_FRAME = ("key", "kind", "next")


def parse(source: str) -> Definition:
    """The journey in `source` (YAML or JSON). Raises JourneyNotValid with all problems."""
    problems: list[Problem] = []
    found = _journey(text.read(source), problems)
    if problems or found is None:
        problems.sort(key=lambda one: (one.line, one.column))
        raise JourneyNotValid(problems)
    return found


def _journey(root: Place, problems: list[Problem]) -> Definition | None:
    if not isinstance(root.value, dict) or "journey" not in root.value:
        problems.append(Problem("journeys.no_journey", root.line, root.column))
        return None
    convert.keys(root, ["journey"], problems)
    place = root.value["journey"]
    try:
        header = convert.struct(place, Header, problems, "journey", extra=("steps",))
    except Misfit:
        header = None
    if not isinstance(place.value, dict):
        return None
    steps = place.value.get("steps")
    if steps is None or not isinstance(steps.value, list) or not steps.value:
        problems.append(Problem("journeys.no_steps", place.line, place.column))
        return None
    nodes = _nodes(steps, problems)
    if header is None:
        return None
    reentry_ms = _header(header, place, problems)
    if problems or nodes is None:
        return None
    own = basket.NAMES
    return Definition(header, nodes, reentry_ms, definition.names(header, nodes, own))


def _header(header: Header, place: Place, problems: list[Problem]) -> int | None:
    if not _KEY.match(header.key):
        _say(problems, "journeys.bad_key", place.value["key"], key=header.key)
    if header.trigger.event in OWN_EVENTS:
        _say(problems, "journeys.own_trigger", place.value["trigger"], event=header.trigger.event)
    for word in header.keep:
        if word != "basket":
            at = place.keys["keep"]
            problems.append(convert.unknown("journeys.unknown_word", word, at, ["basket"]))
    for name in ("trigger", "exit_on", "goal"):
        if name in place.value:
            _conditions(place.value[name], problems)
    if header.reentry == "never":
        return None
    if header.reentry == "after_exit":
        return 0
    length = duration.parse(header.reentry)
    if length is None:
        _say(problems, "journeys.bad_reentry", place.value["reentry"], value=header.reentry)
    return length


def _say(problems: list[Problem], code: str, place: Place, **params: object) -> None:
    problems.append(Problem(code, place.line, place.column, params))


def _conditions(place: Place, problems: list[Problem]) -> None:
    """Every condition below `place` needs exactly one operator."""
    if isinstance(place.value, list):
        for one in place.value:
            _conditions(one, problems)
        return
    if not isinstance(place.value, dict):
        return
    if "property" in place.value:
        given = [name for name in match.OPERATORS if name in place.value]
        if len(given) != 1:
            known = ", ".join(match.OPERATORS)
            _say(problems, "journeys.one_operator", place, known=known, count=len(given))
        return
    for one in place.value.values():
        _conditions(one, problems)


def _nodes(steps: Place, problems: list[Problem]) -> tuple[Node, ...] | None:
    if len(steps.value) > LIMIT_STEPS:
        _say(problems, "journeys.too_many_steps", steps, limit=LIMIT_STEPS)
        return None
    read = [_step(one, i, problems) for i, one in enumerate(steps.value)]
    numbers: dict[str, int] = {}
    for i, (key, _, place) in enumerate(read):
        if key in numbers:
            _say(problems, "journeys.step_twice", place, key=key)
        numbers.setdefault(key, i)
    nodes, whole = [], True
    for i, (key, step, place) in enumerate(read):
        if step is None:
            whole = False
            continue
        targets = _targets(step, place, i, numbers, len(read), problems)
        nodes.append(Node(key, step, targets, place.line))
    if not whole or problems:
        return None
    _check_ways(nodes, steps, problems)
    return tuple(nodes)


def _step(place: Place, number: int, problems: list[Problem]) -> tuple[str, Step | None, Place]:
    key = f"step {number + 1}"
    if not isinstance(place.value, dict):
        _say(problems, "journeys.not_mapping", place, key=key)
        return key, None, place
    given = place.value.get("key")
    if given is None:
        _say(problems, "journeys.missing_key", place, key="key", inside=key)
    elif not isinstance(given.value, str) or not _KEY.match(given.value):
        _say(problems, "journeys.bad_key", given, key=str(given))
    else:
        key = given.value
    kind = place.value.get("kind")
    if kind is None:
        _say(problems, "journeys.missing_key", place, key="kind", inside=key)
        return key, None, place
    if str(kind) not in KINDS:
        at = kind.line, kind.column
        problems.append(convert.unknown("journeys.unknown_step", str(kind), at, list(KINDS)))
        return key, None, place
    _conditions(place, problems)
    try:
        step: Step = convert.struct(place, KINDS[str(kind)], problems, key, extra=_FRAME)
    except Misfit:
        return key, None, place
    for setting, code, facts in step.problems():
        _say(problems, code, place.value.get(setting, place), key=key, **facts)
    return key, step, place


def _targets(
    step: Step, place: Place, number: int, numbers: dict[str, int], count: int,
    problems: list[Problem],
) -> tuple[int, ...]:  # fmt: skip
    """Where each exit leads; one exit may be left out and then leads to the step below."""
    exits, given = step.exits(), place.value.get("next")
    ways: dict[str, Place] = {}
    if given is not None and isinstance(given.value, dict):
        convert.keys(given, list(exits), problems)
        ways = given.value
    elif given is not None and len(exits) == 1:
        ways = {exits[0]: given}
    elif given is not None:
        _say(problems, "journeys.next_by_exit", given, exits=", ".join(exits) or "–")
        return ()
    targets = []
    for name in exits:
        way = ways.get(name)
        if way is None and len(exits) == 1 and number + 1 < count:
            targets.append(number + 1)
        elif way is None:
            _say(problems, "journeys.missing_exit", place, exit=name)
        elif str(way) not in numbers:
            at, known = (way.line, way.column), list(numbers)
            problems.append(convert.unknown("journeys.unknown_next", str(way), at, known))
        else:
            targets.append(numbers[str(way)])
    return tuple(targets)


def _check_ways(nodes: list[Node], steps: Place, problems: list[Problem]) -> None:
    """Every step can be reached, and no circle can be walked without time passing."""
    reached, open_ = {0}, [0]
    while open_:
        for target in nodes[open_.pop()].targets:
            if target not in reached:
                reached.add(target)
                open_.append(target)
    for i, node in enumerate(nodes):
        if i not in reached:
            _say(problems, "journeys.unreachable", steps.value[i], key=node.key)
    state = [0] * len(nodes)  # 0 new, 1 on the way, 2 done
    for start in range(len(nodes)):
        walk = [(start, iter(nodes[start].targets))] if not state[start] else []
        while walk:
            at, ways = walk[-1]
            state[at] = 1
            target = -1 if nodes[at].step.can_wait else next(ways, -1)
            if target < 0:
                state[at] = 2
                walk.pop()
            elif state[target] == 1:
                _say(problems, "journeys.loop_without_wait", steps.value[at],
                     key=nodes[at].key, target=nodes[target].key)  # fmt: skip
            elif not state[target]:
                walk.append((target, iter(nodes[target].targets)))


def locate(source: str, step: str, path: tuple[str, ...], line_inside: int) -> tuple[int, int]:
    """Where line `line_inside` of a setting of `step` stands in the journey text."""
    steps = text.read(source).value["journey"].value["steps"].value
    place = next(one for one in steps if one.value["key"].value == step)
    for key in path:
        place = place.value.get(key, place)
    if place.block:
        return place.line + line_inside, 1
    return place.line + line_inside - 1, place.column


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a journey text."""
    journey = convert.schema(Header)
    steps = []
    for kind, step in KINDS.items():
        one = convert.schema(step)
        way = {"anyOf": [{"type": "string"}, {"type": "object"}]}
        one["properties"] = {
            "key": {"type": "string", "pattern": _KEY.pattern},
            "kind": {"const": kind},
            **one["properties"],
            "next": way,
        }
        one["required"] = ["key", "kind", *one.get("required", [])]
        steps.append(one)
    journey["properties"]["steps"] = {
        "type": "array", "minItems": 1, "maxItems": LIMIT_STEPS, "items": {"oneOf": steps},
    }  # fmt: skip
    journey["required"].append("steps")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Kervan journey",
        "type": "object",
        "additionalProperties": False,
        "required": ["journey"],
        "properties": {"journey": journey},
    }


def schema_text() -> str:
    """The schema as it stands in `schema.json`."""
    return msgspec.json.format(msgspec.json.encode(schema()), indent=2).decode() + "\n"
