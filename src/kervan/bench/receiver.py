"""Where a bench's calls over HTTP go: a bare receiver in a process of its own, on loopback.

It takes every call with an empty 200 as soon as all of it has come, but for those to `/stuck`: they
are taken and never answered.
"""

import asyncio
import contextlib
import socket
import subprocess
import sys
from collections.abc import Iterator
from typing import cast

import uvloop

_TAKEN = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Type: application/json\r\n\r\n{}"
_HEAD_END = b"\r\n\r\n"
_LENGTH = b"content-length:"


@contextlib.contextmanager
def receiver() -> Iterator[str]:
    """The URL of a running receiver."""
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as door:
        command = [sys.executable, "-m", "kervan.bench.receiver", str(door.fileno())]
        with subprocess.Popen(command, pass_fds=[door.fileno()]) as process:
            try:
                yield f"http://127.0.0.1:{door.getsockname()[1]}"
            finally:
                process.kill()


class _Calls(asyncio.Protocol):
    """One connection; calls may come in pieces or several at once."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._got = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Wait for calls."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is none by its class

    def data_received(self, data: bytes) -> None:
        """Answer every whole call."""
        assert self._transport is not None
        self._got += data
        while (end := self._got.find(_HEAD_END)) >= 0:
            head = bytes(self._got[:end]).lower()
            whole = end + len(_HEAD_END) + _length(head)
            if len(self._got) < whole:
                return
            del self._got[:whole]
            if b" /stuck" not in head.partition(b"\r\n")[0]:
                self._transport.write(_TAKEN)


def _length(head: bytes) -> int:
    _, _, rest = head.partition(_LENGTH)
    return int(rest.partition(b"\r\n")[0] or 0)


async def _serve(door: socket.socket) -> None:
    server = await asyncio.get_running_loop().create_server(_Calls, sock=door)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(_serve(socket.socket(fileno=int(sys.argv[1]))))
