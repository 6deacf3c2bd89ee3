"""Requests, exports, erasures and the register over the API and its page."""

import http.client
import io
import json
import uuid
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kervan.kernel import clock
from tests.unit.web.visiting import Answer, Place, Visitor, open_place

_HER = uuid.UUID(int=7)


@pytest.fixture
def place(engines_urls: Any, tmp_path: Path) -> Iterator[Place]:
    with open_place(engines_urls, tmp_path) as opened:
        key = opened.house.keys.new_person_key()
        with opened.connect() as conn:
            conn.execute(
                "insert into profile (person, id, key, created_at) overriding system value"
                " values (7, %s, %s, now())",
                (_HER, key),
            )
        yield opened


@pytest.fixture
def officer(place: Place) -> Visitor:
    return place.session(place.user("officer@shop.test", "privacy_officer"))


def _send(visitor: Visitor, method: str, path: str, **body: Any) -> Answer:
    text = json.dumps(body, default=str).encode()
    return visitor.ask(method, path, text, content_type="application/json")


def _open(officer: Visitor, **more: Any) -> Any:
    given = {"kind": "access", "person": _HER, "identity_proof": "staff_saw_id", **more}
    answer = _send(officer, "POST", "/v1/privacy/requests", **given)
    assert answer.status == 201, answer.text
    return json.loads(answer.text)


def test_a_request_has_its_day_its_steps_and_its_end(place: Place, officer: Visitor) -> None:
    one = _open(officer, received_at=clock.now() - timedelta(days=45))
    assert one["jurisdiction"] == "TR" and one["is_late"]
    export = officer.ask("GET", f"/v1/privacy/people/{_HER}/receipt")
    assert export.status == 404
    page = officer.get("/privacy?lang=tr").text
    assert "süresi geçti" in page and f"/v1/privacy/people/{_HER}/export" in page
    closed = _send(officer, "POST", f"/v1/privacy/requests/{one['id']}/close", state="done")
    assert closed.status == 200
    whole = json.loads(officer.get(f"/v1/privacy/requests/{one['id']}").text)
    assert [step["what"] for step in whole["steps"]] == ["received", "done"]
    again = _send(officer, "POST", f"/v1/privacy/requests/{one['id']}/close", state="done")
    assert again.status == 409
    assert [row[0] for row in place.audit()][-2:] == [
        "privacy.request_opened",
        "privacy.request_closed",
    ]


def test_bad_requests_are_refused(officer: Visitor) -> None:
    for more, status in (
        ({"kind": "oblivion"}, 400),
        ({"person": uuid.uuid4()}, 404),
        ({"person": "her"}, 422),
        ({"received_at": "2999-01-01T00:00:00Z"}, 400),
        ({"received_at": "2026-01-01T00:00:00"}, 400),
        ({"note": "x" * 3_000}, 422),
    ):
        given = {"kind": "access", "person": _HER, **more}
        answer = _send(officer, "POST", "/v1/privacy/requests", **given)
        assert answer.status == status, (more, answer.text)


def test_her_data_in_one_click_noted_in_the_log_and_on_her_request(
    place: Place, officer: Visitor
) -> None:
    one = _open(officer)
    answer = officer.get(f"/v1/privacy/people/{uuid.uuid4()}/export")
    assert answer.status == 404
    conn = http.client.HTTPConnection("127.0.0.1", place.port, timeout=30)
    cookie = "; ".join(f"{name}={value}" for name, value in officer.cookies.items())
    conn.request("GET", f"/v1/privacy/people/{_HER}/export", headers={"cookie": cookie})
    raw = conn.getresponse().read()
    conn.close()
    with zipfile.ZipFile(io.BytesIO(raw)) as folder:
        assert json.loads(folder.read("profile.json"))["id"] == str(_HER)
        assert "READ-ME.txt" in folder.namelist()
    assert ("people.revealed", {"people": [str(_HER)]}) in [
        (row[0], row[3]) for row in place.audit()
    ]
    whole = json.loads(officer.get(f"/v1/privacy/requests/{one['id']}").text)
    assert [step["what"] for step in whole["steps"]] == ["received", "exported"]


def test_an_erasure_begins_once_and_its_receipt_says_how_far_it_is(
    place: Place, officer: Visitor
) -> None:
    first = _send(officer, "POST", f"/v1/privacy/people/{_HER}/erase")
    again = _send(officer, "POST", f"/v1/privacy/people/{_HER}/erase")
    assert first.status == again.status == 202 and first.text == again.text
    found = json.loads(officer.get(json.loads(first.text)["receipt"]).text)
    assert found["finished_at"] is None and found["steps"] == []
    agent = place.session(place.user("agent@shop.test", "agent"))
    assert _send(agent, "POST", f"/v1/privacy/people/{_HER}/erase").status == 403


def test_an_erasure_asked_for_is_begun_on_the_page_by_who_may(
    place: Place, officer: Visitor
) -> None:
    one = _open(officer, kind="erasure")
    agent = place.session(place.user("agent@shop.test", "agent"))
    assert "/erase" not in agent.get("/privacy").text
    assert agent.post(f"/privacy/{one['id']}/erase", {}).status == 403
    assert f"/privacy/{one['id']}/erase" in officer.get("/privacy").text
    assert officer.post(f"/privacy/{one['id']}/erase", {}).status == 303
    begun = json.loads(officer.get(f"/v1/privacy/people/{_HER}/receipt").text)
    assert begun["request"] == one["id"]
    other = _open(officer)
    assert officer.post(f"/privacy/{other['id']}/erase", {}).status == 409


def test_an_erasure_asked_for_is_begun_by_its_request(place: Place, officer: Visitor) -> None:
    one = _open(officer, kind="erasure")
    path = f"/v1/privacy/requests/{one['id']}/erase"
    agent = place.session(place.user("agent@shop.test", "agent"))
    assert _send(agent, "POST", path).status == 403
    assert _send(officer, "POST", path).status == 202
    begun = json.loads(officer.get(f"/v1/privacy/people/{_HER}/receipt").text)
    assert begun["request"] == one["id"]
    other = _open(officer)
    assert _send(officer, "POST", f"/v1/privacy/requests/{other['id']}/erase").status == 409


def test_the_register_and_the_rules_are_kept(officer: Visitor) -> None:
    entry = {
        "name": "Ads Inc.", "role": "controller", "country": "US", "purposes": "audiences",
        "data": "hashes", "people": "customers", "begins_on": "2026-01-01",
    }  # fmt: skip
    path = f"/v1/privacy/register/{uuid.uuid4()}"
    assert _send(officer, "PUT", path, **entry).status == 200
    assert _send(officer, "PUT", path, **{**entry, "role": "friend"}).status == 400
    found = json.loads(officer.get("/v1/privacy/register").text)
    assert found["missing"][0]["what"] == "transfer_basis" and len(found["processors"]) == 1
    rule = {"days": 60, "source": "our lawyer"}
    assert _send(officer, "PUT", "/v1/privacy/retention/visits", **rule).status == 200
    kept = json.loads(officer.get("/v1/privacy/retention").text)["visits"]
    assert (kept["days"], kept["source"], kept["usual_days"]) == (60, "our lawyer", 400)
    assert _send(officer, "PUT", "/v1/privacy/retention/dreams", **rule).status == 400
