"""The latest word of a person counts; of two at once, the refusal; and each word once."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kervan.consent import ledger, store
from kervan.consent.ledger import Change
from kervan.consent.store import Decision
from kervan.kernel import clock, ids
from kervan.kernel.postgres import Connection
from tests.unit.consent.people import AT, VAULT, add, allowing, email, own

_AT_MS = clock.to_ms(AT)


@pytest.fixture
def seven(postgres: Connection) -> Connection:
    """A workspace in which person 7 has an e-mail address."""
    add(postgres, 7, "ayse@ornek.test")
    return postgres


def _decision(at_ms: int, granted: bool, number: int) -> Decision:
    return Decision(
        7, "email", "marketing", granted, _AT_MS + at_ms, 1, "v1", ids.hash16(b"%d" % number)
    )


def _allowed(conn: Connection, **more: str) -> bool:
    return 7 in store.allowed(conn, [7, 8], "email", "marketing", **more)


@settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(st.lists(st.tuples(st.integers(0, 4), st.booleans()), min_size=1, max_size=8), st.data())
def test_any_order_cut_and_repeat_gives_the_same_answer(
    seven: Connection, said: list[tuple[int, bool]], data: st.DataObject
) -> None:
    decisions = [_decision(at, granted, i) for i, (at, granted) in enumerate(said)]
    arriving = data.draw(st.permutations(decisions + decisions[:2]))
    cut = data.draw(st.integers(0, len(arriving)))
    with seven.transaction(force_rollback=True):
        store.record(seven, arriving[:cut], VAULT)
        store.record(seven, arriving[cut:], VAULT)
        latest = max(at for at, _ in said)
        expected = all(granted for at, granted in said if at == latest)
        assert _allowed(seven) == expected
        kept = seven.execute("select count(*) from consent_event").fetchone()
        assert kept == (len(decisions),)


def test_consent_is_for_its_channel_and_purpose_only(seven: Connection) -> None:
    store.record(seven, [_decision(1, True, 1)], VAULT)
    assert store.allowed(seven, [7], "sms", "marketing") == {}
    assert store.allowed(seven, [7], "email", "profiling") == {}
    assert not _allowed(seven, brand="sister")
    store.record(seven, [_decision(2, False, 2)], VAULT)
    assert not _allowed(seven)


def _say(conn: Connection, status: str, day: int, topic: str = "", **more: object) -> int:
    at = AT + timedelta(days=day)
    change = Change("email", status, at, person=7, topic=topic)
    for name, value in more.items():
        setattr(change, name, value)
    return ledger.record(conn, VAULT, [change], AT + timedelta(days=20))[0]


def test_a_refusal_of_the_channel_beats_topics_agreed_to_before(seven: Connection) -> None:
    _say(seven, "granted", 1, "news")
    assert _allowed(seven, topic="news")
    assert not _allowed(seven), "a topic is not the whole channel"
    _say(seven, "withdrawn", 2)
    assert not _allowed(seven, topic="news")
    _say(seven, "granted", 3, "news")
    assert _allowed(seven, topic="news"), "she agreed again, later"
    assert not _allowed(seven, topic="sales")


def test_a_refused_topic_stays_refused_when_the_channel_is_agreed_to(seven: Connection) -> None:
    _say(seven, "denied", 1, "news")
    _say(seven, "granted", 2)
    assert not _allowed(seven, topic="news")
    assert _allowed(seven, topic="sales")


def test_a_refusal_that_names_no_brand_stops_every_brand(seven: Connection) -> None:
    _say(seven, "withdrawn", 2)
    _say(seven, "granted", 1, brand="kids")  # said before it, heard after it
    assert not _allowed(seven, brand="kids")
    _say(seven, "granted", 3, brand="kids")
    assert _allowed(seven, brand="kids") and not _allowed(seven)


def test_a_consent_ends_at_its_time_and_not_before(seven: Connection) -> None:
    end = AT + timedelta(days=10)
    event = _say(seven, "granted", 1, expires_at=end)
    before = end - timedelta(microseconds=1)
    assert store.allowed(seven, [7], "email", "marketing", at=before) == {7: event}
    assert store.allowed(seven, [7], "email", "marketing", at=end) == {}
    assert not allowing(seven, email("ayse@ornek.test"), at=end)


def test_a_pending_word_allows_nothing_and_takes_nothing_away(seven: Connection) -> None:
    _say(seven, "pending", 1)
    assert not _allowed(seven)
    _say(seven, "granted", 2)
    _say(seven, "pending", 3)
    assert _allowed(seven)


def test_consent_hangs_on_the_address_not_on_the_person(postgres: Connection) -> None:
    add(postgres, 7, "old@ornek.test", at=AT)
    _say(postgres, "granted", 1)
    own(postgres, 7, "new@ornek.test", at=AT + timedelta(days=5), keys=None)
    assert not _allowed(postgres), "nobody agreed to mail at the new address"
    assert allowing(postgres, email("old@ornek.test"))
    _say(postgres, "granted", 6)
    assert _allowed(postgres)


def test_a_word_waits_for_the_address_and_keeps_its_time(postgres: Connection) -> None:
    add(postgres, 7)
    _say(postgres, "granted", 1)
    _say(postgres, "granted", 2, "news")
    assert not _allowed(postgres)
    assert ledger.settle(postgres, VAULT, [7]) == 0
    own(postgres, 7, "ayse@ornek.test", at=AT + timedelta(days=3), keys=None)
    assert ledger.settle(postgres, VAULT, [6, 7]) == 2
    assert ledger.settle(postgres, VAULT, [7]) == 0
    assert _allowed(postgres)
    when = postgres.execute("select distinct occurred_at from consent_state order by 1").fetchall()
    assert when == [(AT + timedelta(days=1),), (AT + timedelta(days=2),)]


def test_erasing_forgets_addresses_and_proofs_and_keeps_the_words(seven: Connection) -> None:
    _say(seven, "granted", 1, proof={"form": "sign-up", "ip": "192.0.2.7"})
    assert store.erase(seven, [7], []) == 2
    assert seven.execute("select sealed from contact_point").fetchall() == [(None,)]
    assert seven.execute("select proof from consent_event").fetchall() == [(None,)]
    assert [row["status"] for row in store.of_people(seven, [7])] == ["granted"]


def test_the_proof_of_another_who_had_the_address_stays(seven: Connection) -> None:
    add(seven, 8)
    _say(seven, "granted", 1, person=8, contact=email("ayse@ornek.test"), contact_kind="email",
         proof={"by": "eight"})  # fmt: skip
    _say(seven, "granted", 2, proof={"by": "seven"})
    store.erase(seven, [7], [email("ayse@ornek.test")])
    kept = seven.execute("select person from consent_event where proof is not null").fetchall()
    assert kept == [(8,)]
