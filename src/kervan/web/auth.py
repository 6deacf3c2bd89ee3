"""Asks of each route which right it takes, and sees to it that every change is written down."""

from collections.abc import Iterator
from typing import Any

from fastapi import Depends, Request

from kervan.kernel.errors import KervanError
from kervan.web import audit, roles
from kervan.web.reader import COOKIE, is_safe, reader_of
from kervan.web.state import house

__all__ = ["COOKIE", "Right", "may", "require_operator", "right"]


class Right:
    """The dependency of a route that takes one right; tests read `name` off it."""

    def __init__(self, name: str) -> None:
        if name not in roles.rights():
            raise ValueError(f"no right is called {name!r}; roles.toml lists them")
        self.name = name

    def __call__(self, request: Request) -> Iterator[None]:
        """Raises web.not_signed_in (401), web.not_allowed (403), web.foreign_origin (403)."""
        if self.name not in reader_of(request).rights:
            raise KervanError("web.not_allowed", status=403, right=self.name)
        request.state.right = self.name
        yield
        if not is_safe(request) and not audit.is_recorded(request):
            # Whoever wrote the route said nothing more exact.
            with house(request).connection() as conn:
                audit.record(conn, request, "changed", **request.path_params)


def right(name: str) -> Any:
    """What a route lists in its `dependencies`: who lacks the right `name` is refused."""
    return Depends(Right(name))


def may(request: Request, name: str) -> bool:
    """Whether the reader of this request has a right. Raises web.not_signed_in (401)."""
    return name in reader_of(request).rights


def require_operator(request: Request) -> None:
    """FastAPI dependency: lets signed-in people and good keys pass.

    Raises web.not_signed_in (401).
    """
    reader_of(request)
