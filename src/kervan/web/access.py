"""One-time links, the sessions they open, and tokens for programs; only hashes are kept."""

import hashlib
from datetime import timedelta

from kervan.kernel import clock, ids, sql
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "access.sql")
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


def is_good(conn: Connection, *, token: str = "", session: str = "") -> bool:
    """Whether a token or a session lets its bearer in now."""
    statement = _SQL.good_token if token else _SQL.good_session
    values = {"hash": _hash(token or session), "now": clock.now()}
    return conn.execute(statement, values).fetchone() is not None
