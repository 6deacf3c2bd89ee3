"""An audience is made, shown and ended over the API, and never without a registered transfer."""

import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.unit.web.api.test_refuse import send
from tests.unit.web.api.test_segments import CITY, code
from tests.unit.web.visiting import Place, Visitor, open_place

PATH = "/v1/audiences/vip"
TRANSFER = str(uuid.UUID(int=7))
ENTRY = {
    "name": "Meta", "role": "processor", "country": "IE", "purposes": "ads", "data": "hashes",
    "people": "customers", "begins_on": "2026-01-05", "transfer_basis": "standard_contract",
    "contract_signed_on": "2026-01-05",
}  # fmt: skip
WANTED = {"account": "meta", "target": "11", "segment": "baku", "transfer": TRANSFER}


@pytest.fixture
def place(engines_urls: Any, tmp_path: Path) -> Iterator[Place]:
    with open_place(engines_urls, tmp_path) as opened:
        yield opened


@pytest.fixture
def owner(place: Place) -> Visitor:
    visitor = place.session(place.user("oya@shop.test", "owner"))
    assert send(visitor, "POST", "/v1/segments", {"key": "baku", "name": "B", "tree": CITY})
    wanted = {"provider": "meta_ads", "settings": {"access_token": "EAAB"}}
    assert send(visitor, "PUT", "/v1/accounts/meta", wanted).status == 200
    return visitor


def test_an_audience_from_its_transfer_to_its_end(place: Place, owner: Visitor) -> None:
    refused = send(owner, "PUT", PATH, WANTED)
    assert code(refused) == (422, "delivery.ads_transfer")
    assert "transfer_missing" in refused.text
    assert send(owner, "PUT", f"/v1/privacy/register/{TRANSFER}", ENTRY).status in (200, 204)
    made = json.loads(send(owner, "PUT", PATH, WANTED).text)
    assert (made["state"], made["held"], made["problem"], made["said"]) == ("paused", 0, "", "")
    assert json.loads(owner.get(PATH).text) == made
    assert json.loads(owner.get("/v1/audiences").text) == [made]
    for deed, state in (("pause", "stopped"), ("pause", "stopped"), ("resume", "paused")):
        assert json.loads(send(owner, "POST", f"{PATH}/{deed}", {}).text)["state"] == state
    other = {**WANTED, "target": "12"}
    assert code(send(owner, "PUT", PATH, other)) == (409, "delivery.audience_moved")
    assert code(send(owner, "PUT", "/v1/audiences/b", WANTED)) == (409, "delivery.audience_taken")
    bad = {**WANTED, "target": "1/../2"}
    assert code(send(owner, "PUT", "/v1/audiences/c", bad)) == (
        422, "delivery.audience_target_invalid",
    )  # fmt: skip
    feed = {"account": "meta", "target": "77", "transfer": TRANSFER}
    told = json.loads(send(owner, "PUT", "/v1/conversions/orders", feed).text)
    assert (told["told"], told["problem"]) == (0, "")
    assert json.loads(owner.get("/v1/conversions").text) == [told]
    assert owner.ask("DELETE", "/v1/conversions/orders").status == 204
    assert code(owner.ask("DELETE", "/v1/conversions/orders")) == (404, "delivery.feed_unknown")
    assert owner.ask("DELETE", PATH).status == 202
    assert code(owner.get(PATH)) == (404, "delivery.audience_unknown"), "it never held anybody"
    deeds = [one[0] for one in place.audit() if one[0].startswith(("audience", "conversions"))]
    assert deeds == ["audience.put", "audience.paused", "audience.resumed", "conversions.put",
                     "conversions.ended", "audience.ended"]  # fmt: skip


def test_an_analyst_may_look_and_not_send_people_anywhere(place: Place, owner: Visitor) -> None:
    analyst = place.session(place.user("can@shop.test", "analyst"))
    assert analyst.get("/v1/audiences").status == 200
    assert send(analyst, "PUT", PATH, WANTED).status == 403
    assert analyst.ask("DELETE", PATH).status == 403
    assert analyst.ask("POST", f"{PATH}/pause").status == 403
