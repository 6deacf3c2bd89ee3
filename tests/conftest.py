"""Real databases for tests: both engines once a session, a fresh workspace for each test.

`KERVAN_TEST_POSTGRES_URL` and `KERVAN_TEST_CLICKHOUSE_URL` choose outside servers instead.
"""

import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from clickhouse_connect.driver.client import Client
from hypothesis import settings
from psycopg import sql
from psycopg.conninfo import make_conninfo

from kervan.consent import ledger
from kervan.engines.clickhouse import EmbeddedClickHouse
from kervan.engines.postgres import EmbeddedPostgres
from kervan.kernel import clickhouse as history
from kervan.kernel import migrate
from kervan.kernel import postgres as state

# A busy machine is no bug: examples are bounded by number, not by time.
settings.register_profile("kervan", deadline=None)
settings.load_profile("kervan")

_numbers = itertools.count(1)
_TEMPLATE_WORKSPACE = "template"
_PREFIX = "kervan-tests-"
_ROOM_BYTES = 4 << 30


@dataclass(frozen=True)
class Urls:
    """Where one test finds its databases: its own PostgreSQL database, its own workspace."""

    postgres: str
    clickhouse: str
    workspace: str

    @property
    def database(self) -> str:
        """The workspace's PostgreSQL schema and ClickHouse database."""
        return state.schema_name(self.workspace)


@pytest.fixture(autouse=True)
def ears() -> Iterator[None]:
    """What a command wires for its own process ends with the test that ran it in this one."""
    before = list(ledger.on_recorded)
    yield
    ledger.on_recorded[:] = before


@pytest.fixture(scope="session")
def session_dir() -> Iterator[Path]:
    """A directory for the engines; its path is short, as sockets need."""
    parent = _memory()
    if parent is not None:
        _sweep(parent)
    place = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=parent))
    yield place
    shutil.rmtree(place, ignore_errors=True)


def _memory() -> Path | None:
    """A file system in memory with room for the engines, where this machine has one.

    Each test has databases of its own, of a thousand files: on a disk they cost half of a run.
    """
    place = Path("/dev") / "shm"
    if not os.access(place, os.W_OK | os.X_OK):
        return None
    room = min(shutil.disk_usage(place).free, psutil.virtual_memory().available)
    return place if room > _ROOM_BYTES else None


def _sweep(parent: Path) -> None:
    """Give back what runs that were killed have left: memory, unlike a disk, is soon full."""
    for place in parent.glob(f"{_PREFIX}*"):
        number = place.name.removeprefix(_PREFIX).partition("-")[0]
        if number.isdigit() and not psutil.pid_exists(int(number)):
            shutil.rmtree(place, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_server(session_dir: Path) -> Iterator[str]:
    """The URL of a PostgreSQL server in which tests may create databases."""
    given = os.environ.get("KERVAN_TEST_POSTGRES_URL")
    if given:
        yield given
        return
    # Nobody pulls the plug on this one (tests/crash starts its own): thousands of databases are
    # made and dropped, and to have each on disk at once is most of what that costs.
    engine = EmbeddedPostgres(
        session_dir / "postgres",
        {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"},
    )
    yield engine.start()
    engine.stop()


@pytest.fixture(scope="session")
def clickhouse_server(session_dir: Path) -> Iterator[str]:
    """The URL of a ClickHouse server in which tests may create databases."""
    given = os.environ.get("KERVAN_TEST_CLICKHOUSE_URL")
    if given:
        yield given
        return
    engine = EmbeddedClickHouse(session_dir / "clickhouse", log_level="warning")
    yield engine.start()
    engine.stop()


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> Iterator[str]:
    """The name of a migrated database with one workspace, to be copied for each test."""
    name = f"kervan_template_{os.getpid()}"
    with state.connect(postgres_server, autocommit=True) as admin:
        admin.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        with state.connect(make_conninfo(postgres_server, dbname=name)) as conn:
            migrate.migrate(conn, None, [_TEMPLATE_WORKSPACE])
        yield name
        admin.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@pytest.fixture
def workspace() -> str:
    """The key of this test's own workspace, never used before."""
    return f"t{os.getpid()}_{next(_numbers)}"


@pytest.fixture
def postgres_url(postgres_server: str, postgres_template: str, workspace: str) -> Iterator[str]:
    """The URL of this test's own migrated PostgreSQL database."""
    name = f"kervan_{workspace}"
    with state.connect(postgres_server, autocommit=True) as admin:
        admin.execute(
            sql.SQL("create database {} template {} strategy file_copy").format(
                sql.Identifier(name), sql.Identifier(postgres_template)
            )
        )
        url = make_conninfo(postgres_server, dbname=name)
        with state.connect(url) as conn:
            old, new = state.schema_name(_TEMPLATE_WORKSPACE), state.schema_name(workspace)
            conn.execute(
                sql.SQL("alter schema {} rename to {}").format(
                    sql.Identifier(old), sql.Identifier(new)
                )
            )
            conn.execute(
                "update kervan.workspace set key = %s where key = %s",
                (workspace, _TEMPLATE_WORKSPACE),
            )
            conn.execute("update kervan.migration set place = %s where place = %s", (new, old))
        yield url
        admin.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@pytest.fixture
def postgres(postgres_url: str, workspace: str) -> Iterator[state.Connection]:
    """A connection to the test's database; unqualified names mean its workspace."""
    with state.connect(postgres_url, workspace=workspace) as conn:
        yield conn
        conn.rollback()


@pytest.fixture
def engines_urls(postgres_url: str, clickhouse_server: str, workspace: str) -> Iterator[Urls]:
    """Both addresses and the workspace, migrated in both databases."""
    urls = Urls(postgres_url, clickhouse_server, workspace)
    admin = history.connect(clickhouse_server)
    try:
        with state.connect(postgres_url) as conn:
            migrate.migrate(conn, admin, [workspace])
        yield urls
    finally:
        admin.command(f"DROP DATABASE IF EXISTS {urls.database} SYNC")
        admin.close()


@pytest.fixture
def clickhouse(engines_urls: Urls) -> Iterator[Client]:
    """A client on the ClickHouse database of the test's workspace."""
    client = history.connect(engines_urls.clickhouse, engines_urls.database)
    yield client
    client.close()
