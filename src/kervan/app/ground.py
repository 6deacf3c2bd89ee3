"""What every process stands on: the keys, the tables, the ways in."""

from datetime import timedelta
from pathlib import Path

from kervan.collect import sources
from kervan.collect.intake import open_days
from kervan.kernel import clickhouse, clock, crypto, migrate, postgres
from kervan.kernel.config import Config
from kervan.web import access


def vault_of(config: Config) -> crypto.Vault:
    """The keys of an installation, from its master key file."""
    path = Path(config.master_key_path) if config.master_key_path else config.data / "master.key"
    return crypto.Vault(crypto.load_master_key(path))


def prepare(config: Config) -> None:
    """Bring both databases up to date and make what every workspace has."""
    with postgres.connect(config.postgres_url) as conn:
        history = clickhouse.connect(config.clickhouse_url)
        migrate.migrate(conn, history, [config.workspace])
        history.close()
        sources.ensure_own(conn, config.workspace)
        today = clock.now().date()
        open_days(conn, [today + timedelta(days=days) for days in (-1, 0, 1, 2)])


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
