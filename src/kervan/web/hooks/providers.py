"""The door of providers: receipts and incoming messages, as each of them sends them.

The last part of the address is a secret of the account, so that also a provider that signs nothing
must know it; what it signs is checked besides, over the raw bytes.
"""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from kervan.delivery import accounts, hear
from kervan.delivery.channels import channel
from kervan.delivery.inbound import Ground
from kervan.kernel import clock, crypto, log
from kervan.kernel.errors import KervanError
from kervan.web.state import House, house

router = APIRouter(include_in_schema=False)
_log = log.get("hooks")
_MOST_BYTES = 2_000_000


async def _raw(request: Request) -> bytes:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MOST_BYTES:
            raise KervanError("delivery.hook_unreadable", status=413)
    return body


Raw = Annotated[bytes, Depends(_raw)]


@router.api_route("/hooks/in/{account}/{secret}", methods=["GET", "POST"])
def told(request: Request, account: str, secret: str, body: Raw) -> Response:
    """One call of a provider. What it says is kept before it is answered.

    Raises delivery.account_unknown (404), hook_forged (401), hook_unreadable (400, 413).
    """
    mine = house(request)
    _, _, wanted = accounts.hook_path(mine.keys, account).partition("/")
    if not crypto.same(secret.encode("utf-8", "replace"), wanted.encode()):
        raise KervanError("delivery.hook_forged", status=401)
    at = clock.now()
    with mine.connection() as conn:
        known = accounts.one(conn, mine.keys, account)
        if known.provider.read is None:
            raise KervanError("delivery.account_unknown", status=404, name=account[:80])
        said = known.provider.read(known.settings, _as_it_came(mine, request, body))
        ground = Ground(mine.config.country, mine.config.timezone)
        where = known.provider.channel
        ended = hear.hear(conn, mine.keys, account, where, said.news, ground, at)
    if said.news:
        _log.info("provider_told", account=account, news=len(said.news), ended=ended)
    return Response(said.body, said.status, media_type=said.content_type)


def _as_it_came(mine: House, request: Request, body: bytes) -> channel.Request:
    query = f"?{request.url.query}" if request.url.query else ""
    return channel.Request(
        method=request.method,
        url=f"{mine.config.address}{request.url.path}{query}",
        headers={name.lower(): value for name, value in request.headers.items()},
        body=body,
        source=request.client.host if request.client else "",
        at=clock.now(),
    )
