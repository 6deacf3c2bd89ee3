"""The person of a test answers rules, dates and hours from what the test says of her."""

import json

import msgspec
import numpy as np

from kervan.journeys.tested.definition import Person
from kervan.journeys.tested.facts import Happened, Her
from kervan.journeys.tested.read import instant

START = instant("2026-03-02 10:00", "Europe/Istanbul") or 0
AT = np.array([START], np.int64)
SHE = np.ones(1, np.int64)
DAY = 86_400_000


def _her(**said: object) -> Her:
    her = Her("Europe/Istanbul", START)
    her.become(msgspec.convert(said, Person))
    return her


def _meets(her: Her, **rule: object) -> bool:
    return bool(her.meets(json.dumps(rule), SHE, AT)[0])


def test_rules() -> None:
    her = _her(
        traits={"city": "Ankara", "renewal": "2026-03-20"}, segments=["vip"], consents=["sms"],
        channels=["email"], facts={"rfm_group": "champions"}, language="az",
    )  # fmt: skip
    her.events.append(Happened(START - DAY, "Order Completed", {
        "order_id": "o-1", "total": 250, "currency": "TRY",
        "products": [{"product_id": "p-1", "category": "coffee"}],
    }))  # fmt: skip
    city = {"kind": "text", "op": "eq", "values": ["Ankara"]}
    assert _meets(her, kind="trait", trait="city", test=city)
    assert _meets(her, kind="member", segment="vip")
    assert not _meets(her, kind="member", segment="gold")
    ask = {"kind": "consent", "purpose": "marketing"}
    assert _meets(her, **ask, channel="sms", state="granted")
    assert _meets(her, **ask, channel="email", state="not_asked")
    assert _meets(her, kind="reach", channel="email", state="reachable")
    champions = {"kind": "text", "op": "eq", "values": ["champions"]}
    assert _meets(her, kind="fact", fact="rfm_group", test=champions)
    coffee = {"property": "category", "test": {"kind": "text", "op": "eq", "values": ["coffee"]}}
    orders = {"kind": "event", "events": ["Order Completed"]}
    assert _meets(her, **orders, lines=[coffee])
    more = {"kind": "number", "op": "gt", "value": 200}
    assert _meets(her, **orders, measure={"kind": "money", "currency": "TRY"}, test=more)
    week = {"kind": "last", "span": {"amount": 12, "unit": "hour"}}
    assert not _meets(her, **orders, window=week)


def test_dates_and_hours() -> None:
    her = _her(birthday="02-29", traits={"renewal": "2026-03-20"}, best_hour="19:30")
    days = [int(her.dates(name, SHE, AT)[0]) for name in ("birthday", "renewal")]
    assert np.array(days, "datetime64[D]").astype(str).tolist() == ["2027-02-28", "2026-03-20"]
    assert int(her.best(SHE, AT, (540, 1_260))[0]) == instant("2026-03-02 19:30", her.zone)
    assert her.zones(SHE, AT) == ["Europe/Istanbul"]


def test_an_experiment_draws_what_the_test_says() -> None:
    her = _her()
    her.ways = {"subject": "b"}
    assert her.shares("coats/subject", ["a", "b"], AT).tolist() == [[0.0, 1.0]]
    assert np.isnan(her.shares("coats/other", ["a", "b"], AT)).all()
