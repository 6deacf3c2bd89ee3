"""Real databases for tests: both engines once a session, a fresh workspace for each test.

`KERVAN_TEST_POSTGRES_URL` and `KERVAN_TEST_CLICKHOUSE_URL` choose outside servers instead.
"""

import itertools
import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import DatabaseError
from hypothesis import settings
from psycopg import sql
from psycopg.conninfo import make_conninfo

from kervan.consent import ledger
from kervan.engines.clickhouse import EmbeddedClickHouse
from kervan.engines.postgres import EmbeddedPostgres
from kervan.journeys.effects import notices
from kervan.kernel import clickhouse as history
from kervan.kernel import migrate
from kervan.kernel import postgres as state
from tests import memory

# A busy machine is no bug: examples are bounded by number, not by time.
# The build machine has twenty minutes: it tries fewer of what names no number of its own.
settings.register_profile("kervan", deadline=None, max_examples=25 if os.environ.get("CI") else 100)
settings.load_profile("kervan")

_numbers = itertools.count(1)
_TEMPLATE_WORKSPACE = "template"


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


@dataclass(frozen=True)
class Template:
    """What makes a history that is migrated already; without statements it has to be migrated."""

    statements: list[str]
    applied: list[tuple[Any, ...]]


@pytest.fixture(autouse=True)
def ears() -> Iterator[None]:
    """What a command wires for its own process ends with the test that ran it in this one."""
    wired: tuple[list[Any], ...] = (ledger.on_recorded, notices.colleagues)
    before = [list(one) for one in wired]
    yield
    for one, was in zip(wired, before, strict=True):
        one[:] = was


@pytest.fixture(scope="session")
def session_dir() -> Iterator[Path]:
    """A directory for the engines; its path is short, as sockets need."""
    place = memory.make_place("kervan-tests-")
    yield place
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
        {
            "fsync": "off",
            "full_page_writes": "off",
            "synchronous_commit": "off",
            "file_copy_method": "clone",
        },
    )
    yield engine.start()
    engine.stop()


@pytest.fixture(scope="session")
def postgres_admin(postgres_server: str) -> Iterator[state.Connection]:
    """Makes and drops the databases of all tests: to connect costs as much as the half of it."""
    with state.connect(postgres_server, autocommit=True) as admin:
        yield admin


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
def clickhouse_admin(clickhouse_server: str) -> Iterator[Client]:
    """Makes and drops the histories of all tests."""
    admin = history.connect(clickhouse_server)
    yield admin
    admin.close()


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str, postgres_admin: state.Connection) -> Iterator[str]:
    """The name of a migrated database with one workspace, to be copied for each test."""
    name = f"kervan_template_{os.getpid()}"
    postgres_admin.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
    with state.connect(make_conninfo(postgres_server, dbname=name)) as conn:
        migrate.migrate(conn, None, [_TEMPLATE_WORKSPACE])
    yield name
    _drop(postgres_admin, name)


def _copy(admin: state.Connection, template: str, name: str) -> None:
    admin.execute(
        sql.SQL("create database {} template {} strategy file_copy").format(
            sql.Identifier(name), sql.Identifier(template)
        )
    )


def _drop(admin: state.Connection, name: str) -> None:
    admin.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@pytest.fixture
def workspace() -> str:
    """The key of this test's own workspace, never used before."""
    return f"t{os.getpid()}_{next(_numbers)}"


@pytest.fixture
def postgres_url(
    postgres_server: str, postgres_admin: state.Connection, postgres_template: str, workspace: str
) -> Iterator[str]:
    """The URL of this test's own migrated PostgreSQL database."""
    name = f"kervan_{workspace}"
    _copy(postgres_admin, postgres_template, name)
    url = make_conninfo(postgres_server, dbname=name)
    with state.connect(url) as conn:
        old, new = state.schema_name(_TEMPLATE_WORKSPACE), state.schema_name(workspace)
        conn.execute(
            sql.SQL("alter schema {} rename to {}").format(sql.Identifier(old), sql.Identifier(new))
        )
        conn.execute(
            "update kervan.workspace set key = %s where key = %s", (workspace, _TEMPLATE_WORKSPACE)
        )
        conn.execute("update kervan.migration set place = %s where place = %s", (new, old))
    yield url
    _drop(postgres_admin, name)


@pytest.fixture
def postgres(postgres_url: str, workspace: str) -> Iterator[state.Connection]:
    """A connection to the test's database; unqualified names mean its workspace."""
    with state.connect(postgres_url, workspace=workspace) as conn:
        yield conn
        conn.rollback()


@pytest.fixture(scope="session")
def history_template(
    postgres_server: str,
    postgres_admin: state.Connection,
    postgres_template: str,
    clickhouse_admin: Client,
) -> Iterator[Template]:
    """A migrated history: the migrations themselves run once, each test gets their result."""
    workspace = f"template{os.getpid()}"
    place = state.schema_name(workspace)
    name = f"kervan_history_{os.getpid()}"
    _copy(postgres_admin, postgres_template, name)
    try:
        with state.connect(make_conninfo(postgres_server, dbname=name)) as conn:
            migrate.migrate(conn, clickhouse_admin, [workspace])
            rows = conn.execute(
                "select name, checksum, applied_at from kervan.migration where place = %s",
                (f"history:{place}",),
            ).fetchall()
        yield Template(_order(clickhouse_admin, place), rows)
    finally:
        _drop(postgres_admin, name)
        clickhouse_admin.command(f"DROP DATABASE IF EXISTS {place} SYNC")


