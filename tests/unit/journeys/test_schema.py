"""The published schema is the one the code has."""

from pathlib import Path

from kervan.journeys import schema

PUBLISHED = Path(schema.__file__).with_name("schema.json")


def test_the_published_schema_is_the_one_the_code_has() -> None:
    published = PUBLISHED.read_text(encoding="utf-8")
    assert published == schema.schema_text(), "write schema.schema_text() into schema.json"
