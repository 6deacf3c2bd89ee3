"""The crowd of the benches: valid events of the promised size, no message id twice."""

import json

from hypothesis import given
from hypothesis import strategies as st

from kervan.bench.load import Crowd, introductions, percentile


def test_bodies_are_events_of_the_promised_size_and_nobody_repeats() -> None:
    crowd = Crowd(100, people=1_000)
    bodies = [crowd.body(number) for number in range(120)]
    events = [event for body in bodies for event in json.loads(body)["batch"]]
    assert len({event["messageId"] for event in events}) == len(events) == 12_000
    assert 600 < sum(map(len, bodies)) / len(events) < 720
    orders = [one["properties"]["order_id"] for one in events if one["event"] == "Order Completed"]
    assert len(set(orders)) == len(orders) > 0
    assert len({event["userId"] for event in events}) > 900


def test_two_crowds_share_no_message_id() -> None:
    first, second = (json.loads(Crowd(1).body(0))["batch"][0]["messageId"] for _ in range(2))
    assert first != second


def test_everybody_is_introduced_once() -> None:
    body = introductions(250, 100)
    users = [event["userId"] for n in range(3) for event in json.loads(body(n))["batch"]]
    assert len(set(users)) == len(users) == 250


@given(st.lists(st.floats(0, 100), min_size=1), st.floats(0, 1))
def test_a_percentile_is_one_of_the_values_and_grows_with_the_share(
    values: list[float], share: float
) -> None:
    assert percentile(values, share) in values
    assert percentile(values, share) <= percentile(values, 1.0) == max(values)
