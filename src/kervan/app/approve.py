"""`kervan approve`: what waits for a second person, and her decision."""

import argparse

from kervan.consent import packs
from kervan.engines import supervise
from kervan.journeys.approval import decide, store
from kervan.journeys.approval.texts import Place
from kervan.kernel import clock, i18n, log, postgres
from kervan.kernel.config import Config
from kervan.kernel.postgres import Connection
from kervan.web import access, audit

_ME = str(access.COMMAND_LINE)
"""Whoever holds the machine is one person: what she proposed, somebody who signs in approves."""


def approve(config: Config, arguments: argparse.Namespace) -> int:
    """List what waits, decide one of it, or set of which texts approval is asked."""
    with (
        supervise.attached(config) as ready,
        postgres.connect(ready.postgres_url, workspace=ready.workspace) as conn,
    ):
        if arguments.require:
            _require(ready, conn, arguments.require)
        elif arguments.proposal is None:
            _list(ready, conn)
        else:
            _decide(ready, conn, arguments)
    return 0


def _list(config: Config, conn: Connection) -> None:
    found = store.listed(conn)
    for one in found:
        when = f"{one.proposed_at:%Y-%m-%d %H:%M}"
        log.say("\t".join([str(one.id), one.kind, one.key, one.name, when, one.proposed_by]))
    if not found:
        log.say(i18n.say("journeys.approval_none", config.locale))


def _decide(config: Config, conn: Connection, arguments: argparse.Namespace) -> None:
    at, note = clock.now(), arguments.note
    if arguments.reject:
        done = decide.reject(conn, arguments.proposal, at, _ME, note)
    else:
        place = Place(packs.of_country(config.country), config.locale, config.timezone)
        done = decide.approve(conn, arguments.proposal, at, _ME, place, note)
    facts: dict[str, object] = {
        "proposal": done.id, "kind": done.kind, "key": done.key, "version": done.version or 0,
    }  # fmt: skip
    audit.write(conn, config.workspace, f"approval.{done.state}", facts)
    log.say(i18n.say(f"journeys.approval_{done.state}", config.locale, **facts))


def _require(config: Config, conn: Connection, wanted: list[str]) -> None:
    for one in wanted:
        kind, _, scope = one.partition("=")
        known_kind, known_scope = store.known(kind, scope)
        if store.set_rule(conn, known_kind, known_scope, clock.now(), _ME):
            facts: dict[str, object] = {"kind": kind, "scope": scope}
            audit.write(conn, config.workspace, "approval.rule", facts)
    for kind, scope in store.rules(conn).items():
        log.say(i18n.say("journeys.approval_rule", config.locale, kind=kind, scope=scope))
