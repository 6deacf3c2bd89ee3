"""The published schema of messages is that of the code."""

from kervan.content.messages.definition import CHANNELS, Definition
from kervan.content.messages.schema import schema, schema_text
from tests.house.tree import ROOT

PLACE = ROOT / "docs" / "reference" / "message.schema.json"


def test_the_published_schema_is_current() -> None:
    assert PLACE.read_text() == schema_text(), (
        "write it anew: .venv/bin/python -c 'from kervan.content.messages.schema import "
        f'schema_text; print(schema_text(), end="")\' > {PLACE.relative_to(ROOT)}'
    )


def test_every_part_is_described() -> None:
    parts = schema()["$defs"]
    message = parts["Message"]
    assert {*message["properties"]} == {*Definition.__struct_fields__}
    assert {*message["properties"]["variants"]["properties"]} == {*CHANNELS}
    assert parts["sms"]["additionalProperties"]["required"] == ["text"]
    whatsapp = parts["whatsapp"]["additionalProperties"]
    assert whatsapp["anyOf"] == [{"required": ["text"]}, {"required": ["template"]}]
    assert "^parameter_[1-9][0-9]?$" in whatsapp["patternProperties"]
