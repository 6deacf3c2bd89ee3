"""Who sent a request: found once by its session or key, and held to its own origin."""

from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import Request

from kervan.collect.fields import cut_ip
from kervan.kernel.errors import KervanError
from kervan.web import access, roles
from kervan.web.state import house

COOKIE = "kervan_session"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Reader:
    """Who asks: `kind` is user, link or key; `id` names the one in the audit log."""

    kind: str
    id: UUID
    roles: tuple[str, ...]
    rights: frozenset[str]
    owner: UUID
    name: str = ""
    session: UUID | None = None


def reader_of(request: Request) -> Reader:
    """Who sent this request. Raises web.not_signed_in (401), web.foreign_origin (403)."""
    known: Reader | None = getattr(request.state, "reader", None)
    if known is None:
        known = _find(request)
        request.state.reader = known
    return known


def session_of(request: Request) -> access.Held | None:
    """The session in the cookie, also one that still waits for the second factor."""
    secret = request.cookies.get(COOKIE, "")
    if not secret:
        return None
    mine = house(request)
    with mine.connection() as conn:
        return access.by_session(conn, secret, mine.config.workspace)


def check_origin(request: Request) -> None:
    """Refuse what another site's page sent: its browser adds our cookie by itself.

    Every browser names the origin of what it posts; who names none sends no cookie unasked.
    Raises web.foreign_origin (403).
    """
    if is_safe(request):
        return
    sent_by = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    if sent_by is not None:
        own = sent_by in ("same-origin", "none")
    else:
        place = urlsplit(house(request).config.address).netloc
        own = origin is None or urlsplit(origin).netloc in (request.headers.get("host"), place)
    if not own:
        raise KervanError("web.foreign_origin", status=403)


def is_safe(request: Request) -> bool:
    """Whether the request only reads."""
    return request.method in _SAFE


def address_of(request: Request) -> str:
    """The address that a request came from, "" when it has none."""
    return request.client.host if request.client else ""


def device_of(request: Request) -> access.Device:
    """The device that a request came from, for the list of sessions."""
    agent = request.headers.get("user-agent", "").replace("\0", "")
    return access.Device(agent, cut_ip(address_of(request)))


def _find(request: Request) -> Reader:
    bearer = request.headers.get("authorization", "")
    key = bearer[7:].strip() if bearer[:7].lower() == "bearer " else ""
    if key:
        mine = house(request)
        with mine.connection() as conn:
            held = access.by_key(conn, key, mine.config.workspace)
        if held:
            rights = roles.of_all(held.roles)
            if held.scopes is not None:
                rights &= frozenset(held.scopes)
            return Reader("key", held.id, held.roles, rights, held.owner)
    else:
        held = session_of(request)
        if held and not held.half:
            check_origin(request)
            return Reader(
                "link" if held.owner == access.COMMAND_LINE else "user",
                held.owner,
                held.roles,
                roles.of_all(held.roles),
                held.owner,
                held.email or held.name,
                held.id,
            )
    raise KervanError("web.not_signed_in", status=401)
