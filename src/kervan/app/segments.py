"""Segments of the command line: applies their texts, shows and counts them."""

import argparse

from kervan.app import segment_sync
from kervan.app.texts import TextNotValid, plain
from kervan.engines import supervise
from kervan.journeys import text as texts
from kervan.kernel import clickhouse, clock, i18n, log, postgres
from kervan.kernel.config import Config
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.segments import ask
from kervan.segments.definitions import apply, naming, store
from kervan.segments.definitions.resolve import resolve
from kervan.segments.describe import Names, describe
from kervan.segments.live import check
from kervan.segments.live import store as membership
from kervan.segments.problem import SegmentNotValid
from kervan.segments.tree import Member, Node
from kervan.web import audit

BY = "command"


def is_segment(text: str) -> bool:
    """Whether a text is of a segment, and not of a journey. Raises JourneyNotValid."""
    root = texts.read(text)
    return isinstance(root.value, dict) and "segment" in root.value


def apply_text(config: Config, text: str, *, only_plan: bool = False) -> str:
    """Plan a segment's text and, unless asked not to, make it so; what changes, in sentences.

    Raises TextNotValid, and what `apply.plan` and `apply.apply` raise.
    """
    root = texts.read(text)
    for name, place in root.keys.items():
        if name != "segment":
            facts = {"line": place[0], "column": place[1], "field": name}
            raise KervanError("segments.text_other", status=422, **facts)
    under, now = root.value["segment"], clock.now()
    try:
        wanted = apply.read(plain(under), clock.to_ms(now))
    except SegmentNotValid as error:
        raise TextNotValid(error, under) from None
    try:
        return _applied(config, wanted, None if only_plan else store.Author(BY, now))
    except SegmentNotValid as error:
        raise TextNotValid(error, under.value.get("tree", under)) from None


def _applied(config: Config, wanted: apply.Wanted, author: store.Author | None) -> str:
    with _connect(config) as conn:
        if author is None:
            planned = apply.plan(conn, wanted)
        else:
            planned = apply.apply(conn, wanted, author, config.segments_limit)
            if planned.change != apply.SAME:
                deed = "created" if planned.change == apply.NEW else "changed"
                facts: dict[str, object] = {"key": wanted.key, "version": planned.version}
                audit.write(conn, config.workspace, f"segment.{deed}", facts)
        names = naming.names(conn, config.locale)
        known = {**names.segments, wanted.key: wanted.name}
        count = _count(config, conn, wanted.key, wanted.tree) if wanted.tree else None
    names = Names(segments=known, topics=names.topics)
    return apply.say(planned, config.locale, names, count)


def segment(config: Config, arguments: argparse.Namespace) -> int:
    """Show a segment in words, count its people, sync it, or check who is kept in each."""
    with supervise.attached(config) as ready, _connect(ready) as conn:
        if arguments.action == "check":
            return _check(ready, conn)
        if arguments.key is None:
            raise KervanError("segments.key_needed", action=arguments.action)
        if arguments.action == "sync":
            return segment_sync.sync(ready, conn, arguments)
        one = store.get(conn, arguments.key)
        if arguments.action == "count":
            log.say(str(_count(ready, conn, one.key, one.tree)))
            return 0
        log.say(f"{one.name} ({one.key}), {one.state}, {one.version}")
        if one.tree is not None:
            log.say(describe(one.tree, config.locale, naming.names(conn, config.locale)))
            log.say(store.canonical(one.tree))
    return 0


def _check(config: Config, conn: Connection) -> int:
    """Ask everybody anew and compare; status 1 if anybody's membership is wrong."""
    client = clickhouse.connect(config.clickhouse_url, postgres.schema_name(config.workspace))
    try:
        wrong = check.lasting(conn, client)
    finally:
        client.close()
    for one in wrong:
        facts = {"key": one.key, "missing": len(one.missing), "extra": len(one.extra)}
        log.say(i18n.say("segments.check_wrong", config.locale, **facts))
    if not wrong:
        count = len(membership.live(conn))
        log.say(i18n.say("segments.check_right", config.locale, count=count))
    return 1 if wrong else 0


def _connect(config: Config) -> Connection:
    return postgres.connect(config.postgres_url, workspace=config.workspace)


def _count(config: Config, conn: Connection, key: str, tree: Node | None) -> int:
    """How many people belong to a segment now, also to one that is only planned."""
    trees, lists = store.trees(conn), store.lists(conn)
    node: Node = Member(key)
    if tree is not None:
        trees[key], node = tree, tree
    core = resolve(node, trees, lists, own=key if tree is not None else "")
    client = clickhouse.connect(config.clickhouse_url, postgres.schema_name(config.workspace))
    try:
        return ask.count(client, core, clock.now_ms())
    finally:
        client.close()
