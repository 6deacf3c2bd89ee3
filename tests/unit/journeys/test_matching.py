"""What signals are about: their names, the run they tell of, the value that tells runs apart."""

import numpy as np

from kervan.journeys.columns import Signals
from kervan.journeys.match import Filter
from kervan.journeys.matching import Matching, key_of
from kervan.journeys.steps.step import EventMatch, Mine
from tests.unit.journeys.world import signals

ROWS = [
    (0, 1, "Message Sent", {"run": 7, "step": "mail"}),
    (1, 1, "Message Sent", {"run": 8, "step": "mail"}),
    (2, 1, "Message Sent", {"run": 7, "step": "other"}),
    (3, 1, "Message Sent", {"run": "7", "step": "mail"}),
    (4, 1, "Message Sent", {"run": True, "step": "mail"}),
    (5, 1, "Message Sent", {"run": 1 << 70, "step": "mail"}),
    (6, 1, "Message Sent", {}),
    (7, 1, "Ordered", {"run": 7, "step": "mail", "order": {"id": "x"}}),
]


def test_a_signal_tells_of_a_run_at_a_step() -> None:
    matching = Matching(signals(ROWS))
    sent = Mine("Message Sent")
    assert matching.runs(sent, "mail").tolist() == [7, 8, -1, -1, -1, -1, -1, -1]
    assert matching.runs(sent, "other").tolist() == [-1, -1, 7, -1, -1, -1, -1, -1]
    some = Mine("Message Sent", [Filter("run", gt=7)])
    assert matching.runs(some, "mail").tolist() == [-1, 8, -1, -1, -1, -1, -1, -1]
    assert matching.of([EventMatch("Ordered")]).tolist() == [False] * 7 + [True]


def test_a_value_is_a_number_whatever_its_form() -> None:
    assert key_of(12) == key_of("12") == key_of(12.0) == key_of(" 12 ") != 0
    assert key_of(12.5) == key_of("12.5") != key_of(12)
    assert [key_of(one) for one in (None, "", True, [], {}, " ")] == [0] * 6


def test_keys_are_read_where_they_stand() -> None:
    matching = Matching(signals(ROWS))
    every = np.arange(len(ROWS))
    found = matching.keys("order.id", every)
    assert found.tolist() == [0] * 7 + [key_of("x")]
    assert matching.keys("properties.order.id", np.array([7, 0])).tolist() == [key_of("x"), 0]
    assert not matching.keys("", every).any()
    assert len(set(matching.own_keys().tolist())) == len(ROWS)


def test_signals_of_one_time_are_ranked_by_their_ids() -> None:
    ids = [b"\x02" * 16, b"\x01" * 16, b"\x03" * 16, b"\x00" * 16]
    at_ms = np.array([5, 5, 4, 5], np.int64)
    some = Signals(np.arange(4), at_ms, ["a"] * 4, ids, [b"{}"] * 4)
    assert Matching(some).rank.tolist() == [3, 2, 0, 1]


def test_properties_that_are_read_together_are_those_read_alone() -> None:
    deepest = b'{"a":' + b"[" * 400 + b"]" * 400 + b"}"
    texts = [b'{"n": 1}', b"", b'[1, {"n": 2}]', b'{"t": "a,]b"}', b"null", deepest]
    some = np.arange(len(texts))
    ids = [bytes([i]) * 16 for i in some.tolist()]
    alone = Signals(some, some, ["A"] * len(texts), ids, texts)
    together = Signals(some, some, ["A"] * len(texts), ids, texts)
    assert together.properties(3) == {"t": "a,]b"}
    found = together.decode([5, 3, 0, 1, 2, 4, 0])
    assert found == [alone.properties(i) for i in (5, 3, 0, 1, 2, 4, 0)]
