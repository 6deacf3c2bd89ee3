"""What trees read is listed, and nothing else."""

import dataclasses

import numpy as np

from kervan.segments import tree
from kervan.segments.evaluate.asking import evaluate
from kervan.segments.lower import Listed
from kervan.segments.needs import Needs, leaves, needs
from kervan.segments.tree import All, Any, Event, Filter, Known, Nothing, Number, Stage, Text
from tests.unit.segments.laws import rounds
from tests.unit.segments.loading import event_columns, people_columns

_FAR_MS = 800 * 86_400_000
CITY = tree.Trait("city", Text("eq", ("Ankara",)))
SOON = tree.Time(tree.Next(tree.Span(7)))


def test_a_group_reads_what_its_conditions_read() -> None:
    assert needs([Any((All((CITY,)), Nothing((Listed(7),)))), CITY]) == Needs(
        traits={"city"}, lists={7}
    )
    assert needs([All(())]) == needs([]) == Needs()


def test_traits_that_are_dates_are_read_as_instants() -> None:
    assert needs([tree.Trait("renewal", SOON), tree.Trait("born", tree.Yearly())]) == Needs(
        moments={"renewal", "born"}
    )
    both = needs([tree.Trait("renewal", SOON), tree.Trait("renewal", Known())])
    assert both == Needs(moments={"renewal"}, traits={"renewal"})


def test_facts_and_consents_by_their_names() -> None:
    asked = [tree.Fact("rfm", Number("eq", 555)), tree.Consent("sms", topic="news", brand="kids")]
    assert needs(asked) == Needs(facts={"rfm"}, consents={"sms/marketing/news/kids"})
    assert needs([tree.Reach("sms"), tree.Share(10)]) == Needs()


def test_events_with_their_properties_and_lines_but_without_columns() -> None:
    node = Event(
        ("Order", "Visit"),
        where=(Filter("price", Known()), Filter("@value", Known())),
        lines=(Filter("cat", Known()), Filter("@name", Known())),
        measure=tree.Sum("total"),
    )
    assert needs([node]) == Needs(
        events={"Order", "Visit"}, properties={"price", "total"}, lines={"cat"}
    )
    assert needs([Event(("Order",), measure=tree.Latest("@at"))]) == Needs(events={"Order"})
    assert needs([Event(("Order",), measure=tree.Money("TRY"))]) == Needs(events={"Order"})


def test_what_a_window_begins_after_is_read_too() -> None:
    since = tree.Since(("Click",), (Filter("machine", tree.Flag(value=False)),))
    assert needs([Event(("Sent",), window=since)]) == Needs(
        events={"Sent", "Click"}, properties={"machine"}
    )


def test_every_step_of_a_sequence_and_what_did_not_follow() -> None:
    node = tree.Sequence(
        (Stage(("View",)), Stage(("Add",), where=(Filter("price", Known()),))),
        then_not=Stage(("Order",), lines=(Filter("cat", Known()),), within=tree.Span(1)),
    )
    assert needs([node]) == Needs(
        events={"View", "Add", "Order"}, properties={"price"}, lines={"cat"}
    )


def test_leaves_from_left_to_right() -> None:
    one, two, three = tree.Share(1), tree.Share(2), tree.Share(3)
    assert leaves(Any((one, All((two, Nothing(()))), three))) == [one, two, three]
    assert leaves(one) == [one]


def test_what_is_too_old_to_matter_changes_no_answer() -> None:
    left_out = 0
    for one in rounds(1_000, 41):
        for at_ms, nodes in one.asked:
            for core in map(one.core, nodes):
                wanted = needs([core])
                crowd = one.crowd
                everything = event_columns(crowd, wanted)
                first = {name: at_ms - back for name, back in wanted.back_ms.items()}
                some = [
                    each for each in crowd.events if each["at"] > first.get(each["name"], at_ms)
                ]
                lately = event_columns(dataclasses.replace(crowd, events=some), wanted)
                people = people_columns(crowd, wanted)
                at = np.full(len(people), at_ms, np.int64)
                whole = evaluate(core, people, everything, at)
                answer = evaluate(core, people, lately, at)
                np.testing.assert_array_equal(whole.holds, answer.holds)
                # the whole history may name instants at which nothing changes
                for until in (whole.flip_at_ms, answer.flip_at_ms - 1):
                    later = np.clip(until, at_ms, at_ms + _FAR_MS)
                    later = np.where(later < answer.flip_at_ms, later, at_ms)
                    again = evaluate(core, people, everything, later)
                    np.testing.assert_array_equal(again.holds, answer.holds)
                left_out += len(everything) - len(lately)
    assert left_out > 1_000, "the law says nothing where nothing is left out"
