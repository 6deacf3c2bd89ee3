"""Carries columns to PostgreSQL as binary arrays: a parameter each, many times cheaper than lists.

The layout is PostgreSQL's own for one-dimensional arrays (array_send, src/backend/utils/adt):
dimensions, has-null flag, element type, length, lower bound, then each element with its size.
"""

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import psycopg
from psycopg.adapt import Dumper
from psycopg.pq import Format

Int64 = npt.NDArray[np.int64]
HEADER = struct.Struct(">iiIii")
EPOCH_MS = 946_684_800_000
"""PostgreSQL counts microseconds from 2000-01-01."""
ENDLESS = np.iinfo(np.int64).max
"""A time in ms that does not come: 'infinity'."""
_EPOCH, _MICROSECOND = datetime(2000, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
_NULL = struct.pack(">i", -1)
_COPY_HEAD, _COPY_END = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"


@dataclass(frozen=True, slots=True)
class Kind:
    """An element's type number, its array's, and how one of fixed width lies in NumPy."""

    element: int
    array: int
    dtype: str = ""
    width: int = 0


INT8, INT4, INT2 = Kind(20, 1016, ">i8", 8), Kind(23, 1007, ">i4", 4), Kind(21, 1005, ">i2", 2)
BOOL, TIME = Kind(16, 1000, "u1", 1), Kind(1184, 1185, ">i8", 8)
TEXT, BYTEA, UUID = Kind(25, 1009), Kind(17, 1001), Kind(2950, 2951)
TID = Kind(27, 1010, "V6", 6)


class Column:
    """Values of fixed width, none of them null: a sequence or an array."""

    kind: ClassVar[Kind] = INT8

    def __init__(self, values: "npt.NDArray[Any] | Sequence[int]") -> None:
        self.values = np.asarray(values)

    def dump(self) -> bytes:
        """The array as PostgreSQL reads it."""
        kind, count = self.kind, len(self.values)
        if not count:
            return _empty(kind)
        cells = np.empty(count, [("size", ">i4"), ("value", kind.dtype)])
        cells["size"] = kind.width
        cells["value"] = self.values
        return HEADER.pack(1, 0, kind.element, count, 1) + cells.tobytes()


class Int8s(Column):
    """A bigint[] parameter."""


class Int4s(Column):
    """An integer[] parameter."""

    kind = INT4


class Int2s(Column):
    """A smallint[] parameter."""

    kind = INT2


class Bools(Column):
    """A boolean[] parameter."""

    kind = BOOL


class Tids(Column):
    """A tid[] parameter, as read from one."""

    kind = TID


class Times(Column):
    """A timestamptz[] parameter from milliseconds UTC; ENDLESS becomes 'infinity'."""

    kind = TIME

    def __init__(self, at_ms: "Int64 | Sequence[int]") -> None:
        at = np.asarray(at_ms, np.int64)
        super().__init__(np.where(at == ENDLESS, ENDLESS, (at - EPOCH_MS) * 1_000))


class Blobs:
    """A bytea[] parameter; None is null."""

    kind: ClassVar[Kind] = BYTEA

    def __init__(self, values: Iterable[bytes | None]) -> None:
        self.values = list(values)

    def dump(self) -> bytes:
        """The array as PostgreSQL reads it."""
        if not self.values:
            return _empty(self.kind)
        head = HEADER.pack(1, 0, self.kind.element, len(self.values), 1)
        return b"".join([head, *self.cells()])

    def cells(self) -> list[bytes]:
        """Each value with its size before it."""
        sizes = {len(one) for one in self.values if one is not None}
        head = {size: struct.pack(">i", size) for size in sizes}
        return [_NULL if one is None else head[len(one)] + one for one in self.values]


class Uuids(Blobs):
    """A uuid[] parameter from 16 bytes each; None is null."""

    kind = UUID


class Texts(Blobs):
    """A text[] parameter; None is null."""

    kind = TEXT

    def __init__(self, values: Iterable[str | None]) -> None:
        super().__init__(None if one is None else one.encode() for one in values)


class Moments(Blobs):
    """A timestamptz[] parameter from datetimes with a zone; None is null."""

    kind = TIME

    def __init__(self, values: Iterable[datetime | None]) -> None:
        pack = struct.Struct(">q").pack
        super().__init__(
            None if one is None else pack((one - _EPOCH) // _MICROSECOND) for one in values
        )


class _Dumper(Dumper):
    format = Format.BINARY

    def dump(self, obj: Column | Blobs) -> bytes:
        return obj.dump()


def _empty(kind: Kind) -> bytes:
    return HEADER.pack(0, 0, kind.element, 0, 0)[:12]


def copy(conn: psycopg.Connection[Any], statement: str, columns: Sequence[Column | Blobs]) -> None:
    """Give columns of equal length to a `copy … from stdin (format binary)`.

    A quarter of what inserting from arrays costs the server, for what cannot be there already.
    """
    with conn.cursor() as cursor, cursor.copy(statement) as target:
        target.write(b"".join([_COPY_HEAD, *_rows(columns), _COPY_END]))


def _rows(columns: Sequence[Column | Blobs]) -> Sequence[bytes]:
    """Each row as COPY reads it: how many values, then each with its size before it."""
    fixed = [one for one in columns if isinstance(one, Column)]
    blobs = [one for one in columns if isinstance(one, Blobs)]
    assert [*fixed, *blobs] == [*columns], "columns of any width come last"
    parts: list[tuple[str, str]] = [("count", ">i2")]
    for i, one in enumerate(fixed):
        parts += [(f"size{i}", ">i4"), (f"value{i}", one.kind.dtype)]
    table = np.empty(len(columns[0].values), parts)
    table["count"] = len(columns)
    for i, one in enumerate(fixed):
        table[f"size{i}"], table[f"value{i}"] = one.kind.width, one.values
    if not blobs:
        return [table.tobytes()]
    starts = table.view(f"V{table.itemsize}").tolist()
    cells = zip(starts, *(one.cells() for one in blobs), strict=True)
    return [part for row in cells for part in row]


def _register() -> None:
    for one in (Int8s, Int4s, Int2s, Bools, Tids, Times, Moments, Blobs, Uuids, Texts):
        made = type(f"{one.__name__}Dumper", (_Dumper,), {"oid": one.kind.array})
        psycopg.adapters.register_dumper(one, made)


# For every connection from here on. Not at the side of those who connect: a process that carries
# no columns does not load NumPy.
_register()
