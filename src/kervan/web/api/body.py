"""Reads a request's body raw and within a limit, for what has a reader of its own."""

from typing import Annotated, Any, TypeVar, cast

import msgspec
from fastapi import Depends, Request
from pydantic import BaseModel

from kervan.kernel.errors import KervanError
from kervan.web.collect_body import Receive, drain

LIMIT_BYTES = 1_000_000
_Struct = TypeVar("_Struct", bound=msgspec.Struct)


async def limited(request: Request) -> bytes:
    """The whole body. Raises web.body_too_large (413)."""
    declared = request.headers.get("content-length", "")
    chunks: list[bytes] = []
    size = int(declared) if declared.isdigit() and len(declared) < 20 else 0
    if size <= LIMIT_BYTES:
        size = 0
        async for chunk in request.stream():
            size += len(chunk)
            if size > LIMIT_BYTES:
                break
            chunks.append(chunk)
        else:
            return b"".join(chunks)
    await drain(cast("Receive", request.receive))
    raise KervanError("web.body_too_large", status=413, limit=LIMIT_BYTES)


Raw = Annotated[bytes, Depends(limited)]
"""The parameter of a route that reads its body itself; `described` tells what it wants."""


def described(shape: type[BaseModel]) -> dict[str, Any]:
    """A route's `openapi_extra`: its body is of this shape, though it is read another way."""
    schema = shape.model_json_schema()
    shapes = schema.pop("$defs", {})
    content = {"application/json": {"schema": _inlined(schema, shapes)}}
    return {"requestBody": {"required": True, "content": content}}


def _inlined(schema: Any, shapes: dict[str, Any]) -> Any:
    """The schema with the shapes it refers to written out where they are meant."""
    if isinstance(schema, list):
        return [_inlined(one, shapes) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _inlined(shapes[schema["$ref"].rpartition("/")[2]], shapes)
    return {name: _inlined(one, shapes) for name, one in schema.items()}


def read(body: bytes, shape: type[_Struct]) -> _Struct:
    """The body as `shape`; its msgspec.Raw fields stay as they came. Raises web.not_valid (422)."""
    try:
        return msgspec.json.decode(body, type=shape)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        problem = str(error)[:300].encode("utf-8", "replace").decode()
        raise KervanError("web.not_valid", status=422, field="body", problem=problem) from None


def plain(body: bytes) -> object:
    """The body as plain data, for a reader that says itself what is wrong. Raises web.not_valid."""
    try:
        return msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        problem = str(error)[:300].encode("utf-8", "replace").decode()
        raise KervanError("web.not_valid", status=422, field="body", problem=problem) from None
