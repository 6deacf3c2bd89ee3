"""Who a visitor is proved to be: a token that the shop's server signed, never what a page says.

A JSON Web Token (RFC 7519) signed with HMAC-SHA256 under a secret of the workspace; `sub` is the
customer id that the shop's own sign-in has checked.
"""

import base64
from datetime import datetime, timedelta
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from kervan.kernel import clock, sql
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.profiles import read as profiles
from kervan.profiles.identifiers import CUSTOMER

_SQL = sql.load(__package__, "identity.sql")
AUDIENCE = "kervan"
LONGEST = timedelta(hours=24)
"""A token that lives longer is refused: pages are cached, and people sign out."""
OVERLAP = timedelta(days=7)
"""A shop has so long to put a new secret in the place of the old one."""
_LEEWAY = timedelta(seconds=60)
_MOST_CHARS = 4_096


def secret(vault: WorkspaceVault, number: int) -> str:
    """The secret of this number as text, for the shop's server. Never log it."""
    made = vault.derive(f"onsite identity {number}")
    return base64.urlsafe_b64encode(made).decode().rstrip("=")


def current(conn: Connection) -> int:
    """The number of the secret that shops sign with now."""
    row = conn.execute(_SQL.secrets).fetchone()
    return int(row[0]) if row else 1


def rotate(conn: Connection, at: datetime) -> int:
    """Begin another secret; the one before is good for `OVERLAP`. Gives its number."""
    before = current(conn)
    conn.execute(_SQL.end, {"number": before, "at": at, "until": at + OVERLAP})
    conn.execute(_SQL.begin, {"number": before + 1, "at": at})
    return before + 1


def verify(conn: Connection, vault: WorkspaceVault, token: str, at: datetime) -> str:
    """The customer id that a token proves, "" where it proves nobody."""
    if not token or len(token) > _MOST_CHARS:
        return ""
    for number in _good(conn, at):
        claims = _claims(secret(vault, number), token)
        if claims is not None:
            return _customer(claims, at)
    return ""


def person(conn: Connection, vault: WorkspaceVault, country: str, token: str, at: datetime) -> int:
    """The head of the profile whom a token proves. Raises onsite.not_proved (401)."""
    customer = verify(conn, vault, token, at)
    found = profiles.by_identifier(conn, vault, country, CUSTOMER, customer) if customer else []
    number = profiles.by_id(conn, found[0]) if len(found) == 1 else 0
    if not number:
        raise KervanError("onsite.not_proved", status=401)
    return number


def _good(conn: Connection, at: datetime) -> list[int]:
    rows = conn.execute(_SQL.secrets).fetchall()
    return [number for number, until in rows if until is None or until > at] or [1]


def _claims(key: str, token: str) -> dict[str, Any] | None:
    try:
        return dict(jwt.decode(token, OctKey.import_key(key), algorithms=["HS256"]).claims)
    except (JoseError, ValueError, TypeError):
        return None


def _customer(claims: dict[str, Any], at: datetime) -> str:
    """The subject of sound claims: ours, not over, and not good for longer than it may be."""
    now = clock.to_ms(at) / 1000
    subject, until, audience = claims.get("sub"), claims.get("exp"), claims.get("aud")
    if not isinstance(subject, str) or not 0 < len(subject) <= 255:
        return ""
    if audience != AUDIENCE and not (isinstance(audience, list) and AUDIENCE in audience):
        return ""
    if isinstance(until, bool) or not isinstance(until, int | float):
        return ""
    begins = claims.get("nbf", 0)
    if isinstance(begins, bool) or not isinstance(begins, int | float):
        return ""
    slack = _LEEWAY.total_seconds()
    is_now = begins - slack <= now < until + slack
    return subject if is_now and until <= now + LONGEST.total_seconds() + slack else ""
