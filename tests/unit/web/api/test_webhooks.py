"""Who is told outside, and what became of it, is seen by who may; a stopped receiver goes on."""

import json

from tests.unit.web.api.test_refuse import place, send
from tests.unit.web.api.test_segments import CITY, code
from tests.unit.web.visiting import Place

__all__ = ["place"]
URL = "https://receiver.example/members"


def test_receivers_and_their_log(place: Place) -> None:
    ece = place.session(place.user("ece@shop.test", "marketer"))
    assert json.loads(ece.get("/v1/webhooks/receivers").text) == []
    new = {"key": "baku", "name": "Bakı", "tree": CITY}
    assert send(ece, "POST", "/v1/segments", new).status == 201
    assert code(ece.ask("POST", "/v1/segments/baku/sync/again")) == (404, "segments.sync_none")
    assert send(ece, "PUT", "/v1/segments/baku/sync", {"url": URL}).status == 200
    with place.connect() as conn:
        conn.execute("update segment_sync set state = 'stopped', problem = 'http_410'")
        conn.execute(
            "insert into segment_sync_attempt (segment, batch, sequence, attempt, url, added,"
            " removed, at, took_ms, problem) select segment, 'b', 1, 2, url, 3, 0, now(), 40,"
            " problem from segment_sync"
        )
        conn.execute(
            "insert into message (id, key, person, bucket, journey, version, step, run, channel,"
            " class, template_version, context, intended_at, not_before, expires_at, state,"
            " attempts) values (gen_random_uuid(), '', 1, 1, 'crm', 1, 'tell', 1, 'webhook',"
            " 'transactional', 1, '', now(), now(), now(), 4, 3)"
        )
    (one,) = json.loads(ece.get("/v1/webhooks/receivers").text)
    assert (one["segment"], one["state"], one["private"]) == ("baku", "stopped", False)
    assert "410" in one["said"]
    (told,) = json.loads(ece.get("/v1/webhooks/attempts?segment=baku").text)
    assert (told["ok"], told["attempt"], told["added"]) == (False, 2, 3)
    assert json.loads(ece.get(f"/v1/webhooks/attempts?before={told['id']}").text) == []
    (call,) = json.loads(ece.get("/v1/webhooks/calls").text)
    assert (call["journey"], call["state"], call["attempts"]) == ("crm", "failed", 3)
    assert json.loads(ece.get(f"/v1/webhooks/calls?before={call['id']}").text) == []
    again = json.loads(ece.ask("POST", "/v1/segments/baku/sync/again").text)
    assert again["state"] == "filling"
    agent = place.session(place.user("ana@shop.test", "agent"))
    assert agent.get("/v1/webhooks/attempts").status == 403
