"""Starts the SMSC of smsc.cjs, tells it what to do, and keeps what it saw."""

import contextlib
import hashlib
import json
import os
import queue
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
CACHE = HERE.parents[2] / ".peers" / "smsc"
USER, PASSWORD = "kervan", "gizli"
PATIENCE_SECONDS = 30.0

Event = dict[str, Any]


def installed() -> Path:
    """The `node_modules` folder; installs it when the lock has changed or nothing is there."""
    lock = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()[:12]
    place = CACHE / lock
    if not (place / "complete").exists():
        fresh = CACHE / f"{lock}.{os.getpid()}"
        fresh.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, fresh / name)
        command = ["npm", "install", "--no-save", "--omit=optional", "--ignore-scripts"]
        done = subprocess.run(
            command, cwd=fresh, check=False, capture_output=True, text=True, timeout=170
        )
        if done.returncode:
            raise RuntimeError(f"npm could not install the SMSC: {done.stderr[-2000:]}")
        (fresh / "complete").touch()
        # Two test runs may come here at once: the first one's folder stays.
        with contextlib.suppress(OSError):
            fresh.rename(place)
    return place / "node_modules"


class Smsc:
    """A running SMSC."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self._fresh: queue.Queue[Event] = queue.Queue()
        self.seen: list[Event] = []
        threading.Thread(target=self._read, daemon=True).start()
        self.port = int(self.wait("listening")["port"])

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._fresh.put(json.loads(line))

    def order(self, **orders: Any) -> None:
        """Tell it what to do: see smsc.cjs."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(orders) + "\n")
        self._process.stdin.flush()

    def wait(self, name: str, number: int = 1) -> Event:
        """The event `name` for the `number`th time since the last `forget`."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while len(found := self.all(name)) < number:
            left = deadline - time.monotonic()
            try:
                self.seen.append(self._fresh.get(timeout=max(0.0, left)))
            except queue.Empty:
                said = [event["event"] for event in self.seen]
                raise AssertionError(f"no {name} {number}; there was {said}") from None
        return found[number - 1]

    def all(self, name: str) -> list[Event]:
        """What of this kind is known so far."""
        with contextlib.suppress(queue.Empty):
            while True:
                self.seen.append(self._fresh.get_nowait())
        return [event for event in self.seen if event["event"] == name]

    def forget(self) -> None:
        """Begin anew to count events."""
        self.all("")
        self.seen.clear()

    def reset(self) -> None:
        """Hang up, answer as a friendly SMSC again, and forget."""
        self.order(cut=True, always={}, bind=0, deaf=False, quiet=False)
        self.order(count=True)
        self.wait("count")
        self.forget()


@contextlib.contextmanager
def running(key: Path | None = None, cert: Path | None = None) -> Iterator[Smsc]:
    """An SMSC on a free port, with TLS where it is given a key and a certificate."""
    command = ["node", str(HERE / "smsc.cjs"), USER, PASSWORD]
    if key and cert:
        command += [str(key), str(cert)]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "NODE_PATH": str(installed())},
    ) as process:
        try:
            yield Smsc(process)
        finally:
            process.kill()
