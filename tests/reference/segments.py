"""Who is in a segment, person by person: what `evaluate` and `compile` are held against.

Written from the docstrings of the rule tree alone and slow on purpose: it imports nothing of
Kervan, reads trees as the JSON they are, and knows no columns, no SQL and no sharing of work.

A person is a dictionary: `person`, `zone`, `known_since` (ms), `language`, `country`, `birthday`
(month * 100 + day, 0), `address`, `verified` and `suppressed` (channels), `consents` (key -> until
ms, 0 when refused), `traits` (JSON), `moments` (trait -> ms), `rfm_recency` and so on (0), `scores`
(name -> number), `lists` (numbers). An event is one too: `at` (ms), `id` (bytes), `name`,
`channel`, `currency`, `order` ("" for none), `value` (minor units), `properties` (JSON).
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.reference.segment_values import (
    Day,
    Event,
    Instant,
    Json,
    Node,
    as_number,
    at_path,
    length,
    lines_of,
    money,
    number_meets,
    once_each,
    splitmix64,
    text_meets,
    value_of,
)

Person = Mapping[str, Any]

LONG_AGO, FAR_AHEAD = -(10**18), 10**18
COUNT = {"kind": "count"}
EVER = {"kind": "ever"}
ONE = {"kind": "number", "op": "gte", "value": 1}


class World:
    """What trees name: the trees of segments and the numbers of imported lists, by key."""

    def __init__(
        self, segments: Mapping[str, Node] | None = None, lists: Mapping[str, int] | None = None
    ) -> None:
        self.segments = segments or {}
        self.lists = lists or {}


class Asked:
    """One person with all her events, asked at one instant."""

    def __init__(self, world: World, person: Person, events: Iterable[Event], at_ms: int) -> None:
        self.world = world
        self.person = person
        self.at = at_ms
        self.zone = ZoneInfo(person["zone"])
        happened = [one for one in events if one["at"] <= at_ms]
        self.events = sorted(happened, key=lambda one: (one["at"], one["id"]))

    # Local time ----------------------------------------------------------------------------------

    def local(self, at_ms: int) -> datetime:
        """The local time of an instant."""
        return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=at_ms)).astimezone(
            self.zone
        )

    def day_begins(self, day: date) -> int:
        """The first instant of a local day, or the first after it where it was skipped."""
        midnight = datetime(day.year, day.month, day.day, tzinfo=self.zone)
        seconds = int(midnight.timestamp())
        wanted = midnight.replace(tzinfo=None)
        if self.local(seconds * 1000).replace(tzinfo=None) == wanted:
            return seconds * 1000
        while self.local((seconds - 1) * 1000).replace(tzinfo=None) > wanted:
            seconds -= 1  # within the gap's length
        return seconds * 1000

    def unit_begins(self, unit: str, units: int) -> int:
        """When the calendar unit of now, `units` later, begins."""
        today = self.local(self.at).date()
        if unit == "day":
            return self.day_begins(today + timedelta(days=units))
        if unit == "week":
            return self.day_begins(today - timedelta(days=today.weekday() - 7 * units))
        months = {"month": 1, "quarter": 3, "year": 12}[unit]
        month = today.month - 1 - (today.month - 1) % months + units * months
        return self.day_begins(date(today.year + month // 12, month % 12 + 1, 1))

    # Windows -------------------------------------------------------------------------------------

    def lies_in(self, window: Node, t: int) -> bool:
        """Whether an instant lies in a window; what lies ahead is the caller's business."""
        kind = window["kind"]
        if kind == "ever":
            return t <= self.at
        if kind == "last":
            oldest = self.at - length(window["span"]) if window.get("span") else LONG_AGO
            newest = self.at - length(window["skip"]) if window.get("skip") else self.at
            return oldest < t <= newest
        if kind == "next":
            return self.at < t <= self.at + length(window["span"])
        if kind == "calendar":
            back, count = window.get("back", 0), window.get("count", 1)
            first = self.unit_begins(window["unit"], 1 - back - count)
            return first <= t < self.unit_begins(window["unit"], 1 - back)
        if kind == "between":
            return (
                self.edge(window.get("start"), LONG_AGO, 0)
                <= t
                < self.edge(window.get("end"), FAR_AHEAD, 1)
            )
        assert kind == "since"
        others = [
            one["at"]
            for one in self.events
            if one["name"] in window["events"] and self.all_met(window.get("where", ()), one)
        ]
        if not others:
            return True
        return t > (min(others) if window.get("first") else max(others))

    def edge(self, text: str | None, missing: int, days: int) -> int:
        """The instant of a date or an instant; `days` after it for a date."""
        if text is None:
            return missing
        if len(text) == 10:
            return self.day_begins(date.fromisoformat(text) + timedelta(days=days))
        said = datetime.fromisoformat(text.replace("Z", "+00:00"))
        return (said - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)

    # Tests ---------------------------------------------------------------------------------------

    def meets(self, test: Node, value: Json) -> bool:
        """Whether a value, None for unknown, meets a test."""
        kind = test["kind"]
        is_known = value is not None and not isinstance(value, dict)
        if kind == "known":
            return is_known
        if kind == "unknown":
            return not is_known
        if kind == "flag":
            return isinstance(value, bool) and value == test["value"]
        if kind == "text":
            return isinstance(value, str) and text_meets(test["op"], test["values"], value)
        if kind == "number":
            number = as_number(value)
            return number is not None and number_meets(test, number)
        if kind == "time":
            return isinstance(value, Instant) and self.lies_in(test["window"], value)
        assert kind == "yearly"
        if isinstance(value, Instant):
            there = self.local(value)
            value = Day((there.month, there.day))
        return isinstance(value, Day) and self.is_near(value, test)

    def is_near(self, day: Day, test: Node) -> bool:
        """Whether today is near a day of some year."""
        today = self.local(self.at).date()
        for year in range(today.year - 2, today.year + 3):
            try:
                that = date(year, *day)
            except ValueError:
                that = date(year, 2, 28)
            before = that - timedelta(days=test.get("before", 0))
            if before <= today <= that + timedelta(days=test.get("after", 0)):
                return True
        return False

    # Events --------------------------------------------------------------------------------------

    def all_met(self, filters: Sequence[Node], event: Event, line: Json = None) -> bool:
        """Whether an event, or a line of it, meets all these."""
        return all(
            self.meets(one["test"], value_of(one["property"], event, line)) for one in filters
        )

    def matches(self, asked: Node, event: Event) -> bool:
        """Whether an event is of these names and meets `where` and `lines`."""
        if event["name"] not in asked["events"] or not self.all_met(asked.get("where", ()), event):
            return False
        lines = asked.get("lines", ())
        return not lines or any(self.all_met(lines, event, line) for line in lines_of(event))

    def on_clock(self, clock: Node, t: int) -> bool:
        """Whether it was one of these weekdays and hours where the person lives."""
        there = self.local(t)
        weekdays = clock.get("weekdays", ())
        if weekdays and there.isoweekday() not in weekdays:
            return False
        first, last = clock.get("from_hour", 0), clock.get("to_hour", 0)
        if first == last:
            return True
        if first < last:
            return first <= there.hour < last
        return there.hour >= first or there.hour < last

    def event(self, node: Node) -> bool:
        """A condition on what she did."""
        mine = [one for one in self.events if self.matches(node, one)]
        if node.get("once"):
            mine = once_each(mine)
        window, clock = node.get("window", EVER), node.get("clock")
        mine = [one for one in mine if self.lies_in(window, one["at"])]
        if clock:
            mine = [one for one in mine if self.on_clock(clock, one["at"])]
        return self.meets(node.get("test", ONE), self.measure(node.get("measure", COUNT), mine))

    def measure(self, measure: Node, events: Sequence[Event]) -> Json:
        """A measure of events in order; None for unknown."""
        kind, path = measure["kind"], measure.get("property", "")
        if kind == "count":
            return len(events)
        if kind == "days":
            return len({self.local(one["at"]).date() for one in events})
        if kind == "money":
            return money(measure, events)
        if kind in ("earliest", "latest"):
            if not events:
                return None
            one = events[0 if kind == "earliest" else -1]
            return Instant(one["at"]) if path == "@at" else value_of(path, one)
        values = [value_of(path, one) for one in events]
        if kind == "distinct":
            texts = {one for one in values if isinstance(one, str)}
            native = [one for one in values if not isinstance(one, str)]
            numbers = {float(one) for one in native if as_number(one) is not None}
            return len(texts) + len(numbers)
        numbers_of = [one for one in map(as_number, values) if one is not None]
        if kind in ("sum", "average"):
            small = [round(one * 1e6) for one in numbers_of if abs(one) <= 1e9]
            total = float(sum(small)) / 1e6
            if kind == "sum":
                return total
            return total / len(small) if small else None
        if not numbers_of:
            return None
        return min(numbers_of) if kind == "least" else max(numbers_of)

    def sequence(self, node: Node) -> bool:
        """Whether some chain of events exists."""
        first, *later = node["stages"]
        window = node.get("window", EVER)
        ends = {
            one["at"]
            for one in self.events
            if self.matches(first, one) and self.lies_in(window, one["at"])
        }
        for stage in later:
            within = length(stage["within"]) if stage.get("within") else FAR_AHEAD
            ends = {
                one["at"]
                for one in self.events
                if self.matches(stage, one) and any(0 < one["at"] - t <= within for t in ends)
            }
        then_not = node.get("then_not")
        if not then_not:
            return bool(ends)
        within = length(then_not["within"])
        bad = [one["at"] for one in self.events if self.matches(then_not, one)]
        return any(
            t + within <= self.at and not any(0 < one - t <= within for one in bad) for t in ends
        )

    # Leaves --------------------------------------------------------------------------------------

    def holds(self, node: Node) -> bool:
        """Whether she is in."""
        kind = node["kind"]
        if kind == "all":
            return all(self.holds(one) for one in node["of"])
        if kind == "any":
            return any(self.holds(one) for one in node["of"])
        if kind == "none":
            return not any(self.holds(one) for one in node["of"])
        leaf = {
            "trait": self.trait, "fact": self.fact, "reach": self.reach, "consent": self.consent,
            "event": self.event, "sequence": self.sequence, "messages": self.messages,
            "journey": self.journey, "member": self.member, "share": self.share,
        }[kind]  # fmt: skip
        return leaf(node)

    def trait(self, node: Node) -> bool:
        """A trait; tests of time read those that are dates."""
        name, test = node["trait"], node["test"]
        if test["kind"] in ("time", "yearly"):
            moment = self.person["moments"].get(name)
            return self.meets(test, None if moment is None else Instant(moment))
        return self.meets(test, at_path(self.person["traits"], name))

    def fact(self, node: Node) -> bool:
        """A fact."""
        return self.meets(node["test"], self.known(node["fact"]))

    def known(self, fact: str) -> Json:
        """What is known of her by this name."""
        her = self.person
        if fact.startswith("score."):
            return her["scores"].get(fact.removeprefix("score."))
        if fact == "known_since":
            return Instant(her["known_since"])
        if fact == "birthday":
            return Day(divmod(her["birthday"], 100)) if her["birthday"] else None
        if fact == "rfm":
            cell = [her[f"rfm_{one}"] for one in ("recency", "frequency", "monetary")]
            return cell[0] * 100 + cell[1] * 10 + cell[2] if all(cell) else None
        return her[fact] or None

    def reach(self, node: Node) -> bool:
        """Reach by a channel."""
        channel, state = node["channel"], node.get("state", "reachable")
        if state == "verified":
            return channel in self.person["verified"]
        is_suppressed = channel in self.person["suppressed"]
        if state == "suppressed":
            return is_suppressed
        has_address = channel in self.person["address"]
        return has_address and (state == "has_address" or not is_suppressed)

    def consent(self, node: Node) -> bool:
        """Her word."""
        key = (node["channel"], node.get("purpose", "marketing"), node.get("topic", ""),
               node.get("brand", ""))  # fmt: skip
        until = self.person["consents"].get("/".join(key))
        if until is None:
            found = "not_asked"
        elif until == 0:
            found = "refused"
        else:
            found = "granted" if self.at < until else "expired"
        return found == node.get("state", "granted")

    def messages(self, node: Node) -> bool:
        """What became of her messages."""

        def about(one: Event) -> bool:
            said = one["properties"]
            return all(said.get(key) == node[key] for key in ("channel", "journey")
                       if node.get(key))  # fmt: skip

        what, test = node["what"], node.get("test", ONE)
        mine = [one for one in self.events if about(one)]
        sent = [one for one in mine if one["name"] == "Message Sent"]
        human = [one for one in mine if one["properties"].get("machine") is False]
        clicked = [one for one in human if one["name"] == "Message Clicked"]
        if what == "ignored":
            last = max((one["at"] for one in clicked), default=LONG_AGO)
            return self.meets(test, sum(one["at"] > last for one in sent))
        found = {
            "sent": sent,
            "delivered": [one for one in mine if one["name"] == "Message Delivered"],
            "opened": [one for one in human if one["name"] == "Message Opened"],
            "clicked": clicked,
        }[what]
        window = node.get("window", EVER)
        return self.meets(test, sum(self.lies_in(window, one["at"]) for one in found))

    def journey(self, node: Node) -> bool:
        """Where she stands in a journey."""
        steps = [
            one["name"]
            for one in self.events
            if one["name"] in ("Journey Entered", "Journey Exited")
            and one["properties"].get("journey") == node["journey"]
        ]
        state = node.get("state", "inside")
        if state in ("entered", "never"):
            return ("Journey Entered" in steps) == (state == "entered")
        return steps[-1:] == ["Journey Entered" if state == "inside" else "Journey Exited"]

    def member(self, node: Node) -> bool:
        """Whether she is in another segment."""
        key = node["segment"]
        if key in self.world.lists:
            return self.world.lists[key] in self.person["lists"]
        return self.holds(self.world.segments[key])

    def share(self, node: Node) -> bool:
        """Her place among all."""
        salt = hashlib.blake2b(node.get("salt", "").encode()).digest()
        hashed = splitmix64(int.from_bytes(salt[:8], "little") + self.person["person"])
        place = (hashed >> 32) * 100 / 2**32
        return bool(node.get("start", 0.0) <= place < node["end"])


def holds(world: World, node: Node, person: Person, events: Iterable[Event], at_ms: int) -> bool:
    """Whether a person with these events is in the segment at an instant."""
    return Asked(world, person, events, at_ms).holds(node)
