"""Conditions on the person: traits, facts, reach, consent, lists and shares."""

from dataclasses import replace
from hashlib import blake2b

import numpy as np
import pytest

from kervan.segments import facts, tree
from kervan.segments.columns import NEVER, NO_TIME
from kervan.segments.evaluate.person import splitmix64
from kervan.segments.lower import Listed
from kervan.segments.tree import (
    Consent,
    Fact,
    Flag,
    Known,
    Last,
    Number,
    Reach,
    Share,
    Span,
    Text,
    Time,
    Trait,
    Unknown,
    Yearly,
)
from kervan.segments.values import of_values
from tests.unit.segments.evaluate.world import DAY, HOUR, NOW, flips, holds, ms, people, words


@pytest.mark.parametrize(
    ("test", "wanted"),
    [
        (Text("eq", ("a",)), "x-----"),
        (Text("ne", ("a",)), "-x----"),
        (Text("in", ("a", "12")), "xx----"),
        (Text("not_in", ("b",)), "xx----"),
        (Text("contains", ("2",)), "-x----"),
        (Text("starts_with", ("1",)), "-x----"),
        (Text("ends_with", ("2",)), "-x----"),
        (Text("matches", ("^[a-z]$",)), "x-----"),
        (Number("eq", 12), "-xx---"),
        (Number("ne", 12), "------"),
        (Number("lt", 12.5), "-xx---"),
        (Number("between", 12, 12), "-xx---"),
        (Flag(value=True), "---x--"),
        (Flag(value=False), "------"),
        (Known(), "xxxxx-"),
        (Unknown(), "-----x"),
        (Time(tree.Ever()), "------"),
    ],
)
def test_a_value_meets_tests_of_its_kind_only(test: tree.Test, wanted: str) -> None:
    who = people(6)
    who.traits["t"] = of_values(["a", "12", 12.0, True, [1], None])
    assert holds(Trait("t", test), who=who) == wanted
    assert flips(Trait("t", test), who=who) == [NEVER] * 6


def test_a_trait_nobody_has_is_unknown_of_everybody() -> None:
    assert holds(Trait("t", Unknown())) == "x"
    assert holds(Trait("t", Text("ne", ("a",)))) == "-"
    assert holds(Trait("t", Time(tree.Ever()))) == "-"
    assert holds(Fact("country", Unknown())) == "x"
    assert holds(Fact("rfm", Unknown())) == "x"
    assert holds(Fact("rfm", Number("gte", 0))) == "-"


def test_facts_are_read_by_what_they_are() -> None:
    who = people(3)
    who.numbers["score.x"] = np.array([1.0, np.nan, 3.0])
    who.texts["country"] = words(["TR", "", "AZ"])
    assert holds(Fact("score.x", Number("ne", 3)), who=who) == "x--"
    assert holds(Fact("country", Text("ne", ("AZ",))), who=who) == "x--"
    assert holds(Fact("zone", Text("eq", ("Europe/Istanbul",))), who=who) == "xxx"
    assert holds(Fact("country", Number("gte", 0)), who=who) == "---"


def test_a_moment_enters_and_leaves_a_window_on_the_instant() -> None:
    who = people(4)
    who.moments["t"] = np.array([NOW, NOW - DAY, NOW + 1, NO_TIME], np.int64)
    last = Trait("t", Time(Last(Span(1))))
    assert holds(last, who=who) == "x---"
    assert flips(last, who=who) == [NOW + DAY, NEVER, NOW + 1, NEVER]
    ahead = Trait("t", Time(tree.Next(Span(1, "hour"))))
    assert holds(ahead, who=who) == "--x-"
    assert flips(ahead, who=who) == [NEVER, NEVER, NOW + 1, NEVER]
    assert flips(ahead, who=who, at=NOW - 2 * HOUR)[2] == NOW + 1 - HOUR
    older = Trait("t", Time(Last(None, Span(1))))
    assert holds(older, who=who) == "-x--"
    assert flips(older, who=who)[:3] == [NOW + DAY, NEVER, NOW + 1 + DAY]
    month = Trait("t", Time(tree.Calendar("month")))
    assert holds(month, who=who) == "xxx-"
    assert flips(month, who=who) == [ms("2026-12-01T00:00+03:00")] * 3 + [NEVER]


def test_between_takes_dates_of_the_persons_zone_and_instants() -> None:
    who = replace(people(2), zone=words(["Europe/Istanbul", "UTC"]))
    who.moments["t"] = np.full(2, ms("2026-11-21T21:30+00:00"), np.int64)
    assert holds(Trait("t", Time(tree.Between("2026-11-22", None))), who=who) == "x-"
    assert holds(Trait("t", Time(tree.Between(None, "2026-11-21"))), who=who) == "-x"
    exact = tree.Between("2026-11-21T21:30:00Z", "2026-11-21T21:30:01Z")
    assert holds(Trait("t", Time(exact)), who=who) == "xx"
    assert holds(Trait("t", Time(tree.Between(None, exact.start))), who=who) == "--"


