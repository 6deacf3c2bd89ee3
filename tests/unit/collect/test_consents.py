"""Words of consent in events: from whom a refusal is taken, what it covers, and its proof."""

import msgspec
import numpy as np
import pytest

from kervan.collect.batch import Batch
from kervan.collect.consents import changes, refused
from kervan.collect.event import Event
from kervan.collect.sources import Source
from kervan.consent.ledger import Change
from kervan.profiles.sighting import Claim, Sighting

AT_MS = 1_790_848_800_000


def event(name: str, **properties: object) -> Event:
    """One event of somebody."""
    return Event(
        "m-1", "track", name, "u", None, None, AT_MS, AT_MS, 0, AT_MS + 1,
        msgspec.json.encode(properties), b"{}", {},
    )  # fmt: skip


def heard(said: Event, *, trusted: bool = True, strong: list[Claim] | None = None) -> list[Change]:
    """The ledger's words in it."""
    source = Source(4, 1, "w", "s", "call_centre", trusted, (), 0, True)
    batch = Batch([said], [source], [b"k" * 16], [0])
    sighting = Sighting(AT_MS, 4, strong or [], [], None, {}, 0)
    return changes(batch, [sighting], np.array([7], np.uint32), "")


@pytest.mark.parametrize(
    ("channel", "source"), [("call", "call_centre"), ("whatsapp", "whatsapp"), ("push", "event")]
)
def test_a_trusted_source_reports_a_refusal(channel: str, source: str) -> None:
    said = event("Opted Out", channel=channel, text="artık aramayın")
    [change] = heard(said)
    assert (change.status, change.channel, change.source) == ("withdrawn", channel, source)
    assert change.proof == {"message": "m-1", "text": "artık aramayın"}
    assert (change.person, change.source_id, change.key) == (7, 4, b"k" * 16)
    assert heard(said, trusted=False) == []


def test_an_answer_is_a_refusal_when_its_text_is_one() -> None:
    assert [one.channel for one in heard(event("Message Received", channel="whatsapp", text="DUR!"))
            ] == ["whatsapp"]  # fmt: skip
    for said in (
        event("Message Received", channel="whatsapp", text="durum nedir"),
        event("Message Received", channel="pigeon", text="DUR"),
        event("Message Received", channel="sms"),
        event("Message Received", text="DUR"),
        event("Message Received", channel="sms", text=["RET"]),
    ):
        assert heard(said) == []


def test_the_number_a_source_names_is_the_one_refused() -> None:
    phone = Claim(3, b"p" * 16, "+905321234567")
    [change] = heard(event("Opted Out", channel="sms"), strong=[phone])
    assert (change.contact, change.contact_kind) == (b"p" * 16, "phone")


def test_a_refusal_on_no_channel_is_set_aside() -> None:
    assert refused([event("Opted Out")], "") == {0: ("consent.channel_unknown", "")}
    assert refused([event("Opted Out", channel="sms"), event("Message Received")], "") == {}


def test_a_consent_says_its_own_word() -> None:
    [change] = heard(event("Consent Changed", status="pending"), trusted=False)
    assert (change.channel, change.status, change.source, change.proof) == (
        "email", "pending", "event", None,
    )  # fmt: skip
