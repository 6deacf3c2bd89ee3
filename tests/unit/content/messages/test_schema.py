"""The published schema of messages, and the texts of the page, are those of the code."""

import re

import yaml

from kervan.content.blocks.definition import read as read_block
from kervan.content.messages.check import examine
from kervan.content.messages.definition import CHANNELS, Definition, read
from kervan.content.messages.schema import schema, schema_text
from kervan.content.suffixes import CASES
from kervan.content.texts import kinds
from tests.house.tree import ROOT

PAGE = (ROOT / "docs" / "how-to" / "messages.md").read_text()
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


def test_the_texts_of_the_page_can_be_applied() -> None:
    texts = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    message, block = (yaml.safe_load(text) for text in texts)
    assert [one.code for one in examine(read(message["message"])).warnings] == []
    assert read_block(block["block"]).key == "footer"


def test_every_channel_field_and_ending_is_named() -> None:
    for name in (*CHANNELS, *CASES):
        assert f"`{name}`" in PAGE or f'"{name}"' in PAGE, name
    for channel in kinds.CHANNELS.values():
        for field in channel.names:
            assert f"`{field}`" in PAGE, field
