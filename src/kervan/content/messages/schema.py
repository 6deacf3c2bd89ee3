"""The JSON Schema of a message, as it is published in docs/reference."""

from typing import Any

import msgspec

from kervan.content.messages.definition import EMAIL, EMAIL_FIELDS, KEY, NAME_CHARS, Definition
from kervan.content.texts import kinds
from kervan.content.texts.kinds import Channel


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a definition file; templates are read by `check` only."""
    (_,), parts = msgspec.json.schema_components([Definition], ref_template="#/$defs/{name}")
    whole = parts.pop("Definition")
    properties = whole["properties"]
    properties["key"]["pattern"] = KEY
    for name in ("name", "intent"):
        properties[name]["maxLength"] = NAME_CHARS
    fields: dict[str, Any] = {
        "type": "object",
        "properties": {one: {"type": "string"} for one in EMAIL_FIELDS},
        "required": ["subject", "mjml"],
        "additionalProperties": False,
    }
    shapes = {EMAIL: fields, **{name: _shape(one) for name, one in kinds.CHANNELS.items()}}
    properties["variants"] = {
        "type": "object",
        "properties": {name: {"$ref": f"#/$defs/{name}"} for name in shapes},
        "additionalProperties": False,
        "minProperties": 1,
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Kervan message",
        "type": "object",
        "properties": {"message": {"$ref": "#/$defs/Message"}},
        "required": ["message"],
        "additionalProperties": False,
        "$defs": {
            "Message": {**whole, "title": "Message"},
            **parts,
            **{name: _languages(one) for name, one in shapes.items()},
        },
    }


def schema_text() -> str:
    """The schema as it stands in `docs/reference/message.schema.json`."""
    return msgspec.json.format(msgspec.json.encode(schema()), indent=2).decode() + "\n"


def _languages(shape: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "propertyNames": {"enum": ["tr", "az", "en"]},
        "minProperties": 1,
        "additionalProperties": shape,
    }


def _shape(channel: Channel) -> dict[str, Any]:
    single = [one for one in channel.fields if not one.numbered]
    found: dict[str, Any] = {
        "type": "object",
        "properties": {one.name: {"type": "string", "description": one.kind.value}
                       for one in single},
        "patternProperties": {
            f"^{one.name}_[1-9][0-9]?$": {"type": "string", "description": one.kind.value}
            for one in channel.fields if one.numbered
        },
        "additionalProperties": False,
    }  # fmt: skip
    if required := [one.name for one in channel.fields if one.required]:
        found["required"] = required
    if channel.either:
        found["anyOf"] = [{"required": [one]} for one in channel.either]
    return found
