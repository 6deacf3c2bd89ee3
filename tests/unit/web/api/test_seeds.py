"""Tests go to the seed list by who may write messages; the list is kept by who keeps accounts."""

import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.unit.content.messages.autumn import autumn
from tests.unit.web.api.finding import meet
from tests.unit.web.api.test_messages import told
from tests.unit.web.visiting import Place, open_place

SEED = {"channel": "email", "name": "Oya", "address": "oya@shop.example"}
PATH = "/v1/messages/autumn"


@pytest.fixture
def place(postgres_url: str, workspace: str, tmp_path: Path) -> Iterator[Place]:
    urls = SimpleNamespace(postgres=postgres_url, clickhouse="", workspace=workspace)
    with open_place(urls, tmp_path) as found:
        yield found


def test_a_test(place: Place) -> None:
    developer = place.session(place.user("dev@shop.test", "developer"))
    marketer = place.session(place.user("ece@shop.test", "marketer"))
    told(marketer, "POST", "/v1/seeds", SEED, 403)
    told(developer, "POST", "/v1/seeds", {**SEED, "address": "nobody"}, 422)
    seed = told(developer, "POST", "/v1/seeds", SEED, 201)
    assert "oya@shop" not in seed["address"]
    (listed,) = json.loads(marketer.get("/v1/seeds").text)
    assert listed["id"] == seed["id"]
    told(marketer, "PUT", PATH, autumn())
    number, person = meet(place, "u1", email="ali@home.example", firstName="Əli")
    assert told(marketer, "POST", PATH + "/test", {"person": person, "seeds": [person]}, 404)
    (sent,) = told(marketer, "POST", PATH + "/test", {"person": person}, 202)
    assert (sent["channel"], sent["name"], sent["seed"]) == ("email", "Oya", seed["id"])
    with place.house.connection() as conn:
        row = conn.execute(
            "select person, class, contact from message where id = %s", (sent["message"],)
        ).fetchone()
    contact = place.house.keys.blind("email", "oya@shop.example")
    assert row == (number, "test", uuid.UUID(bytes=contact))
    told(marketer, "POST", PATH + "/test", {"person": str(uuid.uuid4())}, 404)
    assert [one[0] for one in place.audit()][-1] == "message.tested"
    assert developer.ask("DELETE", f"/v1/seeds/{seed['id']}").status == 204
    assert developer.ask("DELETE", f"/v1/seeds/{seed['id']}").status == 404
    told(marketer, "POST", PATH + "/test", {"person": person}, 422)
