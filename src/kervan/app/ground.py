"""What every process stands on: the keys, the tables, the ways in."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import psycopg

from kervan.collect import decode, intake, sources
from kervan.collect.intake import open_days
from kervan.kernel import clickhouse, clock, crypto, keyring, migrate, postgres, workspaces
from kervan.kernel.config import Config
from kervan.kernel.errors import KervanError
from kervan.web import access

_TRIES = 3
"""A process that starts while the master key is being changed may read the one just gone."""


def master_key_path(config: Config) -> Path:
    """Where the master key lies when it does not come by the environment."""
    return Path(config.master_key_path) if config.master_key_path else config.data / "master.key"


def master_of(config: Config) -> bytes:
    """The master key from the environment or its file; never makes one.

    Raises kernel.master_key_missing, kernel.bad_master_key, kernel.master_key_open.
    """
    if config.master_key:
        return crypto.decode_master_key(config.master_key.encode(), "KERVAN_MASTER_KEY")
    path = master_key_path(config)
    key = crypto.read_master_key(path)
    if key is None:
        raise KervanError("kernel.master_key_missing", status=500, path=path)
    return key


def vault_of(config: Config) -> crypto.Vault:
    """The keys of an installation whose databases are up and prepared.

    Raises kernel.master_key_missing, kernel.master_key_wrong and what `master_of` raises.
    """
    with postgres.connect(config.postgres_url) as conn:
        for left in reversed(range(_TRIES)):
            try:
                return keyring.open_vault(conn, master_of(config))
            except KervanError as error:
                if error.code != "kernel.master_key_wrong" or not left:
                    raise
                conn.rollback()
    raise AssertionError


def prepare(config: Config) -> None:
    """Bring both databases up to date and make what every workspace has."""
    with postgres.connect(config.postgres_url) as conn:
        mine = served(conn, config)
        history = clickhouse.connect(config.clickhouse_url)
        migrate.migrate(conn, history, mine)
        history.close()
        if not config.master_key and not keyring.is_begun(conn):
            crypto.load_master_key(master_key_path(config))
        keyring.prepare(conn, master_of(config), mine)
        conn.commit()
        for one in mine:
            sources.ensure_own(conn, one)
        today = clock.now().date()
        open_days(conn, [today + timedelta(days=days) for days in (-1, 0, 1, 2)])


class Ground:
    """What a web process takes to open workspaces beside the first (`web.state.Ground`)."""

    def __init__(self, config: Config) -> None:
        self._config = config

    def vault(self) -> crypto.Vault:
        """All keys, those of the newest workspace among them."""
        return vault_of(self._config)

    def prepare(self, workspace: str) -> None:
        """Its tables in both engines, its keys and its own source; again where it was begun."""
        prepare(replace(self._config, workspace=workspace))


def served(conn: postgres.Connection, config: Config) -> list[str]:
    """The configured workspace and the open ones beside the first, where tables know of them."""
    try:
        beside = [one.key for one in workspaces.beside(workspaces.known(conn))]
    except (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedColumn):
        conn.rollback()
        beside = []
    return sorted({config.workspace, *beside})


def import_door(
    conn: postgres.Connection, vault: crypto.Vault, workspace: int, source: int
) -> Callable[[bytes], None]:
    """What takes the bodies of an import: each is durable in the intake when it returns."""

    def send(body: bytes) -> None:
        count = len(decode.envelope(body).events)
        intake.append(conn, vault, workspace, source, body, count, bulk=True)
        conn.commit()

    return send


def first_key(config: Config) -> tuple[str, str]:
    """A write key to start with ("" after the first start) and a one-time sign-in link."""
    with postgres.connect(config.postgres_url) as conn:
        key = ""
        if not sources.describe(conn, config.workspace):
            key = sources.create(conn, config.workspace, "First source", "server")
    if key:
        sources.settle()
    return key, new_sign_in_link(config)


def new_sign_in_link(config: Config) -> str:
    """The address that signs its first visitor in."""
    with postgres.connect(config.postgres_url) as conn:
        return f"{config.address}/sign-in?token={access.make_link(conn)}"
