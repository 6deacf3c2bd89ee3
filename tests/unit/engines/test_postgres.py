"""The embedded PostgreSQL: starts, survives kills, and is never blocked by what they leave."""

import contextlib
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from kervan.engines import spawn
from kervan.engines.postgres import EmbeddedPostgres
from kervan.kernel.errors import KervanError


@pytest.fixture(scope="module")
def made() -> Iterator[Path]:
    """A stopped cluster to copy: making one takes a second, copying it a tenth."""
    found = Path(tempfile.mkdtemp(prefix="kervan-pg-"))
    with running(found / "pg"):
        pass
    yield found / "pg"
    shutil.rmtree(found, ignore_errors=True)


@pytest.fixture
def place(made: Path) -> Iterator[Path]:
    """A short path (sockets do not like long ones) with a stopped cluster `pg` in it."""
    found = Path(tempfile.mkdtemp(prefix="kervan-pg-"))
    copy(made, found)
    yield found
    shutil.rmtree(found, ignore_errors=True)


def copy(cluster: Path, into: Path) -> None:
    into.mkdir(parents=True, exist_ok=True)
    subprocess.run(["cp", "-a", str(cluster), str(into)], check=True)


@contextlib.contextmanager
def running(data: Path) -> Iterator[EmbeddedPostgres]:
    engine = EmbeddedPostgres(data)
    engine.start()
    try:
        yield engine
    finally:
        engine.stop()


def ask(engine: EmbeddedPostgres, query: str) -> object:
    with psycopg.connect(engine.url) as conn:
        row = conn.execute(query).fetchone()
        return row[0] if row else None


def write_rows(engine: EmbeddedPostgres) -> None:
    with psycopg.connect(engine.url) as conn:
        conn.execute("create table if not exists t as select generate_series(1, 1000) as n")


def test_it_keeps_its_data_over_stop_kill_and_start(place: Path) -> None:
    engine = EmbeddedPostgres(place / "pg")
    engine.start()
    write_rows(engine)
    assert engine.process is not None
    os.kill(engine.process.pid, signal.SIGKILL)
    engine.process.wait()
    engine.start()
    assert ask(engine, "select count(*) from t") == 1000
    engine.stop()
    engine.stop()
    engine.start()
    assert ask(engine, "select count(*) from t") == 1000
    engine.stop()


def test_only_a_socket_and_durable_settings(place: Path) -> None:
    with running(place / "pg") as engine:
        shown = {
            name: ask(engine, f"show {name}")
            for name in (
                "listen_addresses",
                "fsync",
                "synchronous_commit",
                "full_page_writes",
                "server_encoding",
                "timezone",
                "max_connections",
            )
        }
        assert shown == {
            "listen_addresses": "",
            "fsync": "on",
            "synchronous_commit": "on",
            "full_page_writes": "on",
            "server_encoding": "UTF8",
            "timezone": "UTC",
            "max_connections": "200",
        }
        assert engine.process is not None
        ports = [c for c in psutil.Process(engine.process.pid).net_connections() if c.laddr]
        assert [c for c in ports if c.family.name != "AF_UNIX"] == []


def test_a_stale_pid_file_does_not_block(place: Path) -> None:
    data = place / "pg"
    with running(data) as engine:
        write_rows(engine)
    for pid in (os.getpid(), os.getppid(), 1, 999_999):
        (data / "postmaster.pid").write_text(f"{pid}\n{data}\n1\n5432\n{data}\n\n  1  1\nready\n")
        with running(data) as engine:
            assert ask(engine, "select count(*) from t") == 1000


_ORPHAN = """
import os, sys, time
from pathlib import Path
from kervan.engines import spawn
from kervan.engines.postgres import EmbeddedPostgres
real = spawn.command
spawn.command = lambda argv, user=None, death_signal=0: real(argv, user, 0)  # as on macOS
engine = EmbeddedPostgres(Path(sys.argv[1]))
print(engine.start(), flush=True)
time.sleep(600)
"""


_BUSY = """
import psycopg, sys
psycopg.connect(sys.argv[1]).execute("do $$ begin loop end loop; end $$")
"""


