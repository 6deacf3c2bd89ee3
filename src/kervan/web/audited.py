"""Writes lines of the audit log, for processes that serve no web as well."""

import msgspec

from kervan.collect.fields import cut_ip
from kervan.kernel import clock, sql
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "audit.sql")


def write(
    conn: Connection,
    workspace: str,
    what: str,
    facts: dict[str, object],
    *,
    actor_kind: str = "command",
    actor: str = "",
    roles: list[str] | None = None,
    used_right: str = "",
    route: str = "",
    address: str = "",
) -> None:
    """One line; without more it was the command line that did it."""
    conn.execute(
        _SQL.add,
        {
            "at": clock.now(),
            "workspace": workspace,
            "actor_kind": actor_kind,
            "actor": actor,
            "roles": roles or [],
            "used_right": used_right,
            "route": route,
            "what": what,
            "facts": msgspec.json.encode(facts, enc_hook=str).decode(),
            "network": cut_ip(address),
        },
    )
