"""Keeps what needs approval, what waits for it, and who decided what."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from kervan.kernel import ids, sql
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "store.sql")
Kind = Literal["message", "journey", "policy"]
"""What waits as a proposal."""
Asked = Literal["message", "journey", "policy", "broadcast"]
"""Of what a second person may be asked: of a broadcast she starts it (second.py)."""
Scope = Literal["none", "marketing", "all"]
KINDS: tuple[Asked, ...] = ("message", "journey", "policy", "broadcast")
SCOPES: tuple[Scope, ...] = ("none", "marketing", "all")
PENDING, APPROVED, REJECTED, REPLACED = "pending", "approved", "rejected", "replaced"
STATES = (PENDING, APPROVED, REJECTED, REPLACED)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A text that somebody wants to make live: `before` is the version live now, 0 for none."""

    kind: Kind
    key: str
    name: str
    text: str
    before: int
    marketing: bool
    choice: str = "{}"
    """What becomes of those inside a journey, as JSON (journeys.publish.carry.Choice)."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A text and what became of it; people are the ids of users."""

    id: uuid.UUID
    kind: Kind
    key: str
    name: str
    text: str
    before: int
    state: str
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None = None
    decided_at: datetime | None = None
    note: str = ""
    version: int | None = None
    choice: str = "{}"


def rules(conn: Connection) -> dict[Asked, Scope]:
    """{kind: of which texts approval is asked}."""
    found: dict[str, Scope] = dict(conn.execute(_SQL.rules).fetchall())
    return {kind: found.get(kind, "none") for kind in KINDS}


def set_rule(conn: Connection, kind: Asked, scope: Scope, at: datetime, by: str) -> bool:
    """Ask for approval of the texts of a kind from now on; gives whether that is new."""
    if rules(conn)[kind] == scope:
        return False
    conn.execute(_SQL.set_rule, {"kind": kind, "scope": scope, "at": at, "by": by})
    return True


def known(kind: str, scope: str) -> tuple[Asked, Scope]:
    """A kind and a scope by their words. Raises journeys.approval_rule_unknown (422)."""
    for one in KINDS:
        for other in SCOPES:
            if (kind, scope) == (one, other):
                return one, other
    facts = {"given": f"{kind}={scope}"[:80], "kinds": ", ".join(KINDS)}
    raise KervanError(
        "journeys.approval_rule_unknown", status=422, scopes=", ".join(SCOPES), **facts
    )


def asked(conn: Connection, wanted: Wanted) -> bool:
    """Whether a second person must approve a text."""
    scope = rules(conn)[wanted.kind]
    return scope == "all" or (scope == "marketing" and wanted.marketing)


def propose(conn: Connection, wanted: Wanted, at: datetime, by: str) -> Proposal:
    """Let a text wait for approval; what waited under its key is replaced.

    The same text again is the same proposal, by whoever proposed it first.
    """
    place = {"kind": wanted.kind, "key": wanted.key}
    conn.execute(_SQL.hold, place)
    row = conn.execute(_SQL.pending_of, place).fetchone()
    if row is not None:
        waits = Proposal(*row)
        if (waits.text, waits.before, waits.choice) == (
            wanted.text, wanted.before, wanted.choice,
        ):  # fmt: skip
            return waits
        conn.execute(_SQL.replace, {"id": waits.id, "at": at, "by": by})
    made = Proposal(
        ids.uuid7(), wanted.kind, wanted.key, wanted.name, wanted.text, wanted.before,
        PENDING, by, at, choice=wanted.choice,
    )  # fmt: skip
    values: dict[str, Any] = {
        "id": made.id, **place, "name": made.name, "text": made.text, "before": made.before,
        "at": at, "by": by, "choice": made.choice,
    }  # fmt: skip
    conn.execute(_SQL.add, values)
    return made


def get(conn: Connection, proposal: uuid.UUID, *, hold: bool = False) -> Proposal:
    """A proposal; with `hold` nobody else decides it meanwhile.

    Raises journeys.approval_unknown (404).
    """
    statement = _SQL.held if hold else _SQL.one
    row = conn.execute(statement, {"id": proposal}).fetchone()
    if row is None:
        raise KervanError("journeys.approval_unknown", status=404, id=proposal)
    return Proposal(*row)


def listed(
    conn: Connection, state: str = PENDING, before: datetime | None = None, limit: int = 100
) -> list[Proposal]:
    """Proposals of a state, the latest first; `before` and `limit` page through them."""
    values = {"state": state, "before": before, "limit": limit}
    return [Proposal(*row) for row in conn.execute(_SQL.listed, values).fetchall()]


def decide(
    conn: Connection, found: Proposal, state: str, at: datetime, by: str, note: str,
    version: int | None = None,
) -> Proposal:  # fmt: skip
    """Write down what became of a proposal, which the caller holds."""
    values = {"id": found.id, "state": state, "at": at, "by": by, "note": note, "version": version}
    conn.execute(_SQL.decide, values)
    return get(conn, found.id)
