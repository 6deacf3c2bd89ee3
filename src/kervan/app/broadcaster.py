"""What moves broadcasts on in a worker: by itself, for planning a million takes its time."""

from clickhouse_connect.driver.client import Client

from kervan.app.housekeeper import Chore
from kervan.delivery.broadcasts.run import Runner
from kervan.kernel.config import Config
from kervan.kernel.crypto import WorkspaceVault

_REST_SECONDS = 0.5


def of_broadcasts(config: Config, keys: WorkspaceVault, history: Client) -> list[Chore]:
    """The one chore; of several workers one does it."""
    return [Chore("broadcast", _REST_SECONDS, Runner(history, keys, config.timezone).step)]
