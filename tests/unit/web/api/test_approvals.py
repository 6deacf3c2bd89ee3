"""What one person writes another lets go live: never she herself, nor a key of hers."""

import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from kervan.kernel.i18n import LOCALES
from tests.unit.content.messages.autumn import autumn
from tests.unit.web.api.test_messages import told
from tests.unit.web.visiting import Place, open_place

PATH = "/v1/messages/autumn"


@pytest.fixture
def place(postgres_url: str, workspace: str, tmp_path: Path) -> Iterator[Place]:
    urls = SimpleNamespace(postgres=postgres_url, clickhouse="", workspace=workspace)
    with open_place(urls, tmp_path) as found:
        yield found


def test_a_second_person(place: Place) -> None:
    owner = place.session(place.user("oya@shop.test", "owner"))
    marketer = place.session(place.user("ece@shop.test", "marketer"))
    approver = place.session(place.user("ana@shop.test", "approver"))
    told(marketer, "PUT", "/v1/approvals/rules/message", {"scope": "all"}, 403)
    assert told(owner, "PUT", "/v1/approvals/rules/message", {"scope": "all"})["message"] == "all"
    assert told(marketer, "PUT", PATH, {**autumn(), "purpose": "x"}, 422)
    waits = told(marketer, "PUT", PATH, autumn())
    path = f"/v1/approvals/{waits['proposal']}"
    assert marketer.get(PATH).status == 404
    told(marketer, "POST", path + "/approve", {}, 403)
    (listed,) = json.loads(approver.get("/v1/approvals").text)
    assert (listed["kind"], listed["key"], listed["before"]) == ("message", "autumn", 0)
    assert json.loads(json.loads(approver.get(path).text)["text"])["key"] == "autumn"
    assert told(approver, "POST", path + "/approve", {"note": "fine"})["version"] == 1
    assert json.loads(marketer.get(PATH).text)["version"] == 1
    assert told(approver, "POST", path + "/approve", {}, 409)["error"]["code"].endswith("decided")
    assert [one[0] for one in place.audit()][-3:] == [
        "approval.rule", "approval.proposed", "approval.approved",
    ]  # fmt: skip


def test_not_by_oneself(place: Place) -> None:
    owner = place.session(place.user("oya@shop.test", "owner"))
    told(owner, "PUT", "/v1/approvals/rules/message", {"scope": "marketing"})
    assert told(owner, "PUT", PATH, autumn())["proposal"] is None, "it is transactional"
    mine = autumn(purpose="marketing")
    for channel in ("email", "sms"):
        del mine["variants"][channel]
    waits = told(owner, "PUT", PATH, mine)
    path = f"/v1/approvals/{waits['proposal']}"
    assert json.loads(owner.get(PATH).text)["version"] == 1
    json_body = {"content_type": "application/json"}
    for locale in LOCALES:
        answer = owner.ask("POST", path + "/approve", b"{}", accept_language=locale, **json_body)
        assert answer.status == 403
        assert "journeys." not in json.loads(answer.text)["error"]["message"]
    made = told(owner, "POST", "/v1/keys", {"name": "ci", "scopes": ["journeys.approve"]}, 201)
    bearer = f"Bearer {made['key']}"
    answer = place.visitor().ask(
        "POST", path + "/approve", b"{}", authorization=bearer, **json_body
    )
    assert json.loads(answer.text)["error"]["code"] == "journeys.approval_own"
    assert told(owner, "POST", path + "/reject", {}, 422)["error"]["code"].endswith("note")
    assert told(owner, "POST", path + "/reject", {"note": "no"})["state"] == "rejected"


def test_a_broadcast_is_started_by_another_person(place: Place) -> None:
    owner = place.session(place.user("oya@shop.test", "owner"))
    approver = place.session(place.user("ana@shop.test", "approver"))
    told(owner, "PUT", PATH, autumn())
    told(owner, "PUT", "/v1/approvals/rules/broadcast", {"scope": "all"})
    path = "/v1/broadcasts/news"
    made = told(owner, "POST", "/v1/keys", {"name": "ci", "scopes": ["journeys.edit"]}, 201)
    whole = {"key": "news", "name": "News", "everybody": True, "message": "autumn"}
    answer = place.visitor().ask(
        "PUT", path, json.dumps(whole).encode(), authorization=f"Bearer {made['key']}",
        content_type="application/json",
    )  # fmt: skip
    assert answer.status == 200, answer.text
    said = told(owner, "POST", path + "/start", {}, 403)
    assert said["error"]["code"] == "journeys.approval_start_own", "a key of hers is she"
    assert told(approver, "POST", path + "/start", {})["status"] == "scheduled"
