"""A refusal is written for each channel it covers, once, with its proof."""

from dataclasses import replace

import pytest

from kervan.consent import packs, refuse, store, suppress
from kervan.consent.ledger import Change
from kervan.consent.packs import Fact, Pack
from kervan.kernel.postgres import Connection
from tests.unit.consent.people import AT, VAULT, add, email

PHONE = VAULT.blind("phone", "+905321234567")


def stop(**changes: object) -> Change:
    """RET by SMS."""
    said = Change(
        "sms", "granted", AT, 1, PHONE, "phone", source="sms", proof={"text": "RET"},
        key=b"m" * 16, jurisdiction="XX",
    )  # fmt: skip
    return replace(said, **changes)  # type: ignore[arg-type]


def rows(conn: Connection) -> list[tuple[object, ...]]:
    """Channel, status, address and person of the rows of the ledger."""
    return conn.execute(
        "select channel, status, contact_kind, person from consent_event order by id"
    ).fetchall()


@pytest.fixture
def pack(monkeypatch: pytest.MonkeyPatch) -> None:
    """A jurisdiction in which an SMS refusal also ends calls and e-mail."""
    covers = {"refusal.covers": Fact({"sms": ["sms", "call", "email"]}, "a test", "")}
    named = {**packs.packs(), "XX": Pack("XX", {}, covers)}
    monkeypatch.setattr(packs, "packs", lambda: named)


def test_a_refusal_ends_its_own_channel_only_where_no_law_says_more(postgres: Connection) -> None:
    add(postgres, 1, "a@ev.example", "+905321234567")
    refuse.refuse(postgres, VAULT, stop(jurisdiction=""), AT)
    assert rows(postgres) == [("sms", "withdrawn", "phone", 1)]
    assert suppress.check(postgres, [PHONE], "sms") == {}


@pytest.mark.usefixtures("pack")
def test_the_law_of_the_place_may_end_more_and_twice_is_once(postgres: Connection) -> None:
    add(postgres, 1, "a@ev.example", "+905321234567")
    first = refuse.refuse(postgres, VAULT, stop(), AT)
    assert refuse.refuse(postgres, VAULT, stop(), AT) == first
    assert rows(postgres) == [
        ("sms", "withdrawn", "phone", 1),
        ("call", "withdrawn", "phone", 1),
        ("email", "withdrawn", "email", 1),
    ]
    assert store.allowed(postgres, [1], "email", "marketing") == {}
    assert {one.contact for one in _words(postgres)} == {PHONE, email("a@ev.example")}


@pytest.mark.usefixtures("pack")
def test_a_number_of_nobody_can_refuse_too(postgres: Connection) -> None:
    refuse.refuse(postgres, VAULT, stop(person=0), AT, everything=True)
    assert rows(postgres) == [("sms", "withdrawn", "phone", 0), ("call", "withdrawn", "phone", 0)]
    assert suppress.check(postgres, [PHONE], "sms") == {PHONE: "stop"}
    assert suppress.check(postgres, [PHONE], "email") == {}


def _words(conn: Connection) -> list[Change]:
    return [
        Change(channel, status, at, 0, contact.bytes)
        for channel, status, at, contact in conn.execute(
            "select channel, status, occurred_at, contact from consent_event"
        ).fetchall()
    ]
