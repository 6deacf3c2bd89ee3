"""Agents take calls, dial when the gate lets them and say what came; who may not, may not."""

import json
from datetime import timedelta
from typing import Any

import pytest

from kervan.collect import intake
from kervan.delivery import accounts, outbox
from kervan.kernel import clock
from tests.simulators.verimor_switch.server import Switch
from tests.unit.delivery.tasks.crew import account, agree, put
from tests.unit.web.api.finding import meet
from tests.unit.web.api.test_messages import place, told
from tests.unit.web.visiting import Place, Visitor

__all__ = ["place"]
_PHONE, _OTHER_PHONE = "+905321112233", "+905321112244"


@pytest.fixture
def agent(place: Place) -> Visitor:
    """An agent of the call centre."""
    return place.session(place.user("agent@shop.test", "agent"))


def calls(
    place: Place, *phones: str, by: str = "call_list", settings: dict[str, Any] | None = None,
    **fields: str,
) -> list[str]:  # fmt: skip
    """A task for a new customer of each phone, who agreed to calls."""
    people = [meet(place, f"c{phone}", phone=phone, firstName="Ayşe")[0] for phone in phones]
    keys = place.house.keys
    with place.connect() as conn:
        intake.open_days(conn, [clock.now().date()])
        agree(conn, people, keys)
        account(conn, by, vault=keys, **settings or {})
        return [str(one) for one in put(conn, people, vault=keys, by=by, **fields)]


def test_an_agent_works_through_the_list(place: Place, agent: Visitor) -> None:
    # Due at the same instant, they come by their ids.
    first, second = sorted(calls(place, _PHONE, _OTHER_PHONE, reason="Sepet"))
    listed = json.loads(agent.get("/v1/calls?limit=1").text)
    assert [one["id"] for one in listed["tasks"]] == [first]
    behind = json.loads(agent.get(f"/v1/calls?limit=1&cursor={listed['cursor']}").text)
    assert [one["id"] for one in behind["tasks"]] == [second]
    assert agent.get("/v1/calls?cursor=x").status == 400
    taken = told(agent, "POST", "/v1/calls/next", {})
    assert (taken["id"], taken["mine"], taken["first_name"], taken["reason"]) == (
        first, True, "Ayşe", "Sepet",
    )  # fmt: skip
    assert told(agent, "POST", "/v1/calls/next", {})["id"] == first  # still in hand
    other = place.session(place.user("other@shop.test", "agent"))
    assert told(other, "POST", f"/v1/calls/{first}/dial", {}, 409)["error"]["code"] == (
        "delivery.task_not_yours"
    )
    assert told(other, "POST", "/v1/calls/next", {})["id"] == second
    assert other.ask("POST", f"/v1/calls/{second}/release").status == 204
    dialled = told(agent, "POST", f"/v1/calls/{first}/dial", {})
    assert dialled["phone"] in (_PHONE, _OTHER_PHONE) and dialled["attempt"] == 1
    late = (clock.now() + timedelta(days=90)).isoformat()
    wrong = {"outcome": "call_back", "call_back_at": late}
    told(agent, "POST", f"/v1/calls/{first}/finish", wrong, 422)
    done = told(agent, "POST", f"/v1/calls/{first}/finish", {"outcome": "reached", "note": "Ok"})
    assert (done["state"], done["attempts"][0]["note"]) == ("done", "Ok")
    with place.connect() as conn:
        rows = conn.execute("select state from message where id = %s", (first,)).fetchall()
    assert rows == [(3,)]
    said = [one[0] for one in place.audit() if one[0].startswith("task.")]
    assert said == ["task.taken", "task.taken", "task.taken", "task.given_back", "task.dialled",
                    "task.finished"]  # fmt: skip


def test_the_gate_is_asked_again_at_dial(place: Place, agent: Visitor) -> None:
    (task,) = calls(place, _PHONE)
    told(agent, "POST", f"/v1/calls/{task}/take", {})
    with place.house.connection() as conn:
        outbox.stop(conn, "fire", clock.now())
    error = told(agent, "POST", f"/v1/calls/{task}/dial", {}, 409)["error"]
    assert error["code"] == "delivery.emergency_stop" and _PHONE not in json.dumps(error)
    with place.house.connection() as conn:
        outbox.resume(conn)
        [(state,)] = conn.execute("select state from task").fetchall()
    assert state == 0  # held, and everybody's again
    told(agent, "POST", f"/v1/calls/{task}/take", {})
    assert told(agent, "POST", f"/v1/calls/{task}/dial", {})["phone"] == _PHONE


def test_numbers_and_lists_are_for_those_who_have_the_right(place: Place, agent: Visitor) -> None:
    (task,) = calls(place, _PHONE, reason=f"Arayın: {_PHONE}")
    for role in ("analyst", "store_staff"):
        visitor = place.session(place.user(f"{role}@shop.test", role))
        assert visitor.get("/v1/calls").status == 403
    assert _PHONE in agent.get(f"/v1/calls/{task}").text
    assert [one[0] for one in place.audit()][-1] == "people.revealed"
    unknown = "00000000-0000-0000-0000-000000000001"
    assert agent.get(f"/v1/calls/{unknown}").status == 404
    assert agent.get(f"/v1/store-tasks/{task}").status == 403


def test_a_switch_calls_and_tells_of_it(place: Place, agent: Visitor) -> None:
    with Switch() as switch:
        assert isinstance(switch, Switch)
        settings = {"key": switch.key, "base_url": switch.url}
        (task,) = calls(place, _PHONE, by="verimor_switch", settings=settings)
        hook = "/hooks/in/" + accounts.hook_path(place.house.keys, "verimor_switch")
        told(agent, "POST", f"/v1/calls/{task}/take", {})
        told(agent, "POST", f"/v1/calls/{task}/dial", {}, 422)
        error = told(agent, "POST", f"/v1/calls/{task}/dial", {"extension": "1009"}, 502)["error"]
        assert error["code"] == "delivery.call_not_started"
        dialled = told(agent, "POST", f"/v1/calls/{task}/dial", {"extension": "1001"})
        assert (dialled["over_switch"], dialled["attempt"]) == (True, 2)
        assert dialled["phone"] != _PHONE and switch.made[0].destination == _PHONE[1:]
        told(agent, "POST", f"/v1/calls/{task}/dial", {"extension": "1001"}, 409)
        switch_says(place, hook, switch.hangup(switch.made[0], clock.now(), 0))
        seen = json.loads(agent.get(f"/v1/calls/{task}").text)
        assert (seen["suggested"], seen["attempts"][1]["answered_at"]) == ("no_answer", None)
        later = switch.hangup(switch.made[0], clock.now(), 30)  # its last word, out of order
        for body in (later, switch.event(switch.made[0], "ringing", clock.now()), later):
            switch_says(place, hook, body)
        seen = json.loads(agent.get(f"/v1/calls/{task}").text)
        assert (seen["suggested"], seen["attempts"][1]["seconds"]) == ("reached", 30)
        assert seen["attempts"][1]["ringing_at"]
        switch_says(place, f"{hook[:-4]}beef", later, 401)
        done = told(agent, "POST", f"/v1/calls/{task}/finish", {"outcome": "interested"})
        assert (done["state"], switch.key in json.dumps(done)) == ("done", False)


def switch_says(place: Place, hook: str, body: bytes, status: int = 200) -> None:
    """An event at the account's address."""
    kind = "application/x-www-form-urlencoded"
    assert place.visitor().ask("POST", hook, body, content_type=kind).status == status
