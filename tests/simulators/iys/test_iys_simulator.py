"""The simulated registry refuses what the registry's pages say it refuses, and fails on demand."""

import contextlib
import http.client
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.simulators.iys import rules
from tests.simulators.iys.registry import Registry
from tests.simulators.iys.rules import Record
from tests.simulators.iys.server import Simulator

NOON = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)  # a Wednesday, 12:00 in Turkey
PHONE = "+905321112233"


class Clock:
    """A clock that stands until it is told."""

    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> datetime:
        return self.at


def consent(status: str = "ONAY", days_ago: float = 0.1, **more: Any) -> dict[str, Any]:
    """One consent on a phone for messages."""
    return {
        "type": "MESAJ", "source": "HS_WEB", "recipient": PHONE, "recipientType": "BIREYSEL",
        "status": status, "consentDate": rules.write_date(NOON - timedelta(days=days_ago)), **more,
    }  # fmt: skip


@pytest.fixture
def registry() -> Registry:
    """A registry whose clock stands at noon."""
    return Registry(now=Clock())


def refusal(registry: Registry, body: Any) -> str:
    """The code of a refusal, "" for none."""
    done = registry.add(body)
    return "" if isinstance(done, Record) else done[0].code


def test_the_rules_of_status(registry: Registry) -> None:
    assert refusal(registry, consent("RET")) == rules.FIRST_RET
    assert refusal(registry, consent("ONAY", 0.5)) == ""
    assert refusal(registry, consent("ONAY", 0.4)) == rules.SAME_STATUS
    assert refusal(registry, consent("RET", 0.5)) == rules.NOT_LATER
    assert refusal(registry, consent("RET", 0.6)) == rules.NOT_LATER
    assert refusal(registry, consent("RET", 0.3)) == ""
    assert refusal(registry, consent("RET", 0.2)) == rules.SAME_STATUS


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"consentDate": "2015-04-30 23:59:59"}, rules.BEFORE_2015),
        ({"consentDate": "2026-11-18 12:00:01"}, rules.IN_FUTURE),
        ({"consentDate": "2026-11-12 12:00:00"}, rules.TOO_OLD),
        ({"consentDate": "2026-11-13 00:00:00"}, ""),
        ({"consentDate": "2015-05-01 00:00:00", "source": "HS_2015"}, ""),
        ({"consentDate": "2026-11-18 11:00:00", "source": "HS_2015"}, rules.WRONG_2015),
        ({"consentDate": "18.11.2026"}, rules.INVALID),
        ({"recipient": "0532 111 22 33"}, rules.INVALID),
        ({"recipient": None}, "H114"),
        ({"source": None}, "H113"),
        ({"type": None}, "H111"),
        ({"source": "IYS_WEB"}, rules.INVALID),
        ({"recipientType": "TACIR", "source": None, "consentDate": None}, ""),
    ],
)
def test_the_rules_of_one_consent(registry: Registry, more: dict[str, Any], code: str) -> None:
    assert refusal(registry, consent(**more)) == code


def test_holidays_are_no_business_days() -> None:
    clock = Clock()
    registry = Registry(now=clock, holidays=frozenset({date(2026, 11, 17)}))
    assert refusal(registry, consent(consentDate="2026-11-12 09:00:00")) == ""


def test_an_individual_and_a_merchant_share_an_address(registry: Registry) -> None:
    assert refusal(registry, consent()) == ""
    assert refusal(registry, consent(recipientType="TACIR")) == ""
    assert len(registry.records) == 2


def test_changes_show_a_week_less_an_hour_and_go_on_by_cursor(registry: Registry) -> None:
    clock = registry.now
    assert isinstance(clock, Clock)
    registry.add(consent())
    registry.citizen(PHONE, "MESAJ", "RET")
    registry.citizen(PHONE, "EPOSTA", "RET")
    assert registry.changes("IYS", "", 10)[0] == []
    clock.at += timedelta(hours=1)
    first, after = registry.changes("IYS", "", 1)
    second, end = registry.changes("IYS", after, 1)
    assert [one.key[2] for one in (*first, *second)] == ["MESAJ", "EPOSTA"]
    assert registry.changes("IYS", end, 1) == ([], end)
    assert len(registry.changes("HS", "", 10)[0]) == 1
    clock.at += timedelta(days=1)
    assert len(registry.day(date(2026, 11, 18))) == 3
    clock.at += timedelta(days=7)
    assert registry.changes("IYS", "", 10)[0] == []
    assert isinstance(registry.day(date(2026, 11, 18)), rules.Fault)


