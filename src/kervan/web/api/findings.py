"""Says findings of the linter as the API answers them."""

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel

from kervan.content.lint.check import Finding


class Departure(BaseModel):
    """One finding: `check` is its stable name, `severity` error or warning.

    `path` is a JSON pointer (RFC 6901) into the message, `line` the line inside the text there, 0
    for the whole; `message` says what is wrong and what to do.
    """

    check: str
    severity: str
    path: str
    line: int
    message: str
    facts: dict[str, Any]


def departures(found: Iterable[Finding], locale: str) -> list[Departure]:
    """`found` in the reader's language."""
    return [
        Departure(
            check=one.code.rpartition("lint_")[2],
            severity=one.severity,
            path=one.path,
            line=one.line,
            message=one.what(locale),
            facts=one.params,
        )
        for one in found
    ]
