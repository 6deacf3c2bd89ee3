"""Random people with random events, and instants at which asking them is a close thing."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from kervan.segments.tree import Node
from tests.unit.segments import random_trees
from tests.unit.segments.random_trees import LISTS, SEGMENTS, SPANS, Trees

ZONES = ("Europe/Berlin", "America/Sao_Paulo", "Asia/Beirut", "Australia/Lord_Howe",
         "Europe/Istanbul", "Asia/Baku", "America/St_Johns", "Pacific/Apia", "UTC")  # fmt: skip
# When clocks were put forward or back somewhere above, and a few plain days.
ERAS = (
    ("2026-03-29T01:00", "Europe/Berlin"), ("2026-10-25T01:00", "Europe/Berlin"),
    ("2021-03-27T22:00", "Asia/Beirut"), ("2020-10-24T21:00", "Asia/Beirut"),
    ("2018-11-04T03:00", "America/Sao_Paulo"), ("2018-02-18T02:00", "America/Sao_Paulo"),
    ("2026-04-04T15:00", "Australia/Lord_Howe"), ("2026-10-03T15:30", "Australia/Lord_Howe"),
    ("2016-03-27T01:00", "Europe/Istanbul"), ("2016-09-06T21:00", "Europe/Istanbul"),
    ("2015-10-25T01:00", "Asia/Baku"), ("2011-12-30T10:00", "Pacific/Apia"),
    ("2010-11-07T02:31", "America/St_Johns"), ("2026-11-22T12:34", "Europe/Istanbul"),
    ("2024-02-29T09:00", "Asia/Baku"), ("2026-12-31T21:30", "Europe/Berlin"),
    ("2027-01-01T00:00", "UTC"),
)  # fmt: skip
DAY_MS, HOUR_MS = 86_400_000, 3_600_000
OFFSETS_MS = (*(span.length_ms for span in SPANS[:8]), 0, DAY_MS * 3, HOUR_MS, HOUR_MS // 2)
_NUDGES_MS = (0, 0, 0, 1, -1)
_PRICES: tuple[Any, ...] = (
    0, 1, 2, 2, 3, 12, 2.5, 0.1, 0.2, 0.3, -0.5, -0.0, 1.0, 1000, 1_000_000_000, 1_000_000_001,
    0.0000005, 0.0000015, 2**53 + 1, "12", "-0.5", "1e3", "+7", "1e999", " 12", "12.", ".5", "٣",
    "nan", "inf", "0x10", "2024-1-1", True, False, None, "shoes", [1, 2], {"net": 3},
)  # fmt: skip
_CATS: tuple[Any, ...] = (
    *random_trees.TEXTS, "shoes", "shoes", "Ankara\n", "2024-01-01", "true", 12, 2.5, True, None,
    ["shoes"], [], {}, {"of": "shoes"},
)  # fmt: skip


@dataclass
class Crowd:
    """People and events as the reference reads them; an event says whose it is in `person`.

    `trees` are those of the segments that trees may name.
    """

    base_ms: int
    people: list[dict[str, Any]]
    events: list[dict[str, Any]]
    trees: Trees
    segments: Mapping[str, Node] = field(default_factory=dict)

    def of(self, person: int) -> list[dict[str, Any]]:
        """The events of a person."""
        return [one for one in self.events if one["person"] == person]


def crowd(chance: random.Random, people: int = 24) -> Crowd:
    """Some people around an era, and what segments say of them."""
    instant, zone = chance.choice(ERAS)
    era = datetime.fromisoformat(instant).replace(tzinfo=UTC)
    base_ms = int(era.timestamp()) * 1000
    numbers, zones = chance.sample(range(1, 400), people), [zone, *chance.sample(ZONES, 2)]
    folk = [person(chance, number, base_ms, zones) for number in sorted(numbers)]
    events = [one for her in folk for one in happenings(chance, her, base_ms)]
    days = [(era + timedelta(days=days)).date() for days in (-40, -8, -7, -2, -1, 0, 0, 1, 2)]
    hours = [(era + timedelta(hours=hours)).isoformat()[:19] + "Z" for hours in (-25, -2, 0, 3)]
    dates = sorted({*(day.isoformat() for day in days), *hours})
    local = [era.astimezone(ZoneInfo(zone)) + timedelta(hours=by) for by in (0, -1)]
    just_before = (era - timedelta(seconds=1)).astimezone(ZoneInfo(zone))
    trees = Trees(chance, dates, [one.hour for one in (*local, just_before)])
    segments = {
        key: trees.node(depth=chance.randrange(3), segments=SEGMENTS[:i])
        for i, key in enumerate(SEGMENTS)
    }
    return Crowd(base_ms, folk, events, trees, segments)


def near(chance: random.Random, base_ms: int) -> int:
    """An instant a window's length or two from the era's, and often exactly so."""
    if chance.random() < 0.12:  # where a clock was just put forward or back
        return base_ms + chance.choice((0, -1, HOUR_MS // 2, HOUR_MS // 2, HOUR_MS - 1, HOUR_MS))
    before = chance.choice(OFFSETS_MS) + chance.choice((0, 0, 0, 0, 0, *OFFSETS_MS))
    after = chance.choice((0, 0, 0, 0, DAY_MS, HOUR_MS // 2, HOUR_MS // 2))
    return base_ms - before + after + chance.choice(_NUDGES_MS)


def midnight(chance: random.Random, zone: str, at_ms: int) -> int:
    """Midnight there, of that day or one near it."""
    local = datetime.fromtimestamp(at_ms // 1000, ZoneInfo(zone))
    day = local + timedelta(days=chance.choice((0, 0, 1, 1, -6, 7)))
    begun = day.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    if chance.random() < 0.3:
        begun = begun.replace(day=1)
    return int(begun.timestamp()) * 1000


def person(
    chance: random.Random, number: int, base_ms: int, zones: Sequence[str]
) -> dict[str, Any]:
    """Somebody of whom most things may be missing, who lives in one of these zones."""
    zone = chance.choice(zones)
    local = datetime.fromtimestamp(base_ms // 1000, ZoneInfo(zone))
    birth = (local + timedelta(days=chance.choice((0, 0, 1, -1, 2, -7, 7, 30, -8)))).date()
    day = chance.choice((0, 229, 101, 1231, *([birth.month * 100 + birth.day] * 5)))
    keys = ("email/marketing//", "sms/marketing//", "email/marketing/news/",
            "email/marketing//kids", "email/service//")  # fmt: skip
    until = (0, 253_402_300_799_000, base_ms, base_ms + DAY_MS, base_ms - DAY_MS, base_ms + 1)
    channels = random_trees.CHANNELS
    has_score = chance.random() < 0.7
    return {
        "person": number,
        "zone": zone,
        "known_since": near(chance, base_ms),
        "language": chance.choice(("", *random_trees.WORDS_OF["language"])),
        "country": chance.choice(("", *random_trees.WORDS_OF["country"])),
        "birthday": day,
        "address": [one for one in channels if chance.random() < 0.6],
        "verified": [one for one in channels if chance.random() < 0.4],
        "suppressed": [one for one in channels if chance.random() < 0.3],
        "consents": {key: chance.choice(until) for key in keys if chance.random() < 0.6},
        "traits": traits(chance),
        "moments": {
            one: chance.choice((near(chance, base_ms), midnight(chance, zone, base_ms)))
            + chance.choice((0, 0, DAY_MS, 9 * DAY_MS))
            for one in random_trees.MOMENTS
            if chance.random() < 0.7
        },
        "rfm_recency": chance.choice((0, 1, 3, 5)) if has_score else 0,
        "rfm_frequency": chance.choice((1, 3, 5)) if has_score else 0,
        "rfm_monetary": chance.choice((1, 5)) if has_score else 0,
        "rfm_group": chance.choice(("", *random_trees.WORDS_OF["rfm_group"])) if has_score else "",
        "life_cycle": chance.choice(random_trees.WORDS_OF["life_cycle"]) if has_score else "",
        "engagement": chance.choice(("", *random_trees.WORDS_OF["engagement"]))
        if has_score
        else "",
        "scores": {"clv": chance.choice((0.0, 1.0, 2.5, 5.0, 7.25))} if has_score else {},
        "lists": [one for one in LISTS.values() if chance.random() < 0.4],
    }


def traits(chance: random.Random) -> dict[str, Any]:
    """A few traits, written one way or the other."""
    found: dict[str, Any] = {}
    if chance.random() < 0.7:
        found["city"] = chance.choice(_CATS)
    if chance.random() < 0.7:
        found["points"] = chance.choice(_PRICES)
    if chance.random() < 0.6:
        found["vip"] = chance.choice((True, False, "true", 1))
    if chance.random() < 0.5:
        inner = chance.choice(_CATS)
        found.update(chance.choice(({"home.city": inner}, {"home": {"city": inner}})))
    if chance.random() < 0.5:
        found["nick name"] = chance.choice(_CATS)
    return found


def happenings(chance: random.Random, her: Mapping[str, Any], base_ms: int) -> list[dict[str, Any]]:
    """What somebody did: often at the same instant, an edge's length or a midnight away."""
    found: list[dict[str, Any]] = []
    for _ in range(chance.choice((0, 1, 3, 6, 10, 15, 20))):
        at_ms = near(chance, base_ms)
        if found and chance.random() < 0.35:
            at_ms = chance.choice(found)["at"] + chance.choice((*OFFSETS_MS, 0, 0, 0))
            at_ms += chance.choice(_NUDGES_MS)
        elif chance.random() < 0.2:
            at_ms = midnight(chance, her["zone"], at_ms) + chance.choice(_NUDGES_MS)
        found.append(happening(chance, her["person"], at_ms))
    return found


