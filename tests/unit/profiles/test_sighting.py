"""What an event says of who did it: what counts, what is kept apart, what anchors it."""

from typing import Any

from kervan.kernel.crypto import Vault
from kervan.profiles import identifiers
from kervan.profiles.sighting import ALIAS_REFUSED, NOT_VERIFIED, Reader, Sighting

_READER = Reader(Vault(b"k" * 32).workspace("w"), "TR", {"erp": 100, "crm": 101})


def _read(**said: Any) -> Sighting:
    usual: dict[str, Any] = {
        "at_ms": 1, "source": 1, "trusted": True, "shared": False, "user_id": None,
        "anonymous_id": None, "traits": {}, "person": 0,
    }  # fmt: skip
    return _READER.read(**{**usual, **said})


def _kinds(one: Sighting) -> list[int]:
    return [claim.kind for claim in one.strong]


def test_the_strongest_identifier_is_the_anchor() -> None:
    said = {"phone": "0532 123 45 67", "email": "a@b.com", "loyalty_card": "l-7"}
    one = _read(traits=said)
    assert _kinds(one) == [identifiers.CARD, identifiers.EMAIL, identifiers.PHONE]
    one = _read(traits=said, user_id="u1", other_ids=[("erp", "9"), ("crm", "7"), ("sap", "1")])
    assert _kinds(one)[:3] == [identifiers.CUSTOMER, 101, 100]


def test_a_browsers_word_makes_a_lead_of_its_device() -> None:
    one = _read(trusted=False, traits={"email": "a@b.com"}, anonymous_id="d1")
    other = _read(trusted=False, traits={"email": "a@b.com"}, anonymous_id="d2")
    assert _kinds(one) == _kinds(other) == [identifiers.LEAD]
    assert one.strong != other.strong
    assert [reason for _, reason in one.unverified] == [NOT_VERIFIED]
    known = _read(trusted=False, user_id="u1", traits={"email": "a@b.com"})
    assert _kinds(known) == [identifiers.CUSTOMER] and len(known.unverified) == 1


def test_a_trusted_source_says_what_was_verified_and_a_browser_cannot() -> None:
    said = {"email": "a@b.com", "email_verified": True, "phone": "05321234567"}
    assert _read(traits=said).verified == {identifiers.EMAIL}
    assert not _read(traits=said, trusted=False).verified
    assert not _read(traits={**said, "email_verified": "true"}).verified


def test_an_alias_of_a_browser_is_refused_and_of_a_server_counts() -> None:
    browser = _read(trusted=False, user_id="u1", same_id="u2")
    assert _kinds(browser) == [1] and [why for _, why in browser.unverified] == [ALIAS_REFUSED]
    server = _read(user_id="u1", same_id="u2")
    assert _kinds(server) == [1, 1] and not server.unverified
    assert len(_read(user_id="u1", same_id="u1").strong) == 1


def test_ids_of_channels_are_believed_of_our_own_webhooks_only() -> None:
    said = {"whatsapp_id": "905321234567", "instagram_id": "17841400000000001"}
    assert _kinds(_read(traits=said, own=True)) == [identifiers.WHATSAPP, identifiers.INSTAGRAM]
    assert _kinds(_read(traits=said)) == []


def test_shared_devices_and_ids_of_nobody_say_nothing() -> None:
    assert _read(anonymous_id="kiosk-1", shared=True).anonymous is None
    assert _read(anonymous_id="anonymousId").anonymous is None
    assert _read(anonymous_id="a1").anonymous is not None


def test_what_cannot_be_an_identifier_is_kept_with_its_reason() -> None:
    one = _read(user_id="u1", traits={"email": "x" * 10_000 + "@b.com", "phone": "5555555555"})
    assert _kinds(one) == [identifiers.CUSTOMER]
    assert [why for _, why in one.unverified] == ["too_long", "placeholder"]
    assert all(len(claim.value) <= 80 for claim, _ in one.unverified)
    lost = _read(user_id="undefined", traits={"email": {"a": 1}, "phone": None, "card": []})
    assert not lost.strong
