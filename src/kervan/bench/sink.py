"""Where a bench's mail goes: Debian's smtp-sink, or a sink of our own that notes when it came."""

import asyncio
import contextlib
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator

from kervan.bench import begin
from kervan.bench.report import note
from kervan.engines import spawn
from kervan.kernel import clock

# `make peers` puts it into the clone.
_PLACES = ".peers/bin:/usr/sbin:/usr/local/sbin"
_START_SECONDS = 10.0
_STOP_SECONDS = 1.0


class _Dialogue(asyncio.Protocol):
    """One SMTP connection (RFC 5321, 2920): says yes to everything as soon as it can."""

    def __init__(self, sink: "Sink") -> None:
        self._sink = sink
        self._transport: asyncio.Transport | None = None
        self._got = bytearray()
        self._recipient = b""
        self._in_mail = False
        self._is_leaving = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._sink.lines[transport] = asyncio.Event()
        transport.write(b"220 sink.test ready\r\n")

    def connection_lost(self, error: Exception | None) -> None:
        """Forget the line."""
        assert self._transport is not None
        self._sink.lines.pop(self._transport).set()

    def data_received(self, data: bytes) -> None:
        """Answer every whole command and every whole mail, in order; hang up after the last."""
        assert self._transport is not None
        self._got += data
        answers = b""
        while not self._is_leaving:
            if self._in_mail:
                end = self._end()
                if end < 0:
                    break
                del self._got[:end]
                self._in_mail = False
                self._sink.keep(self._recipient)
                answers += b"250 2.0.0 kept\r\n"
            else:
                end = self._got.find(b"\r\n")
                if end < 0:
                    break
                line = bytes(self._got[:end])
                del self._got[: end + 2]
                answers += self._answer(line[:4].upper(), line)
        if answers:
            self._transport.write(answers)
        if self._is_leaving:
            self._transport.close()  # only after all that was written has left

    def _end(self) -> int:
        if self._got.startswith(b".\r\n"):
            return 3
        found = self._got.find(b"\r\n.\r\n")
        return found + 5 if found >= 0 else -1

    def _answer(self, verb: bytes, line: bytes) -> bytes:
        if verb == b"EHLO":
            return b"250-sink.test\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n"
        if verb == b"RCPT":
            self._recipient = line[line.find(b"<") + 1 : line.rfind(b">")]
        elif verb == b"DATA":
            self._in_mail = True
            return b"354 go on\r\n"
        elif verb == b"QUIT":
            self._is_leaving = True
            return b"221 2.0.0 bye\r\n"
        return b"250 ok\r\n"


class Sink:
    """Takes every mail and keeps `{recipient: clock.monotonic() of its end}` of the first."""

    def __init__(self) -> None:
        self.came: dict[str, float] = {}
        self.mails = 0
        self.url = ""
        self.lines: dict[asyncio.Transport, asyncio.Event] = {}
        self._loop = asyncio.new_event_loop()
        self._over = asyncio.Event()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="sink", daemon=True)

    def keep(self, recipient: bytes) -> None:
        """Note a whole mail."""
        self.mails += 1
        self.came.setdefault(recipient.decode("utf-8", "replace"), clock.monotonic())

    def _serve(self) -> None:
        async def listen() -> None:
            server = await self._loop.create_server(lambda: _Dialogue(self), "127.0.0.1", 0)
            self.url = f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            self._ready.set()
            await self._over.wait()
            server.close()
            gone = [one.wait() for one in self.lines.values()]
            for line in self.lines:
                line.close()
            with contextlib.suppress(TimeoutError):  # what was said leaves before the loop ends
                await asyncio.wait_for(asyncio.gather(*gone), _STOP_SECONDS)

        self._loop.run_until_complete(listen())
        self._loop.close()

    def __enter__(self) -> "Sink":
        """Listen on a free port of loopback."""
        self._thread.start()
        self._ready.wait(_START_SECONDS)
        return self

    def __exit__(self, *_: object) -> None:
        """Stop listening."""
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(_START_SECONDS)


@contextlib.contextmanager
def smtp_sink() -> Iterator[str]:
    """The URL of Debian's smtp-sink, or where it is missing of our own sink, with a word on it."""
    program = shutil.which("smtp-sink") or shutil.which("smtp-sink", path=_PLACES)
    if program is None:
        note("smtp-sink is not here (`make peers` brings it); mail goes to a sink of our own")
        with Sink() as sink:
            yield sink.url
        return
    port = begin.free_port()
    rights = ["-u", "nobody"] if os.geteuid() == 0 else []
    process = subprocess.Popen(
        [program, *rights, f"127.0.0.1:{port}", "1000"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        spawn.wait_until(lambda: begin.listens(port), _START_SECONDS)
        yield f"smtp://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()
