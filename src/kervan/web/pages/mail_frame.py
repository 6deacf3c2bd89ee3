"""A frame that shows a mail while it is written: no rights of the page's, no script but its own.

The console may hold no HTML from a string, and an address cannot hold a whole mail; so this empty
page is given one by a message, in an origin of nobody's.
"""

import base64
import hashlib

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from kervan.web.state import house

router = APIRouter(include_in_schema=False)

# A parsed document runs no script of its own, and the policy would let none run. The picture that
# counts opens is left out. Where colours are to be turned, pictures are turned twice. With each
# picture that has come its height is told again; such a `load` reaches the document, no window.
_SCRIPT = """
addEventListener("message", function (event) {
  if (event.source !== parent || !event.data || typeof event.data.html !== "string") return;
  var mail = new DOMParser().parseFromString(event.data.html, "text/html");
  mail.querySelectorAll("img").forEach(function (one) {
    if (/\\/o\\/[\\w-]+\\.gif$/.test(one.getAttribute("src") || "")) one.remove();
  });
  var root = document.adoptNode(mail.documentElement);
  document.documentElement.replaceWith(root);
  if (event.data.dark) {
    var sheet = document.createElement("style");
    sheet.textContent = "html{background:#fff;min-height:100%;filter:invert(1) hue-rotate(180deg)}"
      + "img,video,[background]{filter:invert(1) hue-rotate(180deg)}";
    document.head.append(sheet);
  }
  function tell() {
    parent.postMessage({ kervan: "mail", height: document.body.scrollHeight }, "*");
  }
  tell();
  document.addEventListener("load", tell, true);
});
addEventListener("click", function (event) { event.preventDefault(); }, true);
parent.postMessage({ kervan: "ready" }, "*");
"""
_HASH = base64.b64encode(hashlib.sha256(_SCRIPT.encode()).digest()).decode()
_PAGE = (
    '<!doctype html><html lang="und"><head><meta charset="utf-8"><title>-</title></head>'
    f"<body><script>{_SCRIPT}</script></body></html>"
)
_HEADERS = {"Referrer-Policy": "no-referrer", "Cache-Control": "no-cache"}


def _policy(address: str) -> str:
    """Pictures of the media library are at `address`, which need not speak https."""
    return (
        f"default-src 'none'; script-src 'sha256-{_HASH}'; style-src 'unsafe-inline'; "
        f"img-src https: data: {address}/m/; font-src https: data:; form-action 'none'; "
        "base-uri 'none'; frame-ancestors 'self'; sandbox allow-scripts"
    )


@router.get("/mail-frame")
def mail_frame(request: Request) -> HTMLResponse:
    """The empty frame; it holds nothing until the page around it gives it a mail."""
    policy = _policy(house(request).config.address)
    return HTMLResponse(_PAGE, headers={**_HEADERS, "Content-Security-Policy": policy})
