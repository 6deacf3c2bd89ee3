"""Receipts: in any order, twice, early, late or never, a message ends once."""

import threading
from datetime import datetime, timedelta
from itertools import permutations
from uuid import UUID

import pytest

from kervan.delivery import books, handed, inbound
from kervan.delivery.channels.channel import Inbound, Problem, Receipt, ReceiptKind
from kervan.delivery.handed import Handed
from kervan.delivery.hear import hear
from kervan.delivery.inbound import Ground
from kervan.delivery.states import State
from kervan.kernel import clock
from kervan.kernel import postgres as kernel_postgres
from kervan.kernel.postgres import Connection
from tests.unit.delivery.peer import until
from tests.unit.delivery.world import VAULT, add_phones, intend, intents

GROUND = Ground("TR", "Europe/Istanbul")


def hand_over(conn: Connection, phones: list[str], reference: str = "r") -> list[UUID]:
    """Messages to these phones, claimed and accepted by the provider as r0, r1, ..."""
    people = add_phones(conn, phones)
    wanted = intents(people, message_class="transactional")
    wanted.channel = ["sms"] * len(people)
    intend(conn, wanted)
    at = clock.now()
    claims = books.claim(conn, 1, "sms", len(people), at)
    until = at + timedelta(days=3)
    given = [
        Handed(one, "acme", reference.replace("#", str(row)), until, 0, at)
        for row, one in enumerate(sorted(claims, key=lambda one: one.subject.person))
    ]
    assert handed.hand(conn, [1], given, at) == []
    return [one.claim.subject.message for one in given]


def said(conn: Connection) -> dict[UUID, tuple[State, str]]:
    """The state and reason of every message."""
    rows = conn.execute("select id, state, coalesce(reason, '') from message").fetchall()
    return {message: (State(state), reason) for message, state, reason in rows}


def events(conn: Connection) -> int:
    """How many own events are in the intake."""
    row = conn.execute("select coalesce(sum(events), 0) from kervan.intake").fetchone()
    assert row is not None
    return int(row[0])


def tell(conn: Connection, *news: Receipt | Inbound) -> int:
    """What the provider says, in one call."""
    return hear(conn, VAULT, "acme", "sms", news, GROUND, clock.now())


def receipt(kind: ReceiptKind, reference: str, problem: Problem = Problem.NONE) -> Receipt:
    """A receipt by the provider's name for a message."""
    return Receipt(kind, clock.now(), reference, None, problem, "code")


def test_it_waits_for_its_receipt_and_is_delivered_once(postgres: Connection) -> None:
    [first, second] = hand_over(postgres, ["+905321112233", "+905321112234"], "r#")
    assert {state for state, _ in said(postgres).values()} == {State.HANDED}
    assert not State.HANDED.final
    sent = events(postgres)
    assert tell(postgres, receipt("delivered", "r0")) == 1
    assert said(postgres) == {first: (State.DELIVERED, ""), second: (State.HANDED, "")}
    assert events(postgres) == sent + 2, "sent (once by its id) and delivered"
    assert tell(postgres, receipt("delivered", "r0"), receipt("failed", "r0")) == 0
    assert said(postgres)[first] == (State.DELIVERED, ""), "a final state stays"
    assert events(postgres) == sent + 2
    assert handed.awaited(postgres) == 1


@pytest.mark.parametrize("order", list(permutations(["accepted", "delivered", "read"])))
def test_the_order_does_not_matter(postgres: Connection, order: tuple[ReceiptKind, ...]) -> None:
    [message] = hand_over(postgres, ["+905321112233"])
    for kind in order:
        tell(postgres, receipt(kind, "r"))
    assert said(postgres)[message] == (State.DELIVERED, "")
    row = postgres.execute("select delivered_at is not null, opened_at is not null from message")
    assert row.fetchone() == (True, True)


