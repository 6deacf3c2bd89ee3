"""Segments a journey asks about: there before it goes live, and not taken away while it asks."""

from datetime import UTC, datetime

import pytest

from kervan.app import segment_users
from kervan.content.messages import apply as messages
from kervan.content.messages.definition import read
from kervan.journeys import apply
from kervan.journeys.problem import JourneyNotValid
from kervan.journeys.publish import named, state
from kervan.journeys.publish.state import How
from kervan.kernel.errors import KervanError
from kervan.kernel.i18n import LOCALES
from kervan.kernel.postgres import Connection
from kervan.segments.definitions import store
from kervan.segments.definitions.store import Author
from kervan.segments.definitions.users import Use
from tests.unit.content.messages.autumn import autumn
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


def test_a_name_that_is_like_another_is_guessed(postgres: Connection) -> None:
    store.create(postgres, "vips", "Vips", None, AUTHOR)
    with pytest.raises(JourneyNotValid) as caught:
        apply.apply(postgres, ASKS, AT)
    [problem] = caught.value.problems
    assert (problem.code, problem.params["near"]) == ("journeys.segment_unknown_near", "vips")
    assert "“vips” mi demek istediniz?" in caught.value.say("tr")
    assert "“vips” demək istəyirdiniz?" in caught.value.say("az")


def test_a_segment_in_use_is_not_archived(postgres: Connection) -> None:
    store.create(postgres, "vip", "Vip", None, AUTHOR)
    apply.apply(postgres, ASKS, AT)
    segment_users.listen()
    with pytest.raises(KervanError) as caught:
        store.archive(postgres, "vip", AUTHOR)
    assert caught.value.code == "segments.in_use"
    said = {caught.value.say(locale) for locale in LOCALES}
    assert len(said) == 3
    assert all("Basket (basket)" in one for one in said)
    state.do(postgres, "basket", "stop", How(), AT, "oya")
    assert store.archive(postgres, "vip", AUTHOR)


def test_a_rule_of_the_journey_s_own_is_watched_as_a_segment(postgres: Connection) -> None:
    store.create(postgres, "vip", "Vip", None, AUTHOR)
    parts = "{kind: share, start: 0, end: 50, salt: x}, {kind: member, segment: vip}"
    text = TEXT.replace("  steps:", f"  exit_when: {{kind: all, of: [{parts}]}}\n  steps:")
    apply.apply(postgres, text, AT)
    [own] = [one for one in store.every(postgres) if one.created_by == "journey:basket"]
    assert own.tree is not None
    apply.apply(postgres, text.replace("key: basket", "key: other"), AT)
    assert len(store.every(postgres)) == 2, "the same rule is the same segment"
    assert {one.key for one in named.of_segment(postgres, own.key)} == {"basket", "other"}


def _own(conn: Connection) -> list[str]:
    return [one.key for one in store.every(conn) if one.created_by.startswith("journey:")]


def test_a_rule_nobody_asks_any_more_is_watched_no_longer(postgres: Connection) -> None:
    text = TEXT.replace(
        "  steps:", "  exit_when: {kind: share, start: 0, end: 50, salt: x}\n  steps:"
    )
    apply.apply(postgres, text, AT)
    [old] = _own(postgres)
    apply.apply(postgres, text.replace("end: 50", "end: 60"), AT)
    apply.apply(postgres, text.replace("end: 50", "end: 70"), AT)
    assert old not in _own(postgres)
    assert len(_own(postgres)) == 2, "that of the version before goes with the next change"
    for _ in range(2):
        state.do(postgres, "basket", "undo", How(), AT, "oya")
    assert old in _own(postgres)
    state.do(postgres, "basket", "stop", How(), AT, "oya")
    assert not _own(postgres)


def test_an_undo_does_not_bring_back_a_question_about_a_segment_that_is_gone(
    postgres: Connection,
) -> None:
    segment_users.listen()
    store.create(postgres, "vip", "Vip", None, AUTHOR)
    apply.apply(postgres, ASKS, AT)
    apply.apply(postgres, TEXT, AT)
    store.archive(postgres, "vip", AUTHOR)
    with pytest.raises(JourneyNotValid):
        state.do(postgres, "basket", "undo", How(), AT, "oya")


def test_a_version_that_is_refused_by_now_keeps_nobody_from_publishing(
    postgres: Connection,
) -> None:
    segment_users.listen()
    store.create(postgres, "vip", "Vip", None, AUTHOR)
    apply.apply(postgres, TEXT, AT)
    refused = TEXT.replace("{event: Product Added}", "{event: A, where: {property: x, in: []}}")
    postgres.execute("update journey_version set text = %s", [refused])
    assert store.archive(postgres, "vip", AUTHOR)
    assert apply.apply(postgres, TEXT.replace("Basket", "New"), AT).number == 2


def test_the_journeys_of_a_message_are_known(postgres: Connection) -> None:
    messages.apply(postgres, read(autumn()), AT, "oya")
    second = "{key: second, kind: wait, for: 5 hours}"
    assert second in TEXT
    sends = "{key: second, kind: send, message: autumn, on_blocked: exit}"
    apply.apply(postgres, TEXT.replace(second, sends), AT)
    assert named.of_messages(postgres) == [("autumn", Use("journey", "basket", "Basket"))]
