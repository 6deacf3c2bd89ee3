"""Measures of events, and what each says of none."""

import pytest

from kervan.segments import tree
from kervan.segments.columns import NEVER
from kervan.segments.tree import (
    Average,
    Calendar,
    Count,
    Days,
    Distinct,
    Earliest,
    Event,
    Flag,
    Known,
    Last,
    Latest,
    Least,
    Measure,
    Money,
    Most,
    Next,
    Number,
    Span,
    Sum,
    Text,
    Time,
    Unknown,
    Yearly,
)
from tests.unit.segments.evaluate.world import DAY, HOUR, NOW, E, flips, holds, ms

VALUES: list[object] = [1.5, "2", 3, None, "x", True]
DONE = [
    *(E(0, NOW - i, properties={"v": value}) for i, value in enumerate(VALUES)),
    E(1, NOW, properties={"v": "x"}),
    E(2, NOW - 40 * DAY, properties={"v": 7}),
]
WINDOW = Last(Span(30))


def _of(measure: Measure, test: tree.Test, window: tree.Window = WINDOW) -> Event:
    return Event(("Order",), window=window, measure=measure, test=test)


@pytest.mark.parametrize(
    ("measure", "test", "wanted"),
    [
        (Count(), Number("eq", 6), "x--"),
        (Count(), Number("eq", 0), "--x"),
        (Count(), Known(), "xxx"),
        (Count(), Text("eq", ("6",)), "---"),
        (Sum("v"), Number("eq", 6.5), "x--"),
        (Sum("v"), Number("eq", 0), "-xx"),
        (Average("v"), Number("between", 2.1666, 2.1667), "x--"),
        (Average("v"), Unknown(), "-xx"),
        (Average("v"), Known(), "x--"),
        (Average("v"), Number("ne", 1), "x--"),
        (Least("v"), Number("eq", 1.5), "x--"),
        (Most("v"), Number("eq", 3), "x--"),
        (Most("v"), Unknown(), "-xx"),
        (Distinct("v"), Number("eq", 4), "x--"),
        (Distinct("v"), Number("eq", 0), "--x"),
        (Sum("missing"), Number("eq", 0), "xxx"),
        (Most("missing"), Unknown(), "xxx"),
        (Distinct("missing"), Number("eq", 0), "xxx"),
        (Latest("missing"), Unknown(), "xxx"),
        (Latest("v"), Number("eq", 1.5), "x--"),
        (Earliest("v"), Flag(value=True), "x--"),
        (Earliest("v"), Known(), "xx-"),
        (Earliest("v"), Unknown(), "--x"),
        (Latest("@name"), Text("eq", ("Order",)), "xx-"),
        (Latest("@at"), Known(), "xx-"),
        (Latest("@at"), Unknown(), "--x"),
        (Latest("@at"), Number("gt", 0), "---"),
        (Most("@value"), Number("eq", 0), "xx-"),
    ],
)
def test_measures(measure: Measure, test: tree.Test, wanted: str) -> None:
    assert holds(_of(measure, test), DONE) == wanted


def test_sums_are_exact_in_millionths_and_leave_out_what_is_huge() -> None:
    tenths = [E(0, NOW - i, properties={"v": 0.1}) for i in range(10)]
    done = [*tenths, E(0, NOW, properties={"v": 1.1e9}), E(0, NOW, properties={"v": 4e-7})]
    assert holds(_of(Sum("v"), Number("eq", 1)), done) == "x"
    assert holds(_of(Most("v"), Number("eq", 1.1e9)), done) == "x"
    third = [E(0, NOW, properties={"v": 1.001})]
    assert holds(_of(Average("v"), Number("lte", 1.001)), third) == "x"


def test_sums_of_many_people_do_not_run_into_each_other() -> None:
    done = [E(who, NOW - i, properties={"v": 9e8}) for who in range(20) for i in range(600)]
    assert holds(_of(Sum("v"), Number("eq", 600 * 9e8)), done) == "x" * 20


