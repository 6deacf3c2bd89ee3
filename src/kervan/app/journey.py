"""`kervan journey`: lists journeys, pauses, resumes, stops them, and takes a publication back."""

import argparse

from kervan.app.files import choice_of
from kervan.engines import supervise
from kervan.journeys.publish import deeds, state
from kervan.journeys.publish.names import name_of
from kervan.journeys.publish.state import DEEDS, PAST, How
from kervan.kernel import clock, i18n, log, postgres
from kervan.kernel.config import Config
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.web import audit

BY = "command"


def journey(config: Config, arguments: argparse.Namespace) -> int:
    """List journeys, or do something with one: it is planned, and done with --yes."""
    with (
        supervise.attached(config) as ready,
        postgres.connect(ready.postgres_url, workspace=ready.workspace) as conn,
    ):
        if arguments.action == "list":
            return _list(ready, conn)
        if not arguments.key:
            raise KervanError("journeys.key_needed", status=422, action=arguments.action)
        return _do(ready, conn, arguments)


def _list(config: Config, conn: Connection) -> int:
    for one in deeds.every(conn):
        said = i18n.say(f"journeys.state_{one.state}", config.locale)
        log.say("\t".join([one.key, name_of(one.text), said, str(one.version), str(one.inside)]))
    return 0


def _do(config: Config, conn: Connection, arguments: argparse.Namespace) -> int:
    deed = next(one for one in DEEDS if one == arguments.action)
    how = How(
        arguments.timers, round(arguments.spread_minutes * 60), choice_of(arguments),
        arguments.expected,
    )  # fmt: skip
    now = clock.now()
    if not arguments.yes:
        planned = state.plan(conn, arguments.key, deed, how, now, zone=config.timezone)
        log.say(planned.say(config.locale))
        log.say(i18n.say("journeys.say_yes", config.locale))
        return 0
    done = state.do(conn, arguments.key, deed, how, now, BY, zone=config.timezone)
    facts: dict[str, object] = {
        "key": done.key, "inside": done.inside, "queued": done.queued, "version": done.number,
    }  # fmt: skip
    audit.write(conn, config.workspace, f"journey.{PAST[deed]}", facts)
    log.say(done.say(config.locale))
    return 0
