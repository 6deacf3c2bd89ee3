"""Reads all that a data directory holds, as bytes, also what an engine has compressed or sealed.

Files are read as they are; the blocks of ClickHouse's column files are decompressed, so that parts
nobody can ask for any more are read too; what PostgreSQL compresses in its rows is read through
its tables, all of them, its own catalogue included.
"""

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import lz4.block
import psycopg
import zstandard
from psycopg import sql

from kervan.engines import hold
from kervan.kernel import clickhouse, compress, postgres
from kervan.kernel.config import Config

_LZ4, _ZSTD, _PLAIN = 0x82, 0x90, 0x02
_BLOCK = struct.Struct("<BII")
_SYSTEM = ("system", "INFORMATION_SCHEMA", "information_schema")


def find(config: Config, strings: dict[str, str]) -> dict[str, set[str]]:
    """{name of a string: places that hold it in the clear}; a place is a file or a table."""
    wanted = {
        name: {form.encode() for form in (text, text.lower(), text.upper())}
        for name, text in strings.items()
    }
    found: dict[str, set[str]] = {name: set() for name in strings}
    for place, data in everything(config):
        for name, forms in wanted.items():
            if any(form in data for form in forms):
                found[name].add(place)
    return found


def everything(config: Config) -> Iterator[tuple[str, bytes]]:
    """(place, bytes) of all there is."""
    yield from _files(config.data)
    yield from _tables(config)
    yield from _history(config)


def _files(data: Path) -> Iterator[tuple[str, bytes]]:
    for file in sorted(data.rglob("*")):
        try:
            if not file.is_file():
                continue
            raw = file.read_bytes()
        except OSError:
            continue  # the engines take files away while we read
        kind = file.relative_to(data).parts
        place = "/".join(kind[:2]) if kind[0] == "postgres" else kind[0]
        yield f"file {place}", raw
        if kind[0] == "clickhouse" and file.suffix in (".bin", ".mrk2", ".cmrk2", ".idx", ".cidx"):
            for block in blocks(raw):
                yield "clickhouse blocks", block


def blocks(raw: bytes) -> Iterator[bytes]:
    """The decompressed blocks of a ClickHouse file: checksum, method, two sizes, data."""
    at = 0
    while at + 25 <= len(raw):
        method, packed_bytes, plain_bytes = _BLOCK.unpack_from(raw, at + 16)
        body = raw[at + 25 : at + 16 + packed_bytes]
        if packed_bytes < 9 or len(body) != packed_bytes - 9:
            return
        if method == _LZ4:
            yield lz4.block.decompress(body, uncompressed_size=plain_bytes)
        elif method == _ZSTD:
            yield zstandard.ZstdDecompressor().decompress(body, max_output_size=plain_bytes)
        elif method == _PLAIN:
            yield body
        # What is left are the chains that times and numbers are packed with.
        at += 16 + packed_bytes


def _url(config: Config, name: str) -> str:
    return str(getattr(config, name) or hold.read_note(config.data)[name])


def _tables(config: Config) -> Iterator[tuple[str, bytes]]:
    with postgres.connect(_url(config, "postgres_url"), autocommit=True) as conn:
        tables = conn.execute(
            "select n.nspname, c.relname, array_agg(a.attname::text order by a.attnum),"
            " array_agg(a.atttypid = 'bytea'::regtype order by a.attnum)"
            " from pg_class c join pg_namespace n on n.oid = c.relnamespace"
            " join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped"
            " where c.relkind in ('r', 'm') and n.nspname <> 'information_schema' group by 1, 2"
        ).fetchall()
        for schema, table, columns, binary in tables:
            place = f"table {table}" if schema.startswith("ws_") else f"table {schema}.{table}"
            wanted = [
                sql.Identifier(name)
                if is_bytes
                else sql.SQL("{}::text").format(sql.Identifier(name))
                for name, is_bytes in zip(columns, binary, strict=True)
            ]
            try:
                rows = conn.execute(
                    sql.SQL("select {} from {}").format(
                        sql.SQL(", ").join(wanted), sql.Identifier(schema, table)
                    ),
                    binary=True,
                )
                for row in rows:
                    for value in row:
                        yield from ((place, one) for one in _forms(value))
            except psycopg.errors.UndefinedTable:
                continue  # a partition that has just been dropped


def _forms(value: Any) -> Iterator[bytes]:
    if isinstance(value, bytes):
        yield value
        for packed in (value, value[1:]):
            try:
                yield compress.unpack(packed)
            except zstandard.ZstdError:
                continue
    elif value is not None:
        yield value.encode("utf-8", "surrogatepass")


def _history(config: Config) -> Iterator[tuple[str, bytes]]:
    client = clickhouse.connect(_url(config, "clickhouse_url"))
    names = client.query(
        "SELECT database, name, engine FROM system.tables WHERE engine NOT IN ('Null', 'Join')"
        " AND (database != 'system' OR name LIKE '%log%' OR name IN ('mutations', 'parts'))"
    ).result_rows
    for database, table, engine in names:
        if database in _SYSTEM[1:] or engine in ("Dictionary", "MaterializedView"):
            continue
        answer = client.raw_query(f"SELECT * FROM `{database}`.`{table}`", fmt="JSONEachRow")
        place = f"history {table}" if database != "system" else f"history system.{table}"
        yield place, answer.encode() if isinstance(answer, str) else bytes(answer)
    client.close()
