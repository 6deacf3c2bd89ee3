"""Arrow streams joined without reading them are one stream to Arrow itself."""

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from kervan.engines import arrow


def _document(rows: list[int]) -> bytes:
    sink = pa.BufferOutputStream()
    table = pa.table(
        {"n": pa.array(rows, pa.int64()), "s": [str(row) for row in rows]},
        schema=pa.schema([("n", pa.int64()), ("s", pa.string())]),
    )
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())


@given(st.lists(st.lists(st.integers(-9, 9), max_size=20), min_size=1, max_size=5))
def test_joined_streams_hold_all_rows_in_order(documents: list[list[int]]) -> None:
    joined = b"".join(arrow.join_streams(iter([_document(rows) for rows in documents])))
    table = pa.ipc.open_stream(joined).read_all()
    assert table.column("n").to_pylist() == [row for rows in documents for row in rows]


def test_nothing_stays_nothing() -> None:
    assert list(arrow.join_streams(iter([]))) == []