@pytest.fixture
def simulator(registry: Registry) -> Iterator[Simulator]:
    """The registry behind a socket."""
    with Simulator(registry) as running:
        yield running


def call(simulator: Simulator, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    """One signed-in call."""
    with contextlib.closing(
        http.client.HTTPConnection(urlsplit(simulator.url).netloc, timeout=5)
    ) as wire:
        return _call(wire, simulator, method, path, body)


def _call(
    wire: http.client.HTTPConnection, simulator: Simulator, method: str, path: str, body: Any
) -> tuple[int, Any]:
    sign_in = {"grant_type": "password", "username": "api", "password": simulator.password}
    wire.request("POST", "/oauth2/token", json.dumps(sign_in))
    token = json.loads(wire.getresponse().read())["access_token"]
    raw = None if body is None else json.dumps(body)
    wire.request(method, simulator.root + path, raw, {"Authorization": f"Bearer {token}"})
    with wire.getresponse() as answer:
        text = answer.read().decode()
    return answer.status, json.loads(text) if text[:1] in "[{" else text


def test_a_batch_is_taken_queued_and_told_part_by_part(simulator: Simulator) -> None:
    bodies = [consent(), consent("RET", type="ARAMA")]
    status, told = call(simulator, "POST", "/consents/request", bodies)
    assert status == 200
    where = f"/consents/request/{told['requestId']}"
    assert {one["status"] for one in call(simulator, "GET", where)[1]} == {"enqueue"}
    done = {one["index"]: one for one in call(simulator, "GET", where)[1]}
    assert done[1]["status"] == "success"
    assert done[2]["error"]["code"] == rules.FIRST_RET
    assert call(simulator, "GET", "/consents/request/unknown")[0] == 404


def test_one_malformed_consent_refuses_its_whole_batch(simulator: Simulator) -> None:
    bodies = [consent(), consent(recipient="x")]
    status, told = call(simulator, "POST", "/consents/request", bodies)
    assert status == 422
    assert [one["index"] for one in told["errors"]] == [2]
    assert not simulator.registry.requests


def test_states_are_told_one_by_one_and_many_at_once(simulator: Simulator) -> None:
    asked = {"recipient": PHONE, "recipientType": "BIREYSEL", "type": "MESAJ"}
    assert call(simulator, "POST", "/consents/status", asked)[0] == 404
    assert call(simulator, "POST", "/consents", consent())[0] == 200
    assert call(simulator, "POST", "/consents/status", asked)[1]["status"] == "ONAY"
    many = {"recipients": [PHONE, "+905320000000"]}
    told = call(simulator, "POST", "/consents/BIREYSEL/status/MESAJ", many)[1]
    assert [one["recipient"] for one in told["list"]] == [PHONE]


def test_outages_lose_the_answer_and_not_the_work(simulator: Simulator) -> None:
    simulator.fail("500", "/consents")
    assert call(simulator, "POST", "/consents", consent())[0] == 500
    assert not simulator.registry.records
    simulator.fail("half", "/consents")
    with pytest.raises(http.client.IncompleteRead):
        call(simulator, "POST", "/consents", consent())
    assert simulator.registry.records
    simulator.fail("cut", "/consents")
    with pytest.raises(http.client.RemoteDisconnected):
        call(simulator, "POST", "/consents", consent())
    simulator.fail("401", "/consents")
    assert call(simulator, "POST", "/consents", consent())[0] == 401


def test_a_stranger_gets_nothing(simulator: Simulator) -> None:
    wire = http.client.HTTPConnection(urlsplit(simulator.url).netloc, timeout=5)
    wire.request("POST", "/oauth2/token", json.dumps({"grant_type": "password", "username": "x"}))
    assert wire.getresponse().status == 401
    wire.close()
