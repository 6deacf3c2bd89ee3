"""An account that was switched off stays off when its settings change; a test needs an address."""

import json
import uuid

from tests.unit.web.api.test_messages import told
from tests.unit.web.api.test_refuse import place
from tests.unit.web.visiting import Place

__all__ = ["place"]
WANTED = {
    "provider": "netgsm",
    "settings": {"username": "ornek", "password": "gizli", "sender": "ORNEK"},
}


def test_a_change_switches_nothing_on(place: Place) -> None:
    owner = place.session(place.user("oya@shop.test", "owner"))
    assert told(owner, "PUT", "/v1/accounts/sms", WANTED)["enabled"]
    assert not told(owner, "POST", "/v1/accounts/sms/disable", {})["enabled"]
    other = {"provider": "netgsm", "settings": {"username": "ornek", "sender": "CARSI"}}
    kept = told(owner, "PUT", "/v1/accounts/sms", other)
    assert (kept["enabled"], kept["settings"]["sender"]) == (False, "CARSI")
    assert kept["settings"]["password"] == "***"
    (listed,) = json.loads(owner.get("/v1/accounts").text)
    assert not listed["enabled"]
    assert told(owner, "POST", "/v1/accounts/sms/enable", {})["enabled"]
    nobody = {"seed": str(uuid.uuid4())}
    answer = told(owner, "POST", "/v1/accounts/sms/test", nobody, 404)
    assert answer["error"]["code"] == "delivery.seed_unknown"
    seed = {"channel": "email", "name": "Oya", "address": "oya@shop.example"}
    mail = told(owner, "POST", "/v1/seeds", seed, 201)
    told(owner, "POST", "/v1/accounts/sms/test", {"seed": mail["id"]}, 422)
    marketer = place.session(place.user("ece@shop.test", "marketer"))
    told(marketer, "POST", "/v1/accounts/sms/test", nobody, 403)
