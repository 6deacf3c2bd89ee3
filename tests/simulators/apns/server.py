"""Starts the simulated APNs, a Node process, and talks with it."""

import json
import queue
import ssl
import subprocess
import threading
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

KEY_ID, TEAM_ID, TOPIC = "ABC1234DEF", "TEAM123456", "com.example.shop"


class Apns:
    """The process; use as a context manager. `got` is what was accepted, in order.

    `certificate` is one for 127.0.0.1 and its key, as files; `window` is the first window of a
    stream, `streams` how many a trusted sender may have.
    """

    def __init__(
        self, node: Path, place: Path, certificate: tuple[Path, Path], *,
        streams: int = 100, window: int = 65_535,
    ) -> None:  # fmt: skip
        self.got: list[dict[str, Any]] = []
        self.sessions = 0
        self.port = 0
        self._node = node
        self._told: queue.Queue[dict[str, Any]] = queue.Queue()
        self._number = 0
        key = ec.generate_private_key(ec.SECP256R1())
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        self.key = pem.decode()
        public = place / "public.pem"
        public.write_bytes(
            key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        )
        self._certificate, secret = certificate
        self._wanted = {
            "cert": str(self._certificate), "key": str(secret), "public": str(public),
            "kid": KEY_ID, "team": TEAM_ID, "topic": TOPIC,
            "streams": streams, "window": window,
        }  # fmt: skip

    def tls(self) -> ssl.SSLContext:
        """What trusts the simulator's certificate."""
        return ssl.create_default_context(cafile=str(self._certificate))

    def __enter__(self) -> "Apns":
        program = Path(__file__).with_name("server.mjs")
        self._process = subprocess.Popen(
            [str(self._node), str(program), json.dumps(self._wanted)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.port = self._told.get(timeout=20)["port"]
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        self._reader.join()
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()

    def set(self, **values: Any) -> None:
        """Its clock (`now`, seconds) or answers by device: {device: {status, body, headers}}."""
        self._command({"set": values})

    def fail(self, *faults: Any) -> None:
        """The next requests: refuse, reset, hang, drop, goaway, leave, or an answer of any kind."""
        self._command({"faults": list(faults)})

    def settle(self) -> None:
        """Wait until all that it has said so far has been read."""
        self._command({})

    def _command(self, command: dict[str, Any]) -> None:
        self._number += 1
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({**command, "number": self._number}) + "\n")
        self._process.stdin.flush()
        while self._told.get(timeout=20).get("heard") != self._number:
            pass

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            told = json.loads(line)
            if "got" in told:
                self.got.append(told["got"])
            elif "session" in told:
                self.sessions = told["session"]
            else:
                self._told.put(told)
