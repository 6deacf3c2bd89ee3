"""The picked channel is a function of the facts; as many explore as the author said."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from kervan.delivery.choice import pick, prior
from kervan.delivery.choice.pick import NOT_OFFERED, Asked
from kervan.delivery.choice.prior import Prior
from kervan.delivery.choice.react import LEVELS
from kervan.kernel import ids

CHANNELS = ["email", "push", "sms"]
Row = tuple[list[tuple[int, float]], list[int], int, float]


def keys(count: int, name: str = "") -> list[bytes]:
    """Keys of so many messages."""
    return [ids.hash16(name.encode(), b"%d" % one) for one in range(count)]


def asked(
    count: int, sent: list[int], reacted: list[int], explore: float = 0.0,
    rank: tuple[int, ...] = (0, 1, 2), name: str = "",
) -> Asked:  # fmt: skip
    """So many messages to people with the same counts."""
    return Asked(
        keys(count, name),
        np.tile(np.array(sent, np.int64), (count, 1)),
        np.tile(np.array(reacted, np.int64), (count, 1)),
        np.zeros(count, np.int64),
        np.tile(np.array(rank, np.int8), (count, 1)),
        np.full(count, explore),
    )


def flat() -> Prior:
    """All channels alike."""
    return prior.nothing().over(CHANNELS)


def test_her_own_reactions_win_over_the_order() -> None:
    found = pick.pick(asked(1, [20, 20, 20], [1, 2, 9]), flat())
    assert CHANNELS[found.channel[0]] == "sms"


def test_without_anything_known_the_authors_order_stands() -> None:
    found = pick.pick(asked(1, [0, 0, 0], [0, 0, 0], rank=(2, 0, 1)), flat())
    assert CHANNELS[found.best[0]] == "push"


def test_little_of_her_own_is_weighed_against_people_like_her() -> None:
    belief = Prior(
        tuple(CHANNELS), np.tile([0.5, 0.1, 0.1], (len(LEVELS), 1)),
        np.full((len(LEVELS), 3), 20.0), prior.nothing().hours,
    )  # fmt: skip
    assert CHANNELS[pick.pick(asked(1, [0, 1, 0], [0, 1, 0]), belief).best[0]] == "email"
    assert CHANNELS[pick.pick(asked(1, [0, 90, 0], [0, 80, 0]), belief).best[0]] == "push"


@settings(max_examples=150)
@given(
    st.lists(
        st.tuples(
            st.lists(st.tuples(st.integers(0, 30), st.floats(0, 1)), min_size=3, max_size=3),
            st.permutations([0, 1, 2]),
            st.integers(1, 3),
            st.sampled_from([0.0, 0.3, 1.0]),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_a_choice_is_a_function_of_its_own_row(rows: list[Row]) -> None:
    sent = np.array([[one for one, _ in row[0]] for row in rows], np.int64)
    reacted = np.floor(sent * np.array([[share for _, share in row[0]] for row in rows]))
    rank = np.array(
        [[NOT_OFFERED if one >= row[2] else one for one in row[1]] for row in rows], np.int8
    )
    explore = np.array([row[3] for row in rows])
    level = np.zeros(len(rows), np.int64)
    names = keys(len(rows))
    whole = Asked(names, sent, reacted.astype(np.int64), level, rank, explore)
    found = pick.pick(whole, flat())
    for row in range(len(rows)):
        one = slice(row, row + 1)
        alone = Asked(
            names[one], sent[one], whole.reacted[one], level[one], rank[one], explore[one]
        )
        again = pick.pick(alone, flat())
        assert (again.channel[0], again.best[0]) == (found.channel[row], found.best[row])
        assert rank[row, found.channel[row]] != NOT_OFFERED
        assert found.expected[row, found.best[row]] == found.expected[row].max()
        if explore[row] == 1 and rows[row][2] > 1:
            assert found.channel[row] != found.best[row]
        if explore[row] == 0:
            assert found.channel[row] == found.best[row]


def test_as_many_explore_as_the_author_said() -> None:
    count = 20_000
    for share in (0.05, 0.3):
        found = pick.pick(asked(count, [50, 50, 50], [40, 1, 1], share), flat())
        deviation = (count * share * (1 - share)) ** 0.5
        assert abs(int(found.explores.sum()) - count * share) < 4 * deviation
        others = np.bincount(found.channel[found.explores], minlength=3)
        assert others[0] == 0
        assert abs(int(others[1]) - int(others[2])) < 5 * (others.sum() ** 0.5)


def test_another_journey_lets_others_explore() -> None:
    one = pick.pick(asked(2_000, [9] * 3, [8, 1, 1], 0.5), flat()).explores
    other = pick.pick(asked(2_000, [9] * 3, [8, 1, 1], 0.5, name="b"), flat()).explores
    assert 800 < int((one != other).sum()) < 1_200
