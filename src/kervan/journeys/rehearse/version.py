"""Finds the text of a version that was published, to rehearse another beside it."""

from dataclasses import replace

from kervan.journeys import parse
from kervan.journeys.rehearse.rehearse import Wanted
from kervan.kernel import sql
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "version.sql")
LIVE = "live"
_MOST = 1_000_000


def against(conn: Connection, this: Wanted, other: str) -> Wanted:
    """The rehearsal that `this` is compared with, all else alike.

    `other` is `live`, the number of a version of the same journey, or another journey's text.
    Raises JourneyNotValid, and journeys.rehearsal_no_version (404).
    """
    named = other.strip()
    if named != LIVE and not named.isdecimal():
        return replace(this, text=other, kept=False)
    key = parse.parse(this.text, this.zone).header.key
    number = 0 if named == LIVE else min(int(named[:9]), _MOST)
    row = None
    if named == LIVE or number:
        row = conn.execute(_SQL.text, {"key": key, "number": number}).fetchone()
    if row is None:
        raise KervanError("journeys.rehearsal_no_version", status=404, key=key, version=named[:20])
    return replace(this, text=str(row[0]), kept=True)
