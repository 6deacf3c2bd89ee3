"""The ledger is sound as it was written; whatever is done to a row by hand is found and named."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import errors as postgres_errors

from kervan.consent import chain, ledger, notices, store, verify
from kervan.consent.ledger import Change
from kervan.kernel import clock, migrate
from kervan.kernel.crypto import Vault
from kervan.kernel.postgres import Connection
from tests.unit.consent.people import AT, VAULT, add, email, own

_COUNT = 9
_COLUMNS = {
    "brand": "'other'", "contact": "gen_random_uuid()", "contact_kind": "'phone'",
    "person": "person + 1", "channel": "'sms'", "purpose": "'service'", "topic": "'other'",
    "status": "case status when 'granted' then 'denied' else 'granted' end",
    "legal_basis": "'contract'", "jurisdiction": "'XX'",
    "occurred_at": "occurred_at + interval '1 microsecond'", "zone": "'Asia/Baku'",
    "recorded_at": "recorded_at - interval '1 day'", "source": "'store'", "source_id": "99",
    "actor": "'somebody'", "notice": "coalesce(notice, 0) + 5", "notice_name": "'forged'",
    "notice_sha256": "sha256('forged')", "proof": "'\\x007b7d'", "proof_sha256": "sha256('x')",
    "expires_at": "timestamptz '2099-01-01'", "event_key": "gen_random_uuid()",
    "prev_hash": "sha256('x')", "hash": "sha256('x')",
}  # fmt: skip


@pytest.fixture
def written(postgres: Connection) -> Connection:
    """A ledger of a few rows about three people, open to tampering; nothing of it is kept."""
    for person in (1, 2, 3):
        add(postgres, person, f"p{person}@ornek.test")
    shown = notices.publish(postgres, "newsletter", "tr", "Kampanya iletileri almak istiyorum.")
    changes = [
        Change(
            "email",
            "withdrawn" if i % 4 == 3 else "granted",
            AT + timedelta(minutes=i),
            person=1 + i % 3,
            notice=shown.id if i % 2 else 0,
            proof={"form": "sign-up", "row": i},
        )
        for i in range(_COUNT)
    ]
    ledger.record(postgres, VAULT, changes[:5])
    ledger.record(postgres, VAULT, changes[5:])
    assert verify.verify(postgres, VAULT).findings == []
    postgres.execute("alter table consent_event disable trigger user")
    postgres.execute("alter table notice disable trigger user")
    postgres.execute("alter table consent_checkpoint disable trigger user")
    return postgres


def _found(conn: Connection) -> list[tuple[int, str]]:
    return [
        (one.position, one.code.removeprefix("consent.found_"))
        for one in verify.verify(conn, VAULT).findings
    ]


def test_a_sound_ledger_is_proven_with_its_end(written: Connection) -> None:
    report = verify.verify(written, VAULT)
    assert report.sound
    assert (report.rows, report.position, report.signed_to) == (_COUNT, _COUNT, 0)
    head = written.execute("select hash from consent_head").fetchone()
    assert head == (report.hash,)


@settings(
    max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(st.integers(1, _COUNT), st.sampled_from(sorted(_COLUMNS)))
def test_every_change_of_one_field_of_one_row_is_found(
    written: Connection, row: int, column: str
) -> None:
    with written.transaction(force_rollback=True):
        update = f"update consent_event set {column} = {_COLUMNS[column]} where id = {row}"
        written.execute(update.encode())
        assert row in [position for position, _ in _found(written)]


def test_no_column_of_a_row_is_left_out(written: Connection) -> None:
    columns = written.execute("select * from consent_event limit 0").description
    assert {one.name for one in columns or ()} == {"id", *_COLUMNS}


def test_a_proof_forgotten_without_its_person_is_missed(written: Connection) -> None:
    written.execute("update consent_event set proof = null where id = 4")
    assert _found(written) == [(4, "proof_gone")]
    written.execute(
        "delete from profile where person = (select person from consent_event where id = 4)"
    )
    report = verify.verify(written, VAULT)
    assert report.sound
    assert report.forgotten == 1


@pytest.mark.parametrize("row", [1, 4, _COUNT - 1])
def test_a_row_taken_out_of_the_middle_is_missed(written: Connection, row: int) -> None:
    written.execute("delete from consent_event where id = %s", (row,))
    assert (row, "missing") in _found(written)


def test_a_row_taken_out_and_the_gap_closed_is_found(written: Connection) -> None:
    written.execute("delete from consent_event where id = 4")
    written.execute("update consent_event set id = id - 1 where id > 4")
    assert {(4, "changed"), (4, "unlinked")} <= set(_found(written))


def test_rows_cut_off_at_the_end_are_missed(written: Connection) -> None:
    written.execute("delete from consent_event where id > 7")
    assert (8, "cut_off") in _found(written)
    # Moving the mark of the end along helps nobody who does not hold the key.
    last = written.execute("select hash from consent_event where id = 7").fetchone()
    assert last is not None
    written.execute("update consent_head set position = 7, hash = %s", last)
    assert (7, "head_forged") in _found(written)


def test_an_old_end_brought_back_is_found_by_the_checkpoint(written: Connection) -> None:
    old = written.execute("select hash from consent_event where id = 7").fetchone()
    assert old is not None
    assert verify.checkpoint(written, VAULT, AT)
    assert not verify.checkpoint(written, VAULT, AT), "nothing came since"
    signature = chain.sign(VAULT, "head", 7, old[0])  # as it was once, and was copied
    written.execute("delete from consent_event where id > 7")
    written.execute(
        "update consent_head set position = 7, hash = %s, signature = %s", (old[0], signature)
    )
    assert (_COUNT, "cut_off") in _found(written)


def test_a_noted_end_finds_what_lost_its_checkpoints_too(written: Connection) -> None:
    report = verify.verify(written, VAULT)
    old = written.execute("select hash from consent_event where id = 7").fetchone()
    assert old is not None
    signature = chain.sign(VAULT, "head", 7, old[0])
    written.execute("delete from consent_event where id > 7")
    written.execute(
        "update consent_head set position = 7, hash = %s, signature = %s", (old[0], signature)
    )
    written.execute("delete from consent_state")
    noted = verify.verify(written, VAULT, (report.position, report.hash))
    assert "consent.found_cut_off" in [one.code for one in noted.findings]


def test_a_row_put_in_at_the_end_is_found(written: Connection) -> None:
    _forge_end(written)
    assert (_COUNT + 1, "added") in _found(written)
    # With the end moved along the forged row fits its chain, but not the signature.
    last = written.execute("select id, hash from consent_event order by id desc limit 1").fetchone()
    assert last is not None
    written.execute("update consent_head set position = %s, hash = %s", last)
    assert (_COUNT + 1, "head_forged") in _found(written)


def _forge_end(conn: Connection) -> None:
    """One more row, well chained by one who knows how it is done: with the key of another."""
    stranger = Vault(b"x" * 32).workspace("test")
    head = conn.execute("select position, hash, signature from consent_head").fetchone()
    assert head is not None
    change = Change("email", "granted", AT + timedelta(days=1), contact=email("p3@ornek.test"))
    ledger.record(conn, stranger, [change])
    conn.execute("update consent_head set position = %s, hash = %s, signature = %s", head)


def test_a_row_put_in_between_is_found(written: Connection) -> None:
    written.execute("update consent_event set id = id + 100 where id > 5")
    written.execute(
        "insert into consent_event select 6, brand, contact, contact_kind, person, channel,"
        " purpose, topic, 'granted', legal_basis, jurisdiction, occurred_at, zone, recorded_at,"
        " source, source_id, actor, notice, notice_name, notice_sha256, proof, proof_sha256,"
        " expires_at, gen_random_uuid(), hash, sha256('forged') from consent_event where id = 5"
    )
    written.execute("update consent_event set id = id - 99 where id > 100")
    assert (6, "changed") in _found(written)


def test_two_rows_in_each_others_place_are_found(written: Connection) -> None:
    written.execute("update consent_event set id = -id where id in (3, 6)")
    written.execute("update consent_event set id = 9 + id where id < 0")
    assert {(3, "changed"), (6, "changed")} <= set(_found(written))


def test_a_row_rewritten_with_its_hash_does_not_fit_its_neighbour(written: Connection) -> None:
    rows = written.execute("select prev_hash from consent_event where id = 4").fetchone()
    assert rows is not None
    written.execute("update consent_event set topic = 'news' where id = 4")
    whole = written.execute(verify._SQL.rows + " limit 1", {"after": 3}).fetchone()
    assert whole is not None
    said = chain.text_of([whole[0], *map(verify.text, whole[1:23])])
    written.execute("update consent_event set hash = %s where id = 4", (chain.link(said, rows[0]),))
    found = _found(written)
    assert (4, "changed") not in found
    assert (5, "unlinked") in found


def test_a_whole_chain_rewritten_is_found_by_its_signatures(written: Connection) -> None:
    assert verify.checkpoint(written, VAULT, AT)
    stranger = Vault(b"x" * 32).workspace("test")
    written.execute("delete from consent_event")
    written.execute("delete from consent_state")
    written.execute(
        "update consent_head set position = 0, hash = %s, signature = null", (chain.GENESIS,)
    )
    ledger.record(
        written,
        stranger,
        [Change("email", "granted", AT + timedelta(minutes=i), person=1) for i in range(_COUNT)],
    )
    found = _found(written)
    assert (_COUNT, "rewritten") in found
    assert (_COUNT, "head_forged") in found


def test_a_forged_checkpoint_is_found(written: Connection) -> None:
    assert verify.checkpoint(written, VAULT, AT)
    written.execute("update consent_checkpoint set signature = sha256('x')")
    assert (_COUNT, "checkpoint_forged") in _found(written)


def test_a_state_changed_by_hand_is_found(written: Connection) -> None:
    for forged in (
        "update consent_state set status = 'granted' where status <> 'granted'",
        "delete from consent_state where ctid = (select min(ctid) from consent_state)",
        "insert into consent_state select gen_random_uuid(), channel, purpose, topic, brand,"
        " 'granted', occurred_at, null, consent_event, event_key from consent_state limit 1",
    ):
        with written.transaction(force_rollback=True):
            written.execute("update consent_state set status = status")
            assert written.execute(forged).rowcount > 0
            assert "state_changed" in [code for _, code in _found(written)]


def test_a_changed_notice_is_found(written: Connection) -> None:
    written.execute("update notice set text = text || '!'")
    assert (0, "notice_changed") in _found(written)
    written.execute("update notice set sha256 = sha256(convert_to(text, 'UTF8'))")
    assert (2, "notice_gone") in _found(written)


def test_the_database_itself_refuses_changes(postgres: Connection) -> None:
    add(postgres, 1, "p1@ornek.test")
    notices.publish(postgres, "k", "en", "text")
    ledger.record(postgres, VAULT, [Change("email", "granted", AT, person=1, proof={"a": 1})])
    for forbidden in (
        "update consent_event set status = 'denied'",
        "update consent_event set proof = null, topic = 'x'",
        "update consent_event set proof = ''",
        "delete from consent_event",
        "truncate consent_event",
        "update notice set text = 'other'",
        "delete from notice",
    ):
        with pytest.raises(postgres_errors.RestrictViolation), postgres.transaction():
            postgres.execute(forbidden)


def test_the_end_is_signed_once_a_day(written: Connection) -> None:
    def places() -> list[int]:
        rows = written.execute("select position from consent_checkpoint order by 1").fetchall()
        return [row[0] for row in rows]

    now_ms = clock.now_ms()
    assert verify.step(written, VAULT, now_ms) is False
    assert places() == [_COUNT]
    more = Change("email", "granted", AT, person=2)
    ledger.record(written, VAULT, [more])
    verify.step(written, VAULT, now_ms)
    assert places() == [_COUNT]
    verify.step(written, VAULT, now_ms + 86_400_000)
    assert places() == [_COUNT, _COUNT + 1]
    assert verify.verify(written, VAULT).sound


def test_a_chain_that_is_not_sound_is_not_signed(written: Connection) -> None:
    written.execute("update consent_event set topic = 'x' where id = 4")
    assert not verify.checkpoint(written, VAULT, AT)
    assert written.execute("select count(*) from consent_checkpoint").fetchone() == (0,)


def _migrations(room: str, below: str = "9999") -> list[str]:
    """The texts of a room's migrations of workspaces, those before `below`."""
    return [
        one.text
        for one in migrate.migrations("workspace")
        if one.name.startswith(f"{room}/") and one.name.partition("/")[2] < below
    ]


