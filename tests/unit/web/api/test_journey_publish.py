"""Journeys over the API: drafts, plans, publishing with a choice, pausing; by whom, who is told."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from kervan.journeys.publish import deeds, drafts
from kervan.kernel import clock
from kervan.kernel.postgres import connect
from tests.unit.journeys.publish.test_carry import TEXT
from tests.unit.journeys.publish.test_state import until_waiting
from tests.unit.web.api.test_messages import told
from tests.unit.web.visiting import Place, open_place

PATH = "/v1/journeys/basket"


@pytest.fixture
def place(postgres_url: str, workspace: str, tmp_path: Path) -> Iterator[Place]:
    urls = SimpleNamespace(postgres=postgres_url, clickhouse="", workspace=workspace)
    with open_place(urls, tmp_path) as found:
        yield found


def test_from_a_draft_to_live_and_back(place: Place) -> None:
    ece = place.session(place.user("ece@shop.test", "marketer"))
    broken = told(ece, "PUT", PATH + "/draft", {"text": TEXT.replace("kind: exit", "kind: exot")})
    assert (broken["edition"], len(broken["problems"])) == (1, 1)
    told(ece, "POST", PATH + "/publish", {}, 422)
    assert told(ece, "PUT", PATH + "/draft", {"text": TEXT})["problems"] == []
    late = ece.ask(
        "PUT", PATH + "/draft", json.dumps({"text": TEXT}).encode(), if_match='"1"',
        content_type="application/json",
    )  # fmt: skip
    assert (late.status, json.loads(late.text)["error"]["code"]) == (409, "journeys.draft_changed")
    [listed] = json.loads(ece.get("/v1/journeys/definitions").text)
    assert (listed["key"], listed["name"], listed["state"]) == ("basket", "Basket", "draft")
    assert told(ece, "POST", PATH + "/plan", {})["change"] == "new"
    assert told(ece, "POST", PATH + "/publish", {})["version"] == 1
    assert ece.get(PATH + "/draft").status == 404
    shorter = TEXT.replace("10 hours", "2 hours")
    done = told(ece, "POST", PATH + "/publish", {"text": shorter, "people": "keep"})
    assert (done["change"], done["before"], done["proposal"]) == ("changed", 1, None)
    now = ece.get(PATH + "/definition")
    assert (json.loads(now.text)["text"], now.headers["etag"]) == (shorter, '"2"')
    assert told(ece, "POST", PATH + "/undo", {"plan": True})["version"] == 1
    assert told(ece, "POST", PATH + "/undo", {})["before"] == 2
    assert json.loads(ece.get(PATH + "/definition").text)["text"] == TEXT
    told(ece, "POST", PATH + "/undo", {}, 409)
    versions = json.loads(ece.get(PATH + "/versions").text)
    assert [(one["version"], one["state"]) for one in versions] == [(2, "replaced"), (1, "live")]
    deeds = json.loads(ece.get(PATH + "/deeds").text)
    assert [one["deed"] for one in deeds] == ["undo", "publish", "publish"]


def test_pause_resume_stop_and_delete(place: Place) -> None:
    ece = place.session(place.user("ece@shop.test", "marketer"))
    told(ece, "POST", PATH + "/publish", {"text": TEXT})
    told(ece, "POST", "/v1/journeys/other/publish", {"text": TEXT}, 422)
    assert told(ece, "POST", PATH + "/pause", {"timers": "stop", "plan": True})["state"] == "live"
    told(ece, "POST", PATH + "/pause", {"timers": "stop"})
    assert told(ece, "POST", PATH + "/pause", {}, 409)["error"]["code"] == "journeys.is_paused"
    [listed] = json.loads(ece.get("/v1/journeys/definitions").text)
    assert listed["state"] == "paused"
    told(ece, "POST", PATH + "/resume", {"spread_seconds": 60})
    told(ece, "DELETE", PATH, None, 409)
    told(ece, "POST", PATH + "/stop", {})
    assert ece.ask("DELETE", PATH).status == 204
    assert json.loads(ece.get("/v1/journeys/definitions").text) == []
    assert [one[0] for one in place.audit()][-5:] == [
        "journey.published", "journey.paused", "journey.resumed", "journey.stopped",
        "journey.deleted",
    ]  # fmt: skip


def test_the_second_of_two_is_told_and_who_has_no_right_is_refused(place: Place) -> None:
    ece = place.session(place.user("ece@shop.test", "marketer"))
    can = place.session(place.user("can@shop.test", "analyst"))
    for path, asked in (("/publish", {"text": TEXT}), ("/pause", {}), ("/undo", {})):
        told(can, "POST", PATH + path, asked, 403)
    told(can, "PUT", PATH + "/draft", {"text": TEXT}, 403)
    told(ece, "POST", PATH + "/publish", {"text": TEXT})
    told(can, "POST", PATH + "/plan", {"text": TEXT})
    for name, status in (("One", 200), ("Two", 409)):
        said = json.dumps({"text": TEXT.replace("name: Basket", f"name: {name}")}).encode()
        answer = ece.ask(
            "POST", PATH + "/publish", said, if_match='"1"', content_type="application/json"
        )
        assert answer.status == status
    assert json.loads(answer.text)["error"]["code"] == "journeys.published_meanwhile"


def test_a_second_person_lets_it_go_live_with_its_author_s_choice(place: Place) -> None:
    owner = place.session(place.user("oya@shop.test", "owner"))
    ece = place.session(place.user("ece@shop.test", "marketer"))
    ana = place.session(place.user("ana@shop.test", "approver"))
    told(ece, "POST", PATH + "/publish", {"text": TEXT})
    told(owner, "PUT", "/v1/approvals/rules/journey", {"scope": "all"})
    waits = told(ece, "POST", PATH + "/publish", {"text": TEXT + "# 2\n", "people": "keep"})
    assert waits["proposal"]
    assert json.loads(ece.get(PATH + "/definition").text)["version"] == 1
    told(ana, "POST", f"/v1/approvals/{waits['proposal']}/approve", {})
    assert json.loads(ece.get(PATH + "/deeds").text)[0]["people"] == "keep"


def test_a_key_that_no_database_holds_is_of_no_journey(place: Place) -> None:
    ece = place.session(place.user("ece@shop.test", "marketer"))
    for end in ("/definition", "/versions", "/deeds", "/draft", "/checklist"):
        assert ece.get(f"/v1/journeys/a%00b{end}").status == 404, end
    for end in ("/pause", "/undo", "/plan"):
        told(ece, "POST", f"/v1/journeys/a%00b{end}", {}, 404)


def test_what_is_written_while_the_draft_is_published_is_not_lost(
    place: Place, postgres_url: str, workspace: str
) -> None:
    ece = place.session(place.user("ece@shop.test", "marketer"))
    told(ece, "PUT", PATH + "/draft", {"text": TEXT})
    answers: list[str] = []
    with connect(postgres_url, workspace=workspace) as conn:
        deeds.hold(conn, "basket", make=True)
        late = threading.Thread(
            target=lambda: answers.append(
                told(ece, "POST", PATH + "/publish", {}, 409)["error"]["code"]
            )
        )
        late.start()
        until_waiting(conn)
        drafts.write(conn, "basket", TEXT.replace("Basket", "Better"), 0, clock.now(), "ali")
    late.join(timeout=30)
    assert answers == ["journeys.draft_changed"]
    assert "Better" in ece.get(PATH + "/draft").text
