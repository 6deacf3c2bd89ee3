"""The API answers why a message went or did not, to those who may see consents."""

import json
import uuid

from kervan.delivery import outbox
from kervan.delivery.policy import read, store
from kervan.kernel import clock
from tests.unit.delivery.gate import judge
from tests.unit.delivery.world import intents
from tests.unit.web.api.test_consents import place
from tests.unit.web.visiting import Place

__all__ = ["place"]


def test_why(place: Place) -> None:
    with place.connect() as conn, conn.transaction():
        ban = {"caps": [{"name": "no mail", "most": 0, "per": "day", "channels": ["email"]}]}
        store.apply(conn, read.read(ban), "test", clock.now())
        wanted = intents([1], message_class="transactional")
        outbox.intend(conn, place.house.keys, wanted)
        row = conn.execute("select id from message").fetchone()
        assert row is not None
    path = f"/v1/messages/{row[0]}/why"
    analyst = place.session(place.user("analyst@shop.test", "analyst"))
    before = json.loads(analyst.get(path).text)
    assert (before["state"], before["decisions"]) == ("queued", [])
    with place.connect() as conn, conn.transaction():
        judge(conn, clock.now(), vault=place.house.keys)
    shown = json.loads(analyst.get(f"{path}?language=tr").text)
    [decision] = shown["decisions"]
    assert (decision["verdict"], decision["reason"], decision["policy"]) == ("hand_over", "", 1)
    assert [one["rule"] for one in decision["rules"]][5] == "consent"
    assert decision["rules"][5]["outcome"] == "not_needed"
    assert "işlemsel" in shown["said"]
    assert analyst.get(f"/v1/messages/{uuid.UUID(int=5)}/why").status == 404
    developer = place.session(place.user("dev@shop.test", "developer"))
    assert developer.get(path).status == 403
