"""Keeps campaigns: every version of each, which one is live, and which are paused."""

from collections.abc import Sequence
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
    """One version of a campaign, as it was applied by `by`; an archived one is shown to nobody."""

    key: str
    paused: bool
    number: int
    campaign: Campaign
    warnings: list[Problem]
    at: datetime
    by: str
    archived_at: datetime | None = None


def get(conn: Connection, key: str, number: int | None = None) -> Version:
    """A version of a campaign, the live one without `number`. Raises onsite.unknown (404)."""
    row = conn.execute(_SQL.one, {"key": key, "number": number}).fetchone()
    if row is None:
        raise _unknown(key)
    return _version(row)


def every(conn: Connection, *, archived: bool = False) -> list[Version]:
    """The live version of every campaign, by key; or of every archived one."""
    return [_version(row) for row in conn.execute(_SQL.every, {"archived": archived}).fetchall()]


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
    """Show a campaign to nobody, or again; False where it was so.

    Raises onsite.unknown (404), onsite.is_archived (409).
    """
    values = {"key": key, "at": at, "paused": paused}
    if conn.execute(_SQL.pause, values).fetchone() is not None:
        return True
    if _archived(conn, key) and not paused:
        raise KervanError("onsite.is_archived", status=409, key=key[:80])
    return False


def archive(conn: Connection, key: str, at: datetime, *, archived: bool) -> bool:
    """Take a campaign out of the lists, shown to nobody, or bring it back, paused.

    False where it was so. Raises onsite.unknown (404).
    """
    values = {"key": key, "at": at, "archived_at": at if archived else None}
    if conn.execute(_SQL.archive, values).fetchone() is not None:
        return True
    _archived(conn, key)
    return False


def let(conn: Connection, key: str) -> None:
    """Let a campaign pass that is new, or not archived. Raises onsite.is_archived (409)."""
    row = conn.execute(_SQL.known, {"key": key}).fetchone()
    if row is not None and row[0] is not None:
        raise KervanError("onsite.is_archived", status=409, key=key[:80])


def _archived(conn: Connection, key: str) -> bool:
    row = conn.execute(_SQL.known, {"key": key}).fetchone()
    if row is None:
        raise _unknown(key)
    return row[0] is not None


def shows(conn: Connection, tokens: Sequence[str]) -> list[tuple[str, str, str]]:
    """(campaign, its name, token) of each picture of the library that a campaign shows now."""
    return conn.execute(_SQL.shows, {"tokens": list(tokens)}).fetchall()


def ever_showed(conn: Connection, token: str) -> bool:
    """Whether any version of any campaign has ever shown a picture, or a draft does."""
    row = conn.execute(_SQL.ever_showed, {"place": f"/m/{token}/"}).fetchone()
    return bool(row and row[0])


def edition(conn: Connection) -> tuple[Any, ...]:
    """Another value whenever any campaign has changed."""
    row = conn.execute(_SQL.edition).fetchone()
    assert row is not None
    return tuple(row)


def _unknown(key: str) -> KervanError:
    return KervanError("onsite.unknown", status=404, key=key[:80])


def _version(row: tuple[Any, ...]) -> Version:
    key, paused, number, source, warnings, at, by, archived_at = row
    campaign = msgspec.convert(source, Campaign)
    told = msgspec.convert(warnings, list[Problem])
    return Version(key, paused, number, campaign, told, at, by, archived_at)