def test_what_was_agreed_before_the_ledger_moves_into_it(postgres: Connection) -> None:
    postgres.execute("create schema old_times")
    postgres.execute("set search_path to old_times")
    for text in _migrations("profiles") + _migrations("consent", "0002"):
        postgres.execute(text.encode())
    add(postgres, 1, "p1@ornek.test", at=AT - timedelta(days=9))
    add(postgres, 2)
    for person, granted, channel in ((1, False, "email"), (1, True, "email"), (2, True, "sms")):
        postgres.execute(
            "insert into consent_event (person, channel, purpose, granted, at, source, notice,"
            " event_id, recorded_at) values (%s, %s, 'marketing', %s, %s, 1, 'ş 1',"
            " gen_random_uuid(), %s)",
            (person, channel, granted, AT + timedelta(days=granted, microseconds=7), clock.now()),
        )
    ledgers = [one for one in _migrations("consent") if one not in
               _migrations("consent", "0002")]  # fmt: skip
    for text in ledgers:
        postgres.execute(text.encode())
    report = verify.verify(postgres, VAULT)
    assert report.findings == []
    assert report.rows == 3
    assert store.allowed(postgres, [1, 2], "email", "marketing") == {1: 2}
    own(postgres, 2, "+905321234567")
    assert ledger.settle(postgres, VAULT, [2]) == 1
    assert store.allowed(postgres, [1, 2], "sms", "marketing") == {2: 4}
    assert verify.checkpoint(postgres, VAULT, AT)
    assert verify.verify(postgres, VAULT).sound
