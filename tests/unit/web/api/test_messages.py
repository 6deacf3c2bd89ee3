"""Messages are written, kept with their versions and previewed by those who may, and only shown."""

import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from kervan.journeys.approval import store as approvals
from kervan.kernel import clock, i18n
from kervan.kernel.i18n import LOCALES
from tests.unit.content.messages.autumn import autumn
from tests.unit.web.api.finding import meet
from tests.unit.web.api.test_refuse import send
from tests.unit.web.visiting import Place, Visitor, open_place

PATH = "/v1/messages/autumn"


@pytest.fixture
def place(postgres_url: str, workspace: str, tmp_path: Path) -> Iterator[Place]:
    urls = SimpleNamespace(postgres=postgres_url, clickhouse="", workspace=workspace)
    with open_place(urls, tmp_path) as found:
        yield found


@pytest.fixture
def ece(place: Place) -> Visitor:
    """A marketer, with a customer called Əli."""
    return place.session(place.user("ece@shop.test", "marketer"))


def told(visitor: Visitor, method: str, path: str, body: object, status: int = 200) -> Any:
    """The answer's body."""
    answer = send(visitor, method, path, body)
    assert answer.status == status, answer.text
    return json.loads(answer.text)


def test_a_message_is_kept_with_its_versions(place: Place, ece: Visitor) -> None:
    before = len(place.audit())
    assert told(ece, "PUT", PATH + "?plan=true", autumn())["change"] == "new"
    assert len(place.audit()) == before
    made = told(ece, "PUT", PATH, autumn(intent=""))
    assert (made["change"], made["version"]) == ("new", 1)
    assert [one["path"] for one in made["warnings"]] == ["/intent"]
    assert told(ece, "PUT", PATH, autumn(intent=""))["change"] == "same"
    assert told(ece, "PUT", PATH, autumn())["version"] == 2
    assert [one[0] for one in place.audit()][before:] == ["message.new", "message.changed"]
    (listed,) = json.loads(ece.get("/v1/messages").text)
    assert (listed["key"], listed["version"]) == ("autumn", 2)
    assert listed["channels"] == ["email", "sms", "web_push", "webhook", "call"]
    assert (listed["purpose"], listed["languages"]["sms"]) == ("transactional", ["tr", "en"])
    assert listed["users"] == []
    whole = json.loads(ece.get(PATH).text)
    assert whole["definition"] == autumn()
    assert whole["templates"]["sms"].keys() == {""}
    assert json.loads(ece.get(PATH + "?version=1").text)["warnings"][0]["code"].endswith("intent")
    assert len(json.loads(ece.get(PATH + "/versions").text)) == 2
    for missing in ("/v1/messages/x", PATH + "?version=3", "/v1/messages/x/versions"):
        assert ece.get(missing).status == 404


def test_the_second_of_two_is_told(place: Place, ece: Visitor) -> None:
    def put(version: str, **changes: object) -> int:
        raw = json.dumps(autumn(**changes)).encode()
        return ece.ask("PUT", PATH, raw, content_type="application/json", if_match=version).status

    assert (put('"0"'), put('"0"', name="Again"), put('"0"')) == (200, 409, 200), "the same is fine"
    assert (put('"1"', name="Mine"), put('"1"', name="Hers"), put("x")) == (200, 409, 422)
    assert put("²") == 422, "a digit, and no number"
    assert json.loads(ece.get(PATH).text)["name"] == "Mine"
    with place.connect() as conn, conn.transaction():
        approvals.set_rule(conn, "message", "all", clock.now(), "oya")
    assert (put('"1"', name="Hers"), put('"2"', name="Hers")) == (409, 200)


def test_a_message_names_its_users(place: Place, ece: Visitor) -> None:
    told(ece, "PUT", PATH, autumn())
    wanted = {"key": "friday", "name": "Friday", "everybody": True, "message": "autumn"}
    wanted |= {"channels": ["email"]}
    told(ece, "PUT", "/v1/broadcasts/friday", wanted)
    (listed,) = json.loads(ece.get("/v1/messages").text)
    assert listed["users"] == [{"kind": "broadcast", "key": "friday", "name": "Friday"}]


