"""The API begins rehearsals, says how far they are, and keeps what they told; people are told of
only to those who may see people, and nobody who was erased."""

import json
import time
from typing import Any
from uuid import UUID

from kervan.journeys.erase import erase
from kervan.journeys.rehearse import keep
from kervan.kernel import clock, ids
from tests.unit.journeys.rehearse.test_rehearse import BASKET, give_addresses, remember
from tests.unit.journeys.shop import START_MS, Shop
from tests.unit.web.api.test_consents import place
from tests.unit.web.visiting import Place, Visitor

__all__ = ["place"]
DAY = 86_400_000
SLOW = BASKET.replace("timeout: 1 hour", "timeout: 5 hours")


def _send(who: Visitor, method: str, path: str, **body: object) -> tuple[int, Any]:
    said = json.dumps(body).encode() if body else b""
    answer = who.ask(method, f"/v1/rehearsals{path}", said, content_type="application/json")
    return answer.status, json.loads(answer.text) if answer.text else None


def _ask(who: Visitor, **more: object) -> tuple[int, Any]:
    begin, end = (clock.from_ms(START_MS + day * DAY).isoformat() for day in (0, 3))
    return _send(who, "POST", "", **{"journey": BASKET, "from": begin, "to": end, **more})


def _told(who: Visitor, number: str) -> Any:
    until = clock.monotonic() + 60
    while True:
        status, told = _send(who, "GET", f"/{number}")
        assert status == 200, told
        if told["state"] != "running" or clock.monotonic() > until:
            return told
        time.sleep(0.05)


def test_a_rehearsal_from_its_beginning_to_its_deletion(place: Place) -> None:
    with place.connect() as conn, conn.transaction():
        Shop(conn).people([101, 102])
        give_addresses(conn, range(101, 103))
    rows: list[Any] = [(0, one, "Product Added", {"price": 5}) for one in (101, 102)]
    remember(place.house.history, rows)
    owner = place.session(place.user("owner@shop.test", "owner"))
    status, begun = _ask(owner)
    assert (status, begun["journey"]) == (202, "basket"), begun
    told = _told(owner, begun["id"])
    assert (told["state"], told["share"], told["problem"]) == ("done", 1, "")
    report = told["report"]
    assert (report["entered"], report["exits"]) == (2, {"no answer": 2})
    assert [(one["channel"], one["state"], one["messages"]) for one in report["outcomes"]] == [
        ("email", "sent", 2)
    ]
    assert {one["person"] for one in report["sample"]} == {101, 102}
    with place.connect() as conn, conn.transaction():
        erase(conn, [101])
    [left] = _told(owner, begun["id"])["report"]["sample"]
    assert left["person"] == 102
    # Who may read journeys and no people sees figures, and deletes nothing of others'.
    reader = place.session(place.user("developer@shop.test", "developer"))
    assert _told(reader, begun["id"])["report"]["sample"] == []
    assert _send(reader, "DELETE", f"/{begun['id']}")[0] == 403
    status, compared = _ask(owner, against=SLOW)
    both = _told(owner, compared["id"])["comparison"]
    assert both["people"] == 2 and not both["same"]
    found = {one["kind"]: one for one in both["differences"] if one["people"]}
    assert list(found) == ["other_times"] and len(found["other_times"]["sample"]) == 2
    listed = _send(owner, "GET", "")[1]
    assert [one["id"] for one in listed] == [compared["id"], begun["id"]]
    assert _send(owner, "DELETE", f"/{begun['id']}")[0] == 204
    assert _send(owner, "GET", f"/{begun['id']}")[0] == 404
    assert _ask(owner, to="2999-01-01T00:00:00Z")[1]["error"]["code"] == "journeys.rehearsal_future"
    assert _ask(owner, journey="journey: {}")[0] == 422
    assert _ask(owner, policy={"caps": 7})[0] == 422
    assert _ask(owner, against="live")[0] == 404


def test_one_that_nobody_is_at_any_more_says_so(place: Place) -> None:
    owner = place.session(place.user("owner@shop.test", "owner"))
    number = ids.uuid7()
    asked = json.dumps({"journey": BASKET, "from": "2026-01-01", "to": "2026-01-02"}).encode()
    with place.connect() as conn:  # the connection of a process that is killed
        keep.begin(conn, number, "basket", asked, "somebody", clock.now())
        assert _send(owner, "GET", f"/{number}")[1]["state"] == "running"
        assert keep.progress(conn, number, "gate", 0.5)
    told = _told(owner, str(number))
    assert (told["state"], told["asked"]["journey"]) == ("interrupted", BASKET)
    assert "interrupted" in told["problem"]
    assert _send(owner, "DELETE", f"/{number}")[0] == 204
    with place.connect() as conn:
        assert not keep.progress(conn, UUID(str(number)), "gate", 0.6)
