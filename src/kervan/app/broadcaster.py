"""What moves broadcasts on in a worker: by itself, for planning a million takes its time."""

from clickhouse_connect.driver.client import Client

from kervan.app.housekeeper import Chore
from kervan.delivery.broadcasts.run import Runner
from kervan.kernel.config import Config

_REST_SECONDS = 0.5


def of_broadcasts(config: Config, history: Client) -> list[Chore]:
    """The one chore; of several workers one does it."""
    return [Chore("broadcast", _REST_SECONDS, Runner(history, config.timezone).step)]
