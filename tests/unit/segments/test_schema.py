"""The published schema, and the trees and sentences of the page, are those of the code."""

import re

import pytest

from kervan.segments import tree
from kervan.segments.describe import describe
from kervan.segments.parse import parse
from kervan.segments.problem import SegmentNotValid
from kervan.segments.schema import schema, schema_text
from tests.house.tree import ROOT

PAGE = ROOT / "docs" / "how-to" / "segments.md"
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


def test_the_trees_of_the_page_mean_what_it_says() -> None:
    page = PAGE.read_text()
    pattern = r"^```json\n(\{\"kind\"(?:(?!```).*\n)*)```\n(?:\n((?:> .*\n)+))?"
    trees = re.findall(pattern, page, re.MULTILINE)
    assert len(trees) >= 5
    said = 0
    for text, quoted in trees:
        node = parse(text)
        if quoted:
            said += 1
            shown = [line.removeprefix("> ").rstrip("\\") for line in quoted.splitlines()]
            assert shown == [describe(node, locale) for locale in ("tr", "az", "en")]
    assert said == 3


def test_the_refusal_of_the_page_is_how_it_is() -> None:
    span = '{"kind": "last", "span": {"amount": 1, "unit": "dya"}}'
    number = '{"kind": "number", "op": "gt", "value": "12"}'
    body = (
        '{"kind": "all", "of": ['
        f'{{"kind": "event", "events": ["X"], "window": {span}}},'
        f'{{"kind": "trait", "trait": "points", "test": {number}}}]}}'
    )
    with pytest.raises(SegmentNotValid) as refused:
        parse(body)
    assert f"```\n{refused.value.say()}\n```" in PAGE.read_text()
