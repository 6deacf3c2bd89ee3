"""A running Kervan for the SDKs to talk to, and what it has received from them."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

from clickhouse_connect.driver.client import Client as History

from kervan.app import ground
from kervan.collect import intake, normalise, sources
from kervan.collect.event import Event, Rejected
from kervan.collect.sources import Source, Sources
from kervan.engines import supervise
from kervan.kernel import clickhouse, postgres
from kervan.kernel import config as configuration
from kervan.kernel.config import Config
from tests.sdk.tap import Seen, Tap

_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.05, 0.4
PATIENCE_SECONDS = 90.0
START_SECONDS = 160  # several may start at once on two cores


def until(
    condition: Callable[[], bool], said: Callable[[], str], seconds: float = PATIENCE_SECONDS
) -> None:
    """Wait until `condition` holds, or fail with what is `said`.

    Looks less often the longer it takes: to look is work for those who are waited for.
    """
    deadline = time.monotonic() + seconds
    pause = _FIRST_PAUSE_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds} s in vain: {said()}")
        time.sleep(pause)
        pause = min(pause * 1.25, _LONGEST_PAUSE_SECONDS)


@dataclass(frozen=True)
class Sender:
    """One source as a test holds it: its key, and what has arrived from it."""

    key: str
    source: Source
    door: "Door"

    def received(self) -> tuple[list[Event], list[Rejected]]:
        """Everything made durable so far, understood."""
        good: list[Event] = []
        bad: list[Rejected] = []
        for body in self.door.bodies(self.source.id):
            some, refused = normalise.events(body.body, self.source, body.received_ms, body.ip)
            good += some
            bad += refused
        return good, bad

    def wait(self, count: int) -> list[Event]:
        """The events once `count` different ones are durable and in history, each once there."""
        found: dict[str, Event] = {}

        def arrived() -> bool:
            found.update((event.message_id, event) for event in self.received()[0])
            return len(found) >= count

        until(
            arrived,
            lambda: (
                f"{len(found)} of {count}: {[e.name for e in found.values()]}; "
                f"{self.received()[1]}; {[str(s) for s in self.door.seen]}"
            ),
        )
        names = sorted(event.name for event in found.values())
        until(
            lambda: self.door.in_history(self.source.id) == names,
            lambda: f"{self.door.in_history(self.source.id)} instead of {names}",
        )
        return list(found.values())


class Door:
    """A running Kervan behind a tap."""

    def __init__(self, config: Config, tap: Tap, history: History) -> None:
        self.url = f"http://127.0.0.1:{tap.port}"
        self.seen: list[Seen] = tap.seen
        self.data: Path = config.data
        self._config = config
        self._vault = ground.vault_of(config)
        self._history = history

    def sender(self, kind: str, origins: tuple[str, ...] = ()) -> Sender:
        """A new source of this kind, once the collector knows its key."""
        with postgres.connect(self._config.postgres_url) as conn:
            known = Sources()
            known.refresh(conn)
            number = sum(known.by_id(number) is not None for number in range(1000))
            key = sources.create(
                conn, self._config.workspace, f"{kind} {number}", kind, allowed_origins=origins
            )
            conn.commit()
            known.refresh(conn)
        until(lambda: self._knows(key), lambda: "the collector never heard of the new key")
        found = known.find(key)
        assert found is not None
        return Sender(key, found, self)

    def _knows(self, key: str) -> bool:
        try:
            with urlopen(f"{self._config.address}/array/{key}/config", timeout=5) as answer:
                return bool(answer.status == 200)
        except HTTPError:
            return False

    def bodies(self, source: int) -> list[intake.Body]:
        """The bodies of one source that are on disk, in order of arrival."""
        with postgres.connect(self._config.postgres_url) as conn:
            rows = conn.execute("select day, body from kervan.intake order by id").fetchall()
        return [
            body
            for day, packed in rows
            for body in intake.unpack(self._vault, day, packed)
            if body.source == source
        ]

    def in_history(self, source: int) -> list[str]:
        """The names of one source's events in ClickHouse, sorted."""
        database = postgres.schema_name(self._config.workspace)
        rows = self._history.query(
            f"select name from {database}.events where source = {source} order by name"
        ).result_rows
        return [str(name) for (name,) in rows]


def free_port() -> int:
    """A port of loopback that nobody uses now."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


@contextmanager
def open_door(folder: Path) -> Iterator[Door]:
    """The Kervan under test, started as a newcomer starts it: `kervan up`."""
    config = configuration.load(data=str(folder / "data"), port=free_port())
    command = [
        sys.executable,
        "-m",
        "kervan",
        "up",
        "--data",
        str(config.data),
        "--port",
        str(config.port),
    ]
    log = folder / "up.log"
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, env=dict(os.environ))
    try:
        until(
            lambda: b"Kervan is up" in log.read_bytes() or process.poll() is not None,
            lambda: log.read_text()[-2000:],
            START_SECONDS,
        )
        assert process.poll() is None, log.read_text()[-2000:]
        with supervise.attached(config) as ready, Tap(config.port) as tap:
            history = clickhouse.connect(ready.clickhouse_url)
            yield Door(ready, tap, history)
            history.close()
    finally:
        process.terminate()
        process.wait(30)
