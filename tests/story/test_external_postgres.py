"""The same program on a PostgreSQL that it did not start: the tests, and a whole Kervan."""

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from kervan.engines.postgres import EmbeddedPostgres
from kervan.kernel import postgres
from tests import memory
from tests.story.running import running

ROOT = Path(__file__).resolve().parents[2]
SUITE = (
    "tests/unit/collect/test_process.py",
    "tests/unit/journeys/test_lease.py",
    "tests/unit/delivery/test_outbox.py",
    "tests/unit/commerce",
)


@pytest.fixture(scope="module")
def outside() -> Iterator[EmbeddedPostgres]:
    """A second server from the wheel: nobody's, as far as the program under test knows."""
    place = memory.make_place("kervan-outside-")
    place.chmod(0o755)
    engine = EmbeddedPostgres(place / "postgres")
    try:
        engine.start()
        yield engine
    finally:
        engine.stop()
        shutil.rmtree(place, ignore_errors=True)


def _servers_under(number: int) -> set[str]:
    """The data directories of the PostgreSQL servers that this process started."""
    found: set[str] = set()
    with contextlib.suppress(psutil.Error):
        for child in psutil.Process(number).children(recursive=True):
            with contextlib.suppress(psutil.Error):
                words = child.cmdline()
                if words and words[0].endswith("/postgres") and "-D" in words:
                    found.add(words[words.index("-D") + 1])
    return found


def _written(engine: EmbeddedPostgres) -> int:
    """How many bytes this server has logged since it was made."""
    with psycopg.connect(engine.url) as conn:
        row = conn.execute("select pg_current_wal_lsn() - '0/0'").fetchone()
    assert row is not None
    return int(row[0])


def test_the_integration_tests_pass_on_it(outside: EmbeddedPostgres) -> None:
    before = _written(outside)
    env = {**os.environ, "KERVAN_TEST_POSTGRES_URL": outside.url}
    with subprocess.Popen(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *SUITE],
        cwd=ROOT,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as tests:
        embedded: set[str] = set()
        while tests.poll() is None:
            embedded |= _servers_under(tests.pid)
            with contextlib.suppress(subprocess.TimeoutExpired):
                tests.wait(0.3)
        said = tests.stdout.read() if tests.stdout else ""
    assert tests.returncode == 0, said[-3000:]
    assert " passed" in said and "skipped" not in said
    assert embedded == set()
    assert _written(outside) - before > 10_000_000
    print(said.splitlines()[-1])


def test_a_whole_kervan_runs_on_it(outside: EmbeddedPostgres) -> None:
    with psycopg.connect(outside.url, autocommit=True) as admin:
        admin.execute("create database shop")
    url = outside.url.replace("/postgres?", "/shop?")
    with running(postgres_url=url) as kervan:
        assert _servers_under(kervan.process.pid) == set()
        assert not (kervan.config.data / "postgres").exists()
        kervan.send(
            {"type": "identify", "userId": "u1", "traits": {"firstName": "Əli"}},
            {
                "type": "track",
                "event": "Order Completed",
                "userId": "u1",
                "properties": {"order_id": "1", "total": 5, "currency": "AZN"},
            },
        )
        assert kervan.names("u1", 2) == ["Identified", "Order Completed"]
        assert kervan.get(f"/v1/people/{kervan.person('u1')}")["first_name"] == "Əli"
        assert kervan.cli("migrate", "--check").returncode == 0
        doctor = kervan.cli("doctor")
        assert doctor.returncode == 0, doctor.stdout
        with postgres.connect(url, workspace=kervan.config.workspace) as conn:
            assert conn.execute("select total_minor from purchase").fetchall() == [(500,)]
        assert kervan.is_healthy(), kervan.log[-2000:]
    with psycopg.connect(url) as conn:  # it is not ours to stop
        row = conn.execute("select current_setting('data_directory')").fetchone()
    assert row == (str(outside.data),)
