"""The published schema is the one the code has."""

from kervan.delivery.policy import schema
from tests.house.tree import ROOT

PLACE = ROOT / "docs" / "reference" / "policy.schema.json"


def test_the_published_schema_is_todays() -> None:
    assert PLACE.read_text(encoding="utf-8") == schema.schema_text(), "write schema_text() there"
