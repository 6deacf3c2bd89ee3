"""The published schema is the one of the code."""

from kervan.segments import tree
from kervan.segments.schema import schema, schema_text
from tests.house.tree import ROOT

PLACE = ROOT / "docs" / "reference" / "segment.schema.json"


def test_the_published_schema_is_current() -> None:
    assert PLACE.read_text() == schema_text(), (
        "write it anew: .venv/bin/python -c 'from kervan.segments.schema import schema_text; "
        f'print(schema_text(), end="")\' > {PLACE.relative_to(ROOT)}'
    )


def test_each_kind_is_described() -> None:
    parts = schema()["$defs"]
    for one in tree.Node.__args__:
        part = parts[one.__name__]
        assert part["properties"]["kind"]["enum"] == [one.__struct_config__.tag]
        assert part["description"] and part["additionalProperties"] is False
    assert parts["Span"]["properties"]["amount"]["minimum"] == 1