def test_a_receipt_may_come_before_our_books(postgres: Connection) -> None:
    assert tell(postgres, receipt("delivered", "r"), receipt("delivered", "unknown")) == 0
    people = add_phones(postgres, ["+905321112233"])
    wanted = intents(people, message_class="transactional")
    wanted.channel = ["sms"]
    intend(postgres, wanted)
    at = clock.now()
    [claim] = books.claim(postgres, 1, "sms", 1, at)
    ended = handed.hand(postgres, [1], [Handed(claim, "acme", "r", at, 0, at)], at)
    assert [one.state for one in ended] == [State.DELIVERED]
    assert [state for state, _ in said(postgres).values()] == [State.DELIVERED]


def test_one_accounts_receipt_says_nothing_of_anothers(postgres: Connection) -> None:
    [message] = hand_over(postgres, ["+905321112233"])
    assert hear(
        postgres, VAULT, "other", "sms", [receipt("delivered", "r")], GROUND, clock.now()
    ) == 0  # fmt: skip
    assert said(postgres)[message][0] is State.HANDED


def test_a_text_of_parts_is_delivered_when_all_are(postgres: Connection) -> None:
    [message] = hand_over(postgres, ["+905321112233"], "a b c")
    assert tell(postgres, receipt("delivered", "a"), receipt("delivered", "c")) == 0
    assert said(postgres)[message][0] is State.HANDED
    assert tell(postgres, receipt("delivered", "b")) == 1
    assert said(postgres)[message][0] is State.DELIVERED


def test_a_text_is_lost_with_any_part(postgres: Connection) -> None:
    [message] = hand_over(postgres, ["+905321112233"], "a b")
    assert tell(postgres, receipt("delivered", "a"), receipt("failed", "b")) == 1
    assert said(postgres)[message] == (State.FAILED, "delivery.rejected")


def test_one_word_for_all_parts(postgres: Connection) -> None:
    [message] = hand_over(postgres, ["+905321112233"], "a b")
    assert tell(postgres, receipt("delivered", "a b")) == 1
    assert said(postgres)[message][0] is State.DELIVERED


def test_a_receipt_resolves_a_doubt(postgres: Connection) -> None:
    people = add_phones(postgres, ["+905321112233", "+905321112234"])
    wanted = intents(people, message_class="transactional")
    wanted.channel = ["sms"] * 2
    intend(postgres, wanted)
    at = clock.now()
    claims = books.claim(postgres, 1, "sms", 2, at)
    books.write(postgres, [1], [books.Doubt(one, "delivery.no_answer") for one in claims], at)
    ids = [one.subject.message for one in claims]
    tell(
        postgres,
        Receipt("delivered", at, message=ids[0]),
        Receipt("failed", at, message=ids[1], problem=Problem.CONTENT),
    )
    assert said(postgres) == {
        ids[0]: (State.DELIVERED, ""),
        ids[1]: (State.FAILED, "delivery.rejected"),
    }
    assert postgres.execute("select count(*) from message_open").fetchone() == (0,)
    # The sender that held them writes what it thinks later: the rows are no longer its own.
    books.write(postgres, [1], [books.End(one, State.UNKNOWN, "x") for one in claims], at)
    assert said(postgres)[ids[0]] == (State.DELIVERED, "")


def test_what_nobody_speaks_of_was_accepted(postgres: Connection) -> None:
    [message] = hand_over(postgres, ["+905321112233"])
    assert handed.end_overdue(postgres, clock.now()) == 0
    assert handed.end_overdue(postgres, clock.now() + timedelta(days=4)) == 1
    assert said(postgres)[message] == (State.ACCEPTED, handed.NO_RECEIPT)
    tell(postgres, receipt("delivered", "r"))
    assert said(postgres)[message] == (State.ACCEPTED, handed.NO_RECEIPT), "a late word is a fact"
    row = postgres.execute("select delivered_at is not null from message").fetchone()
    assert row == (True,)


