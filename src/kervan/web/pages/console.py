"""Serves the console: its built files for ever, its page under a policy that trusts no string."""

import mimetypes
import re
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from kervan.kernel import ids
from kervan.kernel.errors import KervanError
from kervan.web.pages import render
from kervan.web.reader import reader_of

router = APIRouter(route_class=render.Page, include_in_schema=False)
BUNDLE = Path(__file__).parents[1] / "console_dist"
_PLACEHOLDER = "KERVAN-NONCE"  # console/vite.config.ts writes it wherever a nonce belongs
_ASSET = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]{0,120}")
_ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
_YEAR_SECONDS = 31_536_000


def _policy(nonce: str) -> str:
    return (
        f"default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; "
        "img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; frame-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'; trusted-types default"
    )


def is_built() -> bool:
    """Whether there is a console to open."""
    return (BUNDLE / "index.html").is_file()


def _page() -> str | None:
    """The built page, None where it has not been built; a new build is seen without a restart."""
    path = BUNDLE / "index.html"
    return path.read_text(encoding="utf-8") if path.is_file() else None


@lru_cache(maxsize=512)
def _kept(path: Path, changed_ns: int) -> bytes:
    return path.read_bytes()


def _file(name: str, ending: str) -> bytes | None:
    path = BUNDLE / "assets" / (name + ending)
    try:
        return _kept(path, path.stat().st_mtime_ns)
    except OSError:
        return None


@router.get("/console/assets/{name}")
def asset(request: Request, name: str) -> Response:
    """One built file, which its hashed name lets browsers keep. Raises web.not_found (404)."""
    body = _file(name, "") if _ASSET.fullmatch(name) else None
    if body is None or name.endswith((".br", ".gz")):
        raise KervanError("web.not_found", status=404)
    headers = {
        "Cache-Control": f"public, max-age={_YEAR_SECONDS}, immutable",
        "Vary": "Accept-Encoding",
    }
    taken = request.headers.get("accept-encoding", "")
    for encoding, ending in _ENCODINGS:
        small = _file(name, ending) if encoding in taken else None
        if small is not None:
            body, headers["Content-Encoding"] = small, encoding
            break
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Response(body, media_type=kind, headers=headers)


@router.get("/console")
@router.get("/console/{place:path}")
def console_page(request: Request, place: str = "") -> Response:
    """The console at any of its places; whoever has not signed in does so first and comes back."""
    try:
        reader_of(request)
    except KervanError as error:
        if error.code != "web.not_signed_in":
            raise
        query = f"?{request.url.query}" if request.url.query else ""
        back = quote(f"/console/{place}{query}", safe="/")
        return RedirectResponse(f"/sign-in?to={back}", status_code=303)
    text = _page()
    if text is None:
        return render.page(request, "console_absent.html", status=503)
    nonce = ids.secret()
    headers: dict[str, Any] = {
        "Content-Security-Policy": _policy(nonce),
        "Cache-Control": "no-store",
    }
    return HTMLResponse(text.replace(_PLACEHOLDER, nonce), headers=headers)
