"""The calendar: broadcasts and journeys on their days, holidays, quiet hours, for who may look."""

import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from kervan.kernel.i18n import LOCALES
from tests.unit.content.messages.autumn import autumn
from tests.unit.web.api.test_messages import told
from tests.unit.web.visiting import Place, Visitor, open_place

SPAN = "/v1/calendar?from=2030-04-01&to=2030-04-30"
JOURNEY = """
journey:
  key: sundays
  name: Sundays
  trigger: {schedule: {segment: all, cron: "0 12 * * sun"}}
  steps:
    - {key: mail, kind: send, message: autumn}
    - {key: end, kind: exit, reason: done}
"""


@pytest.fixture
def place(postgres_url: str, workspace: str, tmp_path: Path) -> Iterator[Place]:
    urls = SimpleNamespace(postgres=postgres_url, clickhouse="", workspace=workspace)
    with open_place(urls, tmp_path) as found:
        yield found


def wanted(key: str, at: str, **more: Any) -> dict[str, Any]:
    return {"key": key, "name": key, "everybody": True, "message": "autumn", "at": at, **more}


def shown(visitor: Visitor, path: str = SPAN) -> Any:
    return json.loads(visitor.get(path).text)


def test_broadcasts_stand_on_the_day_of_their_authors_clock(place: Place) -> None:
    ece = place.session(place.user("ece@shop.test", "owner"))
    told(ece, "PUT", "/v1/messages/autumn", autumn())
    # 22:30 in UTC is the next day in Istanbul; a person's own clock has no zone.
    for key, at, more in (
        ("late", "2030-04-10T22:30+00:00", {}), ("here", "2030-04-10T10:00", {}),
        ("own", "2030-04-30T23:30", {"local": True}), ("may", "2030-05-01T00:00", {}),
        ("now", "now", {}),
    ):  # fmt: skip
        told(ece, "PUT", f"/v1/broadcasts/{key}", wanted(key, at, **more))
    told(ece, "POST", "/v1/broadcasts/here/start", None)
    found = shown(ece)
    assert (found["zone"], found["first"], found["last"]) == (
        "Europe/Istanbul", "2030-04-01", "2030-04-30",
    )  # fmt: skip
    assert [
        (one["key"], one["day"], one["time"], one["status"], one["local"])
        for one in found["broadcasts"]
    ] == [
        ("here", "2030-04-10", "10:00", "scheduled", False),
        ("late", "2030-04-11", "01:30", "draft", False),
        ("own", "2030-04-30", "23:30", "draft", True),
    ]
    assert {*found["broadcasts"][0]["channels"]} == {*autumn()["variants"]}


def test_a_moved_broadcast_is_a_draft_again_and_the_second_of_two_is_told(place: Place) -> None:
    ece = place.session(place.user("ece@shop.test", "owner"))
    told(ece, "PUT", "/v1/messages/autumn", autumn())
    told(ece, "PUT", "/v1/broadcasts/x", wanted("x", "2030-04-10T10:00"))
    told(ece, "POST", "/v1/broadcasts/x/start", None)
    raw = json.dumps(wanted("x", "2030-04-12T10:00")).encode()
    moved = ece.ask("PUT", "/v1/broadcasts/x", raw, if_match='"1"')
    assert (moved.status, json.loads(moved.text)["version"]) == (200, 2)
    [one] = shown(ece)["broadcasts"]
    assert (one["day"], one["status"], one["version"]) == ("2030-04-12", "draft", 2)
    other = json.dumps(wanted("x", "2030-04-13T10:00")).encode()
    for locale in LOCALES:
        late = ece.ask("PUT", "/v1/broadcasts/x", other, if_match='"1"', accept_language=locale)
        assert (late.status, "delivery.broadcast_meanwhile" in late.text) == (409, True)
    # What is the same already is no conflict.
    assert ece.ask("PUT", "/v1/broadcasts/x", raw, if_match="1").status == 200
    assert ece.ask("PUT", "/v1/broadcasts/x", raw, if_match="one").status == 422


def test_holidays_quiet_hours_and_journeys_of_a_schedule(place: Place) -> None:
    owner = place.session(place.user("oya@shop.test", "owner"))
    told(owner, "PUT", "/v1/messages/autumn", autumn())
    everybody = {"key": "all", "name": "All", "tree": {"kind": "all", "of": []}}
    told(owner, "POST", "/v1/segments", everybody, 201)
    quiet = [
        {"name": "Night", "from": "22:00", "until": "09:00"}, {"name": "Feasts", "holidays": "TR"},
    ]  # fmt: skip
    told(owner, "PUT", "/v1/policy", {"quiet": quiet})
    told(owner, "POST", "/v1/journeys/sundays/publish", {"text": JOURNEY})
    found = shown(owner)
    assert [(one["name"], one["since"], one["until"]) for one in found["quiet"]] == [
        ("Night", "22:00", "09:00")
    ]
    assert [(one["day"], one["time"], one["state"]) for one in found["journeys"]] == [
        (f"2030-04-{day:02}", "12:00", "next") for day in (7, 14, 21, 28)
    ]
    assert {*found["journeys"][0]["channels"]} == {*autumn()["variants"]}
    assert {(one["country"], one["quiet"]) for one in found["holidays"]} == {("TR", True)}
    assert "2030-04-23" in [one["day"] for one in found["holidays"]]
    names = {
        json.loads(owner.get(SPAN, accept_language=one).text)["holidays"][0]["name"]
        for one in ("tr", "en")
    }
    assert len(names) == 2


def test_a_span_has_its_limits_and_a_reader_her_right(place: Place) -> None:
    ana = place.session(place.user("ana@shop.test", "analyst"))
    assert ana.get(SPAN).status == 200
    for bad in ("from=2030-04-02&to=2030-04-01", "from=2030-01-01&to=2030-12-31", "from=x&to=y"):
        for locale in LOCALES:
            assert ana.get(f"/v1/calendar?{bad}", accept_language=locale).status == 422
    assert place.visitor().get(SPAN).status in (401, 403)
