"""What every request handler may use: the databases, the keys, the sources."""

import queue
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from threading import local
from typing import Protocol

import psycopg
from clickhouse_connect.driver.client import Client
from fastapi import Request

from kervan.collect.sources import Sources
from kervan.kernel import clickhouse, postgres, workspaces
from kervan.kernel.config import Config
from kervan.kernel.crypto import Vault, WorkspaceVault
from kervan.kernel.errors import KervanError
from kervan.kernel.workspaces import Workspace


class Ground(Protocol):
    """What opening a workspace takes, which the process that serves was given (`app.ground`)."""

    def vault(self) -> Vault:
        """All keys, those of the newest workspace among them."""

    def prepare(self, workspace: str) -> None:
        """Its tables in both engines, its keys and its own source; again where it was begun."""


class House:
    """One workspace's share of a web process; connections are kept and reused."""

    def __init__(
        self,
        config: Config,
        vault: Vault,
        ground: Ground | None = None,
        *,
        installed: Config | None = None,
        connections: int = 8,
    ) -> None:
        """`installed` is the configuration of the first workspace, where this one stands beside."""
        self.config = config
        self.installed = installed or config
        self.vault = vault
        self.ground = ground
        self.sources = Sources()
        self._idle: queue.LifoQueue[postgres.Connection] = queue.LifoQueue()
        self._slots: queue.LifoQueue[None] = queue.LifoQueue()
        for _ in range(connections):
            self._slots.put(None)
        self._clients = local()

    @cached_property
    def keys(self) -> WorkspaceVault:
        """The keys of the workspace."""
        return self.vault.workspace(self.config.workspace)

    @contextmanager
    def connection(self) -> Iterator[postgres.Connection]:
        """A connection in the workspace; committed at the end, rolled back on an error.

        Raises web.busy (503) when none is free for five seconds or PostgreSQL is away.
        """
        try:
            self._slots.get(timeout=5)
        except queue.Empty:
            raise KervanError("web.busy", status=503) from None
        try:
            conn = self._connect()
            try:
                with conn.transaction():
                    yield conn
            finally:
                if conn.closed or conn.broken:
                    conn.close()
                else:
                    self._idle.put(conn)
        except psycopg.OperationalError:
            raise KervanError("web.busy", status=503) from None
        finally:
            self._slots.put(None)

    def _connect(self) -> postgres.Connection:
        while True:
            try:
                conn = self._idle.get_nowait()
            except queue.Empty:
                return postgres.connect(self.config.postgres_url, workspace=self.config.workspace)
            if not conn.closed:
                return conn

    def workspaces(self) -> list[Workspace]:
        """All of the installation, also where every connection of ours is taken."""
        return postgres.look(self.config.postgres_url, workspaces.known)

    @property
    def history(self) -> Client:
        """This thread's ClickHouse client on the workspace's database."""
        client: Client | None = getattr(self._clients, "client", None)
        if client is None:
            client = clickhouse.connect(
                self.config.clickhouse_url, postgres.schema_name(self.config.workspace)
            )
            self._clients.client = client
        return client


def house(request: Request) -> House:
    """The house of the request's application."""
    found: House = request.app.state.house
    return found
