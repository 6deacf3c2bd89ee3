"""`kervan workspace`: which there are; open, close and reopen those beside the first."""

import argparse
from collections.abc import Callable

from kervan.app.ground import Ground
from kervan.engines import supervise
from kervan.kernel import clock, i18n, log, postgres, workspaces
from kervan.kernel.config import Config
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.web import audit


def workspace(config: Config, arguments: argparse.Namespace) -> int:
    """List, open, close or reopen. What runs notices within seconds."""
    deeds: dict[str, Callable[[Config, Connection, argparse.Namespace], None]] = {
        "list": _list,
        "open": _open,
        "close": _close,
        "reopen": _reopen,
    }
    with supervise.attached(config) as ready, postgres.connect(ready.postgres_url) as conn:
        deeds[arguments.action](ready, conn, arguments)
    return 0


def _list(config: Config, conn: Connection, _: argparse.Namespace) -> None:
    for one in workspaces.known(conn):
        mark = i18n.say("cli.workspace_closed", config.locale) if one.closed_at else ""
        where = workspaces.address(config, one)
        log.say("  ".join(part for part in (one.key, where, one.name, mark) if part))


def _open(config: Config, conn: Connection, arguments: argparse.Namespace) -> None:
    new = workspaces.New(
        arguments.key,
        arguments.name,
        arguments.at,
        arguments.country.upper(),
        arguments.zone,
        arguments.locale,
    )
    workspaces.add(conn, config, new, clock.now())
    audit.write(conn, config.workspace, "workspace_opened", {"workspace": new.key})
    _begin(config, conn, new.key)


def _close(config: Config, conn: Connection, arguments: argparse.Namespace) -> None:
    _must_be_beside(conn, arguments.key)
    if workspaces.close(conn, arguments.key, clock.now()):
        audit.write(conn, config.workspace, "workspace_closed", {"workspace": arguments.key})


def _reopen(config: Config, conn: Connection, arguments: argparse.Namespace) -> None:
    _must_be_beside(conn, arguments.key)
    audit.write(conn, config.workspace, "workspace_reopened", {"workspace": arguments.key})
    _begin(config, conn, arguments.key)


def _begin(config: Config, conn: Connection, key: str) -> None:
    conn.commit()
    Ground(config).prepare(key)
    workspaces.close(conn, key, None)
    log.say(workspaces.address(config, workspaces.find(conn, key)))


def _must_be_beside(conn: Connection, key: str) -> None:
    if workspaces.find(conn, key).is_first:
        raise KervanError("kernel.workspace_first", status=409, workspace=key)
