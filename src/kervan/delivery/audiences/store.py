"""Keeps which segment is which audience, at whose account, and how each stands."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from kervan.delivery import accounts
from kervan.delivery.accounts import Account
from kervan.delivery.channels.ads.platform import CHANNEL
from kervan.kernel import sql
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.segments.definitions import store as definitions
from kervan.segments.definitions.users import Use

_SQL = sql.load(__package__, "audiences.sql")
_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
_TARGET = re.compile(r"[0-9A-Za-z_-]{1,64}")
ACTIVE, STOPPED, ENDING = "active", "stopped", "ending"
FAILING, PAUSED = "failing", "paused"


@dataclass(frozen=True, slots=True)
class Audience:
    """An audience and how it stands; `problem` is a code, "" while all goes well.

    `is_asked` says that the segment's members are known now and that nobody stopped it: else nobody
    is put on, nor taken off for having left the segment.
    """

    number: int
    key: str
    name: str
    account: str
    target: str
    segment: int
    segment_key: str
    brand: str
    transfer: UUID | None
    kept_state: str
    problem: str
    failing_since: datetime | None
    attempts: int
    next_at: datetime
    sequence: int
    refused: int
    told_at: datetime | None
    checked_person: int
    checked_at: datetime | None
    sort: str
    is_asked: bool

    @property
    def state(self) -> str:
        """In a word: ending, stopped (by somebody), failing, paused (the segment is archived or
        filling) or active."""
        if self.kept_state != ACTIVE:
            return self.kept_state
        if self.failing_since:
            return FAILING
        return ACTIVE if self.is_asked else PAUSED


class Counts(NamedTuple):
    """People an audience holds, and those on their way onto it and off it."""

    held: int
    coming: int
    leaving: int


class New(NamedTuple):
    """An audience as it shall be; `target` is the platform's id of it."""

    key: str
    name: str
    account: str
    target: str
    segment: str
    brand: str = ""
    transfer: UUID | None = None


def one(conn: Connection, key: str) -> Audience:
    """The audience of this key. Raises delivery.audience_unknown (404)."""
    row = conn.execute(_SQL.one, {"key": key}).fetchone()
    if row is None:
        raise KervanError("delivery.audience_unknown", status=404, key=key[:80])
    return Audience(*row)


def every(conn: Connection) -> list[Audience]:
    """All audiences, by key."""
    return [Audience(*row) for row in conn.execute(_SQL.every).fetchall()]


def put(conn: Connection, vault: WorkspaceVault, new: New, by: str, at: datetime) -> Audience:
    """Make an audience, or change its name, segment and transfer; a stopped one stays so.

    Account, target and brand of a kept one stay: another place is another audience. Raises
    delivery.audience_key_invalid, audience_target_invalid, audience_taken, audience_moved,
    audience_account (422), delivery.account_unknown and segments.not_found (404),
    segments.is_archived (409).
    """
    if not _KEY.fullmatch(new.key):
        raise KervanError("delivery.audience_key_invalid", status=422, key=new.key[:80])
    if not _TARGET.fullmatch(new.target):
        raise KervanError("delivery.audience_target_invalid", status=422)
    account_of(conn, vault, new.account)
    segment = definitions.get(conn, new.segment)
    if segment.state != definitions.ACTIVE:
        raise KervanError("segments.is_archived", status=409, key=new.segment)
    before = conn.execute(_SQL.one, {"key": new.key}).fetchone()
    if before is not None:
        kept = Audience(*before)
        if (kept.account, kept.target, kept.brand) != (new.account, new.target, new.brand):
            raise KervanError("delivery.audience_moved", status=409, key=new.key)
    place = {"account": new.account, "target": new.target, "key": new.key}
    other = conn.execute(_SQL.taken, place).fetchone()
    if other is not None:
        raise KervanError("delivery.audience_taken", status=409, key=other[0])
    values = {
        **place, "name": new.name or new.key, "segment": segment.number, "brand": new.brand,
        "transfer": new.transfer, "at": at, "by": by,
    }  # fmt: skip
    conn.execute(_SQL.put, values)
    return one(conn, new.key)


def stop(conn: Connection, key: str) -> tuple[Audience, bool]:
    """Put nobody on and take nobody off for a while; (it, whether that is new).

    Who takes her word back is taken off all the same. Raises delivery.audience_unknown (404) and
    delivery.audience_ends (409).
    """
    return _turn(conn, key, conn.execute(_SQL.stop, {"key": key}).rowcount == 1)


def resume(conn: Connection, key: str, at: datetime) -> tuple[Audience, bool]:
    """Keep it the same as its segment again; raises as `stop`."""
    return _turn(conn, key, conn.execute(_SQL.resume, {"key": key, "at": at}).rowcount == 1)


def _turn(conn: Connection, key: str, turned: bool) -> tuple[Audience, bool]:
    found = one(conn, key)
    if found.kept_state == ENDING:
        raise KervanError("delivery.audience_ends", status=409, key=key[:80])
    return found, turned


def end(conn: Connection, key: str, at: datetime) -> Audience:
    """Take everybody off, then forget the audience. Raises delivery.audience_unknown (404)."""
    found = one(conn, key)
    conn.execute(_SQL.end, {"key": key, "at": at})
    conn.execute(_SQL.gone, {"audience": found.number})  # one that never held anybody
    return found


def counts(conn: Connection, audience: Audience) -> Counts:
    """How many people an audience holds, and how many are on their way."""
    row = conn.execute(_SQL.counts, {"audience": audience.number}).fetchone()
    assert row is not None
    return Counts(*row)


def account_of(conn: Connection, vault: WorkspaceVault, name: str) -> Account:
    """The account of an advertising platform. Raises delivery.account_unknown (404) and
    delivery.audience_account (422) for one of another channel."""
    account = accounts.one(conn, vault, name)
    if account.provider.channel != CHANNEL:
        raise KervanError("delivery.audience_account", status=422, account=name)
    return account


def of_segments(conn: Connection) -> list[tuple[str, Use]]:
    """(segment, audience) for each audience, also one that is being ended."""
    return [(key, Use("audience", of, name)) for key, of, name in conn.execute(_SQL.whose)]