def test_birthdays_are_near_by_days_of_the_zone() -> None:
    days = np.array([1122, 1123, 1120, 0, 105, 1230], np.uint16)
    who = replace(people(6), birthday=days)
    assert holds(Fact("birthday", Yearly()), who=who) == "x-----"
    assert flips(Fact("birthday", Yearly()), who=who)[:4] == [
        ms("2026-11-23T00:00+03:00"), ms("2026-11-23T00:00+03:00"), ms("2027-11-20T00:00+03:00"),
        NEVER,
    ]  # fmt: skip
    assert holds(Fact("birthday", Yearly(before=1)), who=who) == "xx----"
    assert holds(Fact("birthday", Yearly(after=2)), who=who) == "x-x---"
    end = ms("2026-12-31T12:00+03:00")
    assert holds(Fact("birthday", Yearly(before=5)), who=who, at=end) == "----x-"
    assert holds(Fact("birthday", Yearly(after=5)), who=who, at=end + 2 * DAY) == "-----x"
    assert holds(Fact("birthday", Known()), who=who) == "xxx-xx"


def test_the_29th_of_february_is_kept_on_the_28th() -> None:
    who = replace(people(1), birthday=np.array([229], np.uint16))
    for day, wanted in [("2027-02-28", "x"), ("2027-03-01", "-"), ("2028-02-28", "-"),
                        ("2028-02-29", "x")]:  # fmt: skip
        assert holds(Fact("birthday", Yearly()), who=who, at=ms(f"{day}T09:00+03:00")) == wanted


def test_a_date_has_its_day_in_the_persons_zone() -> None:
    who = people(2)
    who.moments["wed"] = np.array([ms("2001-11-22T00:00+02:00"), NO_TIME], np.int64)
    assert holds(Trait("wed", Yearly()), who=who) == "x-"
    assert holds(Fact("known_since", Time(Last(Span(401)))), who=who) == "xx"
    assert flips(Fact("known_since", Time(Last(Span(401)))), who=who) == [NOW + DAY] * 2


def test_reach_reads_a_bit_for_each_channel() -> None:
    bits = np.array([0b00, 0b01, 0b10, 0b11], np.uint16)
    who = replace(people(4), address=bits, suppressed=bits[[0, 1, 0, 2]], verified=bits[::-1])
    assert holds(Reach("email", "has_address"), who=who) == "-x-x"
    assert holds(Reach("sms", "verified"), who=who) == "xx--"
    assert holds(Reach("email", "suppressed"), who=who) == "-x--"
    assert holds(Reach("sms"), who=who) == "--x-"
    assert holds(Reach("email"), who=who) == "---x"


def test_a_consent_runs_out_on_the_instant() -> None:
    who = people(5)
    granted = [facts.GRANTED_FOR_EVER_MS, NOW + 1, NOW, facts.REFUSED_MS, NO_TIME]
    who.consents["sms/marketing//"] = np.array(granted, np.int64)
    assert holds(Consent("sms"), who=who) == "xx---"
    assert holds(Consent("sms", "expired"), who=who) == "--x--"
    assert holds(Consent("sms", "refused"), who=who) == "---x-"
    assert holds(Consent("sms", "not_asked"), who=who) == "----x"
    assert flips(Consent("sms"), who=who)[1:] == [NOW + 1, NEVER, NEVER, NEVER]
    assert holds(Consent("email", "not_asked"), who=who) == "xxxxx"


def test_shares_part_people_once() -> None:
    who = people(2000)
    first, second = Share(30.0, salt="a"), Share(100.0, 30.0, "a")
    part = holds(first, who=who)
    assert 500 < part.count("x") < 700
    assert holds(second, who=who) == part.translate(str.maketrans("x-", "-x"))
    assert holds(Share(30.0, salt="b"), who=who) != part


def test_a_share_is_that_of_the_published_generator() -> None:
    # the first numbers of splitmix64.c seeded 1234567 and 0
    seeds = np.array([1234567, 0], np.uint64)
    assert splitmix64(seeds).tolist() == [6457827717110365317, 0xE220A8397B1DCDAF]
    salt = np.frombuffer(blake2b(b"a").digest()[:8], "<u8")
    percent = float(int(splitmix64(salt + np.uint64(1))[0]) // 2**32 * 100 / 2**32)
    assert holds(Share(percent, salt="a")) == "-"
    assert holds(Share(100.0, percent, "a")) == "x"


def test_lists_hold_whom_they_hold() -> None:
    who = people(2)
    who.lists[7] = np.array([True, False])
    assert holds(Listed(7), who=who) == "x-"
    assert holds(Listed(8), who=who) == "--"
