"""One person: revealed with a reason, reached or not, in journeys, written to, merged on trial."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kervan.delivery import outbox
from tests.unit.delivery.world import intents
from tests.unit.web.api.finding import meet
from tests.unit.web.api.test_consents import place as world
from tests.unit.web.api.test_journey_why import _live as enter
from tests.unit.web.api.test_refuse import send
from tests.unit.web.api.test_segments import code
from tests.unit.web.visiting import Place, Visitor, open_place

__all__ = ["world"]


@pytest.fixture
def place(engines_urls: Any, tmp_path: Path) -> Iterator[Place]:
    with open_place(engines_urls, tmp_path) as opened:
        yield opened


def _get(who: Visitor, path: str) -> Any:
    answer = who.get(path)
    assert answer.status == 200, answer.text
    return json.loads(answer.text)


def test_a_look_with_its_reason(place: Place) -> None:
    _, person = meet(place, "C-1", firstName="Nilüfer", lastName="Ok", email="nil@ornek.com")
    agent = place.session(place.user("agent@shop.test", "agent"))
    covered = _get(agent, f"/v1/people/{person}?masked=true")
    assert covered["masked"] and "nil@ornek" not in json.dumps(covered)
    assert covered["name"] == "Nilüfer Ok", "her name is masked by the right alone"
    path, said = f"/v1/people/{person}/reveal", {"reason": "she calls from +90 532 123 45 67"}
    shown = send(agent, "POST", path, said)
    assert shown.status == 200 and "nil@ornek.com" in shown.text
    deed = place.audit()[-1]
    assert deed[0] == "people.revealed" and deed[3]["people"] == [person]
    assert "she calls from" in deed[3]["reason"] and "532" not in deed[3]["reason"]
    assert send(agent, "POST", path, {"reason": "x"}).status == 422
    marketer = place.session(place.user("ece@shop.test", "marketer"))
    assert send(marketer, "POST", path, said).status == 403
    assert _get(marketer, f"/v1/people/{person}")["name"] == "N. O."


def test_which_channels_reach_her_and_why_not(place: Place) -> None:
    _, person = meet(place, "C-1", email="nil@ornek.com")
    agent = place.session(place.user("agent@shop.test", "agent"))
    ways = {one["channel"]: one for one in _get(agent, f"/v1/people/{person}/channels?lang=tr")}
    assert ways["email"]["reason"] == "delivery.no_consent" and not ways["email"]["reachable"]
    assert ways["email"]["address"] == "n***@o***.com"
    assert ways["sms"]["reason"] == "delivery.no_address" and ways["sms"]["said"]
    yes = {"channel": "email", "status": "granted", "source": "staff"}
    said = send(agent, "POST", f"/v1/people/{person}/consents", yes)
    assert said.status == 201, said.text
    ways = {one["channel"]: one for one in _get(agent, f"/v1/people/{person}/channels")}
    assert ways["email"]["reachable"]
    assert ways["email"]["consent"] == json.loads(said.text)["positions"][0]


def test_her_journeys_and_messages(world: Place) -> None:
    ids = enter(world)
    analyst = world.session(world.user("analyst@shop.test", "analyst"))
    (run,) = _get(analyst, f"/v1/people/{ids[0]}/journeys")
    assert (run["journey"], run["name"], run["left"]) == ("basket", "Basket", "finished")
    with world.connect() as conn, conn.transaction():
        for key in ("one", "two"):
            wanted = intents([1], message_class="transactional", key=key)
            outbox.intend(conn, world.house.keys, wanted)
    first = _get(analyst, f"/v1/people/{ids[0]}/messages?limit=1")
    rest = _get(analyst, f"/v1/people/{ids[0]}/messages?limit=5&before={first['before']}")
    both = [*first["messages"], *rest["messages"]]
    assert [one["state"] for one in both] == ["queued", "queued"] and rest["before"] is None


def test_a_merge_on_trial_changes_nothing(place: Place) -> None:
    _, one = meet(place, "C-1", firstName="İrem", city="Bakı", email="irem@ornek.com")
    _, two = meet(place, "C-2", firstName="Irem", tier="gold", phone="+905321234567")
    owner = place.session(place.user("owner@shop.test", "owner"))
    seen = _get(owner, f"/v1/people/{one}/merge-preview?other={two}")
    assert seen["differ"] == ["firstName"] and len(seen["result"]["identifiers"]) == 4
    assert _get(owner, f"/v1/people/{one}/merges")["merges"] == []
    assert _get(owner, f"/v1/people/{two}")["id"] == two
    same = owner.get(f"/v1/people/{one}/merge-preview?other={one}")
    assert code(same) == (409, "profiles.same_person")
