"""A budget's text is read whole, and all that is wrong is said at once with its place."""

from typing import Any

import pytest

from kervan.delivery.spend.definition import Budget, canonical, decode
from kervan.delivery.spend.read import read
from kervan.kernel.shaped import NotValid, schema
from tests.house.tree import ROOT

GOOD: dict[str, Any] = {
    "currency": "TRY",
    "rates": {"USD": "41.1"},
    "prices": [
        {"channel": "sms", "countries": ["TR"], "per": "part", "price": "0.085"},
        {"channel": "sms", "per": "part", "price": "0.05", "currency": "USD"},
    ],
    "ceilings": [{"name": "texts a month", "most": "10000", "per": "month", "channels": ["sms"]}],
    "balances": [{"account": "netgsm", "warn_below": "500"}],
}


def test_a_budget_is_kept_as_it_was_said() -> None:
    budget = read(GOOD)
    assert decode(canonical(budget)) == budget
    assert budget.ceilings[0].classes == ("marketing",)


@pytest.mark.parametrize(
    ("change", "code", "path"),
    [
        ({"currency": "XQQ"}, "delivery.budget_no_currency", "/currency"),
        ({"currency": 1}, "delivery.budget_unfit", "/currency"),
        ({"currency": "AZN"}, "", ""),
        ({"rates": {}}, "delivery.budget_no_rate", "/prices/1/currency"),
        ({"rates": {"USD": "0"}}, "delivery.budget_unfit", "/rates/USD"),
        ({"prices": [{"channel": "smoke", "price": "1"}]}, "delivery.budget_unfit",
         "/prices/0/channel"),
        ({"prices": [{"channel": "sms", "price": "-1"}]}, "delivery.budget_unfit",
         "/prices/0/price"),
        ({"prices": [{"channel": "sms", "price": 0.085}]}, "delivery.budget_unfit",
         "/prices/0/price"),
        ({"prices": [*reversed(GOOD["prices"])]}, "delivery.budget_never", "/prices/1"),
        ({"ceilings": [*GOOD["ceilings"]] * 2}, "delivery.budget_name_twice", "/ceilings/1/name"),
        ({"ceilings": [{"name": "a", "most": "1", "per": "campaign", "blocked": "hold"}]},
         "delivery.budget_holds_for_ever", "/ceilings/0/blocked"),
        ({"ceilings": [{"name": "a", "most": "1"}]}, "delivery.budget_missing", "/ceilings/0"),
        ({"ceilings": 7}, "delivery.budget_unfit", "/ceilings"),
        ({"celings": []}, "delivery.budget_unknown_field", ""),
    ],
)  # fmt: skip
def test_what_is_wrong_has_its_place(change: dict[str, Any], code: str, path: str) -> None:
    if not code:
        assert read({**GOOD, **change}).currency == "AZN"
        return
    with pytest.raises(NotValid) as error:
        read({**GOOD, **change})
    assert [(one.code, one.path) for one in error.value.problems] == [(code, path)]
    for locale in ("tr", "az", "en"):
        assert "{" not in error.value.say(locale)


def test_a_budget_is_a_mapping() -> None:
    with pytest.raises(NotValid):
        read([])


def test_the_published_schema_is_todays() -> None:
    place = ROOT / "docs" / "reference" / "budget.schema.json"
    today = schema(Budget, "Kervan budget", "What messages cost, and how much may be spent.")
    assert place.read_text(encoding="utf-8") == today, "write schema(...) there"
