"""The overview tells the business in figures to those who may see them, each with its meaning."""

import json
from typing import Any

import numpy as np

from kervan.history import event, write
from kervan.kernel import ids
from tests.unit.journeys.shop import Shop
from tests.unit.web.api.test_consents import place
from tests.unit.web.visiting import Place, Visitor

__all__ = ["place"]
_T = 1_795_046_400_000  # 2026-11-19 00:00 UTC
_HOUR = 3_600_000
_DAYS = "from=2026-11-18&to=2026-11-20"


def _get(who: Visitor, path: str, **more: str) -> tuple[int, Any]:
    answer = who.get(path, **more)
    return answer.status, json.loads(answer.text)


def _tell(place: Place, *told: dict[str, Any]) -> None:
    def column(key: str, nothing: Any) -> list[Any]:
        return [one.get(key, nothing) for one in told]

    rows = event.Events(
        event_id=[ids.random_bytes(16) for _ in told], kind=column("kind", "track"),
        name=column("name", ""), person=np.array(column("person", 0), np.uint32),
        session=np.zeros(len(told), np.uint64), at_ms=np.array(column("at_ms", 0), np.int64),
        received_ms=np.array(column("at_ms", 0), np.int64),
        source=np.array(column("source", 0), np.uint16), channel=column("channel", ""),
        order_id=column("order_id", ""), currency=column("currency", ""),
        value_minor=np.array(column("value_minor", 0), np.int64),
        properties=[json.dumps(one.get("properties", {})).encode() for one in told],
        context=[b"{}" for _ in told], quiet=np.zeros(len(told), np.bool_),
    )  # fmt: skip
    write.insert(place.house.history, event.to_block(rows, 1), 1)


def _letter(name: str, person: int, at_ms: int, **more: object) -> dict[str, Any]:
    facts = {"message": f"019a0000-0000-7000-8000-{person:012}", "journey": "basket",
             "step": "mail", "channel": "email", "run": 1, **more}  # fmt: skip
    return {"name": name, "person": person, "at_ms": at_ms, "channel": "email",
            "properties": facts}  # fmt: skip


def _shop(place: Place) -> None:
    _tell(
        place,
        *(_letter("Message Sent", who, _T, state="accepted") for who in (101, 102, 103)),
        _letter("Message Clicked", 101, _T + _HOUR, machine=False),
        _letter("Message Clicked", 102, _T + _HOUR, machine=True),
        {"name": "Order Completed", "person": 101, "at_ms": _T + 2 * _HOUR, "order_id": "a",
         "currency": "TRY", "value_minor": 20_000, "source": 1},
        {"name": "Order Refunded", "person": 101, "at_ms": _T + 3 * _HOUR, "order_id": "a",
         "currency": "TRY", "value_minor": 5_000, "source": 1},
        {"name": "Order Completed", "person": 102, "at_ms": _T + 2 * _HOUR, "order_id": "b",
         "currency": "TRY", "value_minor": 10_000, "source": 1},
    )  # fmt: skip


def test_the_overview_says_what_happened_and_how_sure_that_is(place: Place) -> None:
    _shop(place)
    owner = place.session(place.user("owner@shop.test", "owner"))
    status, told = _get(owner, f"/v1/overview?{_DAYS}")
    assert status == 200, told
    figures = {(one["key"], one["currency"]): one for one in told["figures"]}
    value = {key: one["now"]["value"] for key, one in figures.items()}
    assert value["revenue", "TRY"] == 25_000
    assert value["attributed_revenue", "TRY"] == 15_000
    assert value["aov", "TRY"] == 12_500
    assert value["messages", ""] == 3
    ctr = figures["ctr", ""]["now"]
    assert (ctr["numerator"], ctr["denominator"]) == (1, 3)
    assert 0 < ctr["low"] < 1 / 3 < ctr["high"] < 1
    assert figures["ctr", ""]["before"]["value"] is None
    assert [row["revenue_minor"] for row in told["campaigns"]] == [15_000]
    assert told["steps"][0]["step"] == "mail"
    assert told["days"] == ["2026-11-18", "2026-11-19", "2026-11-20"]
    assert sum(sum(line["revenue_minor"]) for line in told["revenue_by_day"]) == 25_000
    assert {(one["outcome"], one["messages"]) for one in told["outcomes"]} == {("accepted", 3)}
    assert all(one["sentence"] for one in told["health"])
    alone = _get(owner, f"/v1/overview?{_DAYS}&compare=none")[1]
    assert alone["before"] is None
    assert all(one["before"] is None for one in alone["figures"])


def test_a_period_that_cannot_be_is_refused(place: Place) -> None:
    owner = place.session(place.user("owner@shop.test", "owner"))
    for days, code in (
        ("from=2026-11-20&to=2026-11-18", "insight.period_turned"),
        ("from=2020-01-01&to=2026-11-18", "insight.period_long"),
        ("from=9999-12-30&to=9999-12-31", "insight.period_far"),
        ("from=1970-01-02&to=1970-01-02", "insight.period_far"),
    ):
        status, told = _get(owner, f"/v1/overview?{days}")
        assert (status, told["error"]["code"]) == (422, code)


