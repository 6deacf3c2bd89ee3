"""What the API accepts as a number or a text: only what the databases can hold."""

from typing import Annotated

from pydantic import Field, StringConstraints

Number32 = Annotated[int, Field(ge=0, le=2**31 - 1)]
"""A source's number, a rate: what fits an `integer`."""
Number64 = Annotated[int, Field(ge=0, le=2**63 - 1)]
"""A letter's number: what fits a `bigint`."""
Text = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$", max_length=1_000)]
"""Any text without U+0000, which PostgreSQL cannot hold."""
Plain = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$")]
"""The same for a field that says itself how long it is: of two limits pydantic keeps this one's."""
