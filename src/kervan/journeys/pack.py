"""Reads columns that PostgreSQL gives as binary arrays; what carries them there is the kernel's."""

import struct
from typing import Any

import numpy as np
import numpy.typing as npt
import psycopg

from kervan.kernel import arrays
from kervan.kernel.arrays import ENDLESS, EPOCH_MS, HEADER, Kind

INT8, INT4, INT2 = arrays.INT8, arrays.INT4, arrays.INT2
TIME, TID = arrays.TIME, arrays.TID


def column(data: bytes | None, kind: Kind) -> npt.NDArray[Any]:
    """One array value as a column; None (no rows) as an empty one. Times come in ms UTC."""
    dtype = np.dtype(kind.dtype)
    if data is None or len(data) < HEADER.size:
        return np.zeros(0, dtype if kind is TID else dtype.newbyteorder("="))
    count = struct.unpack_from(">i", data, 12)[0]
    cells = np.frombuffer(data, [("size", ">i4"), ("value", dtype)], count, HEADER.size)
    return _native(cells["value"], kind)


def fixed(values: list[bytes], kind: Kind) -> npt.NDArray[Any]:
    """Values that came one by one as a column."""
    return _native(np.frombuffer(b"".join(values), np.dtype(kind.dtype)), kind)


def _native(values: npt.NDArray[Any], kind: Kind) -> npt.NDArray[Any]:
    dtype = np.dtype(kind.dtype)
    if kind is TID:
        return values
    native = values.astype(dtype.newbyteorder("="))
    if kind is TIME:
        return np.where(native == ENDLESS, ENDLESS, native // 1_000 + EPOCH_MS)
    return native


def columns(cursor: psycopg.Cursor[Any], kinds: tuple[Kind, ...]) -> list[npt.NDArray[Any]]:
    """The one row of arrays a statement gave, as columns."""
    result = cursor.pgresult
    if result is None or result.ntuples != 1:
        raise RuntimeError("a statement of arrays must give one row")
    return [column(result.get_value(0, i), kind) for i, kind in enumerate(kinds)]


def raw(cursor: psycopg.Cursor[Any]) -> list[list[bytes]]:
    """The rows that a statement gave as columns of PostgreSQL's own bytes, none of them null.

    `cursor` is binary. Many times cheaper than rows where few of the values are looked at.
    """
    result = cursor.pgresult
    if result is None:
        raise RuntimeError("a statement without rows")
    value, rows = result.get_value, range(result.ntuples)
    return [[value(row, i) or b"" for row in rows] for i in range(result.nfields)]
