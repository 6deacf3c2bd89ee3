"""Draws a text: the steps in their order with the ways between them, also of one to be mended."""

from dataclasses import dataclass

from kervan.journeys import parse
from kervan.journeys.definition import LEFT, ZONE, Definition, Node
from kervan.journeys.outline import head
from kervan.journeys.problem import JourneyNotValid, Problem
from kervan.kernel.errors import KervanError


@dataclass(frozen=True, slots=True)
class Way:
    """A way out of a step; `to` is the key of the step it leads to, "" out of the journey."""

    name: str
    to: str


@dataclass(frozen=True, slots=True)
class Card:
    """One written step: its kind, what it does as a sentence, its line in the text, its ways."""

    key: str
    kind: str
    says: str
    line: int
    ways: tuple[Way, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """A journey as a picture: `head` is (setting, sentence), `problems` what is to be mended.

    Of a text whose parts do not fit together there are problems only.
    """

    key: str
    name: str
    head: tuple[tuple[str, str], ...]
    cards: tuple[Card, ...]
    problems: tuple[Problem, ...]


def draw(source: str, locale: str, zone: str = ZONE) -> Outline:
    """The outline of a text in the reader's language."""
    try:
        return _drawn(parse.parse(source, zone), (), locale)
    except JourneyNotValid as error:
        problems = tuple(error.problems)
    try:
        found = parse.forgiving(source, zone)
        if found is not None:
            return _drawn(found, problems, locale)
    except (KervanError, ValueError, TypeError, LookupError, ArithmeticError, AttributeError):
        pass  # reading nonsense may raise what it likes; what is wrong with it is known
    return Outline("", "", (), (), problems)


def _drawn(found: Definition, problems: tuple[Problem, ...], locale: str) -> Outline:
    written = found.steps or found.nodes
    cards = tuple(_card(one, found, locale) for one in written)
    said = tuple(head.lines(found, locale))
    return Outline(found.header.key, found.header.name, said, cards, problems)


def _card(node: Node, found: Definition, locale: str) -> Card:
    ways = tuple(
        Way(name, "" if target == LEFT else found.nodes[target].written)
        for name, target in zip(node.step.exits(), node.targets, strict=True)
    )
    return Card(node.key, node.step.kind, node.step.describe(locale), node.line, ways)
