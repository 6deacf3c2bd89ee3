"""A profile says what is known, who said it and when, and covers it for who may not see."""

import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kervan.collect import sources
from kervan.kernel import clock
from kervan.web.api import profile
from tests.unit.insight.conftest import tell
from tests.unit.web.api.finding import meet
from tests.unit.web.visiting import Place, Visitor, open_place

__all__ = ["tell"]


def _source(place: Place) -> int:
    with place.connect() as conn:
        row = conn.execute("select id from kervan.source where name = 'Shop'").fetchone()
    assert row is not None
    return int(row[0])


@pytest.fixture
def place(engines_urls: Any, tmp_path: Path) -> Iterator[Place]:
    with open_place(engines_urls, tmp_path) as opened:
        with opened.connect() as conn:
            sources.create(conn, engines_urls.workspace, "Shop", "server")
        yield opened


def _get(who: Visitor, person: str) -> dict[str, Any]:
    answer = who.get(f"/v1/people/{person}")
    assert answer.status == 200, answer.text
    return dict(json.loads(answer.text))


def test_a_profile_says_what_is_known_and_by_whom(place: Place, tell: Any) -> None:
    number, her = meet(
        place,
        "C-1",
        source=_source(place),
        firstName="İrem",
        email="irem@ornek.com",
        phone="5321234567",
        age=41,
    )
    now = clock.now_ms()
    order = {"name": "Order Completed", "person": number, "currency": "TRY", "channel": "web"}
    tell(
        {**order, "at_ms": now - 5, "order_id": "o1", "value_minor": 10_000},
        {**order, "at_ms": now, "order_id": "o2", "value_minor": 20_000},
    )
    found = _get(place.session(place.user("agent@shop.test", "agent")), her)
    assert (found["id"], found["first_name"], found["masked"]) == (her, "İrem", False)
    age = found["traits"]["age"]
    assert (age["value"], age["type"], age["source"]) == (41, "number", "Shop")
    assert abs(age["at_ms"] - now) < 60_000
    kinds = {one["kind"]: one for one in found["identifiers"]}
    assert kinds["email"]["value"] == "irem@ornek.com" and kinds["email"]["source"] == "Shop"
    assert kinds["email"]["verified"] is False and kinds["customer_id"]["value"] == "C-1"
    assert found["orders"] == [
        {
            "currency": "TRY",
            "orders": 2,
            "revenue_minor": 30_000,
            "refunded_minor": 0,
            "basket_minor": 15_000,
            "last_ms": now,
        }
    ]
    assert found["seen"] == [{"channel": "web", "first_ms": now - 5, "last_ms": now, "events": 2}]
    assert (found["time_zone"]["value"], found["time_zone"]["by"]) == ("Europe/Istanbul", "phone")
    assert found["language"]["said"] == "the country of the phone number (TR)"
    assert (found["events"], found["preferred_channel"], found["last_viewed"]) == (2, None, None)
    assert place.audit()[-1][0] == "people.revealed"


def test_who_may_not_see_gets_covers(place: Place) -> None:
    _, her = meet(place, "C-77123", firstName="İrem", email="irem@ornek.com", plan="gold")
    found = _get(place.session(place.user("analyst@shop.test", "analyst")), her)
    assert found["masked"] is True and found["first_name"] == "İ."
    text = json.dumps(found, ensure_ascii=False)
    assert "irem" not in text.lower() and "C-77123" not in text
    assert found["traits"]["plan"]["value"] == "gold"
    assert "people.revealed" not in [row[0] for row in place.audit()]


def test_a_profile_that_was_merged_leads_to_the_one_it_is_part_of(place: Place) -> None:
    first, her = meet(place, "C-1", firstName="İrem")
    second, other = meet(place, "C-2", city="Bakı")
    with place.connect() as conn:
        conn.execute("update profile set merged_into = %s where person = %s", (first, second))
    found = _get(place.session(place.user("agent@shop.test", "agent")), other)
    assert (found["id"], found["merged"]) == (her, 1)
    assert set(found["traits"]) == {"firstName", "city"}


def test_nobody_is_a_clear_answer(place: Place) -> None:
    agent = place.session(place.user("agent@shop.test", "agent"))
    assert agent.get(f"/v1/people/{uuid.uuid4()}").status == 404


def test_each_kind_of_identifier_has_its_cover() -> None:
    assert profile.identifier("email", "irem@ornek.com") == "i***@o***.com"
    assert profile.identifier("phone", "+905321234567").endswith("67")
    assert profile.identifier("customer_id", "C-77123") == "***23"
    assert profile.identifier("card", "L-7") == "***"
