"""Shows a draft on the shop's page to a browser that came by a signed link, and to no other."""

import base64

import msgspec
from fastapi import APIRouter, Request
from fastapi.responses import Response

from kervan.kernel import clock
from kervan.onsite import preview, sign
from kervan.web.onsite import door
from kervan.web.state import house

router = APIRouter(include_in_schema=False)


class _Asked(msgspec.Struct, rename="camel"):
    write_key: str
    token: str


@router.post("/onsite/v1/preview")
def shown(request: Request, raw: door.Raw) -> Response:
    """The piece of a link's draft, signed as the rules are. Raises as `door.source_of`,
    onsite.body_unreadable (413, 422), and onsite.preview_refused (403) for a token that is not
    ours, has expired, or is for another site than the page that asks.
    """
    asked = door.read(raw, _Asked)
    mine = house(request)
    source = door.source_of(request, asked.write_key)
    site = preview.site_of(request.headers.get("origin", ""))
    draft = preview.opened(mine.keys, asked.token, site, clock.now())
    piece = preview.piece(draft.campaign, draft.variant, draft.language or mine.config.locale)
    # With the token in what is signed, no answer stands for another draft.
    body = msgspec.json.encode({"token": asked.token, "piece": piece})
    signature = base64.urlsafe_b64encode(sign.sign(mine.keys, body)).decode().rstrip("=")
    headers = {
        **door.cors(source, request),
        "Kervan-Signature": signature,
        "Cache-Control": "no-store",
    }
    return Response(body, media_type="application/json", headers=headers)
