"""A stage counts only when what was measured is what was done."""

from typing import Any

import pytest

from kervan.demo import stages
from kervan.demo.figures import INVOICES
from kervan.demo.shoppers import Truth

_NOW = {
    "entered": 19,
    "sent": 12,
    "opened": 8,
    "opened_by_machines": 2,
    "clicked": 5,
    "clicked_by_machines": 2,
    "bought": 3,
    "left": 9,
    "unsubscribed": 1,
    "suppressed": 2,
}


def _truth() -> Truth:
    truth = Truth()
    truth.done.update(
        {
            "left a basket": 13,
            "role buys": 5,
            "unsubscribed": 1,
            "got mail": 12,
            "role no_consent": 1,
            "opened": 8,
            "machine opened": 1,
            "clicked": 5,
            "scanner clicked": 2,
            "left alone": 1,
        }
    )
    truth.orders_after_click.update({"a", "b", "c"})
    return truth


def _judge(now: dict[str, Any], **more: Any) -> list[str]:
    facts: dict[str, Any] = {"imported": INVOICES, "met": True, "most_waiting": 4} | more
    return [row.key for row in stages.judge(_truth(), {}, now, **facts) if not row.good]


def test_a_true_story_passes() -> None:
    assert _judge(_NOW) == []


@pytest.mark.parametrize(
    ("figure", "off"),
    [
        ("entered", 1),
        ("entered", -1),
        ("sent", 1),
        ("opened", 1),
        ("opened_by_machines", -2),
        ("clicked", 1),
        ("clicked_by_machines", -1),
        ("bought", 1),
        ("left", -2),
        ("unsubscribed", 1),
        ("suppressed", -1),
    ],
)
def test_each_wrong_figure_fails_its_stage(figure: str, off: int) -> None:
    assert _judge(_NOW | {figure: _NOW[figure] + off}) == [figure]


def test_what_never_happened_is_no_success() -> None:
    empty = stages.judge(Truth(), {}, {}, imported=0, met=False, most_waiting=0)
    assert not any(row.good for row in empty)


def test_figures_before_the_run_do_not_count() -> None:
    doubled = {name: 2 * value for name, value in _NOW.items()}
    rows = stages.judge(_truth(), _NOW, doubled, imported=INVOICES, met=True, most_waiting=1)
    assert all(row.good for row in rows)
