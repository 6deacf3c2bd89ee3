"""How the registry stands is seen without an address, and an exchange is had at once."""

import json

from kervan.consent.registry import account as accounts
from kervan.kernel import clock
from tests.unit.web.api.test_refuse import place
from tests.unit.web.api.test_segments import code
from tests.unit.web.visiting import Place

__all__ = ["place"]
_SETTINGS = {
    "base_url": "https://api.iys.example", "username": "u", "password": "very-secret",
    "iys_code": 1, "brand_code": 2,
}  # fmt: skip


def test_the_registry(place: Place) -> None:
    officer = place.session(place.user("veri@shop.test", "privacy_officer"))
    told = json.loads(officer.get("/v1/registry").text)
    assert told == {"needed": True, "accounts": []}
    assert code(officer.ask("POST", "/v1/registry/exchange")) == (
        404,
        "consent.registry_no_account",
    )
    with place.connect() as conn:
        accounts.save(conn, place.house.keys, "", "iys", _SETTINGS, clock.now())
        conn.execute(
            "insert into registry_outbox (consent_event, brand, contact, type, recipient_type,"
            " status, consent_at, source, alarm_at, due_at, state, reason, next_at) values"
            " (7, '', gen_random_uuid(), 'EPOSTA', 'BIREYSEL', 'ONAY', now(), 'HS_WEB', now(),"
            " now(), 'refused', 'H174', now())"
        )
    raw = officer.get("/v1/registry").text
    (one,) = json.loads(raw)["accounts"]
    assert (one["provider"], one["waiting"], one["refused"]) == ("iys", 0, 1)
    assert one["troubled"][0]["position"] == 7 and "very-secret" not in raw
    assert officer.ask("POST", "/v1/registry/exchange").status == 204
    marketer = place.session(place.user("ece@shop.test", "marketer"))
    assert marketer.ask("POST", "/v1/registry/exchange").status == 403
