"""Caps and gaps against one message after another: never exceeded, never under-filled."""

import itertools
from dataclasses import dataclass

import numpy as np
from hypothesis import given, strategies

from kervan.delivery.policy import caps, where
from kervan.delivery.policy.caps import Asking, Marked, Past
from kervan.delivery.policy.definition import Cap, Gap
from tests.reference import pacing
from tests.reference.pacing import Message

CHANNELS = ("email", "sms", "push")
ZONES = ("Europe/Istanbul", "Europe/Berlin", "America/New_York")
_BASE = 1_792_886_400_000  # 2026-10-25T00:00Z: clocks go back in Berlin an hour later
_HOUR = 3_600_000
_UNITS = {"hour": _HOUR, "day": 24 * _HOUR, "week": 168 * _HOUR, "month": 720 * _HOUR}


@dataclass
class Wish:
    """A message that asks, and how urgent it is."""

    message: Message
    priority: int = 5
    asks: bool = True
    takes: bool = True


def marks(messages: list[Message]) -> Marked:
    """Their channels as codes; topics and brands are all the same."""
    count = len(messages)
    channel = np.array([CHANNELS.index(one.channel) for one in messages], np.int32)
    nothing = np.zeros(count, np.int32)
    return Marked(channel, nothing, nothing, CHANNELS, ("",), ("",))


def ask(wishes: list[Wish], went: list[Message], limits: list[Cap | Gap]) -> list[int]:
    """What the house says of each wish: the limit that refuses it, or -1."""
    messages = [one.message for one in wishes]
    asking = Asking(
        person=np.array([one.person for one in messages], np.int32),
        at_ms=np.array([one.at_ms for one in messages], np.int64),
        priority=np.array([one.priority for one in wishes], np.int16),
        places=where.places((one.zone, "") for one in messages),
        marks=marks(messages),
        asks=np.array([one.asks for one in wishes], np.bool_),
        takes=np.array([one.takes for one in wishes], np.bool_),
    )
    past = Past(
        np.array([one.person for one in went], np.int32),
        np.array([one.at_ms for one in went], np.int64),
        marks(went),
    )
    return caps.judge(asking, past, limits).limit.tolist()


def plain(limit: Cap | Gap) -> pacing.Limit:
    """The same limit in the reference's words."""
    if isinstance(limit, Gap):
        return pacing.Limit(1, "", limit.minutes * 60_000, limit.channels)
    rolling = _UNITS[limit.per] if limit.window == "rolling" else 0
    return pacing.Limit(limit.most, limit.per, rolling, limit.channels)


def one_by_one(wishes: list[Wish], went: list[Message], limits: list[Cap | Gap]) -> list[int]:
    """What the reference says: by time, then priority, then as they stand."""
    went, said = list(went), [-1] * len(wishes)
    slow = [plain(one) for one in limits]
    order = sorted(
        range(len(wishes)), key=lambda i: (wishes[i].message.at_ms, -wishes[i].priority, i)
    )
    for row in order:
        wish = wishes[row]
        if not wish.asks:
            continue
        free = [
            one if limit.passes_from_priority is None or wish.priority < limit.passes_from_priority
            else pacing.Limit(10**9, one.unit, one.rolling_ms, one.channels)
            for one, limit in zip(slow, limits, strict=True)
        ]  # fmt: skip
        said[row] = pacing.may_go(wish.message, went, free)
        if said[row] < 0 and wish.takes:
            went.append(wish.message)
    return said


