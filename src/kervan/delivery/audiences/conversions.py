"""Tells an advertising platform of orders, each once, and only of buyers who agreed to it.

An order is written down before it is told. The number of the order is the event's id on the
platform's side, so one that is told again in doubt, or that the shop's own page told too, counts
once there. What is too old for the platform is left out: it would fail the whole call.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from kervan.delivery.audiences import book, store
from kervan.delivery.channels.ads.platform import Fact, Order, Platform, Reply
from kervan.kernel import money, postgres, sql
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "conversions.sql")
_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
_TARGET = re.compile(r"[0-9A-Za-z_-]{1,64}")
_COUNTED_ONCE = timedelta(hours=47)
"""Within it a platform counts the same event once (Meta: 48 hours); later a doubt stays one."""
_REST_SECONDS, _FIRST_SECONDS, _LONGEST_SECONDS = 30, 30, 3_600
_TOLD, _REFUSED, _LATE = 1, 2, 3


@dataclass(frozen=True, slots=True)
class Feed:
    """Where orders are told to, and how it stands: `told` and `left_out` count orders."""

    number: int
    key: str
    account: str
    target: str
    brand: str
    transfer: UUID | None
    since: datetime
    problem: str
    failing_since: datetime | None
    attempts: int
    next_at: datetime
    reference: str
    told_at: datetime | None
    told: int
    left_out: int


class NewFeed(NamedTuple):
    """A feed as it shall be; `target` is the platform's id of the data set or action."""

    key: str
    account: str
    target: str
    brand: str = ""
    transfer: UUID | None = None


class Ready(NamedTuple):
    """An order that may be told now."""

    purchase: UUID
    order: Order


def every(conn: Connection) -> list[Feed]:
    """All feeds, by key."""
    return [Feed(*row) for row in conn.execute(_SQL.every).fetchall()]


def one(conn: Connection, key: str) -> Feed:
    """The feed of this key. Raises delivery.feed_unknown (404)."""
    found = next((feed for feed in every(conn) if feed.key == key), None)
    if found is None:
        raise KervanError("delivery.feed_unknown", status=404, key=key[:80])
    return found


def put(conn: Connection, vault: WorkspaceVault, new: NewFeed, by: str, at: datetime) -> Feed:
    """Make a feed: orders from now on are told. A kept one changes its transfer and goes on.

    Raises delivery.audience_key_invalid, audience_target_invalid, audience_account (422),
    audience_moved (409), delivery.account_unknown (404).
    """
    if not _KEY.fullmatch(new.key):
        raise KervanError("delivery.audience_key_invalid", status=422, key=new.key[:80])
    if not _TARGET.fullmatch(new.target):
        raise KervanError("delivery.audience_target_invalid", status=422)
    store.account_of(conn, vault, new.account)
    kept = next((feed for feed in every(conn) if feed.key == new.key), None)
    if kept and (kept.account, kept.target, kept.brand) != (new.account, new.target, new.brand):
        raise KervanError("delivery.audience_moved", status=409, key=new.key)
    conn.execute(_SQL.put, {**new._asdict(), "at": at, "by": by})
    return one(conn, new.key)


def end(conn: Connection, key: str) -> None:
    """Tell of no more orders there. Raises delivery.feed_unknown (404)."""
    if conn.execute(_SQL.remove, {"key": key}).fetchone() is None:
        raise KervanError("delivery.feed_unknown", status=404, key=key[:80])


def prepare(
    conn: Connection, vault: WorkspaceVault, feed: Feed, platform: Platform, at: datetime
) -> list[Ready]:
    """The orders to be told now; the caller commits before they are. [] while one is asked of.

    What waits from before goes first: by then its buyer may have taken back her word, or it may be
    too late.
    """
    if feed.reference:
        return []
    here = {"feed": feed.number}
    oldest = at - timedelta(seconds=platform.oldest_order_seconds)
    rows = conn.execute(_SQL.open_orders, here).fetchall()
    if not rows:
        since = max(oldest, feed.since)
        asked = {**here, "brand": feed.brand, "since": since, "at": at}
        conn.execute(_SQL.take, {**asked, "limit": platform.most_orders})
        rows = conn.execute(_SQL.open_orders, here).fetchall()
    late = [row[0] for row in rows if row[3] <= oldest or at - row[1] > _COUNTED_ONCE]
    rows = [row for row in rows if row[0] not in set(late)]
    people = sorted({row[6] for row in rows})
    agreed = {
        one.person: one.prints for one in book.wanted(conn, vault, platform, people, feed.brand, at)
    }
    _set(conn, feed, late, _LATE)
    _set(conn, feed, [row[0] for row in rows if row[6] not in agreed], _REFUSED)
    return [
        Ready(purchase, Order(order, placed, _amount(total, currency), currency, agreed[person]))
        for purchase, _, order, placed, total, currency, person in rows
        if person in agreed
    ]


def _amount(minor: int, currency: str) -> str:
    return f"{Decimal(minor).scaleb(-money.minor_digits(currency)):f}"


def _set(conn: Connection, feed: Feed, purchases: Sequence[UUID], state: int) -> None:
    if purchases:
        values = {"feed": feed.number, "purchases": postgres.uuids(purchases), "state": state}
        conn.execute(_SQL.set_state, values)


async def say(platform: Platform, feed: Feed, ready: Sequence[Ready]) -> Reply:
    """Tell of orders, or ask what became of the last call. Never raises for the other side."""
    if feed.reference:
        return await platform.ask(feed.reference)
    return await platform.tell(feed.target, [one.order for one in ready])


def settle(
    conn: Connection, feed: Feed, ready: Sequence[Ready], reply: Reply, at: datetime
) -> bool:
    """Write down what came of a call; whether it went well."""
    bad = [ready[place].purchase for place in reply.refused if place < len(ready)]
    _set(conn, feed, bad, _REFUSED)
    if reply.fact is Fact.TAKEN:
        conn.execute(_SQL.all_told, {"feed": feed.number})
        _went_well(conn, feed, at, "", 0 if ready else _REST_SECONDS)
        return True
    if reply.fact is Fact.PENDING:
        _went_well(conn, feed, at, reply.reference, max(reply.wait_seconds, 1.0))
        return True
    if reply.fact is Fact.AGAIN and bad:
        return True
    went_wrong(conn, feed, reply.code, at, reply)
    return False


def _went_well(
    conn: Connection, feed: Feed, at: datetime, reference: str, rest_seconds: float
) -> None:
    next_at = at + timedelta(seconds=rest_seconds)
    values = {"feed": feed.number, "at": at, "reference": reference, "next_at": next_at}
    conn.execute(_SQL.went_well, values)


def went_wrong(
    conn: Connection, feed: Feed, problem: str, at: datetime, reply: Reply | None = None
) -> None:
    """Nothing is told before a while; a call that failed there is made again."""
    blocked = reply is not None and reply.fact in (Fact.BLOCKED, Fact.REFUSED)
    wait = _FIRST_SECONDS << min(feed.attempts, 12)
    wait = _LONGEST_SECONDS if blocked else min(wait, _LONGEST_SECONDS)
    asked = reply.wait_seconds if reply else 0.0
    conn.execute(
        _SQL.went_wrong,
        {
            "feed": feed.number,
            "problem": problem[:80],
            "at": at,
            "next_at": at + timedelta(seconds=max(wait, asked)),
            "reference": feed.reference if reply and reply.fact is Fact.BLOCKED else "",
        },
    )
