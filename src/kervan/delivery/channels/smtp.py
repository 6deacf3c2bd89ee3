"""An SMTP client that pipelines: the end of one mail and the start of the next in one write.

RFC 5321, 2920 (PIPELINING), 1870 (SIZE), 6152 (8BITMIME), 6531 (SMTPUTF8), 3461 (DSN).
A mail's terminator goes out only after the desk's journal says so, and every mail taken from the
desk gets exactly one report, whatever the line does.
"""

import asyncio
import re
from collections import deque
from dataclasses import dataclass
from typing import Protocol, cast

from kervan.delivery.channels.channel import Fate, LineLost

_MAX_REPLY_BYTES = 65_536
_ENHANCED = re.compile(rb"^([245]\.\d{1,3}\.\d{1,3})\b")
_QUEUED_AS = re.compile(rb"queued as ([A-Za-z0-9._-]{1,64})", re.IGNORECASE)
_TERMINATOR = b".\r\n"
_DOT = re.compile(rb"\n\.")
_ENDS_AN_ADDRESS = frozenset(" <>\t\r\n\0")


@dataclass(frozen=True, slots=True)
class Reply:
    """One SMTP reply: its code and its lines without code."""

    code: int
    lines: tuple[bytes, ...]

    @property
    def enhanced(self) -> str:
        """The enhanced status code (RFC 3463), or an empty text."""
        found = _ENHANCED.match(self.lines[0])
        return found[1].decode() if found else ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one mail; `stage` is mail, rcpt, data, end or line.

    The server's words are left out on purpose: they often repeat the address.
    """

    fate: Fate
    stage: str
    code: int = 0
    enhanced: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Mail:
    """One message for one recipient; `content` is whole, with CRLF line ends."""

    key: object
    sender: str
    recipient: str
    content: bytes
    envelope_id: str = ""


class Desk(Protocol):
    """Where a connection takes mails from and reports to."""

    def take(self) -> Mail | None:
        """The next mail, or None when there is none right now."""

    def journal(self, mail: Mail) -> "asyncio.Future[None]":
        """Make this hand-over durable; the terminator waits for it. An error withholds it."""

    def report(self, mail: Mail, outcome: Outcome) -> None:
        """Take note of a mail's outcome; called exactly once per mail taken."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds to wait for a reply to a command, for the last word on a mail, and to connect."""

    command_seconds: float = 60.0
    final_seconds: float = 300.0
    connect_seconds: float = 20.0


