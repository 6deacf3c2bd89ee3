"""Carries NumPy columns to and from PostgreSQL as binary arrays, a column at a time.

The layout is PostgreSQL's own for one-dimensional arrays (array_send, src/backend/utils/adt):
dimensions, has-null flag, element type, length, lower bound, then each element with its size.
"""

import struct
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import psycopg
from psycopg.adapt import Dumper
from psycopg.pq import Format

from kervan.journeys.steps.step import NEVER
from kervan.kernel.postgres import Connection

Int64 = npt.NDArray[np.int64]
_HEADER = struct.Struct(">iiIii")
_EPOCH_MS = 946_684_800_000  # PostgreSQL counts microseconds from 2000-01-01


@dataclass(frozen=True, slots=True)
class _Kind:
    element: int
    array: int
    dtype: str
    width: int


INT8, INT4, INT2 = _Kind(20, 1016, ">i8", 8), _Kind(23, 1007, ">i4", 4), _Kind(21, 1005, ">i2", 2)
TIME, TID = _Kind(1184, 1185, ">i8", 8), _Kind(27, 1010, "V6", 6)


class _Column:
    kind = INT8

    def __init__(self, values: npt.NDArray[Any]) -> None:
        self.values = values


class Int8s(_Column):
    """A bigint[] parameter."""


class Int4s(_Column):
    """An integer[] parameter."""

    kind = INT4


class Int2s(_Column):
    """A smallint[] parameter."""

    kind = INT2


class Times(_Column):
    """A timestamptz[] parameter from milliseconds UTC; NEVER becomes 'infinity'."""

    kind = TIME

    def __init__(self, at_ms: Int64) -> None:
        super().__init__(np.where(at_ms == NEVER, NEVER, (at_ms - _EPOCH_MS) * 1_000))


class Tids(_Column):
    """A tid[] parameter, as read by `column`."""

    kind = TID


class _Dumper(Dumper):
    format = Format.BINARY

    def dump(self, obj: _Column) -> bytes:
        kind, count = obj.kind, len(obj.values)
        if not count:
            return _HEADER.pack(0, 0, kind.element, 0, 0)[:12]
        cells = np.empty(count, [("size", ">i4"), ("value", kind.dtype)])
        cells["size"] = kind.width
        cells["value"] = obj.values
        return _HEADER.pack(1, 0, kind.element, count, 1) + cells.tobytes()


def register(conn: Connection) -> None:
    """Teach `conn` to take our columns as parameters."""
    for column in (Int8s, Int4s, Int2s, Times, Tids):
        dumper = type(f"{column.__name__}Dumper", (_Dumper,), {"oid": column.kind.array})
        conn.adapters.register_dumper(column, dumper)


def column(data: bytes | None, kind: _Kind) -> npt.NDArray[Any]:
    """One array value as a column; None (no rows) as an empty one. Times come in ms UTC."""
    dtype = np.dtype(kind.dtype)
    if data is None or len(data) < _HEADER.size:
        return np.zeros(0, dtype if kind is TID else dtype.newbyteorder("="))
    count = struct.unpack_from(">i", data, 12)[0]
    cells = np.frombuffer(data, [("size", ">i4"), ("value", dtype)], count, _HEADER.size)
    values = cells["value"]
    if kind is TID:
        return values
    native = values.astype(dtype.newbyteorder("="))
    if kind is TIME:
        return np.where(native == NEVER, NEVER, native // 1_000 + _EPOCH_MS)
    return native


def columns(cursor: psycopg.Cursor[Any], kinds: tuple[_Kind, ...]) -> list[npt.NDArray[Any]]:
    """The one row of arrays a statement gave, as columns."""
    result = cursor.pgresult
    if result is None or result.ntuples != 1:
        raise RuntimeError("a statement of arrays must give one row")
    return [column(result.get_value(0, i), kind) for i, kind in enumerate(kinds)]
