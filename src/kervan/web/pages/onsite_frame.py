"""A frame in which the snippet draws a piece while it is written: no rights, nobody's origin.

The page around it gives it what is to be drawn by a message; the snippet is the one shops load,
told by its element that it draws only, loads no rules and tells nobody.
"""

import base64
import hashlib

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from kervan.onsite import snippet

router = APIRouter(include_in_schema=False)

# What is behind a piece is drawn as empty lines; an embedded piece stands among them.
_STYLE = """
body{margin:0;padding:24px;background:#fff;min-height:100vh;box-sizing:border-box}
i{display:block;height:14px;margin:0 0 14px;border-radius:4px;background:#eceff4}
i.h{height:28px;width:45%}i.s{width:70%}
div{margin:0 0 14px}
"""
_SCRIPT = """
addEventListener("message", function (event) {
  if (event.source !== parent || !event.data || !event.data.piece) return;
  document.documentElement.lang = event.data.piece.language;
  try { kervan.draw(event.data.piece, !event.data.tried); } catch (error) { return; }
  parent.postMessage({ kervan: "drawn" }, "*");
});
addEventListener("click", function (event) {
  if (event.composedPath().some(function (one) { return one.tagName === "A"; })) {
    event.preventDefault();
  }
}, true);
addEventListener("load", function () { parent.postMessage({ kervan: "ready" }, "*"); });
"""


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


_LINES = '<i class="h"></i><i></i><i></i><i class="s"></i>'
_HEAD = (
    '<!doctype html><html lang="und"><head><meta charset="utf-8"><title>-</title>'
    '<meta name="viewport" content="width=device-width,initial-scale=1">'
    f"<style>{_STYLE}</style>"
    '<script src="/onsite/NAME" data-draw="frame"></script>'
    f"<script>{_SCRIPT}</script></head>"
)
_BODY = (
    f'<body>{_LINES}<div data-kervan-slot="kervan-preview"></div>{_LINES}{_LINES}{_LINES}'
    "</body></html>"
)
_HEADERS = {
    "Content-Security-Policy": (
        f"default-src 'none'; script-src '{_hash(_SCRIPT)}' 'self'; style-src '{_hash(_STYLE)}'; "
        "img-src https: http:; form-action 'none'; base-uri 'none'; frame-ancestors 'self'; "
        "sandbox allow-scripts"
    ),
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


@router.get("/onsite-frame")
def onsite_frame() -> HTMLResponse:
    """The empty frame; it holds nothing until the page around it gives it a piece."""
    head = _HEAD.replace("NAME", snippet.latest().name)
    return HTMLResponse(head + _BODY, headers=_HEADERS)
