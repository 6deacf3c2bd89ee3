"""Reads a request's body as it streams in, within bounds of size, time and total memory."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from kervan.collect.decode import BODY_LIMIT_BYTES
from kervan.kernel.errors import KervanError

Receive = Callable[[], Awaitable[dict[str, Any]]]

READ_SECONDS = 60.0
# A client that is told 413 while still sending sees a broken connection instead of the answer;
# so this much more is read and thrown away.
_DRAIN_BYTES = 4 * BODY_LIMIT_BYTES
_DRAIN_SECONDS = 10.0


class Gone(Exception):
    """The client went away before its body was complete; nobody is left to answer."""


class Flight:
    """Bytes of bodies being read or waiting to be durable, bounded for the whole process."""

    def __init__(self, limit_bytes: int) -> None:
        self.limit_bytes = limit_bytes
        self.bytes = 0

    def hold(self) -> "Held":
        """A share of the bytes; give it back by leaving its `with` block."""
        return Held(self)


class Held:
    """One request's share of the bytes in flight."""

    def __init__(self, flight: Flight) -> None:
        self._flight = flight
        self._bytes = 0

    def __enter__(self) -> "Held":
        return self

    def __exit__(self, *_: object) -> None:
        self._flight.bytes -= self._bytes

    def grow(self, size_bytes: int) -> None:
        """Take `size_bytes` more. Raises KervanError collect.overloaded (503) when full."""
        if self._flight.bytes + size_bytes > self._flight.limit_bytes:
            raise KervanError("collect.overloaded", status=503, seconds=2)
        self._flight.bytes += size_bytes
        self._bytes += size_bytes


async def read(receive: Receive, declared_bytes: int, held: Held) -> bytes:
    """The whole body, at most BODY_LIMIT_BYTES.

    `declared_bytes` is the Content-Length, 0 when there is none (chunked). Raises Gone, and
    KervanError collect.too_large (413), collect.overloaded (503) and collect.too_slow (408);
    after an error `drain` what is left before answering.
    """
    if declared_bytes > BODY_LIMIT_BYTES:
        raise KervanError("collect.too_large", status=413, limit=BODY_LIMIT_BYTES)
    chunks: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(READ_SECONDS):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise Gone
                chunk = message.get("body", b"")
                size += len(chunk)
                if size > BODY_LIMIT_BYTES:
                    raise KervanError("collect.too_large", status=413, limit=BODY_LIMIT_BYTES)
                held.grow(len(chunk))
                chunks.append(chunk)
                if not message.get("more_body", False):
                    return chunks[0] if len(chunks) == 1 else b"".join(chunks)
    except TimeoutError:
        raise KervanError("collect.too_slow", status=408) from None


async def drain(receive: Receive) -> None:
    """Read on and throw away, so that a client still sending can see its answer."""
    size = 0
    try:
        async with asyncio.timeout(_DRAIN_SECONDS):
            while size < _DRAIN_BYTES:
                message = await receive()
                size += len(message.get("body", b""))
                if message["type"] == "http.disconnect" or not message.get("more_body", False):
                    return
    except TimeoutError:
        return
