"""What a turn of work is given from outside: answers about people, effects, and who listens."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from kervan.journeys.columns import Book, Decisions, Signals
from kervan.journeys.definition import ZONE
from kervan.journeys.effects.effect import Effect
from kervan.journeys.steps.step import Facts, NoFacts
from kervan.kernel.postgres import Connection

Decided = Callable[[Connection, Book, Decisions, Signals], None]
"""Told what a turn decided, once its runs have numbers, in the turn's transaction."""


def _untold(conn: Connection, book: Book, decisions: Decisions, signals: Signals) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Hooks:
    """`facts` answers what steps ask; `effects` are by the name that `Step.effect` gives.

    `zone` is the workspace's: the times of journeys that name none are in it.
    """

    facts: Facts = field(default_factory=NoFacts)
    effects: Mapping[str, Effect] = field(default_factory=dict)
    decided: Decided = _untold
    zone: str = ZONE