def test_an_address_that_is_gone_gets_nothing_more_and_a_refusal_is_written_down(
    postgres: Connection,
) -> None:
    hand_over(postgres, ["+905321112233", "+905321112234"], "r#")
    tell(
        postgres, receipt("failed", "r0", Problem.ADDRESS), receipt("failed", "r1", Problem.REFUSED)
    )
    rows = postgres.execute("select contact, channel, reason from contact_suppression").fetchall()
    gone = VAULT.blind("phone", "+905321112233")
    assert [(one[0].bytes, *one[1:]) for one in rows] == [(gone, "sms", "hard_bounce")]
    words = postgres.execute(
        "select contact, channel, status from consent_event where status = 'withdrawn'"
    ).fetchall()
    refused = VAULT.blind("phone", "+905321112234")
    assert (UUID(bytes=refused), "sms", "withdrawn") in words


def write_back(text: str, id_: str = "m1", phone: str = "905321112233") -> Inbound:
    """A text from a phone, as providers write it."""
    return Inbound(id_, f"+{phone}", clock.now(), text)


def test_what_somebody_writes_is_kept_once_sealed_and_told(postgres: Connection) -> None:
    [person] = add_phones(postgres, ["+905321112233"])
    before = events(postgres)
    tell(postgres, write_back("Kargom nerede?"), write_back("Kargom nerede?"))
    tell(postgres, write_back("Kargom nerede?"))
    assert events(postgres) == before + 1
    [row] = postgres.execute("select inbound_message::text, sealed from inbound_message").fetchall()
    assert "Kargom" not in row[0]
    assert b"Kargom".hex() not in row[0]
    [told] = inbound.disclose(postgres, VAULT, [person])
    assert told["text"] == "Kargom nerede?"
    contact = VAULT.blind("phone", "+905321112233")
    assert set(inbound.latest(postgres, "sms", [contact])) == {contact}
    assert inbound.latest(postgres, "whatsapp", [contact]) == {}
    assert inbound.erase(postgres, [person]) == 1
    assert inbound.disclose(postgres, VAULT, [person]) == []


@pytest.mark.parametrize("text", ["İPTAL", "RET", "Çıkış lütfen"])
def test_a_refusal_is_heard_in_the_same_breath(postgres: Connection, text: str) -> None:
    [person] = add_phones(postgres, ["+905321112233"])
    tell(postgres, write_back(text))
    tell(postgres, write_back(text))
    rows = postgres.execute(
        "select person, channel, status, source from consent_event where channel = 'sms'"
    ).fetchall()
    assert rows == [(person, "sms", "withdrawn", "sms")]


def test_nobodys_refusal_counts_too_and_nobodys_text_is_not_kept(postgres: Connection) -> None:
    at: datetime = clock.now()
    tell(postgres, Inbound("m9", "+905559998877", at, "RET"))
    contact = UUID(bytes=VAULT.blind("phone", "+905559998877"))
    rows = postgres.execute("select contact, status from consent_event").fetchall()
    assert (contact, "withdrawn") in rows
    kept = postgres.execute("select person, sealed from inbound_message").fetchall()
    assert kept == [(0, None)]


@pytest.mark.parametrize("address", ["TR.5321112233a", "TR.905321112233", "B532 111 22 33"])
def test_an_id_whose_digits_are_somebodys_number_is_nobodys(
    postgres: Connection, address: str
) -> None:
    add_phones(postgres, ["+905321112233"])
    tell(postgres, Inbound("m9", address, clock.now(), "RET"))
    assert postgres.execute("select person from inbound_message").fetchall() == [(0,)]
    assert postgres.execute("select 1 from consent_event where channel = 'sms'").fetchall() == []


def test_a_sender_that_died_with_the_answer_leaves_it_waiting_for_the_receipt(
    postgres: Connection,
) -> None:
    tell(postgres, receipt("delivered", "b"))
    people = add_phones(postgres, ["+905321112233", "+905321112234"])
    wanted = intents(people, message_class="transactional")
    wanted.channel = ["sms"] * 2
    intend(postgres, wanted)
    at = clock.now()
    claims = books.claim(postgres, 77, "sms", 2, at)
    for one, answer in zip(claims, ("a", "b"), strict=True):
        postgres.execute(
            "insert into hand_over (message, attempt, at, links, answer, account)"
            " values (%s, %s, %s, '{}', %s, 'acme')",
            (one.subject.message, one.attempt, at, answer),
        )
    assert books.recover(postgres, 1, at).accepted == 2
    assert {state for state, _ in said(postgres).values()} == {State.HANDED}
    assert [one.state for one in handed.catch_up(postgres, at)] == [State.DELIVERED]
    tell(postgres, receipt("delivered", "a"))
    assert {state for state, _ in said(postgres).values()} == {State.DELIVERED}


