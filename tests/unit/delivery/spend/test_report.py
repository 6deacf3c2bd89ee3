"""What was spent adds up, and a ceiling that is nearly full is warned of once in its period."""

from datetime import date, timedelta

import pytest

from kervan.delivery.spend import read, report, store
from kervan.delivery.states import State
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from tests.unit.delivery.gate import NOON, want
from tests.unit.delivery.spend.test_reserve import ZONE, allow, end, judge
from tests.unit.delivery.world import add_people

TODAY = NOON.date()


def test_what_was_spent_is_told_by_campaign(postgres: Connection) -> None:
    people = add_people(postgres, [f"r{n}@ev.example" for n in range(3)])
    allow(postgres, most="10", per="campaign", warn_percent=60)
    want(postgres, people, "m")
    going, _ = judge(postgres)
    end(postgres, going[:2], State.ACCEPTED, NOON)
    told = report.report(postgres, (TODAY, TODAY), TODAY)
    [spent] = told.spent
    assert (spent.campaign, spent.account, spent.messages, spent.parts, spent.amount) == (
        "journey:basket", "main", 2, 4, "6.00",
    )  # fmt: skip
    [ceiling] = told.ceilings
    assert (ceiling.period, ceiling.used, ceiling.percent, ceiling.is_near, ceiling.is_full) == (
        "journey:basket", "9.00", 90, True, False,
    )  # fmt: skip
    assert report.report(postgres, (date(2026, 1, 1), date(2026, 1, 2)), TODAY).spent == []


def test_a_warning_is_given_once_a_period(postgres: Connection) -> None:
    people = add_people(postgres, ["s@ev.example"])
    allow(postgres, most="3")
    want(postgres, people, "m")
    judge(postgres)
    for minute in range(3):
        report.step(postgres, ZONE, NOON + timedelta(minutes=minute))
    [one] = report.warned(postgres, NOON)
    assert (one.what, one.period, one.facts["percent"]) == ("ceiling mail full", "2027-03-01", 100)
    assert report.warned(postgres, NOON + timedelta(days=40)) == []


def test_an_account_that_is_nearly_empty_is_warned_of(postgres: Connection) -> None:
    balances = [{"account": "netgsm", "warn_below": "500"}]
    wanted = read.read({"currency": "TRY", "balances": balances})
    store.apply(postgres, wanted, "test", NOON)
    report.keep_balance(postgres, "netgsm", "499.5", "TRY", NOON)
    report.keep_balance(postgres, "netgsm", "900", "TRY", NOON - timedelta(hours=1))
    report.step(postgres, ZONE, NOON)
    [left] = report.balances(postgres, wanted)
    assert (left.amount, left.is_low) == ("499.50", True)
    assert [one.what for one in report.warned(postgres, NOON)] == ["account netgsm"]


def test_two_days_are_asked_about_in_their_order() -> None:
    assert report.period(TODAY, TODAY) == (TODAY, TODAY)
    with pytest.raises(KervanError, match="first day"):
        report.period(TODAY, TODAY - timedelta(days=1))
    with pytest.raises(KervanError):
        report.period(TODAY, TODAY + timedelta(days=401))


def test_amounts_are_said_without_needless_noughts() -> None:
    assert [report.said(one) for one in (0, 85_000, 3_000_000, 1_234_500)] == [
        "0.00", "0.085", "3.00", "1.2345",
    ]  # fmt: skip