def happening(chance: random.Random, person: int, at_ms: int) -> dict[str, Any]:
    """One event."""
    name = chance.choice(random_trees.NAMES * 4 + random_trees.MAIL + random_trees.STEPS)
    currency = chance.choice(("", *random_trees.CURRENCIES))
    event = {
        "person": person,
        "at": at_ms,
        "id": chance.randbytes(16),
        "name": name,
        "channel": chance.choice(("", "web", "app")),
        "currency": currency,
        "order": chance.choice(("", "", *random_trees.ORDERS)),
        "value": chance.choice((0, 50, 2500, 10_000, -100, 2 * 10**9)) if currency else 0,
    }
    if name in random_trees.NAMES:
        event["properties"] = properties(chance)
    elif name in random_trees.STEPS:
        event["properties"] = {"journey": chance.choice(random_trees.JOURNEYS)}
    else:
        event["properties"] = {
            "channel": chance.choice(("email", "email", "sms")),
            "journey": chance.choice((*random_trees.JOURNEYS, "")),
            "machine": chance.random() < 0.3,
            "state": chance.choice(("delivered", "delivered", "failed")),
        }
    return event


def properties(chance: random.Random) -> dict[str, Any]:
    """What is told of an event: of any sort, under names of any sort."""
    found: dict[str, Any] = {}
    if chance.random() < 0.75:
        found["price"] = chance.choice(_PRICES)
    if chance.random() < 0.65:
        found["cat"] = chance.choice(_CATS)
    if chance.random() < 0.4:
        found["a b"] = chance.choice((*_PRICES, *_CATS))
    if chance.random() < 0.4:
        inner = chance.choice(_CATS)
        ways = ({"shipping": {"city": inner}}, {"shipping.city": inner}, {"shipping": inner})
        found.update(chance.choice(ways))
    if chance.random() < 0.3:
        found["o'd`d\"\\{x}"] = chance.choice(_CATS)
    if chance.random() < 0.3:
        found["ünvan"] = {"posta kodu": chance.choice(("06100", 6100, None))}
    if chance.random() < 0.3:
        found["tags"] = chance.choice(([], ["a"], "a", [None], None, {"a": 1}))
    if chance.random() < 0.3:
        found["is_gift"] = chance.choice((True, False, "true", 0))
    if chance.random() < 0.5:
        found["products"] = products(chance)
    return found


