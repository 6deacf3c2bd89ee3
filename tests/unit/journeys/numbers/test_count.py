"""Numbers step by step from both engines, and the people behind each."""

import pytest

from kervan.journeys.decided.read import Place
from kervan.journeys.numbers import behind, count
from kervan.journeys.numbers.behind import Behind
from kervan.journeys.why import gather
from kervan.kernel.errors import KervanError
from tests.unit.journeys.why.test_gather import HOUR, MINUTE, Both, both

__all__ = ["both"]
ORDER = {"order_id": "A7", "total": 10, "currency": "TRY"}


def _people(shop: Both, *asked: str, limit: int = 10, after: Place | None = None) -> list[int]:
    known = gather.versions(shop.conn, "basket", "UTC")
    found = behind.people(shop.conn, shop.history, known, Behind(*asked), limit, after)
    return [one.person for one in found]


def test_every_number_and_who_is_behind_it(both: Both) -> None:
    both.live(*((i, i, "Product Added", {"price": 120}) for i in (1, 3)))
    both.live((2 * MINUTE, 3, "Order Completed", ORDER))
    both.live((30 * MINUTE, 2, "Product Added", {"price": 120}))
    both.settle(HOUR + 1)
    both.live((HOUR + MINUTE, 3, "Product Added", {"price": 130}))
    both.settle(HOUR + MINUTE)
    (told,) = count.count(both.conn, both.history, gather.versions(both.conn, "basket", "UTC"))
    assert (told.entered, told.inside, told.goals) == (3, 2, 1)
    assert (told.refused, told.left, told.revenue) == (
        {"reentry": 1}, {"goal": 1}, {"TRY": 1000},
    )  # fmt: skip
    steps = {one.key: (one.came, one.waiting, one.passed, one.left) for one in told.steps}
    assert steps == {
        "rest": (3, 1, {"next": 1}, {"goal": 1}),
        "mail": (1, 0, {"next": 1}, {}),
        "day": (1, 1, {}, {}),
        "end": (0, 0, {}, {}),
    }
    assert _people(both, "entered") == [2, 3, 1]
    assert _people(both, "came", "rest") == [2, 3, 1]
    assert _people(both, "passed", "rest", "next") == [1]
    assert _people(both, "waiting", "rest") == [2]
    assert _people(both, "waiting") == [1, 2]
    assert _people(both, "left", "rest", "", "goal") == [3]
    assert _people(both, "goals") == [3]
    assert _people(both, "refused") == [3]
    for asked, code in (
        (("nonsense",), "unknown_figure"),
        (("came", "nowhere"), "no_such_step"),
        (("passed", "rest", "sideways"), "no_such_exit"),
    ):
        with pytest.raises(KervanError) as failed:
            _people(both, *asked)
        assert failed.value.code == f"journeys.{code}"


def test_piece_by_piece_nobody_is_left_out_or_told_twice(both: Both) -> None:
    both.live(*((0, i, "Product Added", {"price": 120}) for i in (1, 2, 3, 4)))
    both.settle(0)
    known = gather.versions(both.conn, "basket", "UTC")
    for figure in ("entered", "waiting"):
        seen: list[int] = []
        after = None
        while piece := behind.people(both.conn, both.history, known, Behind(figure), 3, after):
            seen += [one.person for one in piece]
            after = piece[-1]
        assert sorted(seen) == [1, 2, 3, 4]


def test_a_long_journey_of_many_versions_is_opened_too(both: Both) -> None:
    steps = "".join(f"    - {{key: s{i}, kind: wait, for: 1 hour}}\n" for i in range(499))
    steps += "    - {key: end, kind: exit}\n"
    text = f"journey:\n  key: long\n  name: L\n  trigger: {{event: A}}\n  steps:\n{steps}"
    known = [gather.Version(1_000 + i, i, text, "live", 0, False) for i in range(50)]
    for figure in behind.FIGURES:
        asked = behind.Behind(figure)
        assert behind.people(both.conn, both.history, known, asked, 10) == [], figure
