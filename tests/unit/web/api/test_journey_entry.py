"""Programs call people into journeys: each once for a request, and what is wrong is named."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from kervan.collect import intake, sources
from kervan.journeys import apply
from kervan.kernel import clock
from kervan.segments.definitions import store as segments
from kervan.segments.definitions.store import Author
from kervan.segments.tree import Text, Trait
from tests.unit.web.api.finding import meet
from tests.unit.web.api.test_refuse import send
from tests.unit.web.visiting import Place, Visitor, open_place

TEXT = """\
journey:
  key: welcome
  name: Welcome
  trigger: {called: true}
  steps:
    - {key: end, kind: exit}
"""


@pytest.fixture
def place(postgres_url: str, workspace: str, tmp_path: Path) -> Iterator[Place]:
    urls = SimpleNamespace(postgres=postgres_url, clickhouse="", workspace=workspace)
    with open_place(urls, tmp_path) as found:
        with found.house.connection() as conn:
            sources.ensure_own(conn, workspace)
            intake.open_days(conn, [clock.now().date()])
            apply.apply(conn, TEXT, clock.now())
        yield found


@pytest.fixture
def program(place: Place) -> Visitor:
    return place.session(place.user("dev@shop.test", "developer"))


def _call(visitor: Visitor, body: object, key: str = "welcome", **more: str) -> tuple[int, Any]:
    raw = json.dumps(body).encode()
    path = f"/v1/journeys/{key}/enter"
    answer = visitor.ask("POST", path, raw, content_type="application/json", **more)
    return answer.status, json.loads(answer.text)


def _events(place: Place) -> list[dict[str, Any]]:
    with place.connect() as conn:
        rows = conn.execute("select day, body from kervan.intake order by id").fetchall()
    found: list[dict[str, Any]] = []
    for day, packed in rows:
        for body in intake.unpack(place.house.vault, day, packed):
            found += msgspec.json.decode(body.body)["batch"]
    return [one for one in found if one["event"] == "Journey Called"]


def test_people_are_called_by_any_name_and_what_is_wrong_is_told(
    place: Place, program: Visitor
) -> None:
    one, _ = meet(place, "C-1", email="irem@ornek.com")
    two, public = meet(place, "C-2")
    status, said = _call(program, {
        "people": [
            {"email": "irem@ornek.com", "properties": {"plan": "gold", "journey": "other"}},
            {"person": public},
            {"customer_id": "C-9"},
            {"phone": "x"},
            {"email": "irem@ornek.com", "customer_id": "C-1"},
            {},
        ],
        "properties": {"plan": "free", "note": "write to irem@ornek.com"},
    })  # fmt: skip
    assert (status, said["called"], said["repeated"]) == (202, 2, False)
    assert [(left["path"], left["code"]) for left in said["refused"]] == [
        ("people[2]", "journeys.enter_unknown_person"),
        ("people[3].phone", "journeys.enter_bad_name"),
        ("people[4]", "journeys.enter_one_name"),
        ("people[5]", "journeys.enter_one_name"),
    ]
    first, second = _events(place)
    assert (first["person"], second["person"]) == (one, two)
    assert first["properties"] == {
        "plan": "gold", "note": "write to [email]", "journey": "welcome", "by": "api",
    }  # fmt: skip
    assert second["properties"]["plan"] == "free"
    deeds = [deed for deed in place.audit() if deed[0] == "journey.people_called"]
    assert [deed[3]["called"] for deed in deeds] == [2]
    assert "irem" not in str(deeds)


def test_the_same_request_calls_nobody_twice(place: Place, program: Visitor) -> None:
    meet(place, "C-1")
    body = {"people": [{"customer_id": "C-1"}]}
    for repeated in (False, True):
        status, said = _call(program, body, idempotency_key="order-7")
        assert (status, said["called"], said["repeated"]) == (202, 1, repeated)
    assert len(_events(place)) == 1
    status, said = _call(program, {"people": []}, idempotency_key="order-7")
    assert (status, said["error"]["code"]) == (409, "journeys.request_reused")
    _call(program, body)
    assert len(_events(place)) == 2, "another request is another call"


def test_what_may_not_be_called_is_refused(place: Place, program: Visitor) -> None:
    with place.house.connection() as conn:
        other = TEXT.replace("key: welcome", "key: basket")
        apply.apply(conn, other.replace("called: true", "event: Cart Viewed"), clock.now())
        ends = clock.now() - timedelta(days=2)
        over = TEXT.replace("key: welcome", "key: over").replace(
            "  steps:", f'  ends: "{ends:%Y-%m-%d}"\n  steps:'
        )
        apply.apply(conn, over, clock.now())
    many = {"people": [{"customer_id": "C-1"}] * 1_001}
    for key, body, code in (
        ("nothing", {"people": []}, "journeys.unknown_journey"),
        ("basket", {"people": []}, "journeys.not_called"),
        ("over", {"people": []}, "journeys.not_open"),
        ("welcome", many, "journeys.too_many_to_enter"),
        ("welcome", {"poeple": []}, "web.not_valid"),
    ):
        assert _call(program, body, key)[1]["error"]["code"] == code
    analyst = place.session(place.user("ana@shop.example", "analyst"))
    assert send(analyst, "POST", "/v1/journeys/welcome/enter", {"people": []}).status == 403


def test_the_times_of_a_schedule_are_told(place: Place, program: Visitor) -> None:
    with place.house.connection() as conn:
        author = Author("ece", clock.now())
        segments.create(conn, "vip", "VIP", Trait("plan", Text("eq", ("gold",))), author)
        daily = TEXT.replace("called: true", "schedule: {segment: vip, every: day, at: '09:30'}")
        apply.apply(conn, daily, clock.now())
    times = json.loads(program.ask("GET", "/v1/journeys/welcome/times").text)
    assert [one["state"] for one in times] == ["next"] * 5
    assert all(one["at"].endswith("06:30:00Z") for one in times)
    assert program.ask("GET", "/v1/journeys/nothing/times").status == 404


def test_what_everybody_would_carry_along_is_not_too_long(place: Place, program: Visitor) -> None:
    meet(place, "C-1")
    meet(place, "C-2")
    long = {"text": "a" * 20_000}
    people: list[dict[str, object]] = [{"customer_id": "C-1"}, {"customer_id": "C-2"}]
    for language, words in (
        ("en", "16000 bytes"),
        ("tr", "16000 bayttan"),
        ("az", "16000 baytdan"),
    ):
        status, said = _call(
            program, {"people": people, "properties": long}, accept_language=language
        )
        assert (status, said["error"]["code"]) == (422, "journeys.enter_too_big")
        assert words in said["error"]["message"]
    people[0]["properties"] = long
    status, said = _call(program, {"people": people})
    assert (status, said["called"]) == (202, 1)
    [refused] = said["refused"]
    assert refused["path"] == "people[0].properties"
    assert "16000 bytes" in refused["message"]
