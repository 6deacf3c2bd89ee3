"""Answers what steps ask about people from history as of the virtual time."""

from clickhouse_connect.driver.client import Client

from kervan.collect import store
from kervan.journeys.facts.live import LiveFacts
from kervan.kernel.postgres import Connection
from kervan.segments.columns import Uint32


class PastFacts(LiveFacts):
    """What the live engine would have answered: only events up to each row's time count.

    Traits, scores and lists have no history and are as they are today.
    """

    def __init__(self, conn: Connection, client: Client, workspace: str, zone: str) -> None:
        super().__init__(conn, client, store.workspace_id(conn, workspace), zone)

    def _wait(self, heads: Uint32) -> None:
        """The past does not have to be waited for."""
