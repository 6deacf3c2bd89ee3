"""The domains mail leaves from are those of its accounts; nobody else's are looked up."""

import json

from tests.unit.web.api.test_messages import told
from tests.unit.web.api.test_refuse import place
from tests.unit.web.visiting import Place

__all__ = ["place"]


def test_the_domains_of_the_accounts(place: Place) -> None:
    owner = place.session(place.user("oya@shop.test", "owner"))
    agent = place.session(place.user("ece@shop.test", "agent"))
    assert agent.get("/v1/mail/domains").status == 403
    assert json.loads(owner.get("/v1/mail/domains").text) == []
    settings = {"sender": "Shop <hi@shop.invalid>", "server_token": "x"}
    told(owner, "PUT", "/v1/accounts/post", {"provider": "postmark", "settings": settings})
    (found,) = json.loads(owner.get("/v1/mail/domains").text)
    assert (found["domain"], found["account"]) == ("shop.invalid", "post")
    states = {one["kind"]: one["state"] for one in found["records"]}
    # Nothing stands below .invalid (RFC 6761); a machine without name servers knows nothing.
    assert states["spf"] in ("missing", "unanswered")
    assert states["dkim"] == "unknown"
    assert all(one["said"] and "delivery." not in one["said"] for one in found["records"])
