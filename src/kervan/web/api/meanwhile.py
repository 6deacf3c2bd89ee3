"""Tells the second of two who change the same thing: If-Match names the edition that was read."""

import hashlib
from typing import Annotated

import msgspec
from fastapi import Header

from kervan.kernel import sql
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "meanwhile.sql")
Match = Annotated[str, Header(alias="if-match", max_length=100)]
NOTHING = "0"
"""The edition of what is not there yet."""
_CHARS = 16


def edition(of: object) -> str:
    """A name of what was read: another one as soon as anything of it is another."""
    raw = msgspec.json.encode(of, order="deterministic", enc_hook=str)
    return hashlib.sha256(raw).hexdigest()[:_CHARS]


def hold(conn: Connection, what: str) -> None:
    """Let nobody else change `what` by the API until the transaction ends."""
    conn.execute(_SQL.hold, {"what": what})


def expect(if_match: str, now: str) -> None:
    """Raises web.changed_meanwhile (409) where If-Match names another edition than `now`.

    Without the header, or with `*`, whatever is there is written over.
    """
    given = if_match.strip().removeprefix("W/").strip('"')
    if given not in ("", "*", now):
        raise KervanError("web.changed_meanwhile", status=409)