def test_a_receipt_and_the_books_that_did_not_see_each_other_are_brought_together(
    postgres: Connection, postgres_url: str, workspace: str
) -> None:
    with kernel_postgres.connect(postgres_url, workspace=workspace) as hearing:
        assert tell(hearing, receipt("delivered", "r")) == 0
        [message] = hand_over(postgres, ["+905321112233"])
        postgres.commit()
        hearing.commit()
    assert said(postgres) == {message: (State.HANDED, "")}
    [ended] = handed.catch_up(postgres, clock.now())
    assert (ended.subject.message, ended.state) == (message, State.DELIVERED)
    assert said(postgres) == {message: (State.DELIVERED, "")}
    assert handed.catch_up(postgres, clock.now()) == []


def test_a_late_acceptance_names_its_message_and_a_receipt_resolves_the_doubt(
    postgres: Connection,
) -> None:
    people = add_phones(postgres, ["+905321112233"])
    wanted = intents(people, message_class="transactional")
    wanted.channel = ["sms"]
    intend(postgres, wanted)
    at = clock.now()
    [claim] = books.claim(postgres, 1, "sms", 1, at)
    books.write(postgres, [1], [books.Doubt(claim, "delivery.no_answer")], at)
    message = claim.subject.message
    tell(postgres, Receipt("accepted", at, "late", message))
    assert said(postgres)[message][0] is State.QUEUED
    assert tell(postgres, receipt("delivered", "late")) == 1
    assert said(postgres)[message] == (State.DELIVERED, "")


def test_names_of_messages_long_ended_are_forgotten(postgres: Connection) -> None:
    hand_over(postgres, ["+905321112233", "+905321112234"], "r#")
    tell(postgres, receipt("delivered", "r0"), receipt("delivered", "nobody"))
    handed.forget(postgres, clock.now() + timedelta(days=31))
    kept = postgres.execute("select reference from provider_reference").fetchall()
    assert kept == [("r1",)], "what is still waited for keeps its name"
    assert postgres.execute("select count(*) from early_receipt").fetchone() == (0,)


_WAITING = (
    "select count(*) from pg_stat_activity"
    " where wait_event_type = 'Lock' and datname = current_database()"
)


def test_a_receipt_and_the_books_of_one_message_wait_for_each_other(
    postgres: Connection, postgres_url: str, workspace: str
) -> None:
    people = add_phones(postgres, ["+905321112233"])
    wanted = intents(people, message_class="transactional")
    wanted.channel = ["sms"]
    intend(postgres, wanted)
    at = clock.now()
    [claim] = books.claim(postgres, 1, "sms", 1, at)
    postgres.commit()
    # The books hold the outbox's row and have not come to the message's yet.
    postgres.execute("delete from message_open where message = %s", (claim.subject.message,))
    heard: list[int] = []

    def hear_meanwhile() -> None:
        with kernel_postgres.connect(postgres_url, workspace=workspace) as other:
            other.execute("set deadlock_timeout = '20ms'")
            heard.append(tell(other, Receipt("delivered", at, message=claim.subject.message)))

    receipt_comes = threading.Thread(target=hear_meanwhile)
    receipt_comes.start()
    with kernel_postgres.connect(postgres_url, autocommit=True) as looking:
        until(lambda: looking.execute(_WAITING).fetchone() != (0,))
    postgres.execute("update message set state = 2 where id = %s", (claim.subject.message,))
    postgres.commit()
    receipt_comes.join(20)
    assert heard == [0], "it ended nothing, and nobody was killed for it"
    assert said(postgres)[claim.subject.message][0] is State.ACCEPTED
