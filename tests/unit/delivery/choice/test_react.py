"""What somebody reacted to: the same as told row by row, and never owed twice."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from kervan.delivery.choice import react
from kervan.delivery.choice.react import DAY_MS, LEVELS, OWED_MS, Deeds, Sent
from kervan.segments.columns import NO_TIME

NOW = 1_790_000_000_000
_at = st.integers(0, 12).map(lambda day: NOW - 20 * DAY_MS + day * DAY_MS)
_messages = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 2), _at, st.booleans()), max_size=12
)
_deeds = st.lists(st.tuples(st.integers(0, 3), st.integers(-1, 3), _at), max_size=8)


def sent_of(rows: list[tuple[int, int, int, bool]]) -> Sent:
    """Messages of (person, channel, at, clicked an hour later)."""
    table = np.array([(p, c, at + i) for i, (p, c, at, _) in enumerate(rows)], np.int64)
    person, channel, at = table.reshape(-1, 3).T
    clicked = np.array([one[3] for one in rows], np.bool_)
    return Sent(person, channel, at, np.where(clicked, at + 3_600_000, NO_TIME))


def deeds_of(rows: list[tuple[int, int, int]]) -> Deeds:
    """Replies and orders, half an hour past the hour."""
    person, channel, at = np.array(rows, np.int64).reshape(-1, 3).T
    return Deeds(person, channel, at + 1_800_000)


def one_by_one(sent: Sent, deeds: Deeds) -> list[int]:
    """The same told row by row."""
    found: list[int] = sent.clicked_ms.tolist()
    rows = list(zip(sent.person.tolist(), sent.channel.tolist(), sent.at_ms.tolist(), strict=True))
    for person, channel, at in zip(
        deeds.person.tolist(), deeds.channel.tolist(), deeds.at_ms.tolist(), strict=True
    ):
        mine = [
            (sent_at, row)
            for row, (who, by, sent_at) in enumerate(rows)
            if who == person and (channel < 0 or by == channel) and sent_at <= at
        ]
        if mine:
            last, row = max(mine)
            if at - last <= OWED_MS:
                found[row] = at if found[row] == NO_TIME else min(found[row], at)
    return found


@settings(max_examples=200)
@given(_messages, _deeds)
def test_each_deed_is_owed_to_the_last_message_before_it(
    messages: list[tuple[int, int, int, bool]], deeds: list[tuple[int, int, int]]
) -> None:
    sent, did = sent_of(messages), deeds_of(deeds)
    assert react.reactions(sent, did).tolist() == one_by_one(sent, did)


def test_habits_count_what_is_old_enough_to_say_something() -> None:
    sent = Sent(
        np.array([0, 0, 0, 1]),
        np.array([0, 0, 1, 1]),
        np.array([NOW - 9 * DAY_MS, NOW - 60_000, NOW - 8 * DAY_MS, NOW - 60_000]),
        np.array([NOW - 9 * DAY_MS, NO_TIME, NO_TIME, NOW]),
    )
    reacted = react.reactions(sent, deeds_of([]))
    local = np.where(reacted == NO_TIME, NO_TIME, 19 * 3_600_000)
    found = react.habits(sent, reacted, local, 3, 2, NOW)
    assert found.sent.tolist() == [[1, 1], [0, 1], [0, 0]], "a minute is too young to be a no"
    assert found.reacted.tolist() == [[1, 0], [0, 1], [0, 0]]
    assert found.hours[:, 19].tolist() == [1, 1, 0]
    assert [LEVELS[one] for one in found.level] == ["engaged", "engaged", "new"]


def test_nobody_and_nothing() -> None:
    empty = sent_of([])
    assert react.reactions(empty, deeds_of([(0, -1, NOW)])).tolist() == []