def products(chance: random.Random) -> Any:
    """Product lines, or what somebody took for them; a mixed list is mended at the door."""
    kind = chance.randrange(10)
    if kind == 0:
        return chance.choice(([], None, "shoes", 3, [1, 2], {"price": 2, "cat": "shoes"}))
    lines: list[Any] = []
    for _ in range(chance.choice((1, 2, 2, 3))):
        line: dict[str, Any] = {}
        if chance.random() < 0.8:
            line["price"] = chance.choice(_PRICES)
        if chance.random() < 0.8:
            line["cat"] = chance.choice(_CATS)
        if chance.random() < 0.3:
            line.update(chance.choice(({"size": {"eu": 12}}, {"size.eu": "12"}, {"size": 12})))
        lines.append(line)
    return lines


def clock(chance: random.Random, crowd: Crowd) -> int:
    """When to ask: near an event, an edge of its windows, a midnight or a date of somebody."""
    kind = chance.randrange(10)
    if kind == 0 or not crowd.events:
        return crowd.base_ms + chance.choice(_NUDGES_MS)
    her = chance.choice(crowd.people)
    if kind < 3:
        at_ms = midnight(chance, her["zone"], crowd.base_ms)
    elif kind == 3 and her["moments"]:
        at_ms = chance.choice(list(her["moments"].values())) - chance.choice(OFFSETS_MS)
    elif kind == 4:
        at_ms = near(chance, crowd.base_ms)
    else:
        at_ms = chance.choice(crowd.events)["at"] + chance.choice(OFFSETS_MS)
        at_ms = min(at_ms, crowd.base_ms + DAY_MS)
    return at_ms + chance.choice(_NUDGES_MS)
