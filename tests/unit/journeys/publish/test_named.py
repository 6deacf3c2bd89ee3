"""Segments a journey asks about: there before it goes live, and not taken away while it asks."""

from datetime import UTC, datetime

import pytest

from kervan.app import segment_users
from kervan.journeys import apply
from kervan.journeys.problem import JourneyNotValid
from kervan.journeys.publish import state
from kervan.journeys.publish.state import How
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.segments.definitions import store
from kervan.segments.definitions.store import Author
from tests.unit.journeys.publish.test_carry import TEXT

AT = datetime(2026, 11, 22, tzinfo=UTC)
AUTHOR = Author("oya", AT)
ASKS = TEXT.replace("{event: Product Added}", "{segment_entered: vip}")


def test_an_unknown_segment_is_told_with_its_place(postgres: Connection) -> None:
    with pytest.raises(JourneyNotValid) as caught:
        apply.apply(postgres, ASKS, AT)
    [problem] = caught.value.problems
    assert (problem.code, problem.params["segment"]) == ("journeys.segment_unknown", "vip")
    assert "trigger:" in ASKS.splitlines()[problem.line - 1]


def test_a_segment_in_use_is_not_archived(postgres: Connection) -> None:
    store.create(postgres, "vip", "Vip", None, AUTHOR)
    apply.apply(postgres, ASKS, AT)
    segment_users.listen()
    with pytest.raises(KervanError) as caught:
        store.archive(postgres, "vip", AUTHOR)
    assert caught.value.code == "segments.in_use"
    assert "Basket (basket)" in caught.value.say()
    state.do(postgres, "basket", "stop", How(), AT, "oya")
    assert store.archive(postgres, "vip", AUTHOR)
