"""A posted form is read to its bound, and what is none is refused in a sentence."""

import asyncio
from typing import Any

import pytest
from fastapi import Request

from kervan.kernel.errors import KervanError
from kervan.web import form


def _read(body: bytes) -> form.Fields:
    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    request = Request({"type": "http", "method": "POST", "headers": []}, receive)
    return asyncio.run(form._fields(request))


def test_fields_are_read() -> None:
    fields = _read(b"email=%C5%9Fule%40shop.com&role=a&role=b&empty=")
    assert fields["email"] == "şule@shop.com"
    assert fields.all("role") == ["a", "b"]
    assert (fields["empty"], fields["missing"], fields["role"]) == ("", "", "a")


def test_a_null_character_is_dropped() -> None:
    assert _read(b"email=a%00b")["email"] == "ab"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"x" * 65_000, 413),
        (b"\xff\xfe", 400),
        (b"a=%ff", 400),
        (b"&".join(b"a=1" for _ in range(200)), 400),
    ],
)
def test_what_is_no_form_of_ours_is_refused(body: bytes, status: int) -> None:
    with pytest.raises(KervanError) as refused:
        _read(body)
    assert refused.value.status == status
