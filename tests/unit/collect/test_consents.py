"""Consents in events: recorded in any order and once; what cannot be is a dead letter."""

from datetime import timedelta

import msgspec
import numpy as np
import pytest

from kervan.collect import dead_letters, store
from kervan.collect.batch import Batch
from kervan.collect.consents import changes, refused
from kervan.collect.event import Event
from kervan.collect.sources import Source
from kervan.consent import store as consent
from kervan.consent import verify
from kervan.consent.ledger import Change
from kervan.kernel import clock
from kervan.profiles.sighting import Claim, Sighting
from tests.unit.collect.processing import AT, VAULT, House, event
from tests.unit.consent.people import allowing

_EMAIL = {"email": "ayse@ornek.test"}
_AT_MS = 1_790_848_800_000


def _known(house: House, **traits: str) -> None:
    """The person u1, told by the server."""
    house.take({"type": "identify", "userId": "u1", "messageId": "m0", "timestamp": AT,
                "traits": traits})  # fmt: skip


def _word(number: str, status: str, at: str = AT, **more: object) -> dict[str, object]:
    properties = {"channel": "email", "status": status, **more}
    return event(number, "Consent Changed", userId="u1", timestamp=at, properties=properties)


def _allowed(house: House) -> bool:
    person = house.person(1)
    return person in consent.allowed(house.conn, [person], "email", "marketing")


def _letters(house: House) -> list[str]:
    workspace = store.workspace_id(house.conn, house.workspace)
    return [one.reason for one in dead_letters.find(house.conn, VAULT, workspace)]


def _later(**more: float) -> str:
    return (clock.now() + timedelta(**more)).isoformat()


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        (_word("m1", "granted", "2015-04-30T20:59:59Z"), "consent.too_early"),
        (_word("m1", "opted-in"), "consent.status_unknown"),
        (_word("m1", "granted", channel="pigeon"), "consent.channel_unknown"),
        (_word("m1", "granted", purpose="fun"), "consent.purpose_unknown"),
        (_word("m1", "granted", topic="a\tb"), "consent.text_unfit"),
        (_word("m1", "granted", expires_at="soon"), "collect.bad_time"),
    ],
)
def test_what_cannot_be_a_consent_is_set_aside(
    house: House, word: dict[str, object], reason: str
) -> None:
    _known(house, **_EMAIL)
    house.take(word)
    house.process()
    assert _letters(house) == [reason]
    assert not _allowed(house)


def test_a_consent_of_tomorrow_is_set_aside_and_a_clock_that_is_off_is_not(house: House) -> None:
    _known(house, **_EMAIL)
    house.take(_word("m1", "granted", _later(hours=20)))
    house.process()
    assert _letters(house) == ["consent.in_future"]
    assert not _allowed(house)
    house.take(_word("m2", "granted", _later(minutes=1)))
    house.process()
    assert _allowed(house)


def test_out_of_order_and_twice_is_as_good_as_in_order_and_once(house: House) -> None:
    _known(house, **_EMAIL)
    house.take(_word("m3", "withdrawn", "2026-10-03T10:00:00Z"))
    house.process()
    for _ in range(2):
        house.take(_word("m1", "granted", "2026-10-02T10:00:00Z"))
        house.process()
    assert not _allowed(house), "the refusal is the later word"
    house.take(_word("m4", "granted", "2026-10-04T10:00:00Z"))
    house.process()
    assert _allowed(house)
    count = house.conn.execute("select count(*) from consent_event").fetchone()
    assert count == (3,)
    keys = VAULT.workspace(house.workspace)
    assert verify.verify(house.conn, keys).sound


def test_a_consent_that_comes_before_the_address_waits_for_it(house: House) -> None:
    house.take(_word("m1", "granted"))
    house.process()
    assert not _allowed(house)
    _known(house, **_EMAIL)
    house.process()
    assert _allowed(house)


