"""Columns arrive as they were given, as parameters and by COPY, nulls and endless times too."""

import uuid
from datetime import UTC, datetime

import numpy as np

from kervan.kernel import arrays
from kervan.kernel.arrays import (
    ENDLESS,
    Blobs,
    Bools,
    Column,
    Int2s,
    Int4s,
    Int8s,
    Texts,
    Times,
    Uuids,
)
from kervan.kernel.postgres import Connection

_AT_MS = 1_763_800_000_123
_AT = datetime(2025, 11, 22, 8, 26, 40, 123_000, UTC)
_ONE = uuid.UUID("0192f0c1-7a2b-7c3d-8e4f-0123456789ab")


def _columns() -> list[Column | Blobs]:
    return [
        Int8s([-(2**63), 2**62]), Int4s(np.array([-5, 7])), Int2s([-1, 32_767]),
        Bools([True, False]), Times([_AT_MS, ENDLESS]), Uuids([_ONE.bytes, None]),
        Blobs([b"", b"\0\xff"]), Texts(["İzmir", None]),
    ]  # fmt: skip


def test_columns_arrive_as_parameters(postgres: Connection) -> None:
    given = ", ".join(["%s"] * len(_columns()))
    rows = postgres.execute(
        f"select a, b, c, d, isfinite(e), to_char(e, 'MS'), f, g, h from unnest({given})"
        " as given (a, b, c, d, e, f, g, h)",
        _columns(),
    ).fetchall()
    assert rows == [
        (-(2**63), -5, -1, True, True, "123", _ONE, b"", "İzmir"),
        (2**62, 7, 32_767, False, False, None, None, b"\0\xff", None),
    ]


def test_columns_arrive_by_copy(postgres: Connection) -> None:
    postgres.execute(
        "create temporary table given (a int8, b int4, c int2, d bool, e timestamptz, f uuid,"
        " g bytea, h text)"
    )
    arrays.copy(postgres, "copy given from stdin (format binary)", _columns())
    arrays.copy(postgres, "copy given (a) from stdin (format binary)", [Int8s([1, 2, 3])])
    assert postgres.execute(
        "select count(*), sum(a) filter (where b is null) from given"
    ).fetchone() == (5, 6)
    rows = postgres.execute("select b, c, d, f, g, h from given where b is not null").fetchall()
    assert rows == [(-5, -1, True, _ONE, b"", "İzmir"), (7, 32_767, False, None, b"\0\xff", None)]
    first = postgres.execute("select e from given where b = -5").fetchone()
    assert first is not None and first[0] == _AT


def test_nothing_is_an_empty_array(postgres: Connection) -> None:
    for one in (Int8s([]), Times([]), Blobs([]), Uuids([]), Texts([])):
        assert postgres.execute("select cardinality(%s)", [one]).fetchone() == (0,)


def test_moments_arrive_to_the_microsecond(postgres: Connection) -> None:
    there = [
        _AT,
        None,
        datetime(1999, 12, 31, 23, 59, 59, 999_999, UTC),
        datetime.max.replace(tzinfo=UTC),
    ]
    rows = postgres.execute("select * from unnest(%s)", (arrays.Moments(there),)).fetchall()
    assert [row[0] for row in rows] == there
