"""Lets in who holds a session or a token, and asks of each route which right it takes."""

from dataclasses import dataclass
from typing import Any

from fastapi import Depends, Request

from kervan.kernel.errors import KervanError
from kervan.web import access, roles
from kervan.web.state import house

COOKIE = "kervan_session"


@dataclass(frozen=True, slots=True)
class Reader:
    """Who asks: `kind` is user or key, `id` names the one in the audit log."""

    kind: str
    id: str
    roles: tuple[str, ...]
    rights: frozenset[str]


class Right:
    """The dependency of a route that takes one right; tests read `name` off it."""

    def __init__(self, name: str) -> None:
        if name not in roles.rights():
            raise ValueError(f"no right is called {name!r}; roles.toml lists them")
        self.name = name

    def __call__(self, request: Request) -> None:
        """Raises web.not_signed_in (401), web.not_allowed (403)."""
        if self.name not in reader_of(request).rights:
            raise KervanError("web.not_allowed", status=403, right=self.name)
        request.state.right = self.name


def right(name: str) -> Any:
    """What a route lists in its `dependencies`: who lacks the right `name` is refused."""
    return Depends(Right(name))


def may(request: Request, name: str) -> bool:
    """Whether the reader of this request has a right. Raises web.not_signed_in (401)."""
    return name in reader_of(request).rights


def reader_of(request: Request) -> Reader:
    """Who sent this request. Raises web.not_signed_in (401)."""
    known: Reader | None = getattr(request.state, "reader", None)
    if known is None:
        known = _find(request)
        request.state.reader = known
    return known


def require_operator(request: Request) -> None:
    """FastAPI dependency: lets signed-in people and good tokens pass.

    Raises web.not_signed_in (401).
    """
    reader_of(request)


def _find(request: Request) -> Reader:
    bearer = request.headers.get("authorization", "")
    token = bearer[7:].strip() if bearer[:7].lower() == "bearer " else ""
    session = request.cookies.get(COOKIE, "")
    if token or session:
        with house(request).connection() as conn:
            if access.is_good(conn, token=token, session=session):
                return Reader("key" if token else "user", "owner", ("owner",), roles.of("owner"))
    raise KervanError("web.not_signed_in", status=401)
