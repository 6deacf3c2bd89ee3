"""Keeps campaigns: every version of each, which one is live, and which are paused."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from kervan.kernel import sql
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.kernel.shaped import Problem
from kervan.onsite.definition import Campaign
from kervan.segments.definitions.users import Use

_SQL = sql.load(__package__, "store.sql")


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a campaign, as it was applied by `by`."""

    key: str
    paused: bool
    number: int
    campaign: Campaign
    warnings: list[Problem]
    at: datetime
    by: str


def get(conn: Connection, key: str, number: int | None = None) -> Version:
    """A version of a campaign, the live one without `number`. Raises onsite.unknown (404)."""
    row = conn.execute(_SQL.one, {"key": key, "number": number}).fetchone()
    if row is None:
        raise _unknown(key)
    return _version(row)


def every(conn: Connection) -> list[Version]:
    """The live version of every campaign, by key."""
    return [_version(row) for row in conn.execute(_SQL.every).fetchall()]


def versions(conn: Connection, key: str) -> list[Version]:
    """Every version of a campaign, the first one first. Raises onsite.unknown (404)."""
    found = [_version(row) for row in conn.execute(_SQL.versions, {"key": key}).fetchall()]
    if not found:
        raise _unknown(key)
    return found


def of_segment(conn: Connection, key: str) -> list[Use]:
    """The campaigns that are for the segment `key`, for whoever wants to archive it."""
    return [use for named, use in of_segments(conn) if named == key]


def of_segments(conn: Connection) -> list[tuple[str, Use]]:
    """(segment, campaign) for each campaign that is for a segment."""
    return [
        (one.campaign.audience, Use("onsite", one.key, one.campaign.name))
        for one in every(conn)
        if one.campaign.audience
    ]


def pause(conn: Connection, key: str, at: datetime, *, paused: bool) -> bool:
    """Show a campaign to nobody, or again; False where it was so. Raises onsite.unknown (404)."""
    values = {"key": key, "at": at, "paused": paused}
    if conn.execute(_SQL.pause, values).fetchone() is not None:
        return True
    if conn.execute(_SQL.known, {"key": key}).fetchone() is None:
        raise _unknown(key)
    return False


def edition(conn: Connection) -> tuple[Any, ...]:
    """Another value whenever any campaign has changed."""
    row = conn.execute(_SQL.edition).fetchone()
    assert row is not None
    return tuple(row)


def _unknown(key: str) -> KervanError:
    return KervanError("onsite.unknown", status=404, key=key[:80])


def _version(row: tuple[Any, ...]) -> Version:
    key, paused, number, source, warnings, at, by = row
    campaign = msgspec.convert(source, Campaign)
    return Version(key, paused, number, campaign, msgspec.convert(warnings, list[Problem]), at, by)