def test_what_is_wrong_is_told_with_its_place(ece: Visitor) -> None:
    bad = autumn(variants={"sms": {"tr": {"text": "\n{{ a() }}"}}, "push": {"tr": {}}})
    for locale in LOCALES:
        answer = ece.ask("PUT", PATH, json.dumps(bad).encode(), accept_language=locale)
        assert answer.status == 422
        problems = json.loads(answer.text)["error"]["problems"]
        assert [(one["path"], one["line"]) for one in problems] == [
            ("/variants/sms/tr/text", 2), ("/variants/push/tr/title", 0),
        ]  # fmt: skip
        assert "content." not in answer.text.replace('"content.', "")
    for raw in (b"", b"[", b"3", b"[" * 100_000, json.dumps(autumn(key="other")).encode()):
        assert ece.ask("PUT", PATH, raw, content_type="application/json").status == 422
    assert ece.ask("PUT", PATH, b" " * 2_000_000, content_type="application/json").status == 413


def test_a_preview_is_of_a_person_and_sends_nothing(place: Place, ece: Visitor) -> None:
    _, person = meet(place, "C-1", firstName="Əli", language="en", email="ali@posta.example")
    told(ece, "PUT", PATH, autumn())
    before = len(place.audit())
    asked = {"person": person, "scene": {"coat": {"id": "c-7"}}}
    shown = {one["channel"]: one for one in told(ece, "POST", PATH + "/preview", asked)}
    assert shown["sms"]["language"] == "en"
    assert {one["mode"]: one["parts"] for one in shown["sms"]["costs"]}["gsm"] == 1
    assert "Əli" not in json.dumps(shown, ensure_ascii=False), "a marketer sees nobody unmasked"
    assert len(place.audit()) == before
    owner = place.session(place.user("oya@shop.test", "owner"))
    shown = {one["channel"]: one for one in told(owner, "POST", PATH + "/preview", asked)}
    assert shown["call"]["fields"] == {"script": "Əli"}
    assert "people.revealed" in [one[0] for one in place.audit()]
    with place.connect() as conn:
        assert conn.execute("select count(*) from message").fetchone() == (0,)


def test_a_definition_is_previewed_before_it_is_saved(ece: Visitor) -> None:
    wanted = {"message": autumn(), "scene": {"person": {"locale": "tr", "first_name": "Su"}}}
    shown = {one["channel"]: one for one in told(ece, "POST", "/v1/messages/preview", wanted)}
    assert shown["call"]["fields"] == {"script": "Su"}
    assert shown["sms"]["links"][-1] == "https://shop.example/p/all?utm_campaign=autumn"
    nobody = {"message": autumn()}
    shown = {one["channel"]: one for one in told(ece, "POST", "/v1/messages/preview", nobody)}
    assert shown["call"]["error"]["code"] == "content.field_empty"
    for bad in ({}, {"message": 3}, {"message": autumn(), "person": "x"}):
        told(ece, "POST", "/v1/messages/preview", bad, 422)
    unknown = {"message": autumn(), "person": "00000000-0000-0000-0000-000000000001"}
    told(ece, "POST", "/v1/messages/preview", unknown, 404)


def test_who_may_not_may_not(place: Place, ece: Visitor) -> None:
    told(ece, "PUT", PATH, autumn())
    developer = place.session(place.user("dev@shop.test", "developer"))
    assert developer.get(PATH).status == 200
    told(developer, "PUT", PATH, autumn(), 403)
    told(developer, "POST", PATH + "/preview", {}, 200)
    asked = {"person": "00000000-0000-0000-0000-000000000001"}
    told(developer, "POST", PATH + "/preview", asked, 403)
    agent = place.session(place.user("ana@shop.test", "agent"))
    assert agent.get(PATH).status == 403


def test_the_audit_page_has_words_for_it() -> None:
    deeds = [f"{what}_{how}" for what in ("message", "block") for how in ("new", "changed")]
    for deed in deeds:
        said = {i18n.say(f"web.did_audit_{deed}", locale) for locale in LOCALES}
        assert not any(one.startswith("web.") for one in said)
