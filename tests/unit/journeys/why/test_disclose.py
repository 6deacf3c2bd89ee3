"""A person gets every decision about her, and nobody else's."""

from kervan.journeys.why import disclose
from tests.unit.journeys.why.test_gather import HOUR, MINUTE, Both, both

__all__ = ["both"]


def test_every_decision_of_hers_and_no_other(both: Both) -> None:
    both.live((0, 1, "Product Added", {"price": 120}), (0, 2, "Product Added", {"price": 120}))
    both.live((MINUTE, 1, "Product Added", {"price": 120}))
    both.settle(HOUR)
    told = disclose.disclose(both.conn, both.history, [1])
    assert [(one["what"], one["step"], one["way"], one["reason"]) for one in told] == [
        ("entered", "rest", "", ""),
        ("passed", "rest", "stays", ""),
        ("refused", "", "", "inside"),
        ("passed", "rest", "next", ""),
        ("passed", "mail", "next", ""),
        ("passed", "day", "stays", ""),
    ]
    assert {one["journey"] for one in told} == {"basket"} and told[0]["because_of"]
    assert not disclose.disclose(both.conn, both.history, [3])
