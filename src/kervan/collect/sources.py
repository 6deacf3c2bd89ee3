"""Sources of events and their write keys, in memory for the collector."""

import hashlib
from dataclasses import dataclass
from typing import Any

from kervan.kernel import clock, ids, sql
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection, Taken

_SQL = sql.load(__package__, "sources.sql")

# Whose word counts: what these say of an e-mail or a phone may link people.
TRUSTED_KINDS = frozenset({"server", "till", "call_centre", "import", "kervan"})
KINDS = ("browser", "server", "till", "kiosk", "call_centre", "import")


@dataclass(frozen=True, slots=True)
class Source:
    """One sender of events."""

    id: int
    workspace_id: int
    workspace: str
    name: str
    kind: str
    trusted: bool
    allowed_origins: tuple[str, ...]
    rate_limit_per_second: int
    enabled: bool


REFRESH_SECONDS = 1.0
"""How often a collector reads the table; a new key is told once it is good everywhere."""


class Sources:
    """All sources by the hash of their keys; `refresh` replaces the table at once."""

    def __init__(self) -> None:
        self.loaded = False
        self._by_key: dict[bytes, Source] = {}
        self._by_id: dict[int, Source] = {}

    def refresh(self, conn: Connection) -> None:
        """Read all sources and their keys that are not revoked."""
        rows = conn.execute(_SQL.all_sources).fetchall()
        by_id = {row[0]: Source(*(*row[:6], tuple(row[6]), *row[7:])) for row in rows}
        # One made between the two questions has a key before it is known: it is by the next time.
        keys = conn.execute(_SQL.good_keys).fetchall()
        self._by_id = by_id
        self._by_key = {bytes(key): by_id[source] for key, source in keys if source in by_id}
        self.loaded = True

    def find(self, key: str) -> Source | None:
        """The source of a write key, or None for a wrong or revoked one."""
        return self._by_key.get(hash_key(key))

    def by_id(self, source: int) -> Source | None:
        """The source with this number."""
        return self._by_id.get(source)


def hash_key(key: str) -> bytes:
    """What is stored of a write key; keys are random, so a plain SHA-256 is enough."""
    return hashlib.sha256(key.encode("utf-8", "replace")).digest()


def create(
    conn: Connection,
    workspace: str,
    name: str,
    kind: str,
    *,
    allowed_origins: tuple[str, ...] = (),
    rate_limit_per_second: int = 0,
) -> str:
    """Make a source with its first write key, which is returned and never shown again.

    Raises collect.source_kind for an unknown kind and collect.source_exists for a taken name.
    """
    if kind not in KINDS:
        raise KervanError("collect.source_kind", kind=kind, kinds=", ".join(KINDS))
    row = conn.execute(
        _SQL.add_source,
        {
            "workspace": workspace,
            "name": name,
            "kind": kind,
            "trusted": kind in TRUSTED_KINDS,
            "rate": rate_limit_per_second,
            "origins": list(allowed_origins),
            "now": clock.now(),
        },
    ).fetchone()
    if row is None:
        raise KervanError("collect.source_exists", status=409, name=name)
    return add_key(conn, row[0])


def add_key(conn: Connection, source: int) -> str:
    """One more write key for a source; the old ones stay good until they are revoked."""
    key = "kv_" + ids.secret(24)
    conn.execute(
        _SQL.add_key,
        {"hash": hash_key(key), "source": source, "hint": key[-4:], "now": clock.now()},
    )
    return key


def revoke(conn: Connection, key: str) -> bool:
    """Stop a write key; gives whether it was good until now."""
    return conn.execute(_SQL.revoke_key, {"hash": hash_key(key), "now": clock.now()}).rowcount == 1


def ensure_own(conn: Connection, workspace: str) -> None:
    """The source under which Kervan's own doings are recorded; it has no key."""
    conn.execute(_SQL.ensure_own, {"workspace": workspace, "now": clock.now()})


def settle() -> None:
    """Wait until every collector knows the keys committed before: an SDK drops what gets 401."""
    clock.sleep(REFRESH_SECONDS * 1.2)


def describe(conn: Connection, workspace: str) -> list[dict[str, Any]]:
    """Every source of a workspace with the last four characters of its good keys."""
    names = (
        "id",
        "name",
        "kind",
        "trusted",
        "allowed_origins",
        "rate_limit_per_second",
        "enabled",
        "keys",
    )
    rows = conn.execute(_SQL.describe, {"workspace": workspace}).fetchall()
    return [dict(zip(names, row, strict=True)) for row in rows]


def exists(conn: Connection, workspace: str, source: int) -> bool:
    """Whether the workspace has this source."""
    row = conn.execute(_SQL.exists, {"workspace": workspace, "source": source}).fetchone()
    return row is not None


def revoke_by_hint(conn: Connection, workspace: str, source: int, hint: str) -> bool:
    """Stop the keys of a source that end in `hint`; gives whether there was one."""
    values = {"workspace": workspace, "source": source, "hint": hint, "now": clock.now()}
    return conn.execute(_SQL.revoke_by_hint, values).rowcount > 0


def change(
    conn: Connection,
    workspace: str,
    source: int,
    *,
    name: str | None = None,
    enabled: bool | None = None,
    rate_limit_per_second: int | None = None,
    allowed_origins: list[str] | None = None,
) -> bool:
    """Change a source; None leaves a field as it is. Gives whether there is such a source.

    Raises collect.source_exists for a name that another one has; the transaction is lost then.
    """
    values = {
        "workspace": workspace,
        "source": source,
        "name": name,
        "enabled": enabled,
        "rate": rate_limit_per_second,
        "origins": allowed_origins,
    }
    try:
        return conn.execute(_SQL.change, values).rowcount == 1
    except Taken:
        raise KervanError("collect.source_exists", status=409, name=name) from None


def ensure_import(conn: Connection, workspace: str, name: str = "Import") -> tuple[int, int]:
    """(workspace, source) numbers of the source for files of past events, made when missing.

    Raises collect.source_exists when the name belongs to a source of another kind.
    """
    found = conn.execute(_SQL.by_name, {"workspace": workspace, "name": name}).fetchone()
    if found is None:
        create(conn, workspace, name, "import")
        found = conn.execute(_SQL.by_name, {"workspace": workspace, "name": name}).fetchone()
    if found is None or found[2] != "import":
        raise KervanError("collect.source_exists", status=409, name=name)
    return int(found[1]), int(found[0])
