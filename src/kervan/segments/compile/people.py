"""Conditions on the person herself as conditions on her row of `people` or `scores`."""

from collections.abc import Sequence
from hashlib import blake2b

from kervan.segments import tree
from kervan.segments.compile import readings
from kervan.segments.compile.bind import Bound
from kervan.segments.compile.moments import Bounds, Moments, classes, of_zone
from kervan.segments.compile.readings import NOT, Value, total
from kervan.segments.compile.shift import local_ms
from kervan.segments.facts import CHANNELS, REFUSED_MS, SCORE, consent_key

PersonLeaf = tree.Trait | tree.Fact | tree.Reach | tree.Consent | tree.Share
_MARKETING = {
    consent_key(channel, "marketing", "", ""): f"p.marketing_{channel}" for channel in CHANNELS
}
"""The consents that are columns of their own: what the map says of them, 0 for nothing."""
_RFM = ("rfm_recency", "rfm_frequency", "rfm_monetary")
_SCORED = (*_RFM, "rfm", "rfm_group", "life_cycle", "engagement")
_MIXES = ((30, "13787848793156543929"), (27, "10723151780598845931"))
_GOLDEN = "11400714819323198485"


class Conditions:
    """Conditions on rows of people, none of them ever NULL."""

    def __init__(self, bound: Bound, moments: Moments) -> None:
        self._bound = bound
        self._moments = moments

    def of_people(self, leaf: PersonLeaf) -> str:
        """The condition on a row of `people`, for a leaf that is not about scores."""
        match leaf:
            case tree.Trait():
                return total(self._trait(leaf))
            case tree.Fact():
                return total(self._fact(leaf))
            case tree.Reach():
                return self._reach(leaf)
            case tree.Consent():
                return self._consent(leaf)
            case tree.Share():
                return self._share(leaf)

    def of_scores(self, leaf: tree.Fact) -> str:
        """The condition on a row of `scores` that something is known, and meets the test.

        An `unknown` is asked as `known`: who has no row is unknown too.
        """
        value = self._score(leaf.fact)
        test = tree.Known() if isinstance(leaf.test, tree.Unknown) else leaf.test
        return total(readings.meets(value, test, self._bound))

    def _score(self, fact: str) -> Value:
        if fact.startswith(SCORE):
            key = self._bound.text(fact.removeprefix(SCORE))
            known = f"(mapContains(s.scores, {key}) AND NOT isNaN(s.scores[{key}]))"
            return readings.of_number(f"s.scores[{key}]", known)
        if fact == "rfm":
            known = " AND ".join(f"s.{part} > 0" for part in _RFM)
            r, f, m = (f"toUInt16(s.{part})" for part in _RFM)
            return readings.of_number(f"({r} * 100 + {f} * 10 + {m})", f"({known})")
        if fact in _RFM:
            return readings.of_number(f"s.{fact}", f"s.{fact} > 0")
        return _text_only(f"s.{fact}")

    def _trait(self, leaf: tree.Trait) -> str:
        if not isinstance(leaf.test, tree.Time | tree.Yearly):
            value = readings.of_path("p.traits", leaf.trait)
            return readings.meets(value, leaf.test, self._bound)
        key = self._bound.text(leaf.trait)
        return f"(mapContains(p.moments, {key}) AND {self._dated(f'p.moments[{key}]', leaf.test)})"

    def _fact(self, leaf: tree.Fact) -> str:
        match leaf.fact:
            case "known_since":
                if isinstance(leaf.test, tree.Known | tree.Unknown):
                    return "1" if isinstance(leaf.test, tree.Known) else NOT
                return self._dated("toUnixTimestamp64Milli(p.known_since)", leaf.test)
            case "birthday":
                return self._birthday(leaf.test)
            case "language" | "country" | "zone":
                return readings.meets(_text_only(f"p.{leaf.fact}"), leaf.test, self._bound)
        return "1" if isinstance(leaf.test, tree.Unknown) else NOT

    def _dated(self, at_ms: str, test: tree.Test) -> str:
        match test:
            case tree.Time():
                return self._zoned([
                    self._within(at_ms, bounds) for bounds in self._moments.bounds(test.window)
                ])  # fmt: skip
            case tree.Yearly():
                local = local_ms(at_ms, self._moments.zones, self._bound, self.lives)
                day = f"fromUnixTimestamp64Milli({local}, 'UTC')"
                return self._near(f"toMonth({day}) * 100 + toDayOfMonth({day})", test)
        return NOT

    def _birthday(self, test: tree.Test) -> str:
        match test:
            case tree.Yearly():
                return self._near("p.birthday", test)
            case tree.Known():
                return "p.birthday != 0"
            case tree.Unknown():
                return "p.birthday = 0"
        return NOT

    def _within(self, at_ms: str, bounds: Bounds) -> str:
        low, high = (self._bound.integer(one) for one in bounds)
        return f"({at_ms} >= {low} AND {at_ms} < {high})"

    def _near(self, day: str, test: tree.Yearly) -> str:
        return self._zoned([
            f"has({self._bound.integers(days)}, toInt64({day}))"
            for days in self._moments.near_days(test)
        ])  # fmt: skip

    def _zoned(self, conditions: Sequence[str]) -> str:
        return of_zone(classes(self._moments.zones, conditions), self.lives)

    def lives(self, zones: Sequence[str]) -> str:
        """The condition that the person of a row of `people` lives in one of these zones."""
        return f"p.zone IN {self._bound.texts(zones)}"

    def _reach(self, leaf: tree.Reach) -> str:
        bit = CHANNELS.index(leaf.channel)
        if leaf.state == "reachable":
            return f"(bitTest(p.address, {bit}) AND NOT bitTest(p.suppressed, {bit}))"
        column = {"has_address": "address"}.get(leaf.state, leaf.state)
        return f"bitTest(p.{column}, {bit})"

    def _consent(self, leaf: tree.Consent) -> str:
        key = consent_key(leaf.channel, leaf.purpose, leaf.topic, leaf.brand)
        name = self._bound.text(key)
        asked, until = f"mapContains(p.consents, {name})", f"p.consents[{name}]"
        at = self._bound.integer(self._moments.at_ms)
        match leaf.state:
            case "not_asked":
                return f"(NOT {asked})"
            case "refused":
                return f"({asked} AND {until} = {REFUSED_MS})"
            case "granted":
                # What is missing reads as refused, which lies before any instant since 1970.
                until = _MARKETING.get(key, until)
                known = f" AND {until} != {REFUSED_MS}" if self._moments.at_ms < REFUSED_MS else ""
                return f"({until} > {at}{known})"
            case "expired":
                return f"({asked} AND {until} != {REFUSED_MS} AND {until} <= {at})"

    def _share(self, leaf: tree.Share) -> str:
        salt = int.from_bytes(blake2b(leaf.salt.encode()).digest()[:8], "little")
        state = f"({self._bound.natural(salt)} + p.person + {_GOLDEN})"
        for bits, factor in _MIXES:
            state = f"(bitXor({state}, bitShiftRight({state}, {bits})) * {factor})"
        high = f"bitXor(bitShiftRight({state}, 32), bitShiftRight(bitShiftRight({state}, 31), 32))"
        place = f"(toFloat64({high}) * 100 / 4294967296)"
        start, end = self._bound.number(leaf.start), self._bound.number(leaf.end)
        return f"({place} >= {start} AND {place} < {end})"


def is_score(fact: str) -> bool:
    """Whether a fact stands in `scores`."""
    return fact in _SCORED or fact.startswith(SCORE)


def _text_only(column: str) -> Value:
    known = f"{column} != ''"
    return Value(text=column, has_text=known, known=known)
