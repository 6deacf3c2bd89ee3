"""Pools are kept by those who write messages, codes come in and are redeemed once, by a till."""

import json

from tests.unit.content.messages.autumn import autumn
from tests.unit.web.api.test_messages import ece, place, told
from tests.unit.web.visiting import Place, Visitor

__all__ = ["ece", "place"]
_POOL = {"name": "Autumn", "kind": "percent", "percent": 10}


def test_coupons(place: Place, ece: Visitor) -> None:
    before = len(place.audit())
    assert told(ece, "PUT", "/v1/coupons/autumn", _POOL)["free"] == 0
    assert told(ece, "PUT", "/v1/coupons/autumn", _POOL)["kind"] == "percent"
    lines = {"codes": ["AUT-1", "AUT-2", "?"]}
    taken = told(ece, "POST", "/v1/coupons/autumn/codes", lines)
    assert (taken["added"], taken["known"], taken["refused"][0]["line"]) == (2, 0, 3)
    assert told(ece, "POST", "/v1/coupons/autumn/codes", lines)["known"] == 2
    made = told(ece, "POST", "/v1/coupons/autumn/generate", {"pattern": "A########", "count": 3})
    assert made == {"added": 3}
    (shown,) = json.loads(ece.get("/v1/coupons").text)
    assert (shown["key"], shown["free"], shown["percent"]) == ("autumn", 5, 10)
    words = ["coupons.changed", "coupons.added", "coupons.added"]
    assert [one[0] for one in place.audit()][before:] == words
    told(ece, "PUT", "/v1/coupons/Autumn", _POOL, 422)
    told(ece, "PUT", "/v1/coupons/autumn", {**_POOL, "kind": "words"}, 422)
    told(ece, "POST", "/v1/coupons/none/codes", lines, 404)
    assert ece.get("/v1/coupons/none").status == 404
    assert ece.get("/v1/coupon-codes/AUT-1").status == 403
    _at_the_till(place)


def _at_the_till(place: Place) -> None:
    till = place.session(place.user("till@shop.test", "store_staff"))
    assert json.loads(till.get("/v1/coupon-codes/aut-1").text)["redeemable"] is False
    order = {"order_id": "S-1"}
    told(till, "POST", "/v1/coupon-codes/AUT-1/redeem", order, 409)
    with place.connect() as conn:
        conn.execute("update coupon set state = 2 where code = 'AUT-1'")
    assert json.loads(till.get("/v1/coupon-codes/aut-1").text)["redeemable"] is True
    for _ in range(2):
        assert told(till, "POST", "/v1/coupon-codes/AUT-1/redeem", order)["state"] == "redeemed"
    said = told(till, "POST", "/v1/coupon-codes/AUT-1/redeem", {"order_id": "S-2"}, 409)
    assert said["error"]["code"] == "commerce.coupon_redeemed"
    told(till, "PUT", "/v1/coupons/autumn", _POOL, 403)


def test_a_preview_shows_a_sample(ece: Visitor) -> None:
    told(ece, "PUT", "/v1/coupons/autumn", _POOL)
    text = "Kodunuz {{ coupons.autumn.code }}: %{{ coupons.autumn.percent }}"
    wanted = autumn(variants={"sms": {"tr": {"text": text}}})
    (shown,) = told(ece, "POST", "/v1/messages/preview", {"message": wanted})
    assert shown["fields"]["text"].startswith("Kodunuz SAMPLE-CODE: %10")
    path = "/v1/messages/autumn"
    warnings = {one["code"] for one in told(ece, "PUT", path, wanted)["warnings"]}
    assert {"content.coupon_fallback", "content.coupon_pool_empty"} <= warnings
    wrong = autumn(variants={"sms": {"tr": {"text": "{{ coupons.spring.code }}"}}})
    (problem,) = told(ece, "PUT", path, wrong, 422)["error"]["problems"]
    assert (problem["path"], problem["code"]) == (
        "/variants/sms/tr/text", "content.coupon_pool_unknown",
    )  # fmt: skip
