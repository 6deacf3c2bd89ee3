"""Requests that share one HTTP/2 connection (RFC 9113), as APNs wants them: many at once, for days.

Framing, header compression and windows are the library h2's. What it lacks is kept here: places
for streams, and a GOAWAY that lets streams under way come to their end (python-hyper/h2 issue 1181:
h2 closes everything, so it is not shown that frame).
"""

import asyncio
import re
import ssl
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from h2 import events
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.exceptions import H2Error

from kervan.delivery.channels.call_http import as_object
from kervan.kernel import clock
from kervan.kernel.http import Answer, Unanswered, Unreachable

Headers = Sequence[tuple[str, str]]

_HEAD = 9  # length, type, flags, stream: RFC 9113 §4.1
_GOAWAY = 0x7
_REASON = re.compile(r"[A-Za-z]{1,60}")
_MOST_BYTES = 65_536
_PATIENCE_SECONDS = 10.0
_IDLE_SECONDS = 60.0


@dataclass(eq=False)
class _Stream:
    """One request under way; `moved` says that its window may have grown."""

    done: "asyncio.Future[Answer]"
    moved: asyncio.Event = field(default_factory=asyncio.Event)
    sent: bool = False
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytearray = field(default_factory=bytearray)

    def fail(self, error: Exception) -> None:
        if not self.done.done():
            self.done.set_exception(error)
        self.moved.set()

    def finish(self) -> None:
        if not self.done.done():
            self.done.set_result(Answer(self.status, self.headers, bytes(self.body)))
        self.moved.set()


