"""`kervan audience`: audiences on advertising platforms, made, ended, shown, set right."""

import argparse
import uuid

import msgspec

from kervan.app import ground
from kervan.delivery.audiences import book, conversions, store, tell
from kervan.delivery.audiences.conversions import NewFeed
from kervan.delivery.audiences.store import Audience, New
from kervan.engines import supervise
from kervan.kernel import clock, i18n, log, postgres
from kervan.kernel.config import Config
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.privacy import transfers
from kervan.web import audit

BY = "command"


def audience(config: Config, arguments: argparse.Namespace) -> int:
    """List, put, end or reconcile audiences, or (orders, end-orders) feeds of orders.

    Status 1 when one of them fails.
    """
    with (
        supervise.attached(config) as ready,
        postgres.connect(ready.postgres_url, workspace=ready.workspace) as conn,
    ):
        keys = ground.vault_of(ready).workspace(ready.workspace)
        act = {"put": _put, "orders": _orders}.get(arguments.action)
        if act is not None:
            act(conn, keys, ready, arguments)
        elif arguments.action == "end":
            store.end(conn, arguments.key, clock.now())
            audit.write(conn, ready.workspace, "audience.ended", {"key": arguments.key})
        elif arguments.action == "end-orders":
            conversions.end(conn, arguments.key)
            audit.write(conn, ready.workspace, "conversions.ended", {"key": arguments.key})
        elif arguments.action == "reconcile":
            book.reconcile(conn, store.one(conn, arguments.key), clock.now())
            audit.write(conn, ready.workspace, "audience.reconciled", {"key": arguments.key})
        return _show(conn, ready, arguments)


def _put(
    conn: Connection, keys: WorkspaceVault, config: Config, arguments: argparse.Namespace
) -> None:
    transfer = _transfer(conn, config, arguments)
    new = New(
        arguments.key, arguments.name or arguments.key, arguments.account, arguments.target,
        arguments.segment, arguments.brand, transfer,
    )  # fmt: skip
    store.put(conn, keys, new, BY, clock.now())
    facts: dict[str, object] = {"key": arguments.key, "segment": arguments.segment}
    audit.write(conn, config.workspace, "audience.put", facts)


def _orders(
    conn: Connection, keys: WorkspaceVault, config: Config, arguments: argparse.Namespace
) -> None:
    transfer = _transfer(conn, config, arguments)
    new = NewFeed(arguments.key, arguments.account, arguments.target, arguments.brand, transfer)
    conversions.put(conn, keys, new, BY, clock.now())
    audit.write(conn, config.workspace, "conversions.put", {"key": arguments.key})


def _transfer(conn: Connection, config: Config, arguments: argparse.Namespace) -> uuid.UUID | None:
    given: uuid.UUID | None = arguments.transfer
    lacks = transfers.problem(conn, config.country, given, clock.now())
    if lacks:
        said = tell.problem(lacks, config.locale)
        raise KervanError("delivery.ads_transfer", status=422, said=said, problem=lacks)
    return given


def _show(conn: Connection, config: Config, arguments: argparse.Namespace) -> int:
    some = [one for one in store.every(conn) if arguments.key in ("", one.key)]
    feeds = [one for one in conversions.every(conn) if arguments.key in ("", one.key)]
    if arguments.json:
        told = {"audiences": [_facts(conn, one) for one in some], "conversions": feeds}
        log.say(msgspec.json.encode(told, enc_hook=str).decode())
    else:
        for one in some:
            facts = {**store.counts(conn, one)._asdict(), "refused": one.refused}
            log.say(
                i18n.say(
                    "delivery.audience_told", config.locale, key=one.key, state=one.state, **facts
                )
            )
            _say_problem(one.problem, config.locale)
        for feed in feeds:
            facts = {"key": feed.key, "told": feed.told, "left_out": feed.left_out}
            log.say(i18n.say("delivery.feed_told", config.locale, **facts))
            _say_problem(feed.problem, config.locale)
    failing = [one.failing_since for one in some] + [one.failing_since for one in feeds]
    return int(any(failing))


def _facts(conn: Connection, one: Audience) -> dict[str, object]:
    return {
        "key": one.key, "account": one.account, "target": one.target, "segment": one.segment_key,
        "state": one.state, "problem": one.problem, "refused": one.refused,
        **store.counts(conn, one)._asdict(),
    }  # fmt: skip


def _say_problem(problem: str, locale: str) -> None:
    if problem:
        log.say(f"    {tell.problem(problem, locale)}")
