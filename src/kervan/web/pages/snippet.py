"""Hands Segment's own browser script, if it was put there, to pages that load it by its snippet.

The script is not ours to ship. Whoever wants shop pages to keep their snippet, with this Kervan
in the place of the vendor's CDN, puts what the npm package @segment/analytics-next holds in
dist/umd into the folder sdk/analytics-next of the data directory.
"""

import re
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse

from kervan.kernel.errors import KervanError
from kervan.web.state import house

router = APIRouter(include_in_schema=False)
_FOLDER = "sdk/analytics-next"
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,200}\.js")
# The script may be replaced by a newer one; a bundle's name carries the hash of its content.
_SCRIPT_SECONDS = 300
_BUNDLE_SECONDS = 86_400


@router.get("/analytics.js/v1/{key}/analytics.min.js")
def script(request: Request, key: str) -> FileResponse:
    """The script that a snippet loads; it then asks for the settings of `key` by itself.

    Raises web.sdk_absent (404) where nobody has put it there.
    """
    return _file(house(request).config.data, "standalone.js", _SCRIPT_SECONDS)


@router.get("/analytics-next/bundles/{name}")
def bundle(request: Request, name: str) -> FileResponse:
    """A part of the script that it loads when needed. Raises web.sdk_absent (404)."""
    return _file(house(request).config.data, name, _BUNDLE_SECONDS)


def _file(data: Path, name: str, seconds: int) -> FileResponse:
    path = data / _FOLDER / name
    if not _NAME.fullmatch(name) or not path.is_file():
        raise KervanError("web.sdk_absent", status=404, folder=_FOLDER)
    headers = {
        "Cache-Control": f"public, max-age={seconds}",
        "Access-Control-Allow-Origin": "*",
        "X-Content-Type-Options": "nosniff",
    }
    return FileResponse(path, media_type="text/javascript", headers=headers)