class Wire(asyncio.Protocol):
    """Bytes to replies and back; knows when the line is gone."""

    def __init__(self) -> None:
        self.lost: str | None = None
        self._transport: asyncio.Transport | None = None
        self._buffer = bytearray()
        self._lines: list[bytes] = []
        self._replies: deque[Reply] = deque()
        self._waiter: asyncio.Future[None] | None = None
        self._room: asyncio.Future[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The line is open (again, inside TLS)."""
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Cut complete lines off and gather them to replies."""
        self._buffer += data
        start = 0
        while (end := self._buffer.find(b"\n", start)) >= 0:
            self._line(bytes(self._buffer[start:end]).rstrip(b"\r"))
            start = end + 1
        del self._buffer[:start]
        if len(self._buffer) + sum(map(len, self._lines)) > _MAX_REPLY_BYTES:
            self.abort("bad_reply")
        self._wake()

    def _line(self, line: bytes) -> None:
        if len(line) < 3 or not line[:3].isdigit() or line[3:4] not in (b"", b" ", b"-"):
            self.abort("bad_reply")
            return
        self._lines.append(line[4:])
        if line[3:4] != b"-":
            self._replies.append(Reply(int(line[:3]), tuple(self._lines)))
            self._lines = []

    def connection_lost(self, exc: Exception | None) -> None:
        """The other side, or we, hung up."""
        self.lost = self.lost or "connection_lost"
        self._wake()
        self.resume_writing()

    def pause_writing(self) -> None:
        """The socket is full."""
        self._room = self._room or asyncio.get_running_loop().create_future()

    def resume_writing(self) -> None:
        """The socket has room."""
        if self._room is not None and not self._room.done():
            self._room.set_result(None)
        self._room = None

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def check(self) -> None:
        """Raises LineLost when nothing more can be written."""
        if self.lost is not None or self._transport is None or self._transport.is_closing():
            raise LineLost(self.lost or "connection_lost")

    def write(self, data: bytes) -> None:
        """Send bytes. Raises LineLost when nothing was written."""
        self.check()
        self.transport.write(data)

    async def drained(self, timeout_seconds: float) -> None:
        """Wait until the socket took most of what was written. Raises LineLost."""
        if self._room is not None:
            timer = asyncio.get_running_loop().call_later(timeout_seconds, self.abort, "slow_line")
            try:
                await self._room
            finally:
                timer.cancel()

    async def reply(self, timeout_seconds: float) -> Reply:
        """The next reply. Raises LineLost when there will be none."""
        if not self._replies:
            if self.lost is not None:
                raise LineLost(self.lost)
            loop = asyncio.get_running_loop()
            timer = loop.call_later(timeout_seconds, self.abort, "no_reply")
            try:
                while not self._replies and self.lost is None:
                    self._waiter = loop.create_future()
                    await self._waiter
            finally:
                timer.cancel()
                self._waiter = None
            if not self._replies:
                raise LineLost(self.lost or "connection_lost")
        return self._replies.popleft()

    def abort(self, why: str = "aborted") -> None:
        """Hang up at once: what is not terminated is not delivered."""
        self.lost = self.lost or why
        if self._transport is not None:
            self._transport.abort()
        self._wake()

    def unread(self) -> bool:
        """Whether the other side said more than it was asked (forbidden before TLS)."""
        return bool(self._buffer or self._lines or self._replies)

    @property
    def transport(self) -> asyncio.Transport:
        """The open transport, for the TLS upgrade."""
        assert self._transport is not None
        return self._transport


class Session:
    """One greeted and authenticated connection, sending mail after mail."""

    def __init__(
        self, wire: Wire, extensions: dict[str, str], patience: Patience, mails: int = 1000
    ) -> None:
        self.wire = wire
        self._extensions = extensions
        self._patience = patience
        self._left = mails
        self._pipelining = "PIPELINING" in extensions
        self._dirty = False
        self._closing: Mail | None = None  # its terminator is on the way, no answer yet
        self._opened: Mail | None = None  # between MAIL and the terminator
        self._coming: Mail | None = None  # taken, nothing said yet
        self._journalled: asyncio.Future[None] | None = None

    @property
    def usable(self) -> bool:
        """Whether another mail may go over this connection."""
        return self.wire.lost is None and self._left > 0

    async def pump(self, desk: Desk) -> None:
        """Send until the desk has nothing more, or this connection is spent or gone.

        A lost line is no error here: the mails it concerned are reported, `usable` turns false.
        What the journal raises is raised again, after the line was cut before the terminator.
        """
        try:
            while await self._turn(desk):
                pass
        except LineLost as lost:
            self._settle(desk, str(lost))
        except BaseException:
            self._settle(desk, "aborted")
            raise

    def _settle(self, desk: Desk, why: str) -> None:
        self.wire.abort(why)
        closing, opened, coming = self._closing, self._opened, self._coming
        self._closing = self._opened = self._coming = None
        if self._journalled is not None:
            if not self._journalled.cancel() and not self._journalled.cancelled():
                self._journalled.exception()  # seen here, so that nobody warns of it later
            self._journalled = None
        if closing is not None:
            desk.report(closing, Outcome(Fate.DOUBT, "line", reference=why))
        for mail in (opened, coming):
            if mail is not None:
                desk.report(mail, Outcome(Fate.DEFERRED, "line", reference=why))

    async def _turn(self, desk: Desk) -> bool:
        """End the open mail and begin the next one, in one write where the server can."""
        # The next mail is made ready while the journal is being made durable.
        self._coming = self._next(desk)
        if self._opened is None and self._coming is None:
            return False
        if self._journalled is not None:
            await self._journalled
            self._journalled = None
        commands = self._commands(self._coming) if self._coming is not None else []
        group = _TERMINATOR if self._opened is not None else b""
        group += b"".join(commands) if self._pipelining else b""
        self.wire.check()  # before the books say that a terminator is on its way
        self._closing, self._opened, self._coming = self._opened, self._coming, None
        if group:
            self.wire.write(group)
        if self._closing is not None:
            reply = await self.wire.reply(self._patience.final_seconds)
            closed, self._closing = self._closing, None
            desk.report(closed, _judge(reply, "end"))
            if reply.code == 421:
                raise LineLost("server_closing")
        if self._opened is not None:
            await self._begin(desk, self._opened, commands)
        return True

    def _next(self, desk: Desk) -> Mail | None:
        while self._left > 0 and (mail := desk.take()) is not None:
            refusal = self._cannot(mail)
            if refusal is None:
                self._left -= 1
                return mail
            desk.report(mail, refusal)
        return None

    def _cannot(self, mail: Mail) -> Outcome | None:
        """What this server has no way to take, found before saying a word."""
        if not _clean(mail.sender) or not _clean(mail.recipient):
            return Outcome(Fate.REJECTED, "local", reference="address_invalid")
        if not (mail.recipient + mail.sender).isascii() and "SMTPUTF8" not in self._extensions:
            return Outcome(Fate.REJECTED, "local", reference="smtputf8_missing")
        if not mail.content.isascii() and "8BITMIME" not in self._extensions:
            return Outcome(Fate.REJECTED, "local", reference="8bitmime_missing")
        limit = self._extensions.get("SIZE", "")
        if limit.isdigit() and 0 < int(limit) < len(mail.content):
            return Outcome(Fate.REJECTED, "local", reference="too_large")
        return None

    def _commands(self, mail: Mail) -> list[bytes]:
        options = f" SIZE={len(mail.content)}" if "SIZE" in self._extensions else ""
        if not mail.content.isascii():
            options += " BODY=8BITMIME"
        if not (mail.recipient + mail.sender).isascii():
            options += " SMTPUTF8"
        wanted = ""
        if mail.envelope_id and "DSN" in self._extensions:
            options += f" RET=HDRS ENVID={mail.envelope_id}"
            wanted = " NOTIFY=FAILURE"  # never of what arrived: nobody asks for a million of these
            if mail.recipient.isascii():
                wanted += f" ORCPT=rfc822;{_xtext(mail.recipient)}"
        commands = [
            f"MAIL FROM:<{mail.sender}>{options}\r\n".encode(),
            f"RCPT TO:<{mail.recipient}>{wanted}\r\n".encode(),
            b"DATA\r\n",
        ]
        return [b"RSET\r\n", *commands] if self._dirty else commands

    async def _begin(self, desk: Desk, mail: Mail, commands: list[bytes]) -> None:
        """Read the answers to MAIL, RCPT and DATA; send the content, but not its end."""
        refused: Outcome | None = None
        reply = Reply(0, (b"",))
        for stage, command in zip(_stages(commands), commands, strict=True):
            if not self._pipelining:
                if refused is not None:
                    break
                self.wire.write(command)
            reply = await self.wire.reply(self._patience.command_seconds)
            expected = 3 if stage == "data" else 2
            if reply.code // 100 != expected and stage != "rset" and refused is None:
                refused = _judge(reply, stage)
            if reply.code == 421:
                if stage == "rcpt" and refused is not None:
                    self._opened = None
                    desk.report(mail, refused)  # it may be about this reader's domain
                raise LineLost("server_closing")
        self._dirty = refused is not None
        if refused is None:
            self.wire.write(_stuffed(mail.content))
            await self.wire.drained(self._patience.command_seconds)
            self._journalled = desk.journal(mail)
            return
        self._opened = None
        desk.report(mail, refused)
        if reply.code == 354:
            # A server may ask for the content although nobody is to get it (RFC 2920 §3.1). One
            # that took a recipient and refused something else would deliver an empty mail.
            if refused.stage != "rcpt":
                raise LineLost("confused_server")
            self.wire.write(_TERMINATOR)
            await self.wire.reply(self._patience.final_seconds)

    async def quit(self) -> None:
        """Say goodbye when there is still somebody to hear it."""
        try:
            self.wire.write(b"QUIT\r\n")
            await self.wire.reply(1.0)
        except LineLost:
            return
        finally:
            self.wire.abort("quit")


def _stages(commands: list[bytes]) -> tuple[str, ...]:
    return ("rset", "mail", "rcpt", "data") if len(commands) == 4 else ("mail", "rcpt", "data")


def _judge(reply: Reply, stage: str) -> Outcome:
    """A reply as an outcome. A server that wants a login or TLS first says nothing on the mail."""
    kind = reply.code // 100
    if kind == 2 and stage == "end":
        found = _QUEUED_AS.search(reply.lines[-1])
        return Outcome(Fate.ACCEPTED, stage, reply.code, "", found[1].decode() if found else "")
    fate = Fate.REJECTED if kind == 5 and reply.code not in (530, 535, 538) else Fate.DEFERRED
    if reply.code == 503 and stage != "end":
        fate = Fate.DEFERRED
    return Outcome(fate, stage, reply.code, reply.enhanced)


def _stuffed(content: bytes) -> bytes:
    """Dot-stuffing (RFC 5321 §4.5.2), and a last line that is ended."""
    if not content.endswith(b"\r\n"):
        content += b"\r\n"
    if content.startswith(b"."):
        content = b"." + content
    # Hardly a mail has such a line, and to look for one is a seventh of replacing none.
    return content.replace(b"\r\n.", b"\r\n..") if _DOT.search(content) else content


def _xtext(address: str) -> str:
    """An ASCII address as a parameter's value (RFC 3461 §4)."""
    if "+" in address or "=" in address:
        return address.replace("+", "+2B").replace("=", "+3D")
    return address


def _clean(address: str) -> bool:
    """Whether an address can stand between < and > without ending the command."""
    return (
        0 < len(address) <= 320 and address.isprintable() and _ENDS_AN_ADDRESS.isdisjoint(address)
    )
