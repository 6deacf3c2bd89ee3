"""Lets in who holds a session or a token, and nobody else."""

from fastapi import Request

from kervan.kernel.errors import KervanError
from kervan.web import access
from kervan.web.state import house

COOKIE = "kervan_session"


def require_operator(request: Request) -> None:
    """FastAPI dependency: lets signed-in people and good tokens pass.

    Raises web.not_signed_in (401).
    """
    bearer = request.headers.get("authorization", "")
    token = bearer[7:].strip() if bearer[:7].lower() == "bearer " else ""
    session = request.cookies.get(COOKIE, "")
    if token or session:
        with house(request).connection() as conn:
            if access.is_good(conn, token=token, session=session):
                return
    raise KervanError("web.not_signed_in", status=401)
