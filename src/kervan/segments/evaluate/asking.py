"""Asks rule trees of people and their events in memory, equal conditions once for many trees."""

from typing import assert_never

import numpy as np

from kervan.segments import tree
from kervan.segments.columns import NEVER, NO_TIME, Answer, Bools, Events, Int64, People
from kervan.segments.evaluate.measure import Measures
from kervan.segments.evaluate.meet import Vocabulary
from kervan.segments.evaluate.moment import Moments
from kervan.segments.evaluate.person import Persons
from kervan.segments.evaluate.select import History
from kervan.segments.evaluate.sequence import chained
from kervan.segments.evaluate.window import Windows
from kervan.segments.lower import Core, Listed


def evaluate(node: Core, people: People, events: Events, at_ms: Int64) -> Answer:
    """Who is in and until when at least, per person, asked at her own `at_ms`.

    `events` are those of these people (all that the tree names), `at_ms` has one entry per person.
    """
    return Asking(people, events, at_ms).answer(node)


class Asking:
    """People, their events and an instant for each, of whom many trees can be asked."""

    def __init__(self, people: People, events: Events, at_ms: Int64) -> None:
        vocabulary = Vocabulary()
        self._at_ms = np.asarray(at_ms, np.int64)
        self._history = History(people, events, self._at_ms, vocabulary)
        moments = Moments(people.zone, self._at_ms)
        self._windows = Windows(self._history, moments, self._at_ms)
        self._persons = Persons(people, self._at_ms, moments, vocabulary)
        self._measures = Measures(self._history, self._windows, self._persons, vocabulary)
        self._answers: dict[Core, Answer] = {}

    def answer(self, node: Core) -> Answer:
        """Who is in and until when at least, one entry per person; not to be written into."""
        found = self._answers.get(node)
        if found is None:
            found = self._answers[node] = self._compute(node)
        return found

    def said(self, leaf: tree.Event, row: int) -> float | str | bool | None:
        """What a condition on events measures of one person; None where it is unknown."""
        return self._measures.said(leaf, row)

    def _compute(self, node: Core) -> Answer:
        match node:
            case tree.All():
                return self._every([self.answer(one) for one in node.of])
            case tree.Any():
                return _inverse(self._every([_inverse(self.answer(one)) for one in node.of]))
            case tree.Nothing():
                return self._every([_inverse(self.answer(one)) for one in node.of])
            case tree.Event():
                return self._measures.answer(node)
            case tree.Sequence():
                return chained(node, self._history, self._windows, self._at_ms)
            case tree.Member() | tree.Messages() | tree.Journey():
                raise TypeError(f"{type(node).__name__} is not of the core: lower the tree first")
            case (
                tree.Trait() | tree.Fact() | tree.Reach() | tree.Consent() | tree.Share() | Listed()
            ):
                return self._persons.answer(node)
        assert_never(node)

    def _every(self, answers: list[Answer]) -> Answer:
        """Where all hold: as soon as one may fail. Elsewhere: when the last that fails may hold."""
        holds: Bools = np.ones(len(self._at_ms), np.bool_)
        fails = np.full(len(self._at_ms), NEVER, np.int64)
        joins = np.full(len(self._at_ms), NO_TIME, np.int64)
        for one in answers:
            holds &= one.holds
            np.minimum(fails, one.flip_at_ms, out=fails)
            np.maximum(joins, one.flip_at_ms, out=joins, where=~one.holds)
        return Answer(holds, np.where(holds, fails, joins))


def _inverse(answer: Answer) -> Answer:
    return Answer(~answer.holds, answer.flip_at_ms)
