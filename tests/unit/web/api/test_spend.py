"""Who may says what messages cost; what was spent and what a plan would cost is shown."""

import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from kervan.kernel.i18n import LOCALES
from tests.unit.web.api.test_refuse import send
from tests.unit.web.visiting import Place, open_place

BUDGET = {
    "currency": "TRY",
    "prices": [{"channel": "sms", "per": "part", "price": "0.085"}],
    "ceilings": [{"name": "texts", "most": "100", "per": "month", "channels": ["sms"]}],
}


@pytest.fixture
def place(postgres_url: str, workspace: str, tmp_path: Path) -> Iterator[Place]:
    urls = SimpleNamespace(postgres=postgres_url, clickhouse="", workspace=workspace)
    with open_place(urls, tmp_path) as found:
        yield found


def test_a_budget_is_put_into_force_once_and_shown(place: Place) -> None:
    owner = place.session(place.user("own@shop.test", "owner"))
    assert json.loads(owner.get("/v1/spend/budget").text) == {"version": 0, "definition": {}}
    planned = json.loads(send(owner, "PUT", "/v1/spend/budget?plan=true", BUDGET).text)
    assert (planned["change"], planned["version"]) == ("new", 1)
    before = len(place.audit())
    assert json.loads(send(owner, "PUT", "/v1/spend/budget", BUDGET).text)["change"] == "new"
    assert json.loads(send(owner, "PUT", "/v1/spend/budget", BUDGET).text)["change"] == "same"
    assert [one[0] for one in place.audit()][before:] == ["budget.changed"]
    shown = json.loads(owner.get("/v1/spend/budget").text)
    assert shown == {"version": 1, "definition": BUDGET}
    told = json.loads(owner.get("/v1/spend").text)
    [ceiling] = told["ceilings"]
    assert (ceiling["used"], ceiling["most"], ceiling["is_near"]) == ("0.00", "100", False)
    assert owner.get("/v1/spend?since=2026-02-01&until=2026-01-01").status == 422
    assert json.loads(owner.get("/v1/spend/warnings").text) == []


def test_what_is_wrong_is_told_with_its_place_in_each_language(place: Place) -> None:
    owner = place.session(place.user("own@shop.test", "owner"))
    bad = json.dumps({**BUDGET, "prices": [{"channel": "sms", "price": "x"}]}).encode()
    for locale in LOCALES:
        answer = owner.ask("PUT", "/v1/spend/budget", bad, accept_language=locale)
        assert answer.status == 422
        [problem] = json.loads(answer.text)["error"]["problems"]
        assert (problem["path"], problem["code"]) == ("/prices/0/price", "delivery.budget_unfit")


def test_who_only_reads_sets_no_budget(place: Place) -> None:
    analyst = place.session(place.user("can@shop.test", "analyst"))
    assert send(analyst, "PUT", "/v1/spend/budget", BUDGET).status == 403
    assert analyst.get("/v1/spend").status == 200
    asked = {"message": "m", "segment": "s"}
    refused = send(analyst, "POST", "/v1/spend/forecast", asked)
    assert (refused.status, "delivery.budget_none" in refused.text) == (409, True)
