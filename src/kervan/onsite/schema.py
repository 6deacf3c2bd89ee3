"""The JSON Schema of a campaign, as it is published in docs/reference."""

import inspect
from typing import Any

import msgspec

from kervan.kernel.shaped import components
from kervan.onsite.definition import KEY, NAME_CHARS, Campaign


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a definition file; how its parts fit says `check`."""
    _, parts = components(Campaign)
    for part in parts.values():
        if "description" in part:
            part["description"] = " ".join(inspect.cleandoc(part["description"]).split())
    properties = parts["Campaign"]["properties"]
    properties["key"]["pattern"] = KEY
    properties["name"]["maxLength"] = NAME_CHARS
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Kervan campaign on the site",
        "type": "object",
        "properties": {"onsite": {"$ref": "#/$defs/Campaign"}},
        "required": ["onsite"],
        "additionalProperties": False,
        "$defs": parts,
    }


def schema_text() -> str:
    """The schema as it stands in `docs/reference/onsite.schema.json`."""
    return msgspec.json.format(msgspec.json.encode(schema()), indent=2).decode() + "\n"
