"""The providers' door: the account's secret, the provider's own form, and what is said twice."""

import json
from pathlib import Path

from kervan.delivery import accounts
from kervan.kernel import clock
from kervan.web.state import House
from tests.unit.web.api.test_refuse import place
from tests.unit.web.visiting import Answer, Place

__all__ = ["place"]

SAMPLE = Path(__file__).parents[3] / "fixtures/iletimerkezi/sms_webhook.json"
SETTINGS = {"key": "k" * 20, "hash": "h" * 20, "sender": "MAGAZA"}


def door(house: House) -> str:
    """The address of the account's webhook."""
    return f"/hooks/in/{accounts.hook_path(house.keys, 'merkez')}"


def call(place: Place, path: str, body: bytes) -> Answer:
    """What a provider sends."""
    return place.visitor().ask("POST", path, body, origin="", content_type="application/json")


def test_who_does_not_know_the_secret_is_not_heard(place: Place) -> None:
    with place.house.connection() as conn:
        accounts.save(conn, place.house.keys, "merkez", "iletimerkezi", SETTINGS, clock.now())
        accounts.save(
            conn, place.house.keys, "erp", "webhook",
            {"url": "https://erp.example/x", "secret": "whsec_" + "c2Vj" * 8}, clock.now(),
        )  # fmt: skip
    good = door(place.house)
    body = SAMPLE.read_bytes()
    assert call(place, good, body).status == 200
    assert call(place, good, body).status == 200
    with place.connect() as conn:
        early = conn.execute("select account, kind from early_receipt").fetchall()
    assert len(early) == 1, "nobody knows the message yet, so its receipt waits, once"
    for path, status in (
        (good[:-1] + ("0" if good[-1] != "0" else "1"), 401),
        (good.replace("merkez", "other"), 401),
        (f"/hooks/in/other/{accounts.hook_path(place.house.keys, 'other')[6:]}", 404),
        (f"/hooks/in/{accounts.hook_path(place.house.keys, 'erp')}", 404),
        ("/hooks/in/merkez/%C5%9F", 401),
    ):
        answer = call(place, path, body)
        assert answer.status == status, (path, answer.text)
    for wrong in (b"", b"{", b"[]", b"\xff\xfe", b'{"report": 1}', b'{"report": {}}'):
        answer = call(place, good, wrong)
        assert (answer.status, json.loads(answer.text)["error"]["code"]) == (
            400, "delivery.hook_unreadable",
        )  # fmt: skip
    assert call(place, good, b"x" * 2_100_000).status == 413


def test_accounts_are_made_shown_and_switched_by_who_may(place: Place) -> None:
    developer = place.session(place.user("dev@shop.example", "developer"))
    told = json.loads(developer.get("/v1/providers").text)
    assert told["iletimerkezi"]["channel"] == "sms"
    assert told["iletimerkezi"]["webhook"]

    def put(name: str, body: object) -> Answer:
        raw = json.dumps(body).encode()
        path = f"/v1/accounts/{name}"
        return developer.ask("PUT", path, raw, content_type="application/json")

    kept = put("merkez", {"provider": "iletimerkezi", "settings": SETTINGS, "per_second": 5})
    assert kept.status == 200, kept.text
    shown = json.loads(kept.text)
    assert shown["settings"]["hash"] == accounts.KEPT
    assert shown["per_second"] == 5
    assert not shown["private"]
    assert "h" * 20 not in kept.text + developer.get("/v1/accounts").text
    webhook = "/hooks" + shown["webhook"].partition("/hooks")[2]
    assert call(place, webhook, SAMPLE.read_bytes()).status == 200
    off = json.loads(developer.ask("POST", "/v1/accounts/merkez/disable").text)
    assert not off["enabled"]
    assert json.loads(developer.ask("POST", "/v1/accounts/merkez/enable").text)["enabled"]
    for name, body, status, code in (
        ("merkez", {"provider": "pigeon"}, 404, "delivery.provider_unknown"),
        ("%C3%9C", {"provider": "iletimerkezi", "settings": SETTINGS}, 422, "account_name_invalid"),
        (
            "x",
            {"provider": "iletimerkezi", "settings": {"key": "k"}},
            422,
            "account_settings_wrong",
        ),
        ("x", {"provider": "iletimerkezi", "settings": {"pin": 1}}, 422, "account_setting_unknown"),
    ):
        answer = put(name, body)
        assert answer.status == status, answer.text
        assert code in answer.text
    assert [one[0] for one in place.audit()].count("channel.account_saved") == 1
    marketer = place.session(place.user("ana@shop.example", "marketer"))
    assert marketer.get("/v1/accounts").status == 200
    assert marketer.ask("POST", "/v1/accounts/merkez/disable").status == 403
