"""Starts an embedded PostgreSQL of its own for benches that need no more than the state."""

import contextlib
import dataclasses
import os
import resource
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from kervan.engines.postgres import EmbeddedPostgres
from kervan.kernel import crypto, keyring, migrate, postgres
from kervan.kernel.config import Config
from kervan.kernel.crypto import WorkspaceVault

TICK_SECONDS = 1 / os.sysconf("SC_CLK_TCK")
"""CPU time of other processes is counted in these; less than one reads as none."""


@dataclass(frozen=True, slots=True)
class State:
    """A migrated workspace in a PostgreSQL of its own, in an empty directory."""

    config: Config
    vault: WorkspaceVault
    server: psutil.Process

    def connect(self) -> postgres.Connection:
        """A connection on which unqualified names mean the workspace."""
        return postgres.connect(self.config.postgres_url, workspace=self.config.workspace)

    def cpu_seconds(self) -> float:
        """CPU time of the server so far: of all its processes, those that ended too."""
        times = self.server.cpu_times()
        seconds = times.user + times.system + times.children_user + times.children_system
        for child in self.server.children(recursive=True):
            with contextlib.suppress(psutil.Error):
                seconds += cpu_seconds(child)
        return float(seconds)


def own_cpu_seconds() -> float:
    """CPU time of this process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def cpu_seconds(process: psutil.Process) -> float:
    """CPU time of another process."""
    times = process.cpu_times()
    return float(times.user + times.system)


@contextlib.contextmanager
def database(config: Config) -> Iterator[State]:
    """An empty workspace like `config`'s, gone at the end with its server and its directory."""
    place = Path(tempfile.mkdtemp(prefix="kervan-bench-"))
    place.chmod(0o755)  # the server may run as another user
    engine = EmbeddedPostgres(place / "postgres")
    try:
        url = engine.start()
        mine = dataclasses.replace(
            config,
            data=place,
            postgres_url=url,
            clickhouse_url="",
            master_key_path="",
            master_key="",
            log_format="plain",
            log_level="warning",
        )
        master = crypto.load_master_key(place / "master.key")
        with postgres.connect(url) as conn:
            migrate.migrate(conn, None, [mine.workspace])
            keyring.prepare(conn, master, [mine.workspace])
            vault = keyring.open_vault(conn, master)
        assert engine.process is not None
        yield State(mine, vault.workspace(mine.workspace), psutil.Process(engine.process.pid))
    finally:
        engine.stop()
        shutil.rmtree(place, ignore_errors=True)
