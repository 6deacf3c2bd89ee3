"""Fifths by edges split no equal values, and every cell has one of eleven names."""

import numpy as np
import pytest

from kervan.demo import retail
from kervan.kernel.i18n import LOCALES, say
from kervan.segments.rfm import score


def _numbers(*values: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.array(values, np.int64)


def test_the_edges_of_a_real_shop_are_the_published_ones() -> None:
    lines = retail.read_lines()
    invoice = np.repeat(np.arange(len(lines)), np.diff(lines.bounds))
    is_order = np.array(
        [
            customer is not None and not number.startswith("C")
            for customer, number in zip(lines.customer, lines.invoice, strict=True)
        ]
    )
    good = is_order[invoice] & (lines.quantity > 0) & (lines.price > 0)
    assert good.sum() == 397_884
    orders = np.unique(invoice[good])
    customers, whose = np.unique([lines.customer[i] for i in orders], return_inverse=True)
    assert (len(orders), len(customers)) == (18_532, 4_338)
    frequency = np.bincount(whose)
    paid = np.rint(lines.price * 1000).astype(np.int64) * lines.quantity
    of_order = np.bincount(invoice[good], paid[good], len(lines))[orders]
    monetary = np.bincount(whose, of_order).astype(np.int64)
    assert monetary.sum() == 8_911_407_904
    days = np.array([lines.local[i] for i in orders], "datetime64[D]").astype(np.int64)
    last = np.zeros(len(customers), np.int64)
    np.maximum.at(last, whose, days)
    recency = np.datetime64("2011-12-10", "D").astype(np.int64) - last
    found = score.edges(recency, frequency, monetary)
    assert found.recency_days == (13, 33, 72, 180)
    assert found.frequency == (1, 2, 3, 6)
    r, f, m = score.scores(found, recency, frequency, monetary)
    assert (frequency == 1).sum() == 1_493
    assert set(f[frequency == 1].tolist()) == {1}, "the same number of orders, the same score"
    named = np.bincount(score.groups(r, f, m), minlength=len(score.GROUPS))
    assert named.sum() == 4_338 and (named > 0).all()


def test_equal_values_are_never_split_and_an_edge_belongs_to_the_better_or_lower_side() -> None:
    ones = _numbers(*[1] * 90, *[5] * 10)
    found = score.edges(ones, ones, ones)
    assert found.frequency == (1, 1, 1, 1)
    _, f, _ = score.scores(found, ones, ones, ones)
    assert set(f[:90].tolist()) == {1} and set(f[90:].tolist()) == {5}
    by = score.Edges((10, 20, 30, 40), (1, 2, 3, 6), (100, 200, 300, 400))
    r, f, m = score.scores(by, _numbers(0, 10, 11, 40, 41), _numbers(1, 2, 3, 6, 7),
                           _numbers(-5, 100, 101, 400, 401))  # fmt: skip
    assert (r.tolist(), f.tolist(), m.tolist()) == (
        [5, 5, 4, 2, 1], [1, 2, 3, 4, 5], [1, 1, 2, 4, 5],
    )  # fmt: skip


def test_nobody_has_edges_too() -> None:
    nobody = _numbers()
    assert score.edges(nobody, nobody, nobody) == score.Edges((0,) * 4, (0,) * 4, (0,) * 4)


def test_every_cell_has_a_name_and_every_name_a_cell() -> None:
    r, f, m = (one.ravel().astype(np.uint8) for one in np.mgrid[1:6, 1:6, 1:6])
    found = score.groups(r, f, m)
    assert set(found.tolist()) == set(range(len(score.GROUPS))) and len(score.GROUPS) == 11
    assert score.groups(*(np.zeros(1, np.uint8),) * 3).tolist() == [-1]


@pytest.mark.parametrize(
    ("cell", "group"),
    [
        ((5, 5, 5), "champions"), ((5, 4, 3), "champions"), ((5, 1, 1), "new"),
        ((4, 1, 1), "promising"), ((4, 5, 5), "loyal"), ((3, 3, 3), "need_attention"),
        ((3, 1, 2), "about_to_sleep"), ((2, 2, 2), "hibernating"), ((1, 1, 1), "lost"),
        ((1, 5, 5), "cant_lose"), ((2, 4, 3), "at_risk"), ((5, 2, 3), "potential_loyalist"),
    ],
)  # fmt: skip
def test_names_of_cells(cell: tuple[int, int, int], group: str) -> None:
    r, f, m = (np.array([one], np.uint8) for one in cell)
    assert score.GROUPS[score.groups(r, f, m)[0]] == group


@pytest.mark.parametrize("locale", LOCALES)
def test_each_group_has_a_name_of_its_own_in_each_language(locale: str) -> None:
    names = [say(f"segments.rfm_{group}", locale) for group in score.GROUPS]
    assert len(set(names)) == 11 and not any("segments." in name for name in names)
