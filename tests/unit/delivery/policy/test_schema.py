"""The published schema is the one the code has."""

from kervan.delivery.policy import schema
from kervan.delivery.policy.definition import Quiet
from tests.house.tree import ROOT

PLACE = ROOT / "docs" / "reference" / "policy.schema.json"


def test_the_published_schema_is_todays() -> None:
    assert PLACE.read_text(encoding="utf-8") == schema.schema_text(), "write schema_text() there"


def test_what_may_stand_at_a_place() -> None:
    assert schema.allowed(Quiet, ["blocked"]) == "hold, next, skip"
    assert schema.allowed(Quiet, ["from"]) == "09:00, 22:00, …"
    assert schema.allowed(Quiet, ["channels"]) == "[…]"
    assert schema.allowed(Quiet, []) == "{…}"
