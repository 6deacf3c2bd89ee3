"""Groups of conditions, and many trees asked of the same people."""

import numpy as np
import pytest

from kervan.segments.columns import NEVER, NO_TIME
from kervan.segments.evaluate.asking import Asking
from kervan.segments.lower import Core
from kervan.segments.tree import All, Any, Consent, Event, Last, Member, Nothing, Reach, Span
from tests.unit.segments.evaluate.world import DAY, NOW, E, events, flips, holds, instants, people

FIRST, SECOND = Consent("sms"), Consent("email")
EARLY, LATE = NOW + DAY, NOW + 9 * DAY


def _consents() -> list[list[int]]:
    return [[EARLY, EARLY, NO_TIME, NOW, 0], [LATE, 0, LATE, NOW, NO_TIME]]


@pytest.mark.parametrize(
    ("group", "wanted", "until"),
    [
        (All((FIRST, SECOND)), "x----", [EARLY, NEVER, NEVER, NEVER, NEVER]),
        (Any((FIRST, SECOND)), "xxx--", [LATE, EARLY, LATE, NEVER, NEVER]),
        (Nothing((FIRST, SECOND)), "---xx", [LATE, EARLY, LATE, NEVER, NEVER]),
        (Nothing((Nothing((FIRST,)),)), "xx---", [EARLY, EARLY, NEVER, NEVER, NEVER]),
        (All(()), "xxxxx", [NEVER] * 5),
        (Any(()), "-----", [NEVER] * 5),
        (Nothing(()), "xxxxx", [NEVER] * 5),
    ],
)
def test_groups(group: Core, wanted: str, until: list[int]) -> None:
    who = people(5)
    sms, email = _consents()
    who.consents["sms/marketing//"] = np.array(sms)
    who.consents["email/marketing//"] = np.array(email)
    assert holds(group, who=who) == wanted
    assert flips(group, who=who) == until


def test_a_group_that_fails_waits_for_the_last_that_fails() -> None:
    done = [E(0, NOW - DAY), E(0, NOW - 3 * DAY, "View")]
    order, view = (Event((name,), window=Last(None, Span(5))) for name in ("Order", "View"))
    assert flips(All((order, view)), done) == [NOW + 4 * DAY]
    assert flips(Any((order, view)), done) == [NOW + 2 * DAY]
    assert flips(All((order, view, Reach("sms"))), done) == [NEVER]


def test_equal_conditions_are_computed_once() -> None:
    asking = Asking(people(1), events([E(0, NOW)]), instants(1))
    one = asking.answer(All((Event(("Order",)), Reach("sms"))))
    again = asking.answer(All((Event(("Order",)), Reach("sms"))))
    assert one is again
    assert asking.answer(Event(("Order",))) is asking.answer(Event(("Order",)))


def test_a_tree_has_to_be_lowered_first() -> None:
    with pytest.raises(TypeError):
        Asking(people(1), events([]), instants(1)).answer(Member("a"))


def test_nobody_is_no_trouble() -> None:
    asking = Asking(people(0), events([]), instants(0))
    assert len(asking.answer(Event(("Order",), window=Last(Span(1)))).holds) == 0
