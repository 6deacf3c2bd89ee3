"""A ClickHouse front that tests kill in the middle of inserts, and the hazard made by hand."""

import contextlib
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import clickhouse_connect
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError

from kervan.engines.clickhouse import EmbeddedClickHouse
from kervan.kernel import clickhouse


class CuttableFront:
    """An embedded ClickHouse over `data` that can be killed with -9 and started again."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.engine = EmbeddedClickHouse(data, log_level="warning")
        self.url = self.engine.start()

    @contextlib.contextmanager
    def client(self, database: str = "") -> Iterator[Client]:
        """A client; the address stays the same over kills."""
        with contextlib.closing(clickhouse.connect(self.url, database)) as client:
            yield client

    def kill(self) -> None:
        """Kill -9, and wait until it is dead."""
        if self.engine.process is not None:
            self.engine.process.kill()
            self.engine.process.wait()

    def restart(self) -> None:
        """Start again over what the kill left."""
        self.engine.start()

    def cut(self, insert: Callable[[], object], delay_seconds: float) -> bool:
        """Run `insert` in a thread and kill the front after `delay_seconds`, then restart it.

        Says whether `insert` was acknowledged (it returned without an error).
        """
        acknowledged = threading.Event()
        begun = threading.Event()

        def run() -> None:
            begun.set()
            with contextlib.suppress(ClickHouseError, OSError):
                insert()
                acknowledged.set()

        thread = threading.Thread(target=run)
        thread.start()
        begun.wait()
        thread.join(delay_seconds)
        self.kill()
        # The listening socket outlives the front, so a client cut off just before its request
        # was read would wait in the queue and be served by the next one: as in real life.
        self.restart()
        thread.join()
        return acknowledged.is_set()

    def unrename_newest_part(self, database: str, table: str) -> int:
        """Make the crash between token log and rename: token kept, part gone; give its rows.

        The front is stopped, the newest part's directory removed, the front started again.
        """
        with self.client() as client:
            rows, path = client.query(
                "SELECT rows, path FROM system.parts WHERE active AND database = {d:String}"
                " AND table = {t:String} ORDER BY modification_time DESC, name DESC LIMIT 1",
                parameters={"d": database, "t": table},
            ).result_rows[0]
        self.kill()
        shutil.rmtree(str(path))
        self.restart()
        return int(rows)

    def stop(self) -> None:
        """Stop for good."""
        self.engine.stop()


def connect(url: str, database: str) -> Client:
    """A client that fails at once instead of trying again when its connection breaks."""
    return clickhouse_connect.get_client(
        dsn=url, database=database, autogenerate_session_id=False, query_retries=0
    )
