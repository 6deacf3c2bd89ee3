"""People of a store see the tasks of their store; whoever manages tasks sees all of them."""

import json

from kervan.collect import intake
from kervan.kernel import clock
from tests.unit.delivery.tasks.crew import account, put
from tests.unit.web.api.finding import meet
from tests.unit.web.api.test_messages import place, told
from tests.unit.web.visiting import Place

__all__ = ["place"]


def test_a_store_sees_its_own(place: Place) -> None:
    keys = place.house.keys
    moda = meet(place, "c1", firstName="Ece", home_store="moda")[0]
    bebek = meet(place, "c2", firstName="Cem", home_store="moda")[0]
    with place.connect() as conn:
        intake.open_days(conn, [clock.now().date()])
        account(conn, "store_list", vault=keys)
        (hers,) = put(conn, [moda], "store", vault=keys, script="Ara: 0532 111 22 33")
        (his,) = put(conn, [bebek], "store", key="b", vault=keys, store="bebek")
    user = place.user("staff@shop.test", "store_staff")
    staff, owner = place.session(user), place.session(place.user("o@shop.test", "owner"))
    assert json.loads(staff.get("/v1/store-tasks").text)["tasks"] == []
    assert staff.get("/v1/store-staff").status == 403
    told(owner, "PUT", f"/v1/store-staff/{user}", {"stores": ["moda"]})
    assert json.loads(owner.get("/v1/store-staff").text) == [
        {"user": str(user), "stores": ["moda"]}
    ]
    (seen,) = json.loads(staff.get("/v1/store-tasks").text)["tasks"]
    assert (seen["id"], seen["store"]) == (str(hers), "moda")
    assert "111" not in seen["script"] and seen["first_name"] == "E."  # covered
    assert json.loads(staff.get("/v1/store-tasks?store=bebek").text)["tasks"] == []
    assert len(json.loads(owner.get("/v1/store-tasks").text)["tasks"]) == 2
    for deed in ("take", "release", "finish"):
        told(staff, "POST", f"/v1/store-tasks/{his}/{deed}", {"outcome": "done"}, 404)
    assert told(staff, "POST", "/v1/store-tasks/next", {})["id"] == str(hers)
    done = told(staff, "POST", f"/v1/store-tasks/{hers}/finish", {"outcome": "declined"})
    assert (done["state"], done["outcome"]) == ("done", "declined")
    with place.connect() as conn:
        rows = conn.execute("select state, reason from message where id = %s", (hers,)).fetchall()
    assert rows == [(4, "delivery.task_declined")]
