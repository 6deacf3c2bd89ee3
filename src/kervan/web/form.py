"""Reads a posted form of text fields, and no more of it than a form of ours can have."""

from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import Depends, Request

from kervan.kernel.errors import KervanError

_MOST_BYTES = 64_000
_MOST_FIELDS = 100


class Fields:
    """The fields of one form; a field that is not there is ""."""

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        self._pairs = pairs

    def __getitem__(self, name: str) -> str:
        return next((value for key, value in self._pairs if key == name), "")

    def all(self, name: str) -> list[str]:
        """Every value of a field that may be there more than once."""
        return [value for key, value in self._pairs if key == name]


async def _fields(request: Request) -> Fields:
    """Raises web.form_not_good (400), for a body that is too long (413)."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MOST_BYTES:
            raise KervanError("web.form_not_good", status=413)
    try:
        pairs = parse_qsl(
            body.decode(), keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS
        )
    except ValueError:
        raise KervanError("web.form_not_good", status=400) from None
    return Fields([(key, value.replace("\0", "")) for key, value in pairs])


Form = Annotated[Fields, Depends(_fields)]
"""A route's parameter that takes the form posted to it."""