_some_channels = strategies.lists(strategies.sampled_from(CHANNELS), max_size=2, unique=True).map(
    tuple
)
_passes = strategies.none() | strategies.integers(3, 9)
_CAP = strategies.builds(
    Cap, name=strategies.just("cap"), most=strategies.integers(0, 4),
    per=strategies.sampled_from(tuple(_UNITS)),
    window=strategies.sampled_from(("calendar", "rolling")), channels=_some_channels,
    passes_from_priority=_passes,
)  # fmt: skip
_GAP = strategies.builds(
    Gap, name=strategies.just("gap"), minutes=strategies.integers(1, 3000),
    channels=_some_channels, passes_from_priority=_passes,
)  # fmt: skip
_MESSAGE = strategies.builds(
    Message, strategies.integers(0, 1),
    # near each other, near midnights, and near the hour that Berlin has twice
    (strategies.integers(-80, 80).map(lambda n: _BASE + n * _HOUR // 2)
     | strategies.integers(-72 * _HOUR, 72 * _HOUR).map(lambda n: _BASE + n)
     | strategies.integers(-60, 60).map(lambda n: _BASE + n * 12 * _HOUR)),
    strategies.sampled_from(CHANNELS), strategies.sampled_from(ZONES[:2]),
)  # fmt: skip


def _at_home(message: Message) -> Message:
    """Each person lives in one zone."""
    return Message(message.person, message.at_ms, message.channel, ZONES[message.person])


_WISH = strategies.builds(
    Wish, _MESSAGE.map(_at_home), strategies.integers(0, 9), strategies.integers(0, 9).map(bool),
    strategies.integers(0, 6).map(bool),
)  # fmt: skip
_LIMITS = strategies.lists(_CAP | _GAP, min_size=1, max_size=4)


@given(strategies.lists(_WISH, max_size=30), strategies.lists(_MESSAGE, max_size=12), _LIMITS)
def test_as_one_after_another(
    wishes: list[Wish], went: list[Message], limits: list[Cap | Gap]
) -> None:
    # The past is over before anybody asks; the doubled hour counts its earlier half too.
    begin = min((one.message.at_ms for one in wishes), default=_BASE)
    past = [_at_home(one) for one in went if one.at_ms <= begin]
    hourly = [one for one in limits if not (isinstance(one, Cap) and one.per == "hour")]
    assert ask(wishes, past, hourly) == one_by_one(wishes, past, hourly)


@given(strategies.lists(_WISH, max_size=24), _LIMITS, strategies.lists(strategies.integers(0, 24)))
def test_however_a_batch_is_cut(
    wishes: list[Wish], limits: list[Cap | Gap], cuts: list[int]
) -> None:
    wishes = sorted(wishes, key=lambda one: (one.message.at_ms, -one.priority))
    together = ask(wishes, [], limits)
    went: list[Message] = []
    apart: list[int] = []
    edges = sorted({0, len(wishes), *(one for one in cuts if one < len(wishes))})
    for begin, end in itertools.pairwise(edges):
        said = ask(wishes[begin:end], went, limits)
        went += [
            one.message for one, limit in zip(wishes[begin:end], said, strict=True)
            if limit < 0 and one.asks and one.takes
        ]  # fmt: skip
        apart += said
    assert apart == together


@given(strategies.lists(_WISH, min_size=1, max_size=24), _LIMITS)
def test_what_is_told_to_come_back_is_free_then_and_not_before(
    wishes: list[Wish], limits: list[Cap | Gap]
) -> None:
    limits = [one for one in limits if not (isinstance(one, Cap) and one.per == "hour")]
    said = ask(wishes, [], limits)
    went = [
        one.message for one, limit in zip(wishes, said, strict=True)
        if limit < 0 and one.asks and one.takes
    ]  # fmt: skip
    last = max(one.at_ms for one in (wish.message for wish in wishes))
    for wish, limit in zip(wishes, said, strict=True):
        if limit < 0 or wish.message.at_ms < last:
            continue  # of what came before, others took places since
        message, slow = wish.message, plain(limits[limit])
        paced = _paced(wish, went, [limits[limit]])
        if slow.most == 0:
            assert paced == np.iinfo(np.int64).max
            continue
        assert paced > message.at_ms
        then = Message(message.person, paced, message.channel, message.zone)
        assert pacing.may_go(then, went, [slow]) == -1
        just_before = Message(message.person, paced - 1, message.channel, message.zone)
        assert pacing.may_go(just_before, went, [slow]) == 0


def _paced(wish: Wish, went: list[Message], limits: list[Cap | Gap]) -> int:
    asking = Asking(
        np.array([wish.message.person], np.int32), np.array([wish.message.at_ms], np.int64),
        np.array([wish.priority], np.int16), where.places([(wish.message.zone, "")]),
        marks([wish.message]), np.ones(1, np.bool_), np.ones(1, np.bool_),
    )  # fmt: skip
    past = Past(
        np.array([one.person for one in went], np.int32),
        np.array([one.at_ms for one in went], np.int64), marks(went),
    )  # fmt: skip
    return int(caps.judge(asking, past, limits).free_ms[0])


def test_the_doubled_hour_is_one_hour_of_the_calendar() -> None:
    # 2026-10-25 in Berlin: 02:15 at 00:15 UTC and again at 01:15 UTC.
    first, again = _BASE + _HOUR // 4, _BASE + _HOUR + _HOUR // 4
    wishes = [Wish(Message(0, at, "email", "Europe/Berlin")) for at in (first, again)]
    assert ask(wishes, [], [Cap(name="c", most=1, per="hour")]) == [-1, 0]


def test_who_may_be_anywhere_has_the_longest_day() -> None:
    # 22:30 UTC is the next day in Istanbul and Baku, but not in London.
    limits: list[Cap | Gap] = [Cap(name="c", most=1, per="day")]
    noon, late = _BASE + 12 * _HOUR, _BASE + 22 * _HOUR + _HOUR // 2
    for zone, expected in (("Europe/Istanbul", -1), ("Europe/London", 0), ("", 0)):
        wishes = [Wish(Message(0, at, "email", zone)) for at in (noon, late)]
        assert ask(wishes, [], limits) == [-1, expected]


def test_the_more_urgent_one_gets_the_place() -> None:
    wishes = [Wish(Message(0, _BASE, "email", ZONES[0]), priority) for priority in (1, 9, 5)]
    assert ask(wishes, [], [Cap(name="c", most=1, per="day")]) == [0, -1, 0]
    spared = Cap(name="c", most=1, per="day", passes_from_priority=5)
    assert ask(wishes, [], [spared]) == [0, -1, -1]


def test_what_is_exactly_a_window_old_has_left_it() -> None:
    day = 24 * _HOUR
    rolling: list[Cap | Gap] = [Cap(name="c", most=1, per="day", window="rolling")]
    gap: list[Cap | Gap] = [Gap(name="g", minutes=1440)]
    went = [Message(0, _BASE, "email", ZONES[0])]
    for limits in (rolling, gap):
        for away, expected in ((day - 1, 0), (day, -1)):
            later = Wish(Message(0, _BASE + away, "email", ZONES[0]))
            assert ask([later], went, limits) == [expected]
            assert ask([Wish(went[0]), later], [], limits) == [-1, expected]


def test_what_does_not_really_go_takes_no_place() -> None:
    limits: list[Cap | Gap] = [Cap(name="c", most=1, per="day")]
    wishes = [
        Wish(Message(0, _BASE, "email", ZONES[0]), takes=False),
        Wish(Message(0, _BASE, "email", ZONES[0]), asks=False),
        Wish(Message(0, _BASE, "email", ZONES[0])),
        Wish(Message(0, _BASE, "email", ZONES[0]), takes=False),
    ]
    assert ask(wishes, [], limits) == [-1, -1, -1, 0]


def test_a_day_whose_midnight_clocks_skip_begins_after_the_gap() -> None:
    # Beirut, 2021-03-28: 00:00 became 01:00, at 22:00 UTC of the day before.
    midnight = 1_616_882_400_000
    limits: list[Cap | Gap] = [Cap(name="c", most=1, per="day")]
    before = [Message(0, midnight - 1, "email", "Asia/Beirut")]
    assert ask([Wish(Message(0, midnight, "email", "Asia/Beirut"))], before, limits) == [-1]
    first = [Message(0, midnight, "email", "Asia/Beirut")]
    assert ask([Wish(Message(0, midnight + 1, "email", "Asia/Beirut"))], first, limits) == [0]
    assert ask([Wish(Message(0, midnight + 1, "email", "Asia/Beirut"))], before, limits) == [-1]
