"""Where an INSERT's data begins, and which format an answer has."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kervan.engines import statement


@pytest.mark.parametrize(
    ("text", "sql", "form", "data"),
    [
        (b"INSERT INTO t FORMAT Native\n\x00\x01", "INSERT INTO t ", "Native", b"\x00\x01"),
        (
            b"insert into `FORMAT` (a, `b`) format CSV 1,2",
            "insert into `FORMAT` (a, `b`) ",
            "CSV",
            b"1,2",
        ),
        (
            b"-- SELECT\n/* VALUES */ INSERT INTO t SETTINGS a='FORMAT x' FORMAT TSV;\n1",
            "-- SELECT\n/* VALUES */ INSERT INTO t SETTINGS a='FORMAT x' ",
            "TSV",
            b"1",
        ),
        (b"INSERT INTO t FORMAT RowBinary\r\n\n\n", "INSERT INTO t ", "RowBinary", b"\n\n"),
        (b"INSERT INTO t FORMAT Native", "INSERT INTO t ", "Native", b""),
    ],
)
def test_an_insert_with_data_is_split(text: bytes, sql: str, form: str, data: bytes) -> None:
    found = statement.find_insert(text)
    assert found is not None
    assert (found.sql, found.form, text[found.offset :]) == (sql, form, data)


@pytest.mark.parametrize(
    "text",
    [
        b"SELECT 'INSERT INTO t FORMAT Native'",
        b"INSERT INTO t VALUES ('FORMAT Native')",
        b"INSERT INTO t SELECT 1 FORMAT Native",
        b"INSERT INTO t WITH 1 AS x SELECT x",
        b"",
        b"INSERT INTO t (a)",
        b"INSERT INTO t FORMAT",
    ],
)
def test_everything_else_is_left_whole(text: bytes) -> None:
    assert statement.find_insert(text) is None


@given(st.binary(max_size=200))
def test_data_is_never_touched(data: bytes) -> None:
    text = b"INSERT INTO t (a, b) FORMAT Native\n" + data
    found = statement.find_insert(text)
    assert found is not None
    assert text[found.offset :] == data


@pytest.mark.parametrize(
    ("sql", "form"),
    [
        (b"SELECT 1 FORMAT JSON", "JSON"),
        (b"SELECT 'FORMAT JSON'", ""),
        (b"SELECT 1 -- FORMAT x\n FORMAT Native", "Native"),
        (b"SELECT (SELECT 1 FORMAT x)", ""),
        (b"SELECT 1 FORMAT TSV SETTINGS max_threads = 1", "TSV"),
        (b"", ""),
    ],
)
def test_the_output_format_is_found(sql: bytes, form: str) -> None:
    assert statement.output_format(sql) == form
