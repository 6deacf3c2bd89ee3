"""What has its shape and makes no sense is told, each with its place."""

import pytest

from kervan.segments import tree
from kervan.segments.check import check
from kervan.segments.tree import (
    Average,
    Between,
    Calendar,
    Clock,
    Consent,
    Count,
    Distinct,
    Event,
    Ever,
    Fact,
    Filter,
    Flag,
    Journey,
    Known,
    Last,
    Latest,
    Member,
    Messages,
    Money,
    Next,
    Node,
    Number,
    Sequence,
    Share,
    Since,
    Span,
    Stage,
    Sum,
    Text,
    Time,
    Trait,
    Unknown,
    Yearly,
)

AT_MS = 1_795_000_000_000  # 2026-11-18T11:06:40Z
X = ("X",)
A = Text("eq", ("a",))
ONE = Number("eq", 1)
DAY = Span(1)


def told(node: Node) -> list[tuple[str, str]]:
    found = check(node, AT_MS)
    for one in found:
        for locale in ("tr", "az", "en"):
            assert "{" not in one.what(locale)
    return [(one.code.removeprefix("segments."), one.path) for one in found]


def at(window: tree.Window) -> Event:
    return Event(X, window=window)


WRONG: list[tuple[Node, str, str]] = [
    # tests that do not fit
    (Fact("language", ONE), "test_misfit", "/test"),
    (Fact("rfm", A), "test_misfit", "/test"),
    (Fact("score.churn", A), "test_misfit", "/test"),
    (Fact("known_since", ONE), "test_misfit", "/test"),
    (Fact("birthday", Time(Ever())), "test_misfit", "/test"),
    (Fact("language", Yearly()), "test_misfit", "/test"),
    (Fact("rfm_grup", A), "unknown_fact", "/fact"),
    (Fact("score.", ONE), "unknown_fact", "/fact"),
    (Event(X, where=(Filter("a", Time(Ever())),)), "test_misfit", "/where/0/test"),
    (Event(X, lines=(Filter("a", Yearly()),)), "test_misfit", "/lines/0/test"),
    (Event(X, where=(Filter("@name", ONE),)), "test_misfit", "/where/0/test"),
    (Event(X, where=(Filter("@value", A),)), "test_misfit", "/where/0/test"),
    (Event(X, where=(Filter("@at", Known()),)), "unknown_column", "/where/0/property"),
    (Event(X, where=(Filter("", A),)), "bad_path", "/where/0/property"),
    (Event(X, where=(Filter("a..b", A),)), "bad_path", "/where/0/property"),
    (Event(X, test=A), "test_misfit", "/test"),
    (Event(X, test=Known()), "test_misfit", "/test"),
    (Event(X, measure=Money("TRY"), test=Known()), "test_misfit", "/test"),
    (Event(X, measure=Money("TL"), test=ONE), "unknown_currency", "/measure/currency"),
    (Event(X, measure=Distinct("a"), test=A), "test_misfit", "/test"),
    (Event(X, measure=Average("a"), test=Flag(value=True)), "test_misfit", "/test"),
    (Event(X, measure=Sum("@name")), "unknown_column", "/measure/property"),
    (Event(X, measure=Distinct("@at")), "unknown_column", "/measure/property"),
    (Event(X, measure=Latest("@at")), "test_misfit", "/test"),
    (Event(X, measure=Latest("a"), test=Time(Ever())), "test_misfit", "/test"),
    (Event(X, measure=Latest("@name")), "test_misfit", "/test"),
    (Event(X, measure=Latest("@at"), test=Time(Next(DAY))), "next_of_events", "/test/window"),
    # windows
    (at(Next(DAY)), "next_of_events", "/window"),
    (Messages("sent", window=Next(DAY)), "next_of_events", "/window"),
    (at(Last()), "last_of_nothing", "/window"),
    (at(Last(Span(0))), "span_not_positive", "/window/span/amount"),
    (at(Last(Span(-5))), "span_not_positive", "/window/span/amount"),
    (at(Last(Span(5300, "week"))), "span_too_long", "/window/span/amount"),
    (at(Last(Span(10**15, "minute"))), "span_too_long", "/window/span/amount"),
    (at(Last(Span(7), Span(1, "week"))), "skip_too_long", "/window/skip"),
    (at(Calendar("day", back=-1)), "number_range", "/window/back"),
    (at(Calendar("day", count=0)), "number_range", "/window/count"),
    (at(Calendar("year", count=10**9)), "number_range", "/window/count"),
    (at(Between()), "between_nothing", "/window"),
    (at(Between("2026-02-30")), "bad_date", "/window/start"),
    (at(Between("22.11.2026")), "bad_date", "/window/start"),
    (at(Between("20261122")), "bad_date", "/window/start"),
    (at(Between("٢٠٢٦-11-22")), "bad_date", "/window/start"),
    (at(Between(end="2026-11-22T10:00:00")), "bad_date", "/window/end"),
    (at(Between(end="2026-11-22T25:00:00Z")), "bad_date", "/window/end"),
    (at(Between("0001-01-01T00:00:00+14:00")), "bad_date", "/window/start"),
    (at(Between("1969-12-31")), "date_out_of_range", "/window/start"),
    (at(Between(end="2100-01-01")), "date_out_of_range", "/window/end"),
    (at(Between("2026-02-02", "2026-02-01")), "start_after_end", "/window/end"),
    (at(Between("2026-02-01T00:00:00Z", "2026-02-01T00:00:00Z")), "start_after_end", "/window/end"),
    (at(Between("2026-02-05T00:00:00Z", "2026-02-01")), "start_after_end", "/window/end"),
    (at(Between("2026-11-20")), "window_in_future", "/window/start"),
    (at(Between("2026-11-18T11:06:41Z")), "window_in_future", "/window/start"),
    (Sequence((Stage(X),), window=Between("2027-01-01")), "window_in_future", "/window/start"),
    (
        Event(X, measure=Latest("@at"), test=Time(Between("2027-01-01"))),
        "window_in_future",
        "/test/window/start",
    ),
    (at(Since(())), "no_events", "/window/events"),
    (Messages("ignored", window=Last(DAY)), "ignored_window", "/window"),
    # numbers and texts
    (Trait("a", Number("between", 1)), "high_missing", "/test"),
    (Trait("a", Number("between", 2, 1)), "high_below_value", "/test/high"),
    (Trait("a", Number("gt", 2, 3)), "high_unused", "/test/high"),
    (Trait("a", Text("eq", ())), "one_value", "/test/values"),
    (Trait("a", Text("contains", ("a", "b"))), "one_value", "/test/values"),
    (Trait("a", Text("in", ())), "list_empty", "/test/values"),
    (Trait("a", Text("starts_with", ("",))), "text_empty", "/test/values/0"),
    (Trait("a", Text("matches", ("(",))), "bad_pattern", "/test/values/0"),
    (Trait("a", Text("matches", (r"(a)\1",))), "bad_pattern", "/test/values/0"),
    (Trait("a", Yearly(-1)), "number_range", "/test/before"),
    (Trait("a", Yearly(after=366)), "number_range", "/test/after"),
    (Fact("zone", Text("in", ("Asia/Baku", "Baku/Asia"))), "unknown_zone", "/test/values/1"),
    (Fact("rfm_group", Text("eq", ("champion",))), "unknown_word", "/test/values/0"),
    (Fact("life_cycle", Text("in", ("new", "old"))), "unknown_word", "/test/values/1"),
    (Fact("engagement", Text("ne", ("high",))), "unknown_word", "/test/values/0"),
    # the rest
    (Trait("", A), "bad_path", "/trait"),
    (Trait("email", A), "trait_personal", "/trait"),
    (Trait("teslimatAdresi", A), "trait_personal", "/trait"),
    (Trait("address.city", A), "trait_personal", "/trait"),
    (Trait("birthday", Yearly()), "trait_birthday", "/trait"),
    (Trait("doğum_tarihi", Yearly()), "trait_birthday", "/trait"),
    (Event(()), "no_events", "/events"),
    (Event(("a", " ")), "text_empty", "/events/1"),
    (Event(("a", "b", "a")), "entry_twice", "/events/2"),
    (Event(X, clock=Clock((0,))), "number_range", "/clock/weekdays/0"),
    (Event(X, clock=Clock((8,))), "number_range", "/clock/weekdays/0"),
    (Event(X, clock=Clock((1, 1))), "entry_twice", "/clock/weekdays/1"),
    (Event(X, clock=Clock(from_hour=-1)), "number_range", "/clock/from_hour"),
    (Event(X, clock=Clock(to_hour=25)), "number_range", "/clock/to_hour"),
    (Sequence(()), "list_empty", "/stages"),
    (Sequence((Stage(()),)), "no_events", "/stages/0/events"),
    (Sequence((Stage(X, within=DAY),)), "within_of_first", "/stages/0/within"),
    (Sequence((Stage(X),), then_not=Stage(X)), "within_missing", "/then_not"),
    (Consent("email", purpose="ads"), "unknown_purpose", "/purpose"),
    (Messages("sent", journey=""), "text_empty", "/journey"),
    (Journey(""), "text_empty", "/journey"),
    (Member(" "), "text_empty", "/segment"),
    (Share(10, 10), "share_empty", "/end"),
    (Share(101), "number_range", "/end"),
    (Share(10, -1), "number_range", "/start"),
]


