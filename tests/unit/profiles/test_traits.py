"""Of what is said of a person, the latest by event time wins, whatever the order of arrival."""

from typing import Any

import pytest
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


_many = st.lists(
    st.tuples(
        st.dictionaries(
            st.sampled_from(["email", "phone", "surname", "name", *"abcdef"]),
            st.none() | st.integers(0, 2) | st.just({"x": 1, "y": [2]}) | st.just({"y": [2]}),
        ),
        st.integers(0, 3),
    ),
    max_size=8,
)


@given(_many, st.lists(st.integers(0, 3), min_size=16, max_size=16), st.data())
def test_too_many_traits_are_the_same_in_any_order_and_any_portions(
    said: Any, portions: list[int], data: st.DataObject
) -> None:
    before, traits.LIMIT = traits.LIMIT, 2
    try:
        shuffled = data.draw(st.permutations(said + said))
        whole: traits.Traits = {}
        for number in range(4):
            mine = [one for one, into in zip(shuffled, portions, strict=False) if into == number]
            personal, rest = traits.split(_all(mine))  # as they are kept
            for sort in (personal, rest):
                traits.merge(whole, sort)
            assert not traits.merge(whole, personal), "it is there, or left out again"
        assert whole == _all(said)
        for sort, names in zip(traits.split(whole), traits.split(_unlimited(said)), strict=True):
            assert sorted(sort) == sorted(names)[:2]
    finally:
        traits.LIMIT = before


def _unlimited(said: list[tuple[dict[str, Any], int]]) -> traits.Traits:
    return {name: (None, 0, 0) for one, _ in said for name in one}


def test_a_trait_that_is_left_out_changes_nothing() -> None:
    many = {f"b{number:03}": number for number in range(traits.LIMIT)}
    merged = _all([(many, 1)])
    assert not traits.merge(merged, traits.stamp({"c": 1}, 2))
    assert traits.merge(merged, traits.stamp({"email": "a@b.c"}, 2))
    assert traits.merge(merged, traits.stamp({"a": 1}, 2))
    assert len(merged) == traits.LIMIT + 1
    assert "a" in merged and f"b{traits.LIMIT - 1:03}" not in merged


def test_the_order_of_keys_in_a_value_says_nothing() -> None:
    one: traits.Traits = {"address": ({"city": "Bakı", "zip": "1"}, 1, 0)}
    assert not traits.merge(one, {"address": ({"zip": "1", "city": "Bakı"}, 1, 0)})


def test_the_latest_wins_and_a_null_takes_away() -> None:
    merged = _all([({"plan": "gold"}, 2), ({"plan": "silver"}, 1), ({"city": "Bakı"}, 1)])
    assert traits.plain(merged) == {"plan": "gold", "city": "Bakı"}
    traits.merge(merged, traits.stamp({"city": None}, 3))
    assert traits.plain(merged) == {"plan": "gold"}


def test_personal_traits_are_told_apart() -> None:
    personal, rest = traits.split(traits.stamp({"email": "a", "firstName": "b", "plan": "c"}, 1))
    assert set(personal) == {"email", "firstName"} and set(rest) == {"plan"}


def test_a_trait_knows_its_source_and_early_ones_do_not() -> None:
    merged: traits.Traits = {"plan": traits.entry(["silver", 1])}
    assert merged["plan"] == ("silver", 1, 0)
    assert traits.merge(merged, traits.stamp({"plan": "gold"}, 2, source=7))
    assert merged["plan"] == traits.entry(["gold", 2, 7]) == ("gold", 2, 7)


def test_a_value_has_a_kind() -> None:
    values = [True, 7, 1.5, "gold", "2026-10-01", "2026-10-01T10:00:00Z", ["a"], {"a": 1}, "12:00"]
    assert [traits.kind_of(one) for one in values] == [
        "boolean", "number", "number", "text", "date", "date", "json", "json", "text",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "personal"),
    [
        ("email", True),
        ("workEmail", True),
        ("work_email2", True),
        ("e_posta", True),
        ("secondaryPhone", True),
        ("phone_number", True),
        ("gsm", True),
        ("cep", True),
        ("cep_telefonu", True),
        ("teslimatAdresi", True),
        ("homeAddress", True),
        ("soyadı", True),
        ("ad_soyad", True),
        ("surname", True),
        ("birth_date", True),
        ("dateOfBirth", True),
        ("date_of_birth", True),
        ("dob", True),
        ("doğum tarixi", True),
        ("dobro", False),
        ("doğum_tarihi", True),
        ("tc_kimlik_no", True),
        ("ünvan", True),
        ("iban", True),
        ("favouriteColour", False),
        ("emailOptIn", False),
        ("phoneModel", False),
        ("mobileAppVersion", False),
        ("concept", False),
        ("recep", False),
        ("city", False),
        ("language", False),
        ("segment", False),
    ],
)
def test_what_says_who_somebody_is_under_any_name(name: str, personal: bool) -> None:
    assert traits.is_personal(name) == personal
    mine, rest = traits.split({name: ("x", 1, 0)})
    assert (name in mine) == personal and (name in rest) != personal
