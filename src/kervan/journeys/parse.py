"""Turns a journey text into a definition whose parts fit, or says all that is wrong with it."""

import re
from functools import lru_cache

from kervan.journeys import compile as head
from kervan.journeys import convert, match, text
from kervan.journeys.convert import Misfit
from kervan.journeys.definition import ZONE as ZONE
from kervan.journeys.definition import Definition, Header, Node
from kervan.journeys.problem import JourneyNotValid, Problem
from kervan.journeys.steps import KINDS
from kervan.journeys.steps.step import Part, Step
from kervan.journeys.text import Place

LIMIT_STEPS = 500
OWN_EVENTS = (
    "Journey Entered", "Journey Exited", "Goal Reached",
    "Message Sent", "Message Delivered", "Message Failed", "Message Bounced", "Message Suppressed",
    "Journey Called",
)  # fmt: skip
"""What Kervan does by itself; starting a journey on it would be a loop without a person."""
KEY = re.compile(r"^[a-z0-9][a-z0-9_-]{0,62}$")
LIMIT_NODES = 2_000
"""Steps after those that stand for several have been written out."""
_KEPT = 8
"""Texts whose reading is kept: a page asks several things of one text, one after the other."""
_ORDERS = ("gt", "gte", "lt", "lte")
_DATA = ("body", "set")
"""Settings in which an author may call things as she likes."""
_FRAME = ("key", "kind", "next")


def parse(source: str, zone: str = ZONE) -> Definition:
    """The journey in `source` (YAML or JSON). Raises JourneyNotValid with all problems.

    `zone` is the workspace's: in it are the times that name none.
    """
    found = _read(source, zone)
    if not isinstance(found, Definition):
        raise JourneyNotValid([*found])
    return found


@lru_cache(maxsize=_KEPT)
def _read(source: str, zone: str) -> Definition | tuple[Problem, ...]:
    problems: list[Problem] = []
    try:
        found = _journey(text.read(source), problems, zone)
    except JourneyNotValid as error:
        return tuple(error.problems)
    if problems or found is None:
        return tuple(sorted(problems, key=lambda one: (one.line, one.column)))
    return found


class _Forgotten(list[Problem]):
    """Problems that nobody wants to know."""

    def append(self, one: Problem) -> None:
        """Not kept."""


def forgiving(source: str, zone: str = ZONE) -> Definition | None:
    """The journey in a text, whatever is wrong with it as long as it can be walked; else None.

    May also raise what reading nonsense raises.
    """
    found = _journey(text.read(source), _Forgotten(), zone)
    if found is None:
        return None
    ways = [(node, len(node.step.exits())) for node in found.nodes]
    fits = all(
        len(node.targets) == count and all(one < len(ways) for one in node.targets)
        for node, count in ways
    )
    return found if fits else None


def _journey(root: Place, problems: list[Problem], zone: str) -> Definition | None:
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
    nodes = _nodes(steps, header.key if header else "", problems)
    if header is None:
        return None
    _header(header, place, problems)
    for path, code, facts in head.problems(header, zone):
        _say(problems, code, convert.below(place, path.split(".")), **facts)
    if problems or nodes is None:
        return None
    lines = {name: at for name, (at, _) in place.keys.items()}
    return head.definition_of(header, *nodes, zone, lines)


def _header(header: Header, place: Place, problems: list[Problem]) -> None:
    if not KEY.fullmatch(header.key):
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


def _say(problems: list[Problem], code: str, place: Place, **params: object) -> None:
    problems.append(Problem(code, place.line, place.column, params))


def _conditions(place: Place, problems: list[Problem]) -> None:
    """Every condition of a `where` below `place` needs exactly one operator."""
    if isinstance(place.value, list):
        for one in place.value:
            _conditions(one, problems)
    if not isinstance(place.value, dict):
        return
    for key, one in place.value.items():
        if key == "where":
            for condition in one.value if isinstance(one.value, list) else [one]:
                _condition(condition, problems)
        elif key not in _DATA:
            _conditions(one, problems)


def _condition(place: Place, problems: list[Problem]) -> None:
    if not isinstance(place.value, dict) or "property" not in place.value:
        return
    if "test" in place.value or "kind" in place.value:
        return  # a part of a rule tree, which has its own check
    given = [name for name in match.OPERATORS if name in place.value]
    if len(given) != 1:
        known = ", ".join(match.OPERATORS)
        _say(problems, "journeys.one_operator", place, known=known, count=len(given))
        return
    _compared(given[0], place.value[given[0]], problems)


def _compared(operator: str, given: Place, problems: list[Problem]) -> None:
    """A comparison that no value could ever meet is a mistake."""
    if operator in _ORDERS and isinstance(given.value, bool):
        _say(problems, "journeys.truth_has_no_order", given, key=operator)
    if operator == "in" and given.value == []:
        _say(problems, "journeys.in_nothing", given)


