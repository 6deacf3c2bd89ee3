"""The other side of the line: a small SMTP server in a thread that does as the test says."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType

DROP = b"drop"
HANG = b"hang"
Script = Callable[[str, int, str], bytes | None]


@dataclass
class Peer:
    """Keeps every mail it said 250 to, and every whole mail it saw.

    `script(stage, number, recipient)` gives another answer for greeting, ehlo, mail, rcpt, data,
    body (first line of the content) or end; DROP hangs up, HANG says nothing more.
    """

    script: Script = lambda stage, number, recipient: None
    extensions: tuple[bytes, ...] = (b"PIPELINING", b"SIZE 20000000", b"8BITMIME", b"DSN")
    accepted: list[tuple[str, str, bytes]] = field(default_factory=list)
    whole: list[tuple[str, str, bytes]] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    connections: int = 0
    reads: int = 0
    port: int = 0
    _mails: int = 0

    def __enter__(self) -> "Peer":
        """Start listening on a free port."""
        self._loop = asyncio.new_event_loop()
        ready = threading.Event()

        def serve() -> None:
            asyncio.set_event_loop(self._loop)
            self._server = self._loop.run_until_complete(
                asyncio.start_server(self._serve, "127.0.0.1", self.port, limit=2**22)
            )
            self.port = self._server.sockets[0].getsockname()[1]
            ready.set()
            self._loop.run_forever()

        self._thread = threading.Thread(target=serve, daemon=True)
        self._thread.start()
        assert ready.wait(5)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Hang up on everybody."""

        async def close() -> None:
            self._server.close()
            for task in asyncio.all_tasks() - {asyncio.current_task()}:
                task.cancel()

        asyncio.run_coroutine_threadsafe(close(), self._loop).result(5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    @property
    def url(self) -> str:
        """Where to submit."""
        return f"smtp://127.0.0.1:{self.port}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            await self._talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _answer(
        self, writer: asyncio.StreamWriter, stage: str, usual: bytes, recipient: str = ""
    ) -> bytes:
        said = self.script(stage, self._mails, recipient)
        if said == DROP:
            writer.transport.abort()
            raise ConnectionResetError
        if said == HANG:
            await asyncio.sleep(3600)
        reply = said or usual
        writer.write(reply + b"\r\n")
        await writer.drain()
        return reply

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._answer(writer, "greeting", b"220 peer ready")
        sender = recipient = ""
        while line := await reader.readline():
            command = line.decode().rstrip("\r\n")
            self.commands.append(command)
            verb = command[:4].upper()
            if verb in ("EHLO", "HELO"):
                lines = [b"peer", *self.extensions] if verb == "EHLO" else [b"peer"]
                said = [b"250-" + one for one in lines[:-1]] + [b"250 " + lines[-1]]
                await self._answer(writer, verb.lower(), b"\r\n".join(said))
            elif verb == "MAIL":
                self._mails += 1
                recipient = ""
                good = (await self._answer(writer, "mail", b"250 ok")).startswith(b"2")
                sender = command.split("<")[1].split(">")[0] if good else ""
            elif verb == "RCPT":
                to = command.split("<")[1].split(">")[0]
                usual = b"250 ok" if sender else b"503 no sender"
                if (await self._answer(writer, "rcpt", usual, to)).startswith(b"2"):
                    recipient = to
            elif verb == "DATA":
                usual = b"354 go" if recipient else b"503 no recipient"
                if (await self._answer(writer, "data", usual, recipient)).startswith(b"354"):
                    await self._body(reader, writer, sender, recipient)
            elif verb == "QUIT":
                await self._answer(writer, "quit", b"221 bye")
                return
            else:
                await self._answer(writer, verb.lower(), b"250 ok")

    async def _body(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        sender: str,
        recipient: str,
    ) -> None:
        content = bytearray()
        while True:
            line = await reader.readline()
            if not line:
                raise ConnectionResetError
            if not content and self.script("body", self._mails, recipient) == DROP:
                writer.transport.abort()
                raise ConnectionResetError
            if line == b".\r\n":
                break
            content += line[1:] if line.startswith(b".") else line
        if recipient:
            self.whole.append((sender, recipient, bytes(content)))
        reply = await self._answer(
            writer, "end", b"250 2.0.0 Ok: queued as Q%d" % self._mails, recipient
        )
        if reply.startswith(b"2") and recipient:
            self.accepted.append((sender, recipient, bytes(content)))


def until(condition: Callable[[], object], seconds: float = 90.0, what: str = "") -> None:
    """Wait until `condition` holds; fail after `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited {seconds} s for {what or condition}"
        time.sleep(0.01)


def free_port() -> int:
    """A port nobody listens on, for servers that cannot choose one themselves."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