class Connection(asyncio.Protocol):
    """One connection. `usable` says whether it takes new requests; `reason` why the peer left."""

    def __init__(self) -> None:
        self.usable = True
        self.reason = ""
        self.settled: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        """Done when the peer has said what it allows."""
        self.heard_at = clock.monotonic()
        # Our headers are in order as they are. Left alone, h2 also lets the authorization be
        # compressed, as Apple advises: else it is most of what is sent, and anew with each message.
        self._h2 = H2Connection(
            H2Configuration(
                client_side=True,
                header_encoding="utf-8",
                validate_outbound_headers=False,
                normalize_outbound_headers=False,
            )
        )
        self._flushing = False
        self._streams: dict[int, _Stream] = {}
        self._buffer = bytearray()
        self._transport: asyncio.Transport | None = None
        # One event each for all who wait for a place, for the socket, for an answer to a ping.
        self._changed = asyncio.Event()
        self._writable = asyncio.Event()
        self._writable.set()
        self._ponged = asyncio.Event()
        self._lost = asyncio.Event()

    async def request(self, headers: Headers, body: bytes, timeout_seconds: float) -> Answer:
        """One request and its whole answer.

        Raises Unreachable where the peer certainly did nothing, else Unanswered.
        """
        await self._place()
        try:
            number = self._h2.get_next_available_stream_id()
            stream = _Stream(asyncio.get_running_loop().create_future(), sent=not body)
            self._h2.send_headers(number, list(headers), end_stream=not body)
        except H2Error:  # the numbers are used up, or it has just been closed
            self.retire()
            raise Unreachable("closed") from None
        self._streams[number] = stream
        try:
            self._flush_soon()
            async with asyncio.timeout(timeout_seconds):
                await self._send(number, stream, body)
                return await stream.done
        except TimeoutError:
            self.retire()  # perhaps nobody is there any more
            raise Unanswered("timeout") from None
        finally:
            if not stream.sent or not stream.done.done() or stream.done.cancelled():
                with suppress(H2Error):
                    self._h2.reset_stream(number, ErrorCodes.CANCEL)
                self._flush()
            self._streams.pop(number, None)
            self._wake()

    async def alive(self) -> bool:
        """Whether the peer still answers; asked only where it has been silent for long."""
        if clock.monotonic() - self.heard_at < _IDLE_SECONDS:
            return True
        self._ponged.clear()
        with suppress(TimeoutError, H2Error):
            self._h2.ping(b"kervan  ")
            self._flush()
            async with asyncio.timeout(_PATIENCE_SECONDS):
                await self._ponged.wait()
                return self.usable
        self.retire()
        return False

    def busy(self) -> bool:
        """Whether requests are under way on it."""
        return bool(self._streams)

    def retire(self) -> None:
        """Take no more requests; hang up when those under way have ended."""
        self.usable = False
        self._wake()

    async def close(self) -> None:
        """Hang up at once; what is under way is in doubt."""
        self.usable = False
        if self._transport is None:
            return
        with suppress(H2Error):
            self._h2.close_connection()
            self._flush()
        self._transport.close()
        with suppress(TimeoutError):
            async with asyncio.timeout(1):
                await self._lost.wait()

    async def _place(self) -> None:
        """Wait until the peer allows one more stream, and the socket takes more."""
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                await self._writable.wait()
                while self.usable and len(self._streams) >= self._allowed():
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            raise Unreachable("busy") from None
        if not self.usable:
            raise Unreachable(self.reason or "closed")

    def _allowed(self) -> int:
        return self._h2.remote_settings.max_concurrent_streams

    async def _send(self, number: int, stream: _Stream, body: bytes) -> None:
        """The body in as many frames as the windows let through; the peer may answer before."""
        at = 0
        while at < len(body) and not stream.done.done():
            try:
                room = self._h2.local_flow_control_window(number)
                room = min(room, self._h2.max_outbound_frame_size, len(body) - at)
                if room <= 0:
                    stream.moved.clear()
                    await stream.moved.wait()
                    continue
                ends = at + room == len(body)
                self._h2.send_data(number, body[at : at + room], end_stream=ends)
            except H2Error:  # the peer has closed the stream: what it said is in `done`, or lost
                stream.fail(Unanswered("stream_closed"))
                return
            at += room
            stream.sent = ends
            self._flush_soon()

    # What the transport says.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin: preface and our settings."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._h2.initiate_connection()
        self._flush()

    def data_received(self, data: bytes) -> None:
        """Take whole frames apart: a GOAWAY for us, the others for h2."""
        self.heard_at = clock.monotonic()
        self._buffer += data
        at, ready = 0, 0
        while len(self._buffer) - at >= _HEAD:
            size = _HEAD + int.from_bytes(self._buffer[at : at + 3], "big")
            if size - _HEAD > self._h2.max_inbound_frame_size:  # §4.2; or this is no HTTP/2
                self._abort()
                return
            if len(self._buffer) - at < size:
                break
            if self._buffer[at + 3] == _GOAWAY:
                self._receive(bytes(self._buffer[ready:at]))
                self._left(bytes(self._buffer[at + _HEAD : at + size]))
                ready = at + size
            at += size
        self._receive(bytes(self._buffer[ready:at]))
        del self._buffer[:at]

    def connection_lost(self, exc: Exception | None) -> None:
        """Whatever is under way may have been done or not."""
        self.usable = False
        for stream in list(self._streams.values()):
            stream.fail(Unanswered("connection_lost"))
        if not self.settled.done():
            self.settled.set_exception(Unreachable("hung_up"))
            self.settled.exception()  # whoever opened it may have given up already
        self._lost.set()
        self._ponged.set()
        self._writable.set()
        self._wake()

    def pause_writing(self) -> None:
        """The socket is full: no new requests for a while."""
        self._writable.clear()

    def resume_writing(self) -> None:
        """There is room again."""
        self._writable.set()

    # What frames say.

    def _receive(self, data: bytes) -> None:
        if not data:
            return
        try:
            for event in self._h2.receive_data(data):
                self._take(event)
        except H2Error:  # the peer breaks the protocol
            self._abort()
            return
        self._flush()

    def _abort(self) -> None:
        self.usable = False
        if self._transport is not None:
            self._flush()
            self._transport.abort()

    def _take(self, event: events.Event) -> None:
        if isinstance(event, events.RemoteSettingsChanged):
            if not self.settled.done():
                self.settled.set_result(None)
            self._move(0)
            self._wake()
        elif isinstance(event, events.WindowUpdated):
            self._move(event.stream_id or 0)
        elif isinstance(event, events.PingAckReceived):
            self._ponged.set()
        elif isinstance(event, events.DataReceived):
            self._h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            stream = self._streams.get(event.stream_id)
            if stream is not None and len(stream.body) < _MOST_BYTES:
                stream.body += event.data
        elif isinstance(event, events.ResponseReceived):
            stream = self._streams.get(event.stream_id)
            if stream is not None:
                stream.headers = {str(name): str(value) for name, value in event.headers}
                stream.status = int(stream.headers.pop(":status"))
        elif isinstance(event, events.StreamEnded):
            stream = self._streams.get(event.stream_id)
            if stream is not None:
                stream.finish()
        elif isinstance(event, events.StreamReset):
            self._reset(event)

    def _reset(self, event: events.StreamReset) -> None:
        stream = self._streams.get(event.stream_id)
        if stream is None:
            return
        if event.error_code == ErrorCodes.REFUSED_STREAM:  # RFC 9113 §8.7: nothing was done
            stream.fail(Unreachable("refused_stream"))
        else:
            stream.fail(Unanswered("reset"))

    def _left(self, payload: bytes) -> None:
        """A GOAWAY (RFC 9113 §6.8): streams above its number were not looked at."""
        last = int.from_bytes(payload[:4], "big") & 0x7FFF_FFFF
        reason = (as_object(payload[8:]) or {}).get("reason")
        if isinstance(reason, str) and _REASON.fullmatch(reason):  # a code; never its words
            self.reason = reason
        for number, stream in list(self._streams.items()):
            if number > last:
                stream.fail(Unreachable("goaway"))
        self.retire()

    def _move(self, number: int) -> None:
        for one in [number] if number else list(self._streams):
            if one in self._streams:
                self._streams[one].moved.set()

    def _wake(self) -> None:
        self._changed.set()
        if not self.usable and not self._streams and self._transport is not None:
            self._transport.close()

    def _flush_soon(self) -> None:
        """Write once for all requests of this turn of the loop."""
        if not self._flushing:
            self._flushing = True
            asyncio.get_running_loop().call_soon(self._flush)

    def _flush(self) -> None:
        self._flushing = False
        data = self._h2.data_to_send()
        if data and self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)


