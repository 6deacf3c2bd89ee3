"""A rule tree becomes its core: segments by what they mean, messages and journeys as events."""

from typing import Literal

import pytest

from kervan.kernel.errors import KervanError
from kervan.segments import tree
from kervan.segments.lower import LIMIT_NODES, Listed, lower
from kervan.segments.tree import All, Any, Event, Filter, Flag, Member, Nothing, Number, Reach, Text

SMS, PUSH = Reach("sms"), Reach("push")


def test_a_member_is_asked_what_her_segment_asks() -> None:
    segments = {"sms": SMS, "both": All((Member("sms"), PUSH)), "not": Nothing((Member("both"),))}
    assert lower(Member("not"), segments, {}) == Nothing((All((SMS, PUSH)),))
    assert lower(Any((Member("sms"), Member("sms"))), segments, {}) == Any((SMS, SMS))


def test_a_member_of_an_imported_list_is_on_it() -> None:
    assert lower(All((Member("vip"), SMS)), {}, {"vip": 7}) == All((Listed(7), SMS))


def test_what_is_of_the_core_stays_what_it_is() -> None:
    event = Event(("Visited",), window=tree.Last(tree.Span(2)), once=True)
    assert lower(Any((event, Nothing(()))), {}, {}) == Any((event, Nothing(())))


@pytest.mark.parametrize(
    ("segments", "way"),
    [
        ({"a": Member("a")}, "own → a → a"),
        ({"a": All((SMS, Member("b"))), "b": Nothing((Member("own"),))}, "own → a → b → own"),
    ],
)
def test_no_way_leads_back(segments: dict[str, tree.Node], way: str) -> None:
    with pytest.raises(KervanError) as refused:
        lower(Any((SMS, Member("a"))), segments, {}, "own")
    assert (refused.value.code, refused.value.params["way"]) == ("segments.cycle", way)


def test_the_same_segment_twice_is_no_cycle() -> None:
    segments = {"a": All((Member("b"), Member("b"))), "b": SMS}
    assert lower(Member("a"), segments, {}, "own") == All((SMS, SMS))


def test_a_segment_that_is_gone_is_named() -> None:
    with pytest.raises(KervanError) as refused:
        lower(Member("a"), {"a": Any((Member("gone"),))}, {})
    assert refused.value.code == "segments.unknown_segment"
    assert refused.value.params == {"segment": "gone"}


def test_segments_that_double_each_other_are_refused_while_that_is_cheap() -> None:
    segments: dict[str, tree.Node] = {"s0": SMS}
    for i in range(1, 40):
        segments[f"s{i}"] = All((Member(f"s{i - 1}"), Member(f"s{i - 1}")))
    with pytest.raises(KervanError) as refused:
        lower(Member("s39"), segments, {})
    assert refused.value.code == "segments.too_large"
    assert lower(Any((SMS,) * (LIMIT_NODES - 1)), {}, {})


# Messages and journeys ----------------------------------------------------------------------------

HUMAN = Filter("machine", Flag(value=False))
EMAIL, BASKET = Filter("channel", Text("eq", ("email",))), Filter("journey", Text("eq", ("b",)))


@pytest.mark.parametrize(
    ("what", "name", "where"),
    [
        ("sent", "Message Sent", ()),
        ("delivered", "Message Delivered", ()),
        ("opened", "Message Opened", (HUMAN,)),
        ("clicked", "Message Clicked", (HUMAN,)),
    ],
)
def test_messages_are_events(
    what: Literal["sent", "delivered", "opened", "clicked"], name: str, where: tuple[Filter, ...]
) -> None:
    window, test = tree.Last(tree.Span(7)), Number("gte", 2)
    node = tree.Messages(what, "email", "b", window, test)
    asked = Event((name,), where=(*where, EMAIL, BASKET), window=window, test=test)
    assert lower(node, {}, {}) == asked


def test_ignored_are_those_since_the_last_click_by_a_human() -> None:
    found = lower(tree.Messages("ignored", "email", test=Number("gte", 5)), {}, {})
    since = tree.Since(("Message Clicked",), (HUMAN, EMAIL))
    assert found == Event(("Message Sent",), where=(EMAIL,), window=since, test=Number("gte", 5))


def test_a_journey_is_where_its_last_event_left_her() -> None:
    def last(name: str) -> Event:
        return Event(
            ("Journey Entered", "Journey Exited"),
            where=(BASKET,),
            measure=tree.Latest("@name"),
            test=Text("eq", (name,)),
        )

    assert lower(tree.Journey("b"), {}, {}) == last("Journey Entered")
    assert lower(tree.Journey("b", "left"), {}, {}) == last("Journey Exited")
    entered = Event(("Journey Entered",), where=(BASKET,))
    assert lower(tree.Journey("b", "entered"), {}, {}) == entered
    never = Event(("Journey Entered",), where=(BASKET,), test=Number("eq", 0))
    assert lower(tree.Journey("b", "never"), {}, {}) == never
