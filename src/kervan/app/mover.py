"""Builds the movers of a worker: with what they ask about people, do for them, and tell."""

from clickhouse_connect.driver.client import Client

from kervan.collect import store
from kervan.journeys.decided import keep
from kervan.journeys.effects import found
from kervan.journeys.facts.live import LiveFacts
from kervan.journeys.hooks import Hooks
from kervan.journeys.move import Mover
from kervan.kernel.config import Config
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection


def mover(config: Config, conn: Connection, client: Client, vault: WorkspaceVault) -> Mover:
    """One mover of the workspace, on a connection and a client of its own."""
    workspace = store.workspace_id(conn, config.workspace)
    facts = LiveFacts(conn, client, workspace, config.timezone)
    hooks = Hooks(facts=facts, effects=found.effects(), decided=keep.decided, zone=config.timezone)
    return Mover(conn, vault, config.workspace, hooks)