class Http2:
    """A way to one host: a connection that is opened when needed and replaced when it ends."""

    def __init__(
        self, host: str, port: int, tls: ssl.SSLContext, timeout_seconds: float = 30.0
    ) -> None:
        self.opened = 0
        """How many connections were opened so far."""
        self._host, self._port, self._tls = host, port, tls
        self._timeout_seconds = timeout_seconds
        self._opening = asyncio.Lock()
        self._current: Connection | None = None
        self._all: list[Connection] = []

    async def request(self, headers: Headers, body: bytes) -> Answer:
        """One request and its whole answer; one that was certainly not looked at goes once more.

        Raises Unreachable where the host certainly did nothing, else Unanswered.
        """
        connection = await self._connection()
        try:
            return await connection.request(headers, body, self._timeout_seconds)
        except Unreachable:
            connection = await self._connection()
            return await connection.request(headers, body, self._timeout_seconds)

    async def close(self) -> None:
        """Hang up everywhere."""
        await asyncio.gather(*[connection.close() for connection in self._all])
        self._all = []

    async def _connection(self) -> Connection:
        async with self._opening:
            current = self._current
            if current is not None and current.usable and await current.alive():
                return current
            self._current = await self._open()
            self._all = [one for one in self._all if one.busy()] + [self._current]
            return self._current

    async def _open(self) -> Connection:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                transport, connection = await loop.create_connection(
                    Connection,
                    self._host,
                    self._port,
                    ssl=self._tls,
                    ssl_handshake_timeout=_PATIENCE_SECONDS,
                )
        except ssl.SSLCertVerificationError:
            raise Unreachable("not_trusted") from None
        except (OSError, TimeoutError) as error:
            raise Unreachable(type(error).__name__) from None
        self.opened += 1
        secure = transport.get_extra_info("ssl_object")
        try:
            if secure is None or secure.selected_alpn_protocol() != "h2":
                raise Unreachable("no_http2")
            async with asyncio.timeout(_PATIENCE_SECONDS):
                await connection.settled
        except (Unreachable, TimeoutError) as error:
            await connection.close()
            raise Unreachable(str(error) or "no_settings") from None
        return connection
