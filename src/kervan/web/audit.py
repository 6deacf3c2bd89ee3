"""The audit log: who changed what, and who read which personal data unmasked."""

import msgspec
from fastapi import Request

from kervan.collect.fields import cut_ip
from kervan.kernel import clock, sql
from kervan.kernel.postgres import Connection
from kervan.web.auth import reader_of
from kervan.web.state import house

_SQL = sql.load(__package__, "audit.sql")


def record(conn: Connection, request: Request, what: str, **facts: object) -> None:
    """Write down that the reader of `request` did `what`, in the same transaction as the deed.

    `what` is a stable word such as "person.revealed"; `facts` name the things by their ids and
    never hold personal data: the log is kept when a person is erased. An unmasked read is
    recorded as "people.revealed" with `people=[public ids]`.
    """
    reader = reader_of(request)
    route = getattr(request.scope.get("route"), "path", request.url.path)
    conn.execute(
        _SQL.add,
        {
            "at": clock.now(),
            "workspace": house(request).config.workspace,
            "actor_kind": reader.kind,
            "actor": reader.id,
            "roles": list(reader.roles),
            "used_right": getattr(request.state, "right", ""),
            "route": f"{request.method} {route}",
            "what": what,
            "facts": msgspec.json.encode(facts).decode(),
            "network": cut_ip(request.client.host if request.client else ""),
        },
    )