def test_a_trusted_source_names_the_address_it_is_about(house: House) -> None:
    house.take({**_word("m1", "granted"), "context": {"traits": {"email": "yeni@ornek.test"}}})
    house.process()
    keys = VAULT.workspace(house.workspace)
    new = keys.blind("email", "yeni@ornek.test")
    assert allowing(house.conn, new)


def _plain(name: str, **properties: object) -> Event:
    """One event of somebody."""
    return Event(
        "m-1", "track", name, "u", None, None, _AT_MS, _AT_MS, 0, _AT_MS + 1,
        msgspec.json.encode(properties), b"{}", {},
    )  # fmt: skip


def heard(
    said: Event, *, trusted: bool = True, kind: str = "server", strong: list[Claim] | None = None
) -> list[Change]:
    """The ledger's words in it."""
    source = Source(4, 1, "w", "s", kind, trusted, (), 0, True)
    batch = Batch([said], [source], [b"k" * 16], [0])
    sighting = Sighting(_AT_MS, 4, strong or [], [], None, {}, 0)
    return changes(batch, [sighting], np.array([7], np.uint32), "")


@pytest.mark.parametrize(
    ("channel", "source"), [("call", "call_centre"), ("whatsapp", "whatsapp"), ("push", "event")]
)
def test_a_trusted_source_reports_a_refusal(channel: str, source: str) -> None:
    said = _plain("Opted Out", channel=channel, text="artık aramayın")
    [change] = heard(said)
    assert (change.status, change.channel, change.source) == ("withdrawn", channel, source)
    assert change.proof == {"message": "m-1", "text": "artık aramayın"}
    assert (change.person, change.source_id, change.key) == (7, 4, b"k" * 16)
    assert heard(said, trusted=False) == []
    assert heard(said, kind="kervan") == []  # it tells of what the ledger has


def test_an_answer_is_a_refusal_when_its_text_is_one() -> None:
    [change] = heard(_plain("Message Received", channel="whatsapp", text="DUR!"))
    assert change.channel == "whatsapp"
    for said in (
        _plain("Message Received", channel="whatsapp", text="durum nedir"),
        _plain("Message Received", channel="pigeon", text="DUR"),
        _plain("Message Received", channel="sms"),
        _plain("Message Received", text="DUR"),
        _plain("Message Received", channel="sms", text=["RET"]),
    ):
        assert heard(said) == []


def test_the_number_a_source_names_is_the_one_refused() -> None:
    phone = Claim(3, b"p" * 16, "+905321234567")
    said = heard(_plain("Opted Out", channel="sms"), strong=[phone])
    # The number is a Turkish one: by that law messages by WhatsApp end with it.
    assert [(one.channel, one.jurisdiction) for one in said] == [("sms", "TR"), ("whatsapp", "TR")]
    assert {(one.contact, one.contact_kind) for one in said} == {(b"p" * 16, "phone")}


def test_a_refusal_on_no_channel_is_set_aside() -> None:
    assert refused([_plain("Opted Out")], "") == {0: ("consent.channel_unknown", "")}
    assert refused([_plain("Opted Out", channel="sms"), _plain("Message Received")], "") == {}


def test_a_consent_says_its_own_word() -> None:
    [change] = heard(_plain("Consent Changed", status="pending"), trusted=False)
    assert (change.channel, change.status, change.source, change.proof) == (
        "email", "pending", "event", None,
    )  # fmt: skip


def test_a_phone_of_another_country_is_under_its_law(house: House) -> None:
    for number, phone in (("m1", "+994501234567"), ("m2", "+905321234567")):
        word = _word(number, "granted", channel="sms")
        house.take({**word, "context": {"traits": {"phone": phone}}})
        house.process()
    laws = house.conn.execute("select jurisdiction from consent_event order by id").fetchall()
    assert laws == [("AZ",), ("TR",)]
    kept = house.conn.execute("select country from contact_point order by created_at").fetchall()
    assert kept == [("AZ",), ("",)], "only what differs is kept"
