"""A tree is counted before it is saved: exactly, in words, and it changes nothing."""

import http.client
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from clickhouse_connect.driver.client import Client

from kervan.kernel import clock, postgres
from kervan.segments.live.loop import Loop
from kervan.segments.live.tick import Live
from kervan.web import asking
from tests.unit.web.api.finding import meet
from tests.unit.web.api.test_refuse import send
from tests.unit.web.api.test_segment_members import mirrored
from tests.unit.web.api.test_segments import CITY, code, member
from tests.unit.web.test_asking import until
from tests.unit.web.visiting import Place, Visitor, open_place

PATH = "/v1/segments/preview"
_SLOW_EVENTS = (
    "CREATE VIEW events AS SELECT 'a' AS name, toUInt32(number) AS who, toDateTime64(0, 3) AS at"
    " FROM numbers(1000000) WHERE sleepEachRow(0.05) = 0 SETTINGS max_block_size = 1"
)
NOT_THERE = {"kind": "none", "of": [CITY]}


@pytest.fixture
def place(engines_urls: Any, tmp_path: Path) -> Iterator[Place]:
    with open_place(engines_urls, tmp_path) as opened:
        yield opened


@pytest.fixture
def ece(place: Place) -> Visitor:
    """A marketer, with three people of whom two live in Bakı."""
    meet(place, "C-1", firstName="İrem", lastName="Su", city="Bakı", email="irem@ornek.com")
    meet(place, "C-2", firstName="Əli", city="Bakı")
    meet(place, "C-3", firstName="Oya", city="İzmir", phone="+905321234567")
    mirrored(place)
    return place.session(place.user("ece@shop.test", "marketer"))


def test_a_tree_is_counted_before_it_is_saved(place: Place, ece: Visitor) -> None:
    for key, tree in (("elsewhere", NOT_THERE), ("baku", CITY)):
        made = send(ece, "POST", "/v1/segments", {"key": key, "name": key.title(), "tree": tree})
        assert made.status == 201, made.text
    before = len(place.audit())
    asked = {"tree": CITY, "overlap": ["elsewhere", "baku"]}
    answer = send(ece, "POST", PATH, asked)
    assert answer.status == 200, answer.text
    told = json.loads(answer.text)
    assert told["count"] == 2 and told["took_ms"] >= 0
    assert set(told["reach"]) == {"email", "sms", "call", "whatsapp", "push"}
    assert set(told["reach"].values()) == {0}  # nobody has said yes to anything
    assert sorted(one["name"] for one in told["sample"]) == ["İ. S.", "Ə."]
    assert [(one["name"], one["shared"], one["size"]) for one in told["overlap"]] == [
        ("Elsewhere", 0, 1),
        ("Baku", 2, 2),
    ]
    said = {
        json.loads(ece.ask("POST", PATH, json.dumps(asked).encode(), accept_language=one).text)[
            "sentence"
        ]
        for one in ("tr", "az", "en")
    }
    assert len(said) == 3 and all("Bakı" in one for one in said)
    assert len(place.audit()) == before, "looking is no change"
    saved = json.loads(send(ece, "POST", PATH, {"segment": "baku", "sample": 1}).text)
    assert saved["count"] == 2 and len(saved["sample"]) == 1
    whole = json.loads(ece.get("/v1/segments/baku").text)
    assert whole["sentence"] in said


def test_a_kept_segment_is_not_asked_anew(place: Place, ece: Visitor) -> None:
    send(ece, "POST", "/v1/segments", {"key": "baku", "name": "Baku", "tree": CITY})
    config = place.house.config
    with postgres.connect(config.postgres_url, workspace=config.workspace) as conn:
        live = Live(conn, place.house.history)
        keeper = Loop(conn, place.house.history, config.workspace)
        while keeper.step(live, clock.now_ms()) or keeper.filling:
            pass

    def told() -> tuple[dict[str, Any], list[Any]]:
        """Of the segment itself all but its time, and of another the overlap with it."""
        itself = json.loads(send(ece, "POST", PATH, {"segment": "baku"}).text)
        other = json.loads(send(ece, "POST", PATH, {"tree": NOT_THERE, "overlap": ["baku"]}).text)
        return {**itself, "took_ms": 0}, other["overlap"]

    before = told()
    mirrored(place)
    assert before == told()
    assert (before[0]["count"], len(before[0]["sample"])) == (2, 2)
    assert before[1] == [{"key": "baku", "name": "Baku", "shared": 0, "size": 2}]
    place.house.history.command("TRUNCATE TABLE memberships")
    itself, overlap = told()
    assert (itself["count"], overlap[0]["size"]) == (0, 0)