def test_each_figure_has_its_meaning_in_three_languages(place: Place) -> None:
    owner = place.session(place.user("owner@shop.test", "owner"))
    names = [{one["name"] for one in _get(owner, f"/v1/metrics?lang={lang}")[1]}
             for lang in ("tr", "az", "en")]  # fmt: skip
    assert len(names[0]) == len(names[1]) == len(names[2])
    assert not names[0] & names[2]
    assert _get(place.session(place.user("till@shop.test", "store_staff")), "/v1/metrics")[0] == 403


def test_behind_each_number_are_its_people_and_messages(place: Place) -> None:
    with place.connect() as conn, conn.transaction():
        Shop(conn).people([101, 102, 103])
    _shop(place)
    owner = place.session(place.user("owner@shop.test", "owner"))

    def people(key: str, more: str = "") -> list[dict[str, Any]]:
        status, told = _get(owner, f"/v1/metrics/{key}/people?{_DAYS}{more}")
        assert status == 200, told
        found: list[dict[str, Any]] = told["people"]
        return found

    assert [one["value_minor"] for one in people("attributed_revenue")] == [15_000]
    assert len(people("orders")) == 2
    assert people("repeat") == []
    assert len(people("ctr")) == len(people("cr")) == 1
    assert people("ctr", "&channel=sms") == people("ctr", "&campaign=journey:another") == []
    assert len(people("ctr", "&campaign=journey:basket")) == 1
    assert len(people("messages")) == len(people("active_people")) + 1 == 3
    assert people("consent_growth") == []
    first = _get(owner, f"/v1/metrics/messages/people?{_DAYS}&limit=2")[1]
    rest = _get(owner, f"/v1/metrics/messages/people?{_DAYS}&limit=2&after={first['cursor']}")[1]
    assert len({one["person"] for one in first["people"] + rest["people"]}) == 3
    assert rest["cursor"] is None

    told = _get(owner, f"/v1/metrics/attributed_revenue/messages?{_DAYS}")[1]
    (row,) = told["messages"]
    assert (row["campaign"], row["step"], row["outcome"]) == ("journey:basket", "mail", "accepted")
    assert (row["orders"], row["currency"], row["revenue_minor"]) == (1, "TRY", 15_000)
    assert row["clicked_at"]
    asked = f"/v1/metrics/messages/messages?{_DAYS}"
    assert len(_get(owner, f"{asked}&outcome=accepted")[1]["messages"]) == 3
    assert _get(owner, f"{asked}&outcome=failed")[1]["messages"] == []
    seen, after = [], ""
    while after is not None:
        piece = _get(owner, f"{asked}&limit=1&after={after}")[1]
        seen += [one["message"] for one in piece["messages"]]
        after = piece["cursor"]
    assert len(seen) == len(set(seen)) == 3


def test_who_may_not_see_the_figures_sees_nobody_behind_them(place: Place) -> None:
    till = place.session(place.user("till@shop.test", "store_staff"))
    path = f"/v1/metrics/revenue/people?{_DAYS}"
    assert _get(till, path)[1]["error"]["code"] == "web.not_allowed"
    owner = place.session(place.user("owner@shop.test", "owner"))
    for asked, status in (
        (f"/v1/metrics/profit/people?{_DAYS}", 404),
        (f"/v1/metrics/revenue/messages?{_DAYS}", 404),
        (f"{path}&after=no", 400),
        (f"{path}&after=MTphYg==", 400),
        (f"{path}&after=MTo5OTk5OTk5OTk5OTk=", 400),
    ):
        assert _get(owner, asked)[0] == status, asked


def test_the_windows_are_settings(place: Place) -> None:
    _shop(place)
    owner = place.session(place.user("owner@shop.test", "owner"))
    window = {"channel": "email", "click_seconds": 60, "delivered_seconds": 0}

    def put(**more: object) -> tuple[int, Any]:
        body = json.dumps(window | more).encode()
        answer = owner.ask("PUT", "/v1/attribution", body, content_type="application/json")
        return answer.status, json.loads(answer.text)

    status, told = put()
    assert status == 200
    assert told == _get(owner, "/v1/attribution")[1]
    assert window in told
    figures = _get(owner, f"/v1/overview?{_DAYS}")[1]["figures"]
    assert [one["now"]["value"] for one in figures if one["key"] == "attributed_revenue"] == [0]
    assert put(click_seconds=-1)[0] == put(channel="E mail")[0] == 422
    analyst = place.session(place.user("analyst@shop.test", "analyst"))
    body = json.dumps(window).encode()
    asked = analyst.ask("PUT", "/v1/attribution", body, content_type="application/json")
    assert asked.status == 403
