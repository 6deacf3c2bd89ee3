"""Broadcasts of the command line: applies their texts, starts, stops and shows them."""

import argparse
from collections.abc import Mapping

import msgspec

from kervan.app.texts import TextNotValid, is_of, plain, under
from kervan.delivery.broadcasts import act, store, tell
from kervan.delivery.broadcasts.count import progress
from kervan.delivery.broadcasts.read import read
from kervan.delivery.broadcasts.run import is_stopped
from kervan.delivery.broadcasts.store import Kept
from kervan.engines import supervise
from kervan.journeys.approval import second
from kervan.kernel import clickhouse, clock, i18n, log, postgres
from kervan.kernel.config import Config
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.kernel.shaped import NotValid
from kervan.web import access, audit

BY = "command"
_ME = str(access.COMMAND_LINE)
"""Whoever holds the machine is one person: what she wrote, somebody who signs in starts."""


def is_broadcast(text: str) -> bool:
    """Whether a text is of a broadcast. Raises JourneyNotValid."""
    return is_of(text, "broadcast")


def apply_text(config: Config, text: str, *, only_plan: bool = False) -> str:
    """Plan a broadcast's text and, unless asked not to, keep it; what changes, in words.

    Raises TextNotValid, delivery.broadcast_text_other (422), delivery.broadcast_started (409).
    """
    place = under(text, "broadcast", "delivery.broadcast_text_other")
    try:
        wanted = read(plain(place))
        with _connect(config) as conn:
            if only_plan:
                return store.plan(conn, wanted).say(config.locale)
            planned = store.apply(conn, wanted, _ME, clock.now())
            if planned.change != store.SAME:
                facts: dict[str, object] = {"key": wanted.key, "version": planned.number}
                audit.write(conn, config.workspace, f"broadcast.{planned.change}", facts)
            return planned.say(config.locale)
    except NotValid as error:
        raise TextNotValid(error, place) from None


def broadcast(config: Config, arguments: argparse.Namespace) -> int:
    """List broadcasts, count one's people, start, stop, resume or cancel it, say how it stands."""
    action, key = arguments.action, arguments.key
    if action != "list" and not key:
        raise KervanError("delivery.broadcast_no_key", action=action)
    with supervise.attached(config) as ready, _connect(ready) as conn:
        if action == "list":
            for one in store.every(conn):
                log.say(tell.line(one, progress(conn, one), ready.locale))
            return 0
        if action == "count":
            _count(ready, conn, key)
            return 0
        _do(ready, conn, arguments)
        _say(ready, conn, store.get(conn, key), as_json=arguments.json)
    return 0


def _do(config: Config, conn: Connection, arguments: argparse.Namespace) -> None:
    action, key, now = arguments.action, arguments.key, clock.now()
    facts: dict[str, object] = {"key": key}
    if action == "start":
        second.check_start(conn, key, _ME)
        kept = act.start(conn, key, config.timezone, now, BY)
        facts["starts_at"] = str(kept.starts_at)
    elif action == "stop":
        act.stop(conn, key, arguments.reason, now, BY)
        facts["reason"] = arguments.reason
    elif action == "resume":
        act.resume(conn, key, now, BY, drop=arguments.drop)
        facts["drop"] = arguments.drop
    elif action == "cancel":
        act.cancel(conn, key, now, BY)
    else:
        return
    audit.write(conn, config.workspace, f"broadcast.{_DONE[action]}", facts)
    conn.commit()


_DONE = {"start": "started", "stop": "stopped", "resume": "resumed", "cancel": "cancelled"}


def _count(config: Config, conn: Connection, key: str) -> None:
    history = clickhouse.connect(config.clickhouse_url, postgres.schema_name(config.workspace))
    try:
        asked, at_ms = act.asked(conn, key), clock.now_ms()
        told = act.count(history, asked, at_ms)
        trial = act.try_out(history, asked, at_ms)
    finally:
        history.close()
    facts = {"count": told.count, "reach": _reach(told.reach)}
    log.say(i18n.say("delivery.broadcast_headcount", config.locale, **facts))
    for one in trial.variants if trial else ():
        facts = {
            "name": one.name, "message": one.message, "people": one.mine.people,
            "reach": _reach(one.mine.reach), "rest": one.rest.people,
            "rest_reach": _reach(one.rest.reach),
        }  # fmt: skip
        log.say(i18n.say("delivery.broadcast_tried", config.locale, **facts))


def _reach(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{channel} {count}" for channel, count in counts.items()) or "–"


def _say(config: Config, conn: Connection, kept: Kept, *, as_json: bool) -> None:
    now = progress(conn, kept)
    stopped = is_stopped(conn, kept.key)
    if as_json:
        told = tell.told(kept, now, stopped=stopped)
        log.say(msgspec.json.encode(told, enc_hook=str).decode())
    else:
        log.say("\n".join(tell.lines(kept, now, config.locale, stopped=stopped)))


def _connect(config: Config) -> Connection:
    return postgres.connect(config.postgres_url, workspace=config.workspace)
