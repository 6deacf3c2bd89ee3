"""What is said to a process that renders, and what it answers."""

import struct
from collections.abc import Callable
from typing import IO, Any

import msgspec

_LENGTH = struct.Struct("<I")


class Task(msgspec.Struct, array_like=True):
    """A compiled template (its JSON) and what it is filled in with, one scene after the other.

    `company` are the facts of who speaks. Without `shows` only how each ends is answered.
    """

    compiled: bytes
    scenes: list[dict[str, Any]]
    public_url: str = ""
    company: dict[str, str] = {}
    language: str = ""
    shows: bool = False


class Answer(msgspec.Struct, array_like=True):
    """How one scene ended: its fields, or the `code` and facts of an error."""

    fields: dict[str, str] = {}
    dynamic_links: list[str] = []
    language: str = ""
    code: str = ""
    status: int = 0
    params: dict[str, Any] = {}


def write(stream: IO[bytes], raw: bytes) -> None:
    """One message: its length, then its bytes."""
    left = memoryview(_LENGTH.pack(len(raw)) + raw)
    while left:  # a pipe without a buffer takes what it has room for
        left = left[stream.write(left) or 0 :]
    stream.flush()


def read(some: Callable[[int], bytes]) -> bytes:
    """The next message; `some` gives at most so many bytes. Raises EOFError when it gives none."""
    (length,) = _LENGTH.unpack(_exactly(some, _LENGTH.size))
    return _exactly(some, length)


def _exactly(some: Callable[[int], bytes], count: int) -> bytes:
    parts = []
    while count:
        part = some(min(count, 1_000_000))
        if not part:
            raise EOFError
        parts.append(part)
        count -= len(part)
    return b"".join(parts)
