"""What an operator does with a broadcast: count its people, start, stop, resume, cancel."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from clickhouse_connect.driver.client import Client

from kervan.delivery import outbox
from kervan.delivery.broadcasts import missed, plan, schedule, store, tried, who
from kervan.delivery.broadcasts.definition import Broadcast
from kervan.delivery.broadcasts.missed import Why
from kervan.delivery.broadcasts.store import Kept, Speaks
from kervan.delivery.broadcasts.tried import Trial
from kervan.delivery.broadcasts.write import CANCELLED
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.segments.lower import Core, lower

_LATEST_ZONE = timedelta(hours=12)
"""What the latest clock on earth is behind UTC."""


@dataclass(frozen=True, slots=True)
class Headcount:
    """How many are in the audience now; by channel how many of them may and can be written to.

    What a plan costs begins here: reach times the price of its channel. `missed` are the others,
    by reason, each with the tree of who they are.
    """

    count: int
    reach: Mapping[str, int]
    channels: tuple[str, ...]
    missed: tuple[tuple[Why, int], ...]


class Asked(NamedTuple):
    """What a head-count asks: who is in, and what they would get: the variants in their order."""

    core: Core
    speaks: tuple[Speaks, ...]
    number: int
    wanted: Broadcast


def asked(conn: Connection, key: str) -> Asked:
    """The question about a broadcast's audience. Raises NotValid, and
    delivery.broadcast_unknown (404)."""
    kept = store.get(conn, key)
    speaks = tuple(store.plan(conn, kept.wanted).speaks[: len(kept.wanted.variants)])
    return Asked(who.question(conn, kept.wanted), speaks, kept.number, kept.wanted)


def count(history: Client, asked: Asked, at_ms: int, variant: str = "") -> Headcount:
    """Whom it would reach if it started now; of several variants, if all got this one ("": the
    first). `try_out` counts those who get each. Raises delivery.broadcast_variant_unknown (404)."""
    said = asked.speaks[0]
    if variant:
        named = {one.name: one for one in asked.speaks}
        if variant not in named:
            facts = {"variant": variant[:80], "known": ", ".join(named)}
            raise KervanError("delivery.broadcast_variant_unknown", status=404, **facts)
        said = named[variant]
    about = who.About(said.message_class, said.topic, said.brand)
    channels = tuple(channel for channel, _ in said.routes)
    whys = missed.whys(channels, about)
    others = [lower(one.who, {}, {}) for one in whys]
    total, reach, shared = who.reach(history, asked.core, at_ms, about, others)
    told = {one: reach[one] for one in channels if one in reach}
    return Headcount(total, told, channels, tuple(zip(whys, shared, strict=True)))


def try_out(history: Client, asked: Asked, at_ms: int) -> Trial | None:
    """Whom each variant would reach if it started now; None where there is one only."""
    if asked.wanted.test is None:
        return None
    return tried.count(history, asked.core, asked.number, asked.wanted, asked.speaks, at_ms)


def start(conn: Connection, key: str, zone: str, now: datetime, by: str) -> Kept:
    """Let it begin at its time; `zone` is the workspace's.

    Raises delivery.broadcast_status (409), delivery.broadcast_passed (409) where its time is over,
    and NotValid for a message or a segment that is there no more.
    """
    kept = store.hold(conn, key)
    _check(kept, store.DRAFT)
    store.plan(conn, kept.wanted)
    at, local = kept.wanted.at, kept.wanted.local
    if at not in (schedule.NOW, schedule.BEST):
        said = schedule.clock_time(at)
        assert said is not None
        last = schedule.starts_at(at, zone, schedule.NEVER, local=False)
        if local:
            last = said.replace(tzinfo=UTC) + _LATEST_ZONE
        if last < now:
            raise KervanError("delivery.broadcast_passed", status=409, key=key, at=at)
    starts_at = schedule.starts_at(at, zone, now, local=local)
    store.start(conn, kept, starts_at, by)
    return store.get(conn, key)


def stop(conn: Connection, key: str, reason: str, at: datetime, by: str) -> bool:
    """Hold all of it at once, also what is in the outbox; gives whether that was not so already.

    Raises delivery.broadcast_status (409) for one that does not run.
    """
    kept = store.hold(conn, key)
    _check(kept, store.RUNNING)
    scope = outbox.campaign("broadcast", key)
    return outbox.stop(conn, reason, at, campaign=scope, everything=True, author=by)


def resume(conn: Connection, key: str, at: datetime, by: str, *, drop: bool) -> None:
    """Let what is still true go on; with `drop` end it instead.

    Raises delivery.not_stopped (409).
    """
    kept = store.hold(conn, key)
    scope = outbox.campaign("broadcast", key)
    if kept.status != store.RUNNING or not outbox.resume(conn, campaign=scope, at=at):
        raise KervanError("delivery.not_stopped", status=409, scope=scope)
    if drop:
        _end(conn, kept, at, by)


def cancel(conn: Connection, key: str, at: datetime, by: str) -> Kept:
    """End what has not gone. One that has not begun is a draft again.

    Raises delivery.broadcast_status (409) for one that neither runs nor waits for its time.
    """
    kept = store.hold(conn, key)
    _check(kept, store.SCHEDULED, store.RUNNING)
    if kept.status == store.SCHEDULED:
        store.turn(conn, kept, store.DRAFT)
    else:
        _end(conn, kept, at, by)
    return store.get(conn, key)


def _end(conn: Connection, kept: Kept, at: datetime, by: str) -> None:
    """From now on nothing leaves; the runner ends what waits, and lifts the stop with the last.

    Those who have no message yet get the end of one: each of the audience has one row.
    """
    scope = outbox.campaign("broadcast", kept.key)
    outbox.stop(conn, CANCELLED, at, campaign=scope, everything=True, author=by)
    if kept.phase in (*plan.FIRST_LEG, plan.WAIT):
        store.advance(conn, kept, plan.CANCEL, 0)
    store.turn(conn, kept, store.CANCELLING)


def _check(kept: Kept, *allowed: str) -> None:
    if kept.status not in allowed:
        facts = {"key": kept.key, "state": kept.status}
        raise KervanError("delivery.broadcast_status", status=409, **facts)