@contextlib.contextmanager
def supervisor(script: str, data: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A process that runs `script` with a server over `data`; and the server's URL."""
    with subprocess.Popen(
        [sys.executable, "-c", script, str(data)], stdout=subprocess.PIPE, text=True
    ) as parent:
        try:
            assert parent.stdout is not None
            yield parent, parent.stdout.readline().strip()
        finally:
            parent.kill()


@pytest.mark.parametrize("kill_postmaster", [False, True])
def test_an_orphan_server_or_its_orphan_backends_are_ended(
    place: Path, kill_postmaster: bool
) -> None:
    data = place / "pg"
    with supervisor(_ORPHAN, data) as (parent, url):
        pid = int((data / "postmaster.pid").read_text().split("\n", 1)[0])
        with psycopg.connect(url, autocommit=True) as conn:
            conn.execute("create table t as select 1 as n")
            # A backend inside a long statement does not notice that its postmaster died.
            busy = subprocess.Popen([sys.executable, "-c", _BUSY, url], stderr=subprocess.DEVNULL)
            assert spawn.wait_until(
                lambda: (
                    conn.execute(
                        "select count(*) from pg_stat_activity where query like 'do %'"
                    ).fetchone()
                    == (1,)
                ),
                10,
            )
        parent.kill()
        parent.wait()
    assert psutil.pid_exists(pid), "the server outlived its supervisor"
    if kill_postmaster:
        os.kill(pid, signal.SIGKILL)
    with running(data) as engine:
        assert ask(engine, "select n from t") == 1
        assert pid not in [p.pid for p in spawn.living_in(data)]
    busy.wait(10)
    assert spawn.living_in(data) == []


def test_the_server_dies_with_its_supervisor(place: Path) -> None:
    if sys.platform != "linux":
        pytest.skip("death signals are Linux's")
    script = _ORPHAN.replace("spawn.command =", "unused =")
    with supervisor(script, place / "pg") as (parent, _):
        parent.kill()
    assert spawn.wait_until(lambda: not spawn.living_in(place / "pg"), 10)


def test_a_path_too_long_for_a_socket(place: Path) -> None:
    copy(place / "pg", place / ("x" * 90))
    data = place / ("x" * 90) / "pg"
    with running(data) as engine:
        socket_dir = Path(psycopg.conninfo.conninfo_to_dict(engine.url)["host"])
        mode = socket_dir.stat().st_mode
        assert stat.S_IMODE(mode) == 0o700
        assert ask(engine, "select 1") == 1
    assert not socket_dir.exists()


def test_somebody_elses_socket_directory_is_not_used(place: Path) -> None:
    copy(place / "pg", place / ("y" * 90))
    data = place / ("y" * 90) / "pg"
    with running(data) as engine:
        first = Path(psycopg.conninfo.conninfo_to_dict(engine.url)["host"])
    first.mkdir(mode=0o777)
    first.chmod(0o777)
    try:
        with running(data) as engine:
            assert Path(psycopg.conninfo.conninfo_to_dict(engine.url)["host"]) != first
            assert ask(engine, "select 1") == 1
    finally:
        shutil.rmtree(first)


def test_a_directory_only_its_owner_may_enter(place: Path) -> None:
    closed = place / "closed"
    closed.mkdir(mode=0o700)
    copy(place / "pg", closed)
    with running(closed / "pg") as engine:
        assert ask(engine, "select 1") == 1
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700, "left as it was"


def test_a_half_made_cluster_is_made_again(place: Path) -> None:
    half = place / "fresh.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    with running(place / "fresh") as engine:
        assert ask(engine, "select 1") == 1
    assert not half.exists()


def test_another_majors_data_is_refused_with_words(place: Path) -> None:
    data = place / "pg"
    (data / "PG_VERSION").write_text("15\n")
    with pytest.raises(KervanError) as refused:
        EmbeddedPostgres(data).start()
    assert refused.value.code == "engines.postgres_other_version"
    assert "15" in refused.value.say("az")


def test_broken_data_fails_with_the_servers_words(place: Path) -> None:
    data = place / "pg"
    (data / "global" / "pg_control").unlink()
    begun = time.monotonic()
    with pytest.raises(KervanError) as refused:
        EmbeddedPostgres(data).start()
    assert refused.value.code == "engines.postgres_failed"
    assert "pg_control" in str(refused.value)
    assert time.monotonic() - begun < 10