def _nodes(
    steps: Place, journey: str, problems: list[Problem]
) -> tuple[tuple[Node, ...], tuple[Node, ...]] | None:
    """The steps written out, and as they are written."""
    if len(steps.value) > LIMIT_STEPS:
        _say(problems, "journeys.too_many_steps", steps, limit=LIMIT_STEPS)
        return None
    read = [_step(one, i, problems) for i, one in enumerate(steps.value)]
    numbers: dict[str, int] = {}
    count = 0
    for key, step, at in read:
        if key in numbers:
            _say(problems, "journeys.step_twice", at, key=key)
        numbers.setdefault(key, count)
        count += max(1, len(step.expand(key, journey))) if step is not None else 1
    if count > LIMIT_NODES:
        _say(problems, "journeys.too_many_steps", steps, limit=LIMIT_NODES)
        return None
    nodes: list[Node] = []
    written: list[Node] = []
    whole = True
    for i, (key, step, place) in enumerate(read):
        if step is None:
            whole = False
            continue
        follower = read[i + 1][0] if i + 1 < len(read) else ""
        targets = _targets(step, place, follower, numbers, problems)
        written.append(Node(key, step, targets, place.line))
        nodes += _written_out(written[-1], step.expand(key, journey), numbers[key])
    if not whole or problems:
        return None
    _check_ways(nodes, {key: place for key, _, place in read}, problems)
    return tuple(nodes), tuple(written)


def _written_out(whole: Node, parts: tuple[Part, ...], first: int) -> list[Node]:
    """The nodes of one written step, the first of which is the journey's `first`."""
    exits = whole.step.exits()
    if not parts or len(whole.targets) < len(exits):
        return [whole]
    outside = dict(zip(exits, whole.targets, strict=True))

    def ways(part: Part) -> tuple[int, ...]:
        return tuple(outside[one] if isinstance(one, str) else first + one for one in part.ways)

    return [Node(part.key, part.step, ways(part), whole.line) for part in parts]


def _step(place: Place, number: int, problems: list[Problem]) -> tuple[str, Step | None, Place]:
    key = f"step {number + 1}"
    if not isinstance(place.value, dict):
        _say(problems, "journeys.not_mapping", place, key=key)
        return key, None, place
    given = place.value.get("key")
    if given is None:
        _say(problems, "journeys.missing_key", place, key="key", inside=key)
    elif not isinstance(given.value, str) or not KEY.fullmatch(given.value):
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
        found: Step = convert.struct(place, KINDS[str(kind)], problems, key, extra=_FRAME)
    except Misfit:
        return key, None, place
    for setting, code, facts in found.problems():
        spot = convert.below(place, setting.split("."))
        _say(problems, code, spot, **{"key": key, **facts})
    return key, found, place


def _targets(
    step: Step, place: Place, follower: str, numbers: dict[str, int], problems: list[Problem]
) -> tuple[int, ...]:
    """Where each exit leads; a single exit, or `next`, left out leads to the step below."""
    exits, given = step.exits(), place.value.get("next")
    ways: dict[str, Place] = {}
    if given is not None and isinstance(given.value, dict):
        convert.keys(given, list(exits), problems)
        ways = given.value
    elif given is not None and (len(exits) == 1 or "next" in exits):
        ways = {exits[0] if len(exits) == 1 else "next": given}
    elif given is not None:
        _say(problems, "journeys.next_by_exit", given, exits=", ".join(exits) or "–")
        return ()
    targets = []
    for name in exits:
        way = ways.get(name)
        if way is None and follower and (len(exits) == 1 or name == "next"):
            targets.append(numbers[follower])
        elif way is None:
            _say(problems, "journeys.missing_exit", place, exit=name)
        elif str(way) not in numbers:
            at, known = (way.line, way.column), list(numbers)
            problems.append(convert.unknown("journeys.unknown_next", str(way), at, known))
        else:
            targets.append(numbers[str(way)])
    return tuple(targets)


def _check_ways(nodes: list[Node], places: dict[str, Place], problems: list[Problem]) -> None:
    """Every step can be reached, and no circle can be walked without time passing."""
    reached, open_ = {0}, [0]
    while open_:
        for target in nodes[open_.pop()].targets:
            if target not in reached:
                reached.add(target)
                open_.append(target)
    for i, node in enumerate(nodes):
        if i not in reached:
            _say(problems, "journeys.unreachable", places[node.written], key=node.key)
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
                _say(problems, "journeys.loop_without_wait", places[nodes[at].written],
                     key=nodes[at].key, target=nodes[target].key)  # fmt: skip
            elif not state[target]:
                walk.append((target, iter(nodes[target].targets)))


def locate(source: str, step: str, path: tuple[str, ...], line_inside: int) -> tuple[int, int]:
    """Where line `line_inside` of a setting of `step` stands in the journey text."""
    steps = _steps(source)
    written = step.partition(".")[0]
    place = next(one for one in steps if one.value["key"].value == written)
    place = convert.below(place, path)
    if place.block:
        return place.line + line_inside, 1
    return place.line + line_inside - 1, place.column


@lru_cache(maxsize=4)
def _steps(source: str) -> list[Place]:
    """The steps of a text that was parsed; read once for all that is wrong with it."""
    found: list[Place] = text.read(source).value["journey"].value["steps"].value
    return found