def test_different_values_are_told_apart_within_the_window() -> None:
    done = [
        E(0, NOW - 40 * DAY, properties={"v": "a"}), E(0, NOW, properties={"v": "a"}),
        E(0, NOW, properties={"v": "a"}), E(0, NOW, properties={"v": "1"}),
        E(0, NOW, properties={"v": 1}), E(0, NOW, properties={"v": -0.0}),
        E(0, NOW, properties={"v": 0}), E(1, NOW, properties={"v": "a"}),
    ]  # fmt: skip
    assert holds(_of(Distinct("v"), Number("eq", 4)), done) == "x-"
    assert holds(_of(Distinct("v"), Number("eq", 1)), done) == "-x"


def test_days_are_those_of_the_zone() -> None:
    midnight = ms("2026-11-22T00:00+03:00")
    done = [E(0, midnight - 1), E(0, midnight), E(0, midnight + HOUR), E(1, midnight)]
    assert holds(_of(Days(), Number("eq", 2)), done) == "x-"
    assert flips(_of(Days(), Number("eq", 2)), done)[0] == midnight - 1 + 30 * DAY


@pytest.mark.parametrize(
    ("money", "test", "wanted"),
    [
        (Money("TRY"), Number("eq", 30.29), "x-"),
        (Money("TRY"), Number("eq", 0), "-x"),
        (Money("TRY", "average"), Number("eq", 15.145), "x-"),
        (Money("TRY", "average"), Unknown(), "-x"),
        (Money("TRY", "most"), Number("eq", 30), "x-"),
        (Money("JPY"), Number("eq", 500), "x-"),
        (Money("KWD", "most"), Number("eq", -0.5), "-x"),
        (Money("USD", "most"), Known(), "--"),
    ],
)
def test_money_is_of_one_currency_in_its_major_unit(
    money: Money, test: tree.Test, wanted: str
) -> None:
    done = [
        E(0, NOW, currency="TRY", value=29), E(0, NOW, currency="TRY", value=3000),
        E(0, NOW, currency="JPY", value=500), E(1, NOW, currency="KWD", value=-500),
    ]  # fmt: skip
    assert holds(_of(money, test), done) == wanted


def test_the_first_and_last_are_by_time_and_then_by_order() -> None:
    done = [E(0, NOW, properties={"v": value}) for value in (1, 2)]
    done += [E(0, NOW + 1, properties={"v": 3}), E(0, NOW - 90 * DAY, properties={"v": 0})]
    assert holds(_of(Latest("v"), Number("eq", 2)), done) == "x"
    assert holds(_of(Earliest("v"), Number("eq", 1)), done) == "x"
    assert holds(_of(Earliest("v"), Number("eq", 0), tree.Ever()), done) == "x"
    assert flips(_of(Latest("v"), Known()), done) == [NOW + 1]
    two = [E(0, NOW - 3 * DAY), E(0, NOW - DAY)]
    assert flips(_of(Latest("v"), Known()), two) == [NOW + 29 * DAY]
    assert flips(_of(Earliest("v"), Known()), two) == [NOW + 27 * DAY]


def test_the_time_of_the_last_event_moves_into_windows() -> None:
    done = [E(0, NOW - 3 * DAY), E(1, NOW - 9 * DAY)]
    week = _of(Latest("@at"), Time(Last(None, Span(1, "week"))), tree.Ever())
    assert holds(week, done) == "-x"
    assert flips(week, done) == [NOW + 4 * DAY, NEVER]
    assert flips(_of(Latest("@at"), Time(Last(None, Span(99)))), done)[1] == NOW + 21 * DAY
    assert holds(_of(Latest("@at"), Time(Calendar("month"))), done) == "xx"
    assert holds(_of(Latest("@at"), Time(Next(Span(1)))), done) == "--"
    assert holds(_of(Latest("@at"), Yearly(after=5)), done) == "x-"
