"""`kervan user` and `kervan key`: who may come in, from the machine that Kervan runs on."""

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from kervan.engines import supervise
from kervan.kernel import clock, i18n, log, postgres
from kervan.kernel.config import Config
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.web import access, audit, roles, users


def user(config: Config, arguments: argparse.Namespace) -> int:
    """Add, list, reset, disable or enable a user."""
    deeds: dict[str, Callable[[Config, Connection, argparse.Namespace], None]] = {
        "add": _add,
        "list": _list,
        "reset": _reset,
        "disable": _disable,
        "enable": _enable,
    }
    with _connected(config) as (ready, conn):
        deeds[arguments.action](ready, conn, arguments)
    return 0


def key(config: Config, arguments: argparse.Namespace) -> int:
    """Make, list or revoke keys of programs."""
    with _connected(config) as (ready, conn):
        if arguments.action == "list":
            for one in access.keys(conn, ready.workspace):
                scopes = "*" if one.scopes is None else ",".join(one.scopes)
                until = one.expires.date().isoformat() if one.expires else "-"
                log.say(f"{one.id}  {until:10}  {one.name}  {scopes}")
        elif arguments.action == "add":
            _add_key(ready, conn, arguments)
        else:
            done = access.revoke_keys_called(conn, ready.workspace, _named(arguments))
            if not done:
                raise KervanError("web.key_unknown", status=404)
            audit.write(conn, ready.workspace, "key_revoked", {"name": arguments.name})
    return 0


def _add_key(config: Config, conn: Connection, arguments: argparse.Namespace) -> None:
    unknown = sorted(set(arguments.scope) - roles.rights())
    if unknown:
        known = ", ".join(sorted(roles.rights()))
        raise KervanError("web.right_unknown", right=", ".join(unknown), known=known)
    number, secret = access.make_key(
        conn,
        _named(arguments),
        workspace=config.workspace,
        scopes=sorted(set(arguments.scope)) or None,
        expires=clock.now() + timedelta(days=arguments.days) if arguments.days else None,
    )
    facts = {"key": number, "scopes": arguments.scope, "days": arguments.days}
    audit.write(conn, config.workspace, "key_made", facts)
    log.say(secret)


def _add(config: Config, conn: Connection, arguments: argparse.Namespace) -> None:
    made = users.add(conn, config.workspace, _named(arguments), arguments.role)
    audit.write(conn, config.workspace, "user_added", {"user": made, "roles": arguments.role})
    _say_link(config, conn, users.by_id(conn, made))


def _list(config: Config, conn: Connection, _: argparse.Namespace) -> None:
    for one in users.everybody(conn, config.workspace):
        marks = [name for name, is_so in (
            (i18n.say("web.users_has_factor", config.locale), one.has_second_factor),
            (i18n.say("web.users_disabled", config.locale), one.disabled_at is not None),
        ) if is_so]  # fmt: skip
        log.say("  ".join([one.email, ",".join(one.roles), *marks]))


def _reset(config: Config, conn: Connection, arguments: argparse.Namespace) -> None:
    found = _known(conn, arguments)
    if arguments.second_factor:
        users.drop_second_factor(conn, found.id)
        audit.write(conn, config.workspace, "factor_off", {"user": found.id})
    audit.write(conn, config.workspace, "user_link_made", {"user": found.id})
    _say_link(config, conn, found)


def _disable(config: Config, conn: Connection, arguments: argparse.Namespace) -> None:
    found = _known(conn, arguments)
    users.disable(conn, config.workspace, found.id)
    audit.write(conn, config.workspace, "user_disabled", {"user": found.id})


def _enable(config: Config, conn: Connection, arguments: argparse.Namespace) -> None:
    found = _known(conn, arguments)
    users.enable(conn, found.id)
    audit.write(conn, config.workspace, "user_enabled", {"user": found.id})


def _say_link(config: Config, conn: Connection, found: users.User) -> None:
    log.say(f"{config.address}/sign-in/password?token={users.forget_password_of(conn, found)}")


def _known(conn: Connection, arguments: argparse.Namespace) -> users.User:
    found = users.by_email(conn, _named(arguments))
    if found is None:
        raise KervanError("web.user_unknown", status=404)
    return found


def _named(arguments: argparse.Namespace) -> str:
    """The name given to the command. Raises web.name_missing."""
    if not arguments.name:
        raise KervanError("web.name_missing", status=400)
    return str(arguments.name)


@contextmanager
def _connected(config: Config) -> Iterator[tuple[Config, Connection]]:
    with (
        supervise.attached(config) as ready,
        postgres.connect(ready.postgres_url, workspace=ready.workspace) as conn,
    ):
        yield ready, conn
