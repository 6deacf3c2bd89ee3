"""The ledger takes each word once, in one chain, whoever writes; and refuses what cannot be."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from kervan.consent import ledger, verify
from kervan.consent import store as consent
from kervan.consent.ledger import Change, Recorded
from kervan.kernel import clock, ids
from kervan.kernel import postgres as state
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from tests.unit.consent.people import AT, VAULT, add, allowing, email, own


def _refused(change: Change, now: datetime = AT) -> str:
    return ledger.refusal(change, now)[0]


def test_what_cannot_be_is_refused_with_its_reason() -> None:
    def change(**more: object) -> Change:
        one = Change("email", "granted", AT, person=1)
        for name, value in more.items():
            setattr(one, name, value)
        return one

    first_day = datetime(2015, 5, 1, tzinfo=UTC)
    cases: dict[str, Change] = {
        "consent.in_future": change(occurred_at=AT + timedelta(days=1)),
        "consent.too_early": change(occurred_at=first_day - timedelta(microseconds=1)),
        "consent.status_unknown": change(status="yes"),
        "consent.channel_unknown": change(channel="pigeon"),
        "consent.purpose_unknown": change(purpose="fun"),
        "consent.nobody": change(person=0),
        "consent.text_unfit": change(topic="a\x1fb"),
    }
    for code, wrong in cases.items():
        assert _refused(wrong) == code
    assert _refused(change(topic="x" * 201)) == "consent.text_unfit"
    assert _refused(change(occurred_at=first_day)) == ""
    assert _refused(change(occurred_at=AT + timedelta(minutes=4))) == "", "clocks differ a little"
    early = change(occurred_at=datetime(2012, 1, 1, tzinfo=UTC), jurisdiction="EU")
    assert _refused(early) == "", "the first day is the Turkish register's"


def test_a_refused_one_keeps_the_whole_batch_out(postgres: Connection) -> None:
    add(postgres, 1, "p1@ornek.test")
    tomorrow = clock.now() + timedelta(days=1)
    changes = [Change("email", "granted", at, person=1) for at in (AT, tomorrow)]
    with pytest.raises(KervanError) as caught:
        ledger.record(postgres, VAULT, changes)
    assert caught.value.code == "consent.in_future"
    assert postgres.execute("select count(*) from consent_event").fetchone() == (0,)


def test_the_same_key_counts_once_within_and_between_batches(postgres: Connection) -> None:
    add(postgres, 1, "p1@ornek.test")
    key = ids.hash16(b"one")
    one = Change("email", "granted", AT, person=1, key=key)
    other = Change("email", "granted", AT, person=1)
    assert ledger.record(postgres, VAULT, [one, other, one]) == [1, 2, 1]
    assert ledger.record(postgres, VAULT, [one]) == [1]
    assert ledger.record(postgres, VAULT, []) == []


def test_an_address_named_needs_no_person(postgres: Connection) -> None:
    hash_ = email("somebody@ornek.test")
    change = Change("email", "granted", AT, contact=hash_, recipient_type="merchant", country="TR")
    ledger.record(postgres, VAULT, [change])
    assert allowing(postgres, hash_) == 1
    kept = postgres.execute("select kind, recipient_type, country, sealed from contact_point")
    assert kept.fetchall() == [("email", "merchant", "TR", None)]


def test_the_address_is_kept_sealed_as_the_profile_has_it(postgres: Connection) -> None:
    add(postgres, 1, "p1@ornek.test")
    ledger.record(postgres, VAULT, [Change("email", "granted", AT, person=1)])
    row = postgres.execute(
        "select c.sealed, p.key from contact_point c join profile p using (person)"
    ).fetchone()
    assert row is not None
    assert VAULT.open(row[1], row[0], b"identifier") == b"p1@ornek.test"


def test_a_proof_is_sealed_and_read_again(postgres: Connection) -> None:
    add(postgres, 1, "p1@ornek.test")
    ledger.record(
        postgres, VAULT, [Change("email", "granted", AT, person=1, proof={"ip": "192.0.2.7"})]
    )
    row = postgres.execute("select e.proof, p.key from consent_event e, profile p").fetchone()
    assert row is not None
    assert b"192" not in row[0]
    assert ledger.read_proof(VAULT, row[1], row[0]) == {"ip": "192.0.2.7"}
    assert ledger.read_proof(VAULT, None, row[0]) is None
    assert ledger.read_proof(VAULT, None, b'\0{"a":1}') == {"a": 1}


def test_who_listens_hears_of_new_rows_only(postgres: Connection) -> None:
    add(postgres, 1, "p1@ornek.test")
    heard: list[Recorded] = []

    def listen(_: Connection, rows: list[Recorded]) -> None:
        heard.extend(rows)

    ledger.on_recorded.append(listen)
    try:
        one = Change("email", "granted", AT, person=1)
        ledger.record(postgres, VAULT, [one])
        ledger.record(postgres, VAULT, [one, Change("email", "withdrawn", AT, person=1)])
    finally:
        ledger.on_recorded.remove(listen)
    assert [(row.id, row.change.status, row.change.contact) for row in heard] == [
        (1, "granted", email("p1@ornek.test")),
        (2, "withdrawn", email("p1@ornek.test")),
    ]


def test_a_word_is_about_the_address_she_had_then(postgres: Connection) -> None:
    add(postgres, 1, "first@ornek.test", at=AT)
    add(postgres, 2)
    merged = "update profile set merged_into = 1 where person = 2"
    postgres.execute(merged)
    add(postgres, 3, "second@ornek.test", at=AT + timedelta(days=5))
    postgres.execute("update profile set merged_into = 1 where person = 3")
    places = {
        AT - timedelta(days=1): "first@ornek.test",
        AT + timedelta(days=1): "first@ornek.test",
        AT + timedelta(days=6): "second@ornek.test",
    }
    for at, address in places.items():
        change = Change("email", "granted", at, person=1)
        ledger.bind(postgres, [change])
        assert change.contact == email(address)


def test_writers_at_once_make_one_unbroken_chain(postgres_url: str, workspace: str) -> None:
    writers, batches = 4, 6
    with state.connect(postgres_url, workspace=workspace) as conn:
        add(conn, 1, "p1@ornek.test")
        conn.commit()

    def write(number: int) -> None:
        with state.connect(postgres_url, workspace=workspace) as conn:
            for batch in range(batches):
                at = AT + timedelta(minutes=number, seconds=batch)
                changes = [Change("email", "granted", at, person=1) for _ in range(3)]
                ledger.record(conn, VAULT, changes)
                if batch % 3 == 2:
                    conn.rollback()
                else:
                    conn.commit()

    with ThreadPoolExecutor(writers) as threads:
        list(threads.map(write, range(writers)))
    with state.connect(postgres_url, workspace=workspace) as conn:
        report = verify.verify(conn, VAULT)
        assert report.findings == []
        assert report.rows == report.position == writers * batches * 3 * 2 // 3


def test_an_address_that_came_by_another_way_is_found_in_time(postgres: Connection) -> None:
    add(postgres, 1)
    add(postgres, 2)
    postgres.execute("update profile set merged_into = 1 where person = 2")
    ledger.record(postgres, VAULT, [Change("email", "granted", AT, person=2)])
    assert not ledger.step(postgres, VAULT)
    own(postgres, 1, "p1@ornek.test")
    assert ledger.step(postgres, VAULT)
    assert not ledger.step(postgres, VAULT)
    hash_ = email("p1@ornek.test")
    assert allowing(postgres, hash_)


def test_a_word_on_push_is_about_herself_and_waits_for_no_address(postgres: Connection) -> None:
    add(postgres, 1)
    changes = [Change(one, "granted", AT, person=1) for one in ("push", "sms")]
    ledger.record(postgres, VAULT, changes)
    ledger.record(postgres, VAULT, [Change("telegram", "withdrawn", AT, person=1)])
    kept = postgres.execute("select contact, channel from consent_state order by 2").fetchall()
    assert kept == [(UUID(int=1), "push"), (UUID(int=1), "telegram")]


def test_a_word_about_herself_that_waited_before_is_bound(postgres: Connection) -> None:
    add(postgres, 1)
    waits = Change("push", "withdrawn", AT, person=1, contact=bytes(16), contact_kind="person")
    ledger.record(postgres, VAULT, [waits])
    assert ledger.step(postgres, VAULT)
    assert not ledger.step(postgres, VAULT)
    assert consent.refused(postgres, [1], "push", "marketing") == {1}
