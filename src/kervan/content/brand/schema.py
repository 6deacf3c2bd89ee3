"""The JSON Schema of a brand guide, as it is published in docs/reference."""

from kervan.content.brand.definition import Guide
from kervan.kernel import shaped


def schema_text() -> str:
    """The schema (2020-12) as it stands in `docs/reference/brand.schema.json`."""
    return shaped.schema(Guide, "Kervan brand guide", "How a workspace or a brand of it speaks.")
