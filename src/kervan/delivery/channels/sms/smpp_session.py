"""One connection to an SMSC: units written and answered, links enquired, what comes told on.

SMPP 3.4. An answer that is missing is told apart from a connection that is gone, and a delivery is
answered only when somebody says so.
"""

import asyncio
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, cast

from kervan.delivery.channels.sms import smpp_pdu as pdu
from kervan.kernel import clock

_MOST_LATE = 10_000
# Linux has it.
_QUICK: int | None = getattr(socket, "TCP_QUICKACK", None)
_LAST_SEQUENCE = 0x7FFF_FFFF


class Gone(Exception):
    """The connection is no more; what was not answered may have arrived."""


class Unanswered(Exception):
    """The other side kept silent for too long."""


class Answer(NamedTuple):
    """A response: its status, and its body up to the first zero (submit_sm: the message id)."""

    status: int
    text: str


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds to wait for an answer, and between two signs of life."""

    response_seconds: float
    enquire_seconds: float


@dataclass(slots=True)
class _Asked:
    future: "asyncio.Future[Answer]"
    at: float
    late: Callable[[Answer], None] | None


class Session(asyncio.Protocol):
    """The units on one connection; `told` hears of each delivery, with its number to answer by."""

    def __init__(
        self, patience: Patience, told: Callable[["Session", pdu.Delivered, int], None]
    ) -> None:
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.answers = 0
        self._patience = patience
        self._told = told
        self._transport: asyncio.Transport | None = None
        self._buffer = bytearray()
        self._sequence = 0
        self._asked: dict[int, _Asked] = {}
        self._late: dict[int, Callable[[Answer], None]] = {}
        self._last = clock.monotonic()
        self._enquiry: asyncio.Future[Answer] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._leaving = False

    @property
    def usable(self) -> bool:
        """Whether more may be asked on it."""
        return not self._leaving and not self.ended.done()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The line is open."""
        self._transport = cast(asyncio.Transport, transport)
        self._tick()

    def connection_lost(self, exc: Exception | None) -> None:
        """The other side, or we, hung up."""
        self._end()

    def data_received(self, data: bytes) -> None:
        """Cut whole units off and attend to each."""
        self._buffer += data
        self._acknowledge()
        self._last = clock.monotonic()
        start = 0
        while len(self._buffer) - start >= pdu.HEADER_OCTETS and not self.ended.done():
            head = pdu.head(memoryview(self._buffer)[start : start + pdu.HEADER_OCTETS])
            if not pdu.HEADER_OCTETS <= head.length <= pdu.MOST_OCTETS:
                # A stream that lost its step cannot find it again.
                self.write(pdu.unit(pdu.GENERIC_NACK, 0, pdu.INVALID_LENGTH))
                self.cut()
                return
            end = start + head.length
            if len(self._buffer) < end:
                break
            self._attend(head, bytes(self._buffer[start:end]))
            start = end
        del self._buffer[:start]

    def _acknowledge(self) -> None:
        """Let the kernel acknowledge at once: an SMSC that gathers small writes (Nagle) would
        otherwise wait 40 ms between a response and the receipt behind it (measured)."""
        line = None if self._transport is None else self._transport.get_extra_info("socket")
        if line is not None and _QUICK is not None:
            line.setsockopt(socket.IPPROTO_TCP, _QUICK, 1)

    def _attend(self, head: pdu.Head, octets: bytes) -> None:
        if head.command & pdu.RESPONSE:
            self._answered(head, octets)
        elif head.command == pdu.DELIVER_SM:
            self._delivered(head, octets)
        elif head.command == pdu.ENQUIRE_LINK:
            self.answer(pdu.ENQUIRE_LINK, head.sequence)
        elif head.command == pdu.UNBIND:
            self.answer(pdu.UNBIND, head.sequence)
            self._leaving = True
            self._leave()
        elif head.command not in (pdu.ALERT_NOTIFICATION, pdu.OUTBIND):  # those have no response
            self.write(pdu.unit(pdu.GENERIC_NACK, head.sequence, pdu.INVALID_COMMAND))

    def _delivered(self, head: pdu.Head, octets: bytes) -> None:
        try:
            delivered = pdu.delivered(octets)
        except pdu.Unreadable:
            self.answer(pdu.DELIVER_SM, head.sequence, pdu.INVALID_LENGTH)
        else:
            self._told(self, delivered, head.sequence)

    def _answered(self, head: pdu.Head, octets: bytes) -> None:
        answer = Answer(head.status, pdu.text_of(octets[pdu.HEADER_OCTETS :]))
        asked = self._asked.pop(head.sequence, None)
        late = self._late.pop(head.sequence, None)
        if asked is not None and not asked.future.done():
            self.answers += 1
            asked.future.set_result(answer)
        elif late is not None:
            late(answer)
        self._leave()

    def _leave(self) -> None:
        """Once the other side wants to go, hang up as soon as nothing is owed."""
        if self._leaving and not self._asked:
            self.cut(gently=True)

    def ask(
        self, make: Callable[[int], bytes], late: Callable[[Answer], None] | None = None
    ) -> "asyncio.Future[Answer]":
        """Write the unit that `make` gives for a sequence number; the future is its answer.

        Raises Gone at once when nothing was written; the future does when the line ended since,
        and Unanswered. An answer that comes after that is given to `late`.
        """
        if not self.usable:
            raise Gone
        self._sequence = self._sequence % _LAST_SEQUENCE + 1
        octets = make(self._sequence)
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._asked[self._sequence] = _Asked(future, clock.monotonic(), late)
        self.write(octets)
        return future

    def answer(self, command: int, sequence: int, status: int = pdu.OK) -> None:
        """Write the response to a request of the other side; nothing when it is gone."""
        body = b"\0" if command == pdu.DELIVER_SM else b""
        self.write(pdu.unit(command | pdu.RESPONSE, sequence, status, body))

    def write(self, octets: bytes) -> None:
        """Write a unit, if there still is a line."""
        if self._transport is not None and not self.ended.done():
            self._transport.write(octets)

    def cut(self, *, gently: bool = False) -> None:
        """Hang up: at once, or after what was written has gone out."""
        self._leaving = True
        if self._transport is not None and gently:
            self._transport.close()
        elif self._transport is not None:
            self._transport.abort()
            self._end()

    async def unbind(self, timeout_seconds: float) -> None:
        """Say good-bye and hang up."""
        if self.usable:
            farewell = self.ask(lambda sequence: pdu.unit(pdu.UNBIND, sequence))
            self._leaving = True
            await asyncio.wait([farewell], timeout=timeout_seconds)
            if farewell.done():
                farewell.exception()
        self.cut()

    def _end(self) -> None:
        if self.ended.done():
            return
        self.ended.set_result(None)
        if self._timer is not None:
            self._timer.cancel()
        for asked in self._asked.values():
            if not asked.future.done():
                asked.future.set_exception(Gone())
                asked.future.exception()  # whoever waits for it still gets it; nobody warns
        self._asked.clear()
        self._late.clear()

    def _tick(self) -> None:
        """Give up answers that are overdue, and ask for a sign of life on a quiet line."""
        now = clock.monotonic()
        self._give_up(now - self._patience.response_seconds)
        quiet = now - self._last >= self._patience.enquire_seconds
        if quiet and self.usable and (self._enquiry is None or self._enquiry.done()):
            self._enquire()
        if not self.ended.done():
            pause = min(1.0, self._patience.response_seconds / 4)
            self._timer = asyncio.get_running_loop().call_later(pause, self._tick)

    def _give_up(self, before: float) -> None:
        while self._asked:
            sequence, asked = next(iter(self._asked.items()))
            if asked.at > before:
                break
            del self._asked[sequence]
            if not asked.future.done():
                asked.future.set_exception(Unanswered())
                asked.future.exception()
            if asked.late is not None and len(self._late) < _MOST_LATE:
                self._late[sequence] = asked.late
            if asked.future is self._enquiry:
                self.cut()
            elif self.usable and (self._enquiry is None or self._enquiry.done()):
                self._enquire()

    def _enquire(self) -> None:
        self._enquiry = self.ask(lambda sequence: pdu.unit(pdu.ENQUIRE_LINK, sequence))
