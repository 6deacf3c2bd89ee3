"""Of what is said of a person, the latest by event time wins, whatever the order of arrival."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kervan.profiles import traits

_said = st.lists(
    st.tuples(
        st.dictionaries(st.sampled_from("abc"), st.none() | st.integers(0, 3), max_size=3),
        st.integers(0, 5),
    ),
    max_size=8,
)


def _all(said: list[tuple[dict[str, Any], int]]) -> traits.Traits:
    merged: traits.Traits = {}
    for one, at_ms in said:
        traits.merge(merged, traits.stamp(one, at_ms))
    return merged


@given(_said, st.randoms(use_true_random=False))
def test_the_order_and_repeats_of_what_was_said_do_not_matter(said: Any, random: Any) -> None:
    shuffled = said + said
    random.shuffle(shuffled)
    assert _all(shuffled) == _all(said)


def test_the_latest_wins_and_a_null_takes_away() -> None:
    merged = _all([({"plan": "gold"}, 2), ({"plan": "silver"}, 1), ({"city": "Bakı"}, 1)])
    assert traits.plain(merged) == {"plan": "gold", "city": "Bakı"}
    traits.merge(merged, traits.stamp({"city": None}, 3))
    assert traits.plain(merged) == {"plan": "gold"}


def test_personal_traits_are_told_apart() -> None:
    personal, rest = traits.split(traits.stamp({"email": "a", "firstName": "b", "plan": "c"}, 1))
    assert set(personal) == {"email", "firstName"} and set(rest) == {"plan"}