@pytest.mark.parametrize("number", range(len(WRONG)))
def test_what_makes_no_sense_is_told_with_its_place(number: int) -> None:
    node, code, path = WRONG[number]
    assert told(node) == [(code, path)]


RIGHT: list[Node] = [
    Fact("known_since", Time(Last(DAY))),
    Fact("known_since", Yearly(7)),
    Fact("birthday", Yearly(7, 1)),
    Fact("score.churn", Number("gt", 0.5)),
    Fact("zone", Text("starts_with", ("Europe/",))),
    Fact("zone", Text("in", ("Asia/Baku", "Europe/Istanbul"))),
    Fact("rfm_group", Text("in", ("champions", "cant_lose"))),
    Fact("life_cycle", Text("contains", ("laps",))),
    Trait("renewal", Time(Next(DAY))),
    Trait("renewal", Time(Between("2027-01-01"))),
    Trait("city", Unknown()),
    Event(X, where=(Filter("@currency", A), Filter("@value", ONE), Filter("a.b", Known()))),
    Event(X, measure=Latest("@at"), test=Time(Last(skip=DAY))),
    Event(X, measure=Latest("@name"), test=A),
    Event(X, measure=Sum("@value"), test=ONE),
    Event(X, measure=Distinct("@order"), test=ONE),
    Event(X, measure=Money("AZN", "most"), test=Number("between", 1, 1)),
    Event(X, clock=Clock((6, 7), 22, 4)),
    at(Since(("Y",), (Filter("a", A),))),
    at(Last(Span(14), Span(1, "week"))),
    at(Between("2026-11-18", "2026-11-18")),
    at(Between("2026-11-18T11:06:40Z")),
    at(Between("2026-11-18")),
    at(Between("2026-02-01T23:00:00Z", "2026-02-01")),
    Messages("ignored", "email"),
    Sequence((Stage(X), Stage(X, within=DAY)), Stage(("Y",), within=DAY)),
    Share(100),
    tree.All(()),
]


@pytest.mark.parametrize("number", range(len(RIGHT)))
def test_what_makes_sense_is_taken(number: int) -> None:
    assert told(RIGHT[number]) == []


def test_the_future_is_no_problem_where_now_is_not_known() -> None:
    assert check(at(Between("2099-01-01"))) == []


def test_the_whole_tree_is_looked_through() -> None:
    node = tree.All(
        (tree.Any((tree.Nothing((at(Last(Span(0))), Share(0))),)), Event((), test=Text("eq", ())))
    )
    assert told(node) == [
        ("span_not_positive", "/of/0/of/0/of/0/window/span/amount"),
        ("share_empty", "/of/0/of/0/of/1/end"),
        ("no_events", "/of/1/events"),
        ("test_misfit", "/of/1/test"),
        ("one_value", "/of/1/test/values"),
    ]


def test_a_tree_of_any_depth_is_looked_through() -> None:
    node: Node = Event(X, measure=Count())
    for _ in range(500):
        node = tree.All((node,))
    assert told(node) == []
