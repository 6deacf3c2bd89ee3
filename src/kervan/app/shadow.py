"""`kervan shadow`: puts a journey in shadow, tells what it would do today, and ends it."""

import argparse
from datetime import datetime
from pathlib import Path

from kervan.app.rehearse import policy_of
from kervan.delivery.policy.definition import canonical
from kervan.engines import supervise
from kervan.journeys.shadow import choose, store, tell
from kervan.kernel import clock, i18n, log, postgres
from kervan.kernel.config import Config
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.web import audit

_BY = "command"


def shadow(config: Config, arguments: argparse.Namespace) -> int:
    """Start, show or stop one, or list them all; gives 0."""
    with (
        supervise.attached(config) as ready,
        postgres.connect(ready.postgres_url, workspace=ready.workspace) as conn,
    ):
        at = clock.now()
        if arguments.action == "list":
            said = [tell.head(one, at, config.locale) for one in store.every(conn)]
            log.say("\n".join(said) or i18n.say("journeys.shadow_none", config.locale))
        elif not arguments.what:
            raise KervanError("journeys.shadow_needs", status=422, action=arguments.action)
        else:
            _ACTIONS[arguments.action](conn, ready, arguments, at)
    return 0


def _start(conn: Connection, config: Config, arguments: argparse.Namespace, at: datetime) -> None:
    file = Path(arguments.what)
    known = file.is_file()
    text = file.read_text(encoding="utf-8") if known else choose.of_key(conn, arguments.what)
    policy = policy_of(arguments.policy)
    wanted = store.Wanted(
        choose.check(conn, text, config.timezone), text, canonical(policy) if policy else "",
        arguments.days, arguments.sample, arguments.seed,
    )  # fmt: skip
    made = store.start(conn, wanted, at, _BY)
    audit.write(conn, config.workspace, "journey.shadow_started", {"key": made.key})
    log.say(tell.head(made, at, config.locale))


def _show(conn: Connection, config: Config, arguments: argparse.Namespace, at: datetime) -> None:
    one = store.get(conn, arguments.what)
    log.say(one.report or "null" if arguments.json else tell.tell(one, at, config.locale))


def _stop(conn: Connection, config: Config, arguments: argparse.Namespace, at: datetime) -> None:
    ended = store.stop(conn, arguments.what, at)
    audit.write(conn, config.workspace, "journey.shadow_stopped", {"key": ended.key})
    log.say(tell.head(ended, at, config.locale))


_ACTIONS = {"start": _start, "show": _show, "stop": _stop}
