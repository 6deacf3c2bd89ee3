"""A mailbox on loopback: takes the demo's mail over real SMTP and keeps the latest on disk."""

import asyncio
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from kervan.kernel import clock

KEPT = 200
MAX_MAIL_BYTES = 10_000_000
_LINE_BYTES = 2_000
_IDLE_SECONDS = 300
_PATH = re.compile(rb"^(?:FROM|TO):\s*<([^>]*)>(.*)$", re.IGNORECASE)


@dataclass(frozen=True)
class Mail:
    """One received mail: its number in this mailbox, when it came, envelope and raw text."""

    number: int
    at_ms: int
    sender: str
    recipients: tuple[str, ...]
    raw: bytes


class Mailbox:
    """Receives SMTP (RFC 5321 with PIPELINING, 8BITMIME, SMTPUTF8, SIZE; no TLS, no relay).

    Mails land as `NUMBER.eml` in `folder`, where only the latest `KEPT` stay; `on_mail` is called
    for each after it is on disk.
    """

    def __init__(self, folder: Path, on_mail: Callable[[Mail], None] = lambda mail: None) -> None:
        self.folder = folder
        self.on_mail = on_mail
        self.received = 0
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> int:
        """Listen, and give the port (a free one for 0). Numbers go on from what is on disk."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.received = max((int(f.stem) for f in self.folder.glob("[0-9]*.eml")), default=0)
        self._server = await asyncio.start_server(self._talk, host, port, limit=MAX_MAIL_BYTES)
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Stop listening and hang up on everybody."""
        if self._server is not None:
            self._server.close()
            for writer in list(self._open):
                writer.close()
            await self._server.wait_closed()
            self._server = None

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            await _Dialogue(self, reader, writer).run()
        except (TimeoutError, ConnectionError, asyncio.IncompleteReadError, ValueError):
            pass  # the client is gone or talks nonsense; there is nobody to tell
        finally:
            self._open.discard(writer)
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()

    def keep(self, sender: str, recipients: tuple[str, ...], raw: bytes) -> Mail:
        """Store one mail durably enough for a demo: whole or not at all."""
        self.received += 1
        mail = Mail(self.received, clock.now_ms(), sender, recipients, raw)
        target = self.folder / f"{mail.number:06d}.eml"
        fresh = target.with_suffix(".new")
        fresh.write_bytes(raw)
        fresh.replace(target)
        (self.folder / f"{mail.number - KEPT:06d}.eml").unlink(missing_ok=True)
        self.on_mail(mail)
        return mail


class _Dialogue:
    """One SMTP connection."""

    def __init__(
        self, box: Mailbox, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._box = box
        self._reader = reader
        self._writer = writer
        self._sender: str | None = None
        self._recipients: list[str] = []

    async def run(self) -> None:
        self._say(b"220 kervan.test mailbox of the demo ready")
        while True:
            async with asyncio.timeout(_IDLE_SECONDS):
                # Answers to a pipelined group go out together, when we wait for more.
                await self._writer.drain()
                line = await self._reader.readline()
            if not line:
                return
            if len(line) > _LINE_BYTES:
                self._say(b"500 5.5.2 line too long")
                continue
            verb, _, rest = line.strip().partition(b" ")
            if not await self._answer(verb.upper(), rest):
                await self._writer.drain()
                return

    def _say(self, text: bytes) -> None:
        self._writer.write(text + b"\r\n")

    async def _answer(self, verb: bytes, rest: bytes) -> bool:
        if verb == b"EHLO":
            self._forget()
            self._say(
                b"250-kervan.test\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n"
                b"250-ENHANCEDSTATUSCODES\r\n250 SIZE %d" % MAX_MAIL_BYTES
            )
        elif verb in (b"HELO", b"RSET", b"NOOP"):
            if verb != b"NOOP":
                self._forget()
            self._say(b"250 2.0.0 OK")
        elif verb == b"MAIL":
            self._mail_from(rest)
        elif verb == b"RCPT":
            self._rcpt_to(rest)
        elif verb == b"DATA":
            await self._data()
        elif verb == b"QUIT":
            self._say(b"221 2.0.0 bye")
            return False
        else:
            self._say(b"502 5.5.1 not a command of this mailbox")
        return True

    def _forget(self) -> None:
        self._sender, self._recipients = None, []

    def _mail_from(self, rest: bytes) -> None:
        found = _PATH.match(rest)
        if found is None:
            self._say(b"501 5.5.4 MAIL FROM:<address>")
        elif self._sender is not None:
            self._say(b"503 5.5.1 a mail is already begun")
        else:
            self._sender = found[1].decode("utf-8", "replace")
            self._say(b"250 2.1.0 OK")

    def _rcpt_to(self, rest: bytes) -> None:
        found = _PATH.match(rest)
        if self._sender is None:
            self._say(b"503 5.5.1 MAIL first")
        elif found is None or b"@" not in found[1]:
            self._say(b"501 5.1.3 RCPT TO:<address>")
        else:
            self._recipients.append(found[1].decode("utf-8", "replace"))
            self._say(b"250 2.1.5 OK")

    async def _data(self) -> None:
        if self._sender is None or not self._recipients:
            self._say(b"503 5.5.1 MAIL and RCPT first")
            return
        self._say(b"354 end with <CRLF>.<CRLF>")
        await self._writer.drain()
        raw = await self._read_mail()
        if raw is None:
            self._say(b"552 5.3.4 mail too big")
        else:
            mail = self._box.keep(self._sender, tuple(self._recipients), raw)
            self._say(b"250 2.0.0 kept as %d" % mail.number)
        self._forget()

    async def _read_mail(self) -> bytes | None:
        """The mail up to the lonely dot, dots unstuffed (RFC 5321 §4.5.2); None when too big."""
        parts: list[bytes] = []
        size = 0
        while True:
            async with asyncio.timeout(_IDLE_SECONDS):
                line = await self._reader.readuntil(b"\r\n")
            if line == b".\r\n":
                return b"".join(parts) if size <= MAX_MAIL_BYTES else None
            size += len(line)
            if size <= MAX_MAIL_BYTES:
                parts.append(line[1:] if line.startswith(b".") else line)
