"""Keeps and shows messages as they left.

A mail of 24 kB is 300 bytes against its template (zstd with a dictionary, RFC 8878 §5), so all of
them can be kept. A copy is written with the result of its hand-over; for one that was under way
when its sender was killed there may be none.
"""

import uuid
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

import msgspec
import zstandard

from kervan.kernel import ids, postgres, sql
from kervan.kernel.arrays import Blobs, Int4s, Moments, Uuids
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "keep.sql")
_LEVEL = 1  # with the template at hand a higher one takes longer and saves nothing
_KEPT_FRAMES = 200
_MOST_BYTES = 20_000_000
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(dict[str, str]).decode


@dataclass(frozen=True, slots=True)
class Said:
    """One message as it left: the fields of its channel, and the address it went to.

    `key` is the person's wrapped key, `frame` what the messages of its template have in common.
    """

    message: uuid.UUID
    person: int
    key: bytes = field(repr=False)
    frame: bytes = field(repr=False)
    fields: Mapping[str, str] = field(repr=False)
    at: datetime


class Copy(NamedTuple):
    """A message as it left, and when."""

    fields: dict[str, str]
    at: datetime


class Archive:
    """Writes copies for one workspace; what it knows of frames stays at hand."""

    def __init__(self, vault: WorkspaceVault) -> None:
        self._vault = vault
        self._frames: OrderedDict[bytes, tuple[int, zstandard.ZstdCompressor]] = OrderedDict()

    def keep(self, conn: Connection, said: Sequence[Said]) -> None:
        """Keep copies in the caller's transaction; a message that is kept stays as it is."""
        if not said:
            return
        # Of two transactions that bring a new frame each, neither waits for the other's next.
        frames = {one: self._frame(conn, one) for one in sorted({each.frame for each in said})}
        packed = [frames[one.frame][1].compress(_encode(one.fields)) for one in said]
        places = [_place(one.message) for one in said]
        conn.execute(
            _SQL.keep,
            {
                "messages": Uuids(one.message.bytes for one in said),
                "people": Int4s([one.person for one in said]),
                "frames": Int4s([frames[one.frame][0] for one in said]),
                "at": Moments(one.at for one in said),
                "sealed": Blobs(self._vault.seal_many([one.key for one in said], packed, places)),
            },
        )
        while len(self._frames) > max(_KEPT_FRAMES, len(frames)):
            self._frames.popitem(last=False)

    def _frame(self, conn: Connection, body: bytes) -> tuple[int, zstandard.ZstdCompressor]:
        name = ids.hash16(body)
        found = self._frames.get(name)
        if found is None:
            packed = zstandard.ZstdCompressor().compress(body)
            row = conn.execute(_SQL.frame, {"hash": name, "body": packed}).fetchone()
            if row is None:  # another sender's, committed while we looked
                row = conn.execute(_SQL.frame, {"hash": name, "body": packed}).fetchone()
            assert row is not None
            found = int(row[0]), zstandard.ZstdCompressor(_LEVEL, dict_data=_dictionary(body))
            if row[1]:  # not remembered before it is committed
                return found
            self._frames[name] = found
        self._frames.move_to_end(name)
        return found


def read(
    conn: Connection, vault: WorkspaceVault, messages: Sequence[uuid.UUID]
) -> dict[uuid.UUID, Copy]:
    """The copies there are of `messages`: none of an erased person, or past their time."""
    rows = conn.execute(_SQL.said, {"messages": postgres.uuids(messages)}).fetchall()
    return {
        message: Copy(_opened(_reader(frame, body), vault.open(key, sealed, _place(message))), at)
        for message, key, frame, body, at, sealed in rows
        if key
    }


def text(copy: Copy) -> str:
    """What was said without its looks: a mail's text part, or the texts of any other channel."""
    if "html" in copy.fields:
        return copy.fields.get("text", "")
    return "\n".join(one for name, one in copy.fields.items() if name != "to" and one)


def erase(conn: Connection, people: list[int]) -> None:
    """Forget what was said to people."""
    conn.execute(_SQL.erase, {"people": people})


def expire(conn: Connection, before: datetime, limit: int) -> int:
    """Forget what was said before an instant; gives how many, at most `limit`."""
    return conn.execute(_SQL.expire, {"before": before, "limit": limit}).rowcount


def _dictionary(body: bytes) -> zstandard.ZstdCompressionDict:
    return zstandard.ZstdCompressionDict(body, dict_type=zstandard.DICT_TYPE_RAWCONTENT)


@lru_cache(maxsize=64)
def _reader(_: int, packed: bytes) -> zstandard.ZstdDecompressor:
    body = zstandard.ZstdDecompressor().decompress(packed, max_output_size=_MOST_BYTES)
    return zstandard.ZstdDecompressor(dict_data=_dictionary(body))


def _opened(reader: zstandard.ZstdDecompressor, packed: bytes) -> dict[str, str]:
    return _decode(reader.decompress(packed, max_output_size=_MOST_BYTES))


def _place(message: uuid.UUID) -> bytes:
    """The associated data a copy is sealed with."""
    return b"message.said " + message.bytes
