"""At the gate each address is judged by its own word, its own law and the registry's answer."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import psycopg

from kervan.consent import ledger
from kervan.consent.judge import Answer, Judged
from kervan.consent.ledger import Change
from kervan.delivery import books, gather, permitted, read
from kervan.kernel import clock, ids
from kervan.kernel.postgres import Connection
from tests.unit.delivery.world import AT, VAULT, add_people, intend, intents

_A, _B, _C, _D = (VAULT.blind("email", f"{name}@home.example") for name in "abcd")


def _say(conn: Connection, contact: bytes, status: str, **more: object) -> int:
    change = Change("email", status, AT, contact=contact)
    for name, value in more.items():
        setattr(change, name, value)
    return ledger.record(conn, VAULT, [change])[0]


def _answers(
    conn: Connection, *contacts: bytes, days: int = 1, country: str = "TR"
) -> list[Answer]:
    judged = permitted.ask(
        conn, "email", list(contacts), [True] * len(contacts), AT + timedelta(days=days), country
    )
    return [Answer(code) for code in judged.answer.tolist()]


def test_each_address_by_its_own_word(postgres: Connection) -> None:
    event = _say(postgres, _A, "granted", expires_at=AT + timedelta(days=2))
    _say(postgres, _B, "withdrawn")
    _say(postgres, _C, "granted", channel="sms", contact_kind="email")
    commercial = [True, True, True, True, False]
    judged = permitted.ask(
        postgres, "email", [_A, _B, _C, b"", _B], commercial, AT + timedelta(days=1), "TR"
    )
    assert judged.answer.tolist() == [
        Answer.ALLOWED, Answer.REFUSED, Answer.NO_CONSENT, Answer.NO_CONSENT, Answer.ALLOWED,
    ]  # fmt: skip
    assert judged.event.tolist() == [event, 0, 0, 0, 0]
    assert _answers(postgres, _A, days=2) == [Answer.EXPIRED]


def _about(conn: Connection, topic: str = "", brand: str = "") -> tuple[Answer, int, int]:
    """What is said of one message to A about a topic, by a brand, and the words behind it."""
    at = AT + timedelta(days=1)
    judged = permitted.ask(conn, "email", [_A], [True], at, "TR", [topic], [brand])
    return Answer(judged.answer[0]), int(judged.event[0]), int(judged.against[0])


def test_a_topic_she_switched_off_is_refused_and_others_are_not(postgres: Connection) -> None:
    whole = _say(postgres, _A, "granted")
    off = _say(postgres, _A, "withdrawn", topic="tea")
    assert _about(postgres, "tea") == (Answer.TOPIC_REFUSED, 0, off)
    assert _about(postgres, "coffee") == _about(postgres) == (Answer.ALLOWED, whole, 0)
    later = AT + timedelta(hours=1)
    again = _say(postgres, _A, "granted", topic="tea", occurred_at=later)
    assert _about(postgres, "tea") == (Answer.ALLOWED, again, 0)
    all_ = _say(postgres, _A, "withdrawn", occurred_at=later + timedelta(hours=1))
    assert _about(postgres, "tea") == (Answer.REFUSED, 0, all_), "the channel beats the topic"


def test_a_brand_needs_a_yes_of_its_own(postgres: Connection) -> None:
    whole = _say(postgres, _A, "granted")
    assert _about(postgres, brand="kids") == (Answer.BRAND_NOT_AGREED, 0, 0)
    yes = _say(postgres, _A, "granted", brand="kids")
    assert _about(postgres, brand="kids") == (Answer.ALLOWED, yes, 0)
    no = _say(postgres, _A, "withdrawn", brand="kids", occurred_at=AT + timedelta(hours=1))
    assert _about(postgres, brand="kids") == (Answer.BRAND_NOT_AGREED, 0, no)
    assert _about(postgres) == (Answer.ALLOWED, whole, 0), "the others may go on"


def test_a_refusal_that_names_no_brand_is_one_of_every_brand(postgres: Connection) -> None:
    hour = timedelta(hours=1)
    no = _say(postgres, _A, "withdrawn", occurred_at=AT + hour)
    _say(postgres, _A, "granted", brand="kids")  # said before it, heard after it
    assert _about(postgres, brand="kids") == (Answer.BRAND_NOT_AGREED, 0, no)
    yes = _say(postgres, _A, "granted", brand="kids", occurred_at=AT + 2 * hour)
    assert _about(postgres, brand="kids") == (Answer.ALLOWED, yes, 0)
    off = _say(postgres, _A, "denied", topic="tea", occurred_at=AT + 2 * hour)
    assert _about(postgres, "tea", "kids") == (Answer.TOPIC_REFUSED, 0, off)


def test_one_question_for_a_batch_of_many_topics_and_brands(postgres: Connection) -> None:
    _say(postgres, _A, "granted")
    _say(postgres, _B, "granted", brand="kids")
    _say(postgres, _B, "withdrawn", brand="kids", topic="tea")
    rows = [(_A, "", ""), (_A, "", "kids"), (_B, "tea", "kids"), (_B, "", "kids"), (_B, "", "")]
    at, count = AT + timedelta(days=1), 40
    contacts, topics, brands = (list(one) * count for one in zip(*rows, strict=True))
    said = ask_counting(postgres, contacts, topics, brands, at)
    assert said.answer.tolist() == [
        Answer.ALLOWED, Answer.BRAND_NOT_AGREED, Answer.TOPIC_REFUSED, Answer.ALLOWED,
        Answer.NO_CONSENT,
    ] * count  # fmt: skip


class _Counting(psycopg.Cursor[Any]):
    """Counts what is asked of the server."""

    asked = 0

    def execute(self, *args: Any, **more: Any) -> Any:
        """Run a statement, and count it."""
        _Counting.asked += 1
        return super().execute(*args, **more)


def ask_counting(
    conn: Connection, contacts: list[bytes], topics: list[str], brands: list[str], at: datetime
) -> Judged:
    """Ask; it may take no more questions than for one message."""
    before, conn.cursor_factory = conn.cursor_factory, _Counting
    counts = []
    for some in (1, len(contacts)):
        _Counting.asked = 0
        commercial = [True] * some
        said = permitted.ask(
            conn, "email", contacts[:some], commercial, at, "AZ", topics[:some], brands[:some]
        )
        counts.append(_Counting.asked)
    conn.cursor_factory = before
    assert counts[0] > 0
    assert counts[0] == counts[1]
    return said


def test_a_merchant_in_tuerkiye_may_be_written_to_until_she_refuses(postgres: Connection) -> None:
    _say(postgres, _A, "pending", recipient_type="merchant")
    _say(postgres, _B, "denied", recipient_type="merchant")
    _say(postgres, _C, "pending", recipient_type="merchant", country="AZ")
    assert _answers(postgres, _A, _B, _C) == [Answer.ALLOWED, Answer.REFUSED, Answer.PENDING]
    assert _answers(postgres, _A, country="AZ") == [Answer.PENDING]


def _connect_registry(conn: Connection) -> None:
    """What the gate sees of a connected registry."""
    conn.execute(
        "insert into registry_account (brand, provider, settings, key, secrets, enabled,"
        " created_at, changed_at) values ('', 'direct', '{}', '', '', true, %(at)s, %(at)s)",
        {"at": AT},
    )


def _registry_says(conn: Connection, contact: bytes, status: str, hours: float) -> None:
    conn.execute(
        "insert into registry_state (brand, contact, type, recipient_type, status, checked_at)"
        " values ('', %(c)s, 'EPOSTA', 'BIREYSEL', %(s)s, %(at)s)",
        {"c": contact.hex(), "s": status, "at": AT + timedelta(days=1, hours=-hours)},
    )


def test_a_turkish_message_needs_a_fresh_yes_of_the_registry(postgres: Connection) -> None:
    for contact in (_A, _B, _C, _D):
        _say(postgres, contact, "granted", key=ids.hash16(contact))
    assert set(_answers(postgres, _A, _B, _C, _D)) == {Answer.ALLOWED}, "none is connected"
    _connect_registry(postgres)
    _registry_says(postgres, _A, "ONAY", hours=23)
    _registry_says(postgres, _B, "RET", hours=48)
    _registry_says(postgres, _C, "ONAY", hours=25)
    stale, refused = Answer.REGISTRY_STALE, Answer.REGISTRY_REFUSED
    assert _answers(postgres, _A, _B, _C, _D) == [Answer.ALLOWED, refused, stale, stale]
    assert set(_answers(postgres, _A, _B, country="AZ")) == {Answer.ALLOWED}, "not their law"
    wanted = postgres.execute("select contact from registry_wanted order by contact").fetchall()
    assert {row[0].bytes for row in wanted} == {_B, _C, _D}, "what is stale is asked for"
    _registry_says(postgres, _D, "", hours=1)
    assert _answers(postgres, _D) == [Answer.REGISTRY_NOTHING]


def test_a_brand_without_an_account_is_checked_at_the_companys(postgres: Connection) -> None:
    _say(postgres, _A, "granted", brand="kids")
    assert _about(postgres, brand="kids")[0] == Answer.ALLOWED, "none is connected"
    _connect_registry(postgres)
    assert _about(postgres, brand="kids")[0] == Answer.REGISTRY_STALE
    _registry_says(postgres, _A, "RET", hours=1)
    assert _about(postgres, brand="kids")[0] == Answer.REGISTRY_REFUSED


def test_the_gate_asks_for_each_messages_own_topic_and_brand(postgres: Connection) -> None:
    people = add_people(postgres, ["a@home.example"])
    off = _say(postgres, _A, "withdrawn", topic="tea", occurred_at=clock.now())
    for number, about in enumerate([("tea", ""), ("rugs", ""), ("", "kids")]):
        wanted = intents(people, key=str(number))
        wanted.topic, wanted.brand = [about[0]], [about[1]]
        intend(postgres, wanted)
    at = clock.now()
    claims = books.claim(postgres, 1, "email", 10, at)
    jobs, results = gather.judge(postgres, VAULT, claims, at, healthy=True, hold_seconds=1)
    assert [job.claim.topic for job in jobs] == ["rugs"]
    ends = [one for one in results if isinstance(one, books.End)]
    assert {one.reason: one.consent_event for one in ends} == {
        "delivery.topic_refused": off, "delivery.brand_not_agreed": 0,
    }  # fmt: skip
    books.write(postgres, [1], results, at)
    held = {(one.topic, one.brand): one for one in map(_permitted(postgres), ends)}
    assert held["tea", ""].consent_event == off, "and the message keeps it"
    assert held["", "kids"].reason == "delivery.brand_not_agreed"


def _permitted(conn: Connection) -> Callable[[books.End], read.Permitted]:
    def told(end: books.End) -> read.Permitted:
        found = read.consent_of(conn, end.claim.subject.message)
        assert found is not None
        return found

    return told
