"""Traits come from the run, with their type; what cannot be made leaves its trait and is told."""

import pytest

from kervan.journeys.effects import found
from kervan.journeys.steps.update_profile import UpdateProfile
from kervan.kernel.postgres import Connection
from tests.unit.journeys.effects import doing
from tests.unit.journeys.shop import START_MS


def test_traits_are_set_with_their_types_as_of_the_passage(postgres: Connection) -> None:
    doing.begin(postgres, [1])
    step = UpdateProfile(
        set_={
            "tier": "gold", "seats": 3, "price": "{{ event.price }}",
            "last": "{{ event.category | upper }}!", "sizes": "{{ event.sizes }}",
        },
        remove=["trial"],
    )  # fmt: skip
    context = {"event": {"price": 9.5, "category": "tea", "sizes": ["S", "M"]}}
    doing.do(postgres, doing.passing(step, [1], context=context))
    (event,) = doing.told(postgres)
    assert (event["event"], event["timestamp_ms"]) == ("Profile Updated", START_MS + 1)
    assert event["traits"] == {
        "tier": "gold", "seats": 3, "price": 9.5, "last": "TEA!", "sizes": ["S", "M"],
        "trial": None,
    }  # fmt: skip
    assert event["properties"]["set"] == ["tier", "seats", "price", "last", "sizes"]


def test_a_value_that_is_missing_stops_neither_her_others_nor_others(postgres: Connection) -> None:
    doing.begin(postgres, [1, 2])
    step = UpdateProfile(set_={"size": "{{ event.size }}", "seen": True})
    some = doing.passing(step, [1, 2])
    some.context[1] = b'{"event":{"size":"M"}}'
    doing.do(postgres, some)
    assert [one["traits"] for one in doing.told(postgres, "Profile Updated")] == [
        {"seen": True},
        {"size": "M", "seen": True},
    ]
    assert doing.failures(postgres) == [(1, "content.missing_value")]


@pytest.mark.parametrize("name", ["email", "phone", "firstName", "telegram_id", "email_verified"])
def test_who_somebody_is_no_journey_changes(postgres: Connection, name: str) -> None:
    doing.begin(postgres, [1])
    step = UpdateProfile(set_={name: "x"}, remove=["card"])
    wrong = found.problems(postgres, step)
    assert [(place, code) for place, code, _ in wrong] == [
        ("set", "journeys.trait_personal"),
        ("remove", "journeys.trait_personal"),
    ]
    doing.do(postgres, doing.passing(step, [1]))
    assert doing.failures(postgres) == [(1, "journeys.trait_personal")]
    assert not doing.told(postgres, "Profile Updated")


def test_a_template_that_is_none_is_a_problem(postgres: Connection) -> None:
    wrong = found.problems(postgres, UpdateProfile(set_={"a": "{{ event. }}"}))
    assert [place for place, _, _ in wrong] == ["set"]
    assert not found.problems(postgres, UpdateProfile(set_={"a": "{{ event.b | upper }}"}))
