"""A small SMTP and LMTP server for the return path's domain: it takes bounces and nothing else.

RFC 5321 and 2033 as far as a mail server needs them to hand a bounce over. One recipient a mail,
which must be a return path of ours (nobody relays here); 250 only once what came is kept. Limited
are a mail's size, a line's length, commands and mails a connection, connections in all and of one
caller, mails a minute, the time for a command and for a connection.
"""

import asyncio
import re
from collections import Counter, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from kervan.delivery.bounces.read_report import MOST_BYTES
from kervan.kernel import clock, log

_log = log.get("bounces")
_LINE_BYTES = 4_096
_PATH = re.compile(r"(?:FROM|TO):\s*<([^<>\s]*)>((?: .*)?)", re.IGNORECASE)
_SIZE = re.compile(r"\bSIZE=(\d{1,12})\b", re.IGNORECASE)
Known = Callable[[str], bool]
Keep = Callable[[str, str, bytes], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of everything; `mails_a_minute` are of all callers together."""

    mail_bytes: int = MOST_BYTES
    command_seconds: float = 60.0
    session_seconds: float = 600.0
    commands: int = 500
    mails: int = 100
    connections: int = 50
    connections_each: int = 10
    mails_a_minute: int = 3_000


@dataclass(slots=True)
class _Envelope:
    """What a caller said of the mail to come."""

    is_greeted: bool = False
    sender: str | None = None
    recipient: str = ""
    mails: int = 0


class Listener:
    """`known` says whether a recipient is ours; `keep` keeps a mail (its envelope's sender and
    recipient, its bytes) and gives False where it cannot now."""

    def __init__(self, name: str, known: Known, keep: Keep, limits: Limits | None = None) -> None:
        self._name = name
        self._known = known
        self._keep = keep
        self._limits = limits or Limits()
        self._callers: Counter[str] = Counter()
        self._recent: deque[float] = deque()

    async def open(self, host: str, port: int) -> asyncio.Server:
        """Begin to listen. Raises OSError where the address is not to be had."""
        return await asyncio.start_server(self._welcome, host, port, limit=_LINE_BYTES)

    async def _welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        caller = str((writer.get_extra_info("peername") or ("",))[0])
        self._callers[caller] += 1
        try:
            if self._is_full(caller):
                writer.write(b"421 4.3.2 too many connections\r\n")
                return
            async with asyncio.timeout(self._limits.session_seconds):
                await self._talk(reader, writer)
        except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
            _log.info("bounce_caller_left", error=type(error).__name__)
        except ValueError:  # a line longer than any that makes sense
            writer.write(b"500 5.5.2 line too long\r\n")
        finally:
            self._callers -= Counter({caller: 1})
            writer.close()

    def _is_full(self, caller: str) -> bool:
        limits = self._limits
        each = self._callers[caller] > limits.connections_each
        return each or self._callers.total() > limits.connections

    def _is_too_fast(self) -> bool:
        """Whether another mail would be more than a minute's share; one that is not is counted."""
        now = clock.monotonic()
        while self._recent and self._recent[0] < now - 60:
            self._recent.popleft()
        if len(self._recent) >= self._limits.mails_a_minute:
            return True
        self._recent.append(now)
        return False

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        envelope = _Envelope()
        writer.write(f"220 {self._name} bounces only\r\n".encode())
        for _ in range(self._limits.commands):
            await writer.drain()
            async with asyncio.timeout(self._limits.command_seconds):
                raw = await reader.readline()
            if not raw.endswith(b"\n"):
                return
            verb, _, rest = raw.decode("utf-8", "replace").strip().partition(" ")
            if verb.upper() == "DATA":
                said = await self._data(envelope, reader, writer)
            else:
                said = self._answer(envelope, verb.upper(), rest.strip())
            writer.write(said.encode() + b"\r\n")
            if said.startswith(("221", "421")):
                return
        writer.write(b"421 4.7.0 too many commands\r\n")

    def _answer(self, envelope: _Envelope, verb: str, rest: str) -> str:
        if verb in ("EHLO", "LHLO", "HELO"):
            envelope.is_greeted, envelope.sender, envelope.recipient = True, None, ""
            if verb == "HELO":
                return f"250 {self._name}"
            more = ("PIPELINING", f"SIZE {self._limits.mail_bytes}", "8BITMIME")
            lines = [f"250-{one}\r\n" for one in (self._name, *more)]
            return "".join(lines) + "250 SMTPUTF8"
        if verb == "RSET":
            envelope.sender, envelope.recipient = None, ""
            return "250 2.0.0 ok"
        if verb == "NOOP":
            return "250 2.0.0 ok"
        if verb == "QUIT":
            return "221 2.0.0 bye"
        if verb not in ("MAIL", "RCPT"):
            return "502 5.5.1 not known here"
        found = _PATH.fullmatch(rest)
        if found is None or not envelope.is_greeted:
            return "501 5.5.4 not understood" if envelope.is_greeted else "503 5.5.1 EHLO first"
        return (self._mail if verb == "MAIL" else self._rcpt)(envelope, found[1], found[2])

    def _mail(self, envelope: _Envelope, sender: str, options: str) -> str:
        if envelope.sender is not None:
            return "503 5.5.1 one at a time"
        size = _SIZE.search(options)
        if size is not None and int(size[1]) > self._limits.mail_bytes:
            return "552 5.3.4 too large"
        if envelope.mails >= self._limits.mails:
            return "421 4.7.0 call again"
        envelope.sender = sender
        return "250 2.1.0 ok"

    def _rcpt(self, envelope: _Envelope, recipient: str, _: str) -> str:
        if envelope.sender is None:
            return "503 5.5.1 MAIL first"
        if envelope.recipient:
            return "452 4.5.3 one recipient a mail"
        if not self._known(recipient):
            return "550 5.1.1 no such return path"
        envelope.recipient = recipient
        return "250 2.1.5 ok"

    async def _data(
        self, envelope: _Envelope, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> str:
        sender, recipient = envelope.sender, envelope.recipient
        if sender is None or not recipient:
            return "503 5.5.1 no recipient"
        envelope.sender, envelope.recipient = None, ""
        if self._is_too_fast():
            return "451 4.7.1 too many mails, later"
        envelope.mails += 1
        writer.write(b"354 go\r\n")
        await writer.drain()
        content = await self._content(reader)
        if content is None:
            return "552 5.3.4 too large"
        kept = await self._keep(sender, recipient, content)
        return "250 2.0.0 kept" if kept else "451 4.3.0 not now"

    async def _content(self, reader: asyncio.StreamReader) -> bytes | None:
        """A mail's bytes up to its terminator; None for one that is too large, read to its end."""
        content, is_whole, tail = bytearray(), True, b"\r\n"
        while True:
            piece = await self._piece(reader)
            starts = tail == b"\r\n"  # and nothing else: a bare line feed ends no mail
            if starts and piece == b".\r\n":
                return bytes(content) if is_whole else None
            tail = (tail + piece)[-2:]
            is_whole = is_whole and len(content) + len(piece) <= self._limits.mail_bytes
            if is_whole:
                content += piece[1:] if starts and piece.startswith(b".") else piece

    async def _piece(self, reader: asyncio.StreamReader) -> bytes:
        """The next line, or a part of a very long one."""
        async with asyncio.timeout(self._limits.command_seconds):
            try:
                return await reader.readuntil(b"\n")
            except asyncio.LimitOverrunError as long:
                return await reader.readexactly(max(1, long.consumed))
