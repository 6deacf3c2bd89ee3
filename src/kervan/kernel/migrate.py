"""Brings both databases to this version's tables: forward only, under a lock, recorded."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from clickhouse_connect.driver.client import Client
from psycopg import sql

from kervan.kernel import clock, log, postgres
from kervan.kernel.errors import KervanError

# Lower rooms first: a room's tables may name those of the rooms below it.
ROOMS = (
    "kernel",
    "engines",
    "profiles",
    "consent",
    "history",
    "collect",
    "commerce",
    "segments",
    "content",
    "delivery",
    "journeys",
    "onsite",
    "desk",
    "insight",
    "privacy",
    "connectors",
    "web",
)
_LOCK = 0x6B657276616E  # "kervan"
_log = log.get("migrate")


@dataclass(frozen=True)
class Migration:
    """One file of one room: `<room>/migrations/0001_words.<scope>.sql`."""

    name: str
    scope: str
    text: str

    @property
    def checksum(self) -> str:
        """SHA-256 of the text, to notice a file that was changed afterwards."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def migrations(scope: str) -> list[Migration]:
    """All migrations of `scope` (installation, workspace or history), in order."""
    found = []
    root = Path(str(resources.files("kervan")))
    for room in ROOMS:
        for file in sorted((root / room / "migrations").glob(f"*.{scope}.sql")):
            name = f"{room}/{file.name.split('.')[0]}"
            found.append(Migration(name, scope, file.read_text(encoding="utf-8")))
    return found


def prepare(conn: postgres.Connection) -> None:
    """Take the migration lock for this session and make the table that records them."""
    conn.execute("select pg_advisory_lock(%s)", (_LOCK,))
    conn.execute("create schema if not exists kervan")
    conn.execute(
        "create table if not exists kervan.migration (place text, name text,"
        " checksum text not null, applied_at timestamptz not null,"
        " primary key (place, name))"
    )
    conn.commit()


def release(conn: postgres.Connection) -> None:
    """Give the migration lock back."""
    conn.execute("select pg_advisory_unlock(%s)", (_LOCK,))
    conn.commit()


def pending(conn: postgres.Connection, place: str, scope: str) -> list[Migration]:
    """What `place` (installation, a schema, `history:` a database) still lacks.

    Raises kernel.migration_changed and kernel.database_is_newer.
    """
    rows = conn.execute(
        "select name, checksum from kervan.migration where place = %s", (place,)
    ).fetchall()
    applied: dict[str, str] = dict(rows)
    known = migrations(scope)
    for unknown in sorted(set(applied) - {m.name for m in known}):
        raise KervanError("kernel.database_is_newer", status=500, name=unknown)
    for one in known:
        if one.name in applied and applied[one.name] != one.checksum:
            raise KervanError("kernel.migration_changed", status=500, name=one.name)
    return [one for one in known if one.name not in applied]


def migrate(conn: postgres.Connection, history: Client | None, workspaces: list[str]) -> int:
    """Apply all that is missing; each file is one transaction. Gives how many were applied."""
    prepare(conn)
    try:
        count = _apply_all(conn, "installation", "installation")
        for workspace in workspaces:
            schema = postgres.schema_name(workspace)
            conn.execute(sql.SQL("create schema if not exists {}").format(sql.Identifier(schema)))
            conn.execute(
                "insert into kervan.workspace (key, created_at) values (%s, %s)"
                " on conflict do nothing",
                (workspace, clock.now()),
            )
            conn.commit()
            postgres.use_workspace(conn, workspace)
            conn.commit()
            count += _apply_all(conn, schema, "workspace")
            if history is not None:
                count += _apply_history(conn, history, schema)
        return count
    finally:
        conn.rollback()
        release(conn)


def missing(conn: postgres.Connection, workspaces: list[str]) -> list[str]:
    """The names of all migrations that are not applied yet, for `kervan migrate --check`."""
    prepare(conn)
    try:
        names = [m.name for m in pending(conn, "installation", "installation")]
        for workspace in workspaces:
            schema = postgres.schema_name(workspace)
            names += [f"{schema}: {m.name}" for m in pending(conn, schema, "workspace")]
            names += [f"{schema}: {m.name}" for m in pending(conn, f"history:{schema}", "history")]
        return names
    finally:
        conn.rollback()
        release(conn)


def _apply_all(conn: postgres.Connection, place: str, scope: str) -> int:
    todo = pending(conn, place, scope)
    for one in todo:
        conn.execute(one.text.encode())
        _record(conn, place, one)
        conn.commit()
        _log.info("migrated", place=place, name=one.name)
    return len(todo)


def _apply_history(conn: postgres.Connection, history: Client, database: str) -> int:
    place = f"history:{database}"
    history.command(f"CREATE DATABASE IF NOT EXISTS {database}")
    todo = pending(conn, place, "history")
    conn.commit()  # an open transaction is ended for us, should history take its minutes
    history.database = database  # unqualified names mean the workspace's database
    for one in todo:
        # ClickHouse has no transactions: statements are written to be repeatable instead.
        for statement in _statements(one.text):
            history.command(statement.replace("{database}", database))
        _record(conn, place, one)
        conn.commit()
        _log.info("migrated", place=place, name=one.name)
    return len(todo)


def _statements(text: str) -> Iterator[str]:
    for part in text.split(";\n"):
        lines = [line for line in part.splitlines() if not line.lstrip().startswith("--")]
        if statement := "\n".join(lines).strip().rstrip(";"):
            yield statement


def _record(conn: postgres.Connection, place: str, one: Migration) -> None:
    conn.execute(
        "insert into kervan.migration (place, name, checksum, applied_at) values (%s, %s, %s, %s)",
        (place, one.name, one.checksum, clock.now()),
    )
