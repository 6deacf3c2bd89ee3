"""At the gate each address is judged by its own word, its own law and the registry's answer."""

from datetime import timedelta

from kervan.consent import ledger
from kervan.consent.judge import Answer
from kervan.consent.ledger import Change
from kervan.delivery import permitted
from kervan.kernel import ids
from kervan.kernel.postgres import Connection
from tests.unit.delivery.world import AT, VAULT

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
