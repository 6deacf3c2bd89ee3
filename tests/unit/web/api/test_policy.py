"""A policy is put into force over the version its writer saw, or waits for a second person."""

import json

from kervan.kernel.i18n import LOCALES
from tests.unit.web.api.test_messages import told
from tests.unit.web.api.test_refuse import place
from tests.unit.web.visiting import Place

__all__ = ["place"]
POLICY = {
    "name": "Usual",
    "caps": [{"name": "Two a day", "most": 2, "per": "day"}],
    "quiet": [{"name": "Night", "from": "22:00", "until": "09:00"}],
}


def test_a_policy_and_the_second_of_two(place: Place) -> None:
    owner = place.session(place.user("oya@shop.test", "owner"))
    marketer = place.session(place.user("ece@shop.test", "marketer"))
    assert json.loads(owner.get("/v1/policy").text) == []
    told(marketer, "PUT", "/v1/policy", POLICY, 403)
    assert told(owner, "PUT", "/v1/policy?plan=true", POLICY)["change"] == "new"
    assert json.loads(owner.get("/v1/policy").text) == []
    assert told(owner, "PUT", "/v1/policy?expected=0", POLICY)["version"] == 1
    assert told(owner, "PUT", "/v1/policy?expected=1", POLICY)["change"] == "same"
    other = {**POLICY, "gaps": [{"name": "Hours", "minutes": 240}]}
    assert told(owner, "PUT", "/v1/policy?expected=1", other)["version"] == 2
    for locale in LOCALES:
        raw = json.dumps(POLICY).encode()
        late = owner.ask("PUT", "/v1/policy?expected=1", raw, accept_language=locale)
        assert late.status == 409
        assert "2" in json.loads(late.text)["error"]["message"]
    bad = told(owner, "PUT", "/v1/policy", {"caps": [{"name": "x", "most": -1, "per": "day"}]}, 422)
    assert [one["path"] for one in bad["error"]["problems"]] == ["/caps/0/most"]
    latest, first = json.loads(marketer.get("/v1/policy").text)
    assert (latest["version"], latest["until"], first["policy"]["name"]) == (2, None, "Usual")
    told(owner, "PUT", "/v1/approvals/rules/policy", {"scope": "all"})
    assert told(owner, "PUT", "/v1/policy?expected=2", POLICY)["waits"]
    assert json.loads(marketer.get("/v1/policy").text)[0]["version"] == 2
    kinds = [one[0] for one in place.audit()]
    assert kinds.count("policy.changed") == 2
    assert kinds[-1] == "approval.proposed"
