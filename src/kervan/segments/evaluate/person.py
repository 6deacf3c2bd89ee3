"""Conditions on the person herself: traits, facts, reach, consent, lists and random shares."""

from hashlib import blake2b
from typing import assert_never

import numpy as np
import numpy.typing as npt

from kervan.segments.columns import NEVER, NO_TIME, Answer, Bools, Int64, People, Words
from kervan.segments.evaluate.meet import Vocabulary, measure_meets, meets, text_meets
from kervan.segments.evaluate.moment import Held, Moments, soonest
from kervan.segments.facts import CHANNELS, REFUSED_MS, consent_key, sort_of
from kervan.segments.lower import Listed
from kervan.segments.tree import (
    Consent,
    Fact,
    Known,
    Reach,
    Share,
    Test,
    Time,
    Trait,
    Unknown,
    Yearly,
)

PersonLeaf = Trait | Fact | Reach | Consent | Listed | Share
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX2 = np.uint64(0x94D049BB133111EB)
_U64 = np.uint64
_Uint64s = npt.NDArray[np.uint64]


class Persons:
    """Answers conditions on these people at these instants (one per person)."""

    def __init__(
        self, people: People, at_ms: Int64, moments: Moments, vocabulary: Vocabulary
    ) -> None:
        self._people = people
        self._at_ms = at_ms
        self._moments = moments
        self._vocabulary = vocabulary
        self._all = np.arange(len(people), dtype=np.int64)

    def answer(self, leaf: PersonLeaf) -> Answer:
        """Who meets the condition, and until when."""
        match leaf:
            case Trait():
                return Answer(*self._trait(leaf))
            case Fact():
                return Answer(*self._fact(leaf))
            case Consent():
                return Answer(*self._consent(leaf))
            case Reach():
                holds = self._reach(leaf)
            case Listed():
                holds = self._people.lists.get(leaf.list, self._nobody())
            case Share():
                holds = self._share(leaf)
            case _:
                assert_never(leaf)
        return Answer(holds, self._never())

    def dated(self, test: Test, moment_ms: Int64) -> Held:
        """A test of instants, NO_TIME where unknown: Time, Yearly, Known and Unknown read them."""
        match test:
            case Time():
                return self._moments.time(test, moment_ms)
            case Yearly():
                return self._moments.yearly_of(test, moment_ms)
            case Known():
                return moment_ms != NO_TIME, self._never()
            case Unknown():
                return moment_ms == NO_TIME, self._never()
        return self._nobody(), self._never()

    def _nobody(self) -> Bools:
        return np.zeros(len(self._people), np.bool_)

    def _never(self) -> Int64:
        return np.full(len(self._people), NEVER, np.int64)

    def _trait(self, leaf: Trait) -> Held:
        if isinstance(leaf.test, Time | Yearly):
            moment = self._people.moments.get(leaf.trait)
            if moment is None:
                return self._nobody(), self._never()
            return self.dated(leaf.test, moment)
        values = self._people.traits.get(leaf.trait)
        return meets(leaf.test, values, self._all, self._vocabulary), self._never()

    def _fact(self, leaf: Fact) -> Held:
        people = self._people
        match sort_of(leaf.fact):
            case "time":
                return self.dated(leaf.test, people.known_since_ms)
            case "day":
                return self._birthday(leaf.test)
            case "number":
                number = people.numbers.get(leaf.fact)
                if number is None:
                    number = np.full(len(people), np.nan)
                return measure_meets(leaf.test, number), self._never()
        nothing = Words(np.full(len(people), -1, np.int32), ())
        text = people.texts.get(leaf.fact, people.zone if leaf.fact == "zone" else nothing)
        return text_meets(leaf.test, text, self._vocabulary), self._never()

    def _birthday(self, test: Test) -> Held:
        month_day = self._people.birthday.astype(np.int64)
        match test:
            case Yearly():
                return self._moments.yearly(test, month_day // 100, month_day % 100)
            case Known():
                return month_day != 0, self._never()
            case Unknown():
                return month_day == 0, self._never()
        return self._nobody(), self._never()

    def _reach(self, leaf: Reach) -> Bools:
        people, bit = self._people, np.uint16(1 << CHANNELS.index(leaf.channel))
        flags = {"has_address": people.address, "verified": people.verified,
                 "suppressed": people.suppressed,
                 "reachable": people.address & ~people.suppressed}  # fmt: skip
        found: Bools = flags[leaf.state] & bit != 0
        return found

    def _consent(self, leaf: Consent) -> Held:
        key = consent_key(leaf.channel, leaf.purpose, leaf.topic, leaf.brand)
        until = self._people.consents.get(key)
        if until is None:
            until = np.full(len(self._people), NO_TIME, np.int64)
        asked, refused = until != NO_TIME, until == REFUSED_MS
        if leaf.state == "refused":
            return refused, self._never()
        if leaf.state == "not_asked":
            return ~asked, self._never()
        is_over = until <= self._at_ms
        holds = asked & ~refused & (is_over if leaf.state == "expired" else ~is_over)
        return holds, soonest(self._at_ms, until)

    def _share(self, leaf: Share) -> Bools:
        salt = blake2b(leaf.salt.encode()).digest()[:8]
        place = splitmix64(_U64(int.from_bytes(salt, "little")) + self._people.person)
        percent = (place >> _U64(32)).astype(np.float64) * 100 / 2**32
        return (leaf.start <= percent) & (percent < leaf.end)


def splitmix64(seed: _Uint64s) -> _Uint64s:
    """The first number of Vigna's generator (https://prng.di.unimi.it/splitmix64.c), by seed."""
    z = seed + _GOLDEN
    z = (z ^ (z >> _U64(30))) * _MIX1
    z = (z ^ (z >> _U64(27))) * _MIX2
    return z ^ (z >> _U64(31))
