"""Pending words become mails with a button; electronic consents are confirmed the same day."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from kervan.consent import ledger, opt_in, store
from kervan.consent.ledger import Change
from kervan.kernel import ids
from kervan.kernel.postgres import Connection
from tests.unit.consent.people import AT, VAULT, add, email

ONE = email("a@ev.example")
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def heard() -> Iterator[None]:
    """The ledger tells the queue."""
    ledger.on_recorded.append(opt_in.hear)
    yield
    ledger.on_recorded.remove(opt_in.hear)


def word(status: str, **changes: Any) -> Change:
    """A word on e-mail marketing in Türkiye."""
    said = Change(
        "email", status, AT, 1, ONE, "email", jurisdiction="TR", source="web",
        notice_name="newsletter v2",
    )  # fmt: skip
    return replace(said, key=ids.random_bytes(16), **changes)


def queued(conn: Connection, at: datetime = AT + DAY) -> list[str]:
    """The kinds of mails due by then."""
    return [one.kind for one in opt_in.due(conn, at)]


def test_only_the_button_makes_a_pending_word_a_consent(postgres: Connection) -> None:
    add(postgres, 1, "a@ev.example")
    ledger.record(postgres, VAULT, [word("pending")], AT)
    assert store.allowed(postgres, [1], "email", "marketing") == {}
    [mail] = opt_in.due(postgres, AT)
    message = ids.uuid7()
    opt_in.sent(postgres, [(mail.id, message)], AT)
    assert opt_in.due(postgres, AT + DAY) == []
    assert opt_in.by_message(postgres, ids.uuid7(), ONE) is None
    assert opt_in.by_message(postgres, message, b"x" * 16) is None
    found = opt_in.by_message(postgres, message, ONE)
    assert found is not None
    at = AT + timedelta(hours=1)
    assert opt_in.confirm(postgres, VAULT, found, {"agent": "Firefox"}, at)
    assert not opt_in.confirm(postgres, VAULT, found, {"agent": "Firefox"}, at)
    assert store.allowed(postgres, [1], "email", "marketing", at=at).keys() == {1}
    row = postgres.execute(
        "select status, occurred_at, notice_name, jurisdiction, source from consent_event"
        " order by id desc limit 1"
    ).fetchone()
    assert row == ("granted", at, "newsletter v2", "TR", "email")
    assert postgres.execute(
        "select verified_at from contact_point where hash = %s", (ONE.hex(),)
    ).fetchone() == (at,)
    # The confirmation is one itself.
    assert queued(postgres) == []


def test_an_address_is_not_flooded(postgres: Connection) -> None:
    add(postgres, 1, "a@ev.example")
    for minute in range(6):
        at = AT + timedelta(minutes=minute)
        ledger.record(postgres, VAULT, [word("pending", occurred_at=at) for _ in range(3)], at)
        mails = opt_in.due(postgres, at)
        assert len(mails) == (1 if minute < 3 else 0)
        opt_in.sent(postgres, [(one.id, ids.uuid7()) for one in mails], at)


def test_who_has_agreed_is_not_asked_again(postgres: Connection) -> None:
    add(postgres, 1, "a@ev.example")
    ledger.record(postgres, VAULT, [word("granted", source="paper"), word("pending")], AT)
    assert queued(postgres) == []


@pytest.mark.parametrize(
    ("changes", "kinds"),
    [
        ({}, ["same_day"]),
        ({"source": "preference_centre"}, ["same_day"]),
        ({"source": "store"}, []),
        ({"source": "registry_web"}, []),
        ({"jurisdiction": "AZ"}, []),
        ({"jurisdiction": ""}, []),
        ({"topic": "tea"}, []),
        ({"purpose": "profiling"}, []),
        ({"channel": "sms", "contact": b"", "contact_kind": ""}, []),
    ],
)
def test_a_consent_taken_electronically_is_confirmed_where_the_law_asks(
    postgres: Connection, changes: dict[str, Any], kinds: list[str]
) -> None:
    add(postgres, 1, "a@ev.example", "+905321234567")
    ledger.record(postgres, VAULT, [word("granted", **changes)], AT)
    assert queued(postgres) == kinds
    ledger.record(postgres, VAULT, [word("granted", **changes)], AT)
    assert queued(postgres) == kinds


@pytest.mark.parametrize(
    ("said", "told", "zone", "due"),
    [
        ("2026-11-20T10:00:00+00:00", 0, "UTC", "2026-11-20T10:10:00+00:00"),
        # 23:40 in Istanbul: its day ends before ten minutes are over.
        ("2026-11-20T20:40:00+00:00", 0, "UTC", "2026-11-20T20:45:00+00:00"),
        # 23:50: at once.
        ("2026-11-20T20:50:00+00:00", 0, "UTC", "2026-11-20T20:50:00+00:00"),
        # The same in Baku, an hour earlier.
        ("2026-11-20T19:40:00+00:00", 0, "Asia/Baku", "2026-11-20T19:45:00+00:00"),
        # Told a day late: at once.
        ("2026-11-20T10:00:00+00:00", 86_400, "UTC", "2026-11-21T10:00:00+00:00"),
        ("2026-11-20T10:00:00+00:00", 0, "Mars/Olympus", "2026-11-20T10:10:00+00:00"),
    ],
)
def test_the_same_day_is_the_persons_day(said: str, told: int, zone: str, due: str) -> None:
    occurred = datetime.fromisoformat(said)
    change = word("granted", occurred_at=occurred, zone=zone)
    found = opt_in.same_day(change, occurred + timedelta(seconds=told))
    assert found == datetime.fromisoformat(due)


def test_the_address_of_a_lead_is_asked_itself(postgres: Connection) -> None:
    add(postgres, 7)
    [(key,)] = postgres.execute("select key from profile").fetchall()
    sealed = VAULT.seal(key, b"a@ev.example", b"identifier")
    postgres.execute(
        "insert into claim (person, kind, hash, sealed, claimed_at, source, reason)"
        " values (7, 2, %s, %s, %s, 1, 'not_verified')",
        (ONE.hex(), sealed, AT),
    )
    said = word("pending", person=7, contact=b"", contact_kind="")
    ledger.record(postgres, VAULT, [said], AT)
    [mail] = opt_in.due(postgres, AT)
    assert (mail.contact, mail.person) == (ONE, 7)