def test_asking_ends_when_the_reader_goes_away(place: Place, ece: Visitor) -> None:
    history = place.house.history
    history.command("RENAME TABLE events TO events_before")
    history.command(_SLOW_EVENTS)
    tree = {"kind": "event", "events": ["a"]}
    conn = http.client.HTTPConnection("127.0.0.1", ece.port)
    cookie = "; ".join(f"{name}={value}" for name, value in ece.cookies.items())
    named = {"Cookie": cookie, "Origin": f"http://127.0.0.1:{ece.port}"}
    conn.request("POST", PATH, json.dumps({"tree": tree}).encode(), named)
    until(lambda: _asking(history) == 1)
    conn.close()
    # Long before its time would be over, which would end it too.
    until(lambda: _asking(history) == 0, asking.LIMIT_SECONDS / 2)


def _asking(history: Client) -> int:
    """How many previews ClickHouse is at work on."""
    query = (
        "SELECT count() FROM system.processes WHERE current_database = currentDatabase()"
        " AND query LIKE '%AS members%' AND query NOT LIKE '%system.processes%'"
    )
    return int(history.query(query).result_rows[0][0])


def test_a_list_and_a_template_are_counted_too(ece: Visitor) -> None:
    send(ece, "POST", "/v1/segments", {"key": "friends", "name": "Friends", "sort": "list"})
    wanted = {"add": {"customer_id": ["C-1", "C-3"]}, "remove": {"email": ["irem@ornek.com"]}}
    assert send(ece, "POST", "/v1/segments/friends/members", wanted).status == 200
    assert json.loads(send(ece, "POST", PATH, {"segment": "friends"}).text)["count"] == 1
    lapsed = {"template": "lapsed", "values": {"quiet_days": 90}}
    assert json.loads(send(ece, "POST", PATH, lapsed).text)["count"] == 0


def test_what_cannot_be_asked_has_its_place(ece: Visitor) -> None:
    answer = send(ece, "POST", PATH, {"tree": member("nowhere")})
    assert code(answer) == (422, "segments.not_valid")
    (problem,) = json.loads(answer.text)["error"]["problems"]
    assert (problem["path"], problem["code"]) == ("/of/0/segment", "segments.unknown_segment")
    for wrong, refused in (
        ({}, "segments.one_question"),
        ({"tree": CITY, "segment": "a"}, "segments.one_question"),
        ({"segment": "none"}, "segments.not_valid"),
        ({"tree": CITY, "overlap": ["none"]}, "segments.not_valid"),
        ({"tree": CITY, "sample": 101}, "web.not_valid"),
        ({"tree": CITY, "overlap": ["a"] * 21}, "web.not_valid"),
        ({"tree": CITY, "brand": 3}, "web.not_valid"),
        ({"tree": "x"}, "segments.not_valid"),
    ):
        assert code(send(ece, "POST", PATH, wrong)) == (422, refused), wrong


def test_sql_in_a_text_is_a_text(ece: Visitor) -> None:
    evil = "' OR 1=1; DROP TABLE people --"
    tree = {
        "kind": "any",
        "of": [
            {**CITY, "test": {"kind": "text", "op": "eq", "values": [evil]}},
            {**CITY, "trait": evil, "test": {"kind": "text", "op": "contains", "values": ["`'"]}},
            {"kind": "event", "events": [evil], "where": [{"property": "a", "test": CITY["test"]}]},
            {"kind": "consent", "channel": "email", "topic": evil},
        ],
    }
    answer = send(ece, "POST", PATH, {"tree": tree, "purpose": evil, "brand": evil})
    assert answer.status == 200 and json.loads(answer.text)["count"] == 0, answer.text