def _order(admin: Client, place: str) -> list[str]:
    """What creates the tables of `place` anew.

    Proved by a copy that reads like the original. Rows are not copied: empty where there are any.
    A dictionary that is loaded already does not see what comes afterwards, so that is made too.
    """
    made, loaded = _tables(admin, place), _loaded(admin, place)
    if any(row[-1] for row in made):
        return []
    # A server of somebody else's may allow no backups, and would have to keep ours.
    is_ours = "KERVAN_TEST_CLICKHOUSE_URL" not in os.environ
    done = _restoring(admin, place) if is_ours else _creating(admin, place)
    done += [f"SYSTEM RELOAD DICTIONARY {{database}}.{name}" for name in loaded]
    copy = f"{place}_copy"
    try:
        for one in done:
            admin.command(one.replace("{database}", copy))
        copied = [
            tuple(str(said).replace(copy, place) for said in row) for row in _tables(admin, copy)
        ]
        assert copied == [tuple(map(str, row)) for row in made]
        assert _loaded(admin, copy) == loaded
    finally:
        admin.command(f"DROP DATABASE IF EXISTS {copy} SYNC")
    return done


def _restoring(admin: Client, place: str) -> list[str]:
    """One statement for all tables, at a third of the price of each by itself.

    Dictionaries are left out: what they ask is a text, which would name the original for ever.
    """
    asked = "SELECT name, create_table_query FROM system.tables WHERE engine = 'Dictionary'"
    rows = admin.query(f"{asked} AND database = '{place}' ORDER BY name").result_rows
    without = ", ".join(f"{place}.{name}" for name, _ in rows)
    except_them = f" EXCEPT TABLES {without}" if without else ""
    admin.command(f"BACKUP DATABASE {place}{except_them} TO File('{place}')")
    dictionaries = [str(text).replace(f"{place}.", "{database}.") for _, text in rows]
    return [f"RESTORE DATABASE {place} AS {{database}} FROM File('{place}')", *dictionaries]


def _creating(admin: Client, place: str) -> list[str]:
    """Each table by itself, those that name others behind them."""
    waiting = [str(row[1]).replace(f"{place}.", "{database}.") for row in _tables(admin, place)]
    done = ["CREATE DATABASE {database}"]
    copy = f"{place}_tried"
    admin.command(f"CREATE DATABASE {copy}")
    try:
        while waiting:
            failed = []
            for one in waiting:
                try:
                    admin.command(one.replace("{database}", copy))
                    done.append(one)
                except DatabaseError as error:
                    failed.append((one, error))
            if len(failed) == len(waiting):
                raise failed[0][1]
            waiting = [one for one, _ in failed]
    finally:
        admin.command(f"DROP DATABASE {copy} SYNC")
    return done


def _make(conn: state.Connection, admin: Client, template: Template, place: str) -> None:
    for one in template.statements:
        admin.command(one.replace("{database}", place))
    conn.cursor().executemany(
        "insert into kervan.migration (place, name, checksum, applied_at) values (%s, %s, %s, %s)",
        [(f"history:{place}", *row) for row in template.applied],
    )
    conn.commit()


def _tables(admin: Client, place: str) -> list[Sequence[object]]:
    return list(
        admin.query(
            "SELECT name, create_table_query, arraySort(dependencies_table),"
            " arraySort(loading_dependencies_table), ifNull(total_rows, 0) FROM system.tables"
            f" WHERE database = '{place}' ORDER BY name"
        ).result_rows
    )


def _loaded(admin: Client, place: str) -> list[str]:
    rows = admin.query(
        "SELECT name FROM system.dictionaries"
        f" WHERE database = '{place}' AND status = 'LOADED' ORDER BY name"
    ).result_rows
    return [str(name) for (name,) in rows]


@pytest.fixture
def engines_urls(
    postgres_url: str,
    clickhouse_server: str,
    clickhouse_admin: Client,
    history_template: Template,
    workspace: str,
) -> Iterator[Urls]:
    """Both addresses and the workspace, migrated in both databases."""
    urls = Urls(postgres_url, clickhouse_server, workspace)
    try:
        with state.connect(postgres_url) as conn:
            if history_template.statements:
                _make(conn, clickhouse_admin, history_template, urls.database)
            else:
                migrate.migrate(conn, clickhouse_admin, [workspace])
        yield urls
    finally:
        clickhouse_admin.command(f"DROP DATABASE IF EXISTS {urls.database} SYNC")


@pytest.fixture
def clickhouse(engines_urls: Urls) -> Iterator[Client]:
    """A client on the ClickHouse database of the test's workspace."""
    client = history.connect(engines_urls.clickhouse, engines_urls.database)
    yield client
    client.close()
