"""The door for mail that comes back, for a mail server that pipes instead of relaying.

The last part of the address is a secret of the workspace; the envelope's recipient, which only our
own mails carry, says which mail it is about.
"""

from fastapi import APIRouter, Query, Request

from kervan.delivery import accounts
from kervan.delivery.bounces import take
from kervan.delivery.inbound import Ground
from kervan.kernel import clock, crypto
from kervan.kernel.errors import KervanError
from kervan.web.hooks.providers import Raw
from kervan.web.state import house

router = APIRouter(include_in_schema=False)


@router.post("/hooks/mail/{secret}")
def came_back(
    request: Request,
    secret: str,
    body: Raw,
    recipient: str = Query(max_length=400),
    sender: str = Query(default="", max_length=400),
) -> dict[str, str]:
    """Take one raw mail with its envelope's recipient and sender ("" for none, as of bounces).

    Raises delivery.hook_forged (401), delivery.return_path_forged (422), delivery.too_large (413).
    """
    mine = house(request)
    _, _, wanted = accounts.hook_path(mine.keys, take.ACCOUNT).partition("/")
    if not crypto.same(secret.encode("utf-8", "replace"), wanted.encode()):
        raise KervanError("delivery.hook_forged", status=401)
    ground = Ground(mine.config.country, mine.config.timezone)
    with mine.connection() as conn:
        kind = take.take(
            conn,
            mine.keys,
            recipient,
            body,
            ground,
            clock.now(),
            null_sender=not sender.strip("<>"),
        )
    return {"taken": kind}
