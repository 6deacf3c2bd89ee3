"""Serves the pages' own style sheet, script and picture, and nothing else."""

from functools import cache
from importlib.resources import files

from fastapi import APIRouter, Request
from fastapi.responses import Response

from kervan.kernel import ids
from kervan.kernel.errors import KervanError

router = APIRouter(include_in_schema=False)
_KINDS = {
    "kervan.css": "text/css; charset=utf-8",
    "preferences.css": "text/css; charset=utf-8",
    "live.js": "text/javascript; charset=utf-8",
    "kervan.svg": "image/svg+xml",
}


@cache
def _load(name: str) -> tuple[bytes, str]:
    body = (files(__package__) / "static" / name).read_bytes()
    return body, f'"{ids.hash16(body).hex()}"'


@router.get("/static/{name}")
def static_file(request: Request, name: str) -> Response:
    """One of the files by its name, with an ETag. Raises web.not_found (404)."""
    kind = _KINDS.get(name)
    if kind is None:
        raise KervanError("web.not_found", status=404)
    body, tag = _load(name)
    headers = {"ETag": tag, "Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=kind, headers=headers)
