"""Who is asking: a session from a one-time link for people, a token for programs."""

import hashlib
from datetime import timedelta

from fastapi import Request

from kervan.kernel import clock, ids, sql
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.web.state import house

_SQL = sql.load(__package__, "auth.sql")
COOKIE = "kervan_session"
_LINK_HOURS = 24
_SESSION_DAYS = 14


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def make_link(conn: Connection) -> str:
    """A secret that opens one session within a day; shown once."""
    secret = ids.secret()
    now = clock.now()
    conn.execute(
        _SQL.add_link,
        {"hash": _hash(secret), "now": now, "expires": now + timedelta(hours=_LINK_HOURS)},
    )
    return secret


def use_link(conn: Connection, secret: str) -> str | None:
    """Turn a link's secret into a session's secret; None when it is wrong, old or used."""
    now = clock.now()
    used = conn.execute(_SQL.use_link, {"hash": _hash(secret), "now": now})
    if used.rowcount != 1:
        return None
    session = ids.secret()
    conn.execute(
        _SQL.add_session,
        {"hash": _hash(session), "now": now, "expires": now + timedelta(days=_SESSION_DAYS)},
    )
    return session


def make_token(conn: Connection, name: str) -> str:
    """A token for a program; shown once."""
    token = "kvt_" + ids.secret()
    conn.execute(_SQL.add_token, {"hash": _hash(token), "name": name, "now": clock.now()})
    return token


def require_operator(request: Request) -> None:
    """FastAPI dependency: lets signed-in people and good tokens pass.

    Raises web.not_signed_in (401).
    """
    bearer = request.headers.get("authorization", "")
    token = bearer[7:].strip() if bearer[:7].lower() == "bearer " else ""
    session = request.cookies.get(COOKIE, "")
    if token or session:
        with house(request).connection() as conn:
            statement = _SQL.good_token if token else _SQL.good_session
            secret = token or session
            if conn.execute(statement, {"hash": _hash(secret), "now": clock.now()}).fetchone():
                return
    raise KervanError("web.not_signed_in", status=401)
