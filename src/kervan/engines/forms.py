"""Multipart requests to ClickHouse: parameters come as fields, external tables as files."""

import email.parser
import email.policy
from collections.abc import Iterator, Mapping

from kervan.engines.chdb import Connection
from kervan.kernel import sql

_SQL = sql.load(__package__, "chdb.sql")


def read(content_type: str, body: bytes) -> tuple[dict[str, str], dict[str, bytes]]:
    """Split a multipart/form-data body into text fields and files (by field name)."""
    head = f"Content-Type: {content_type}\r\n\r\n".encode("latin-1")
    message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + body)
    fields: dict[str, str] = {}
    files: dict[str, bytes] = {}
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if not isinstance(name, str) or not isinstance(content, bytes):
            continue
        if part.get_filename() is None:
            fields[name] = content.decode(errors="replace")
        else:
            files[name] = content
    return fields, files


def is_table_parameter(name: str, tables: Mapping[str, bytes]) -> bool:
    """Whether `name` describes one of the external tables (`t_structure`, `t_format`)."""
    return any(
        name in (f"{table}_structure", f"{table}_format", f"{table}_types") for table in tables
    )


def create_table(
    connection: Connection, name: str, query: Mapping[str, str], content: bytes
) -> None:
    """Make the external table `name` a temporary table of this connection."""
    if not name.replace("_", "").isalnum():
        raise RuntimeError("Code: 36. DB::Exception: Bad external table name. (BAD_ARGUMENTS)")
    types = query.get(f"{name}_types", "").split(",")
    structure = query.get(f"{name}_structure") or ", ".join(
        f"_{place} {kind}" for place, kind in enumerate(types, 1)
    )
    made = _SQL.external_table.replace("{table}", name).replace("{structure}", structure)
    connection.run(made, "TSV", {})
    once: Iterator[bytes] = iter((content,))
    form = query.get(f"{name}_format", "TabSeparated")
    connection.insert(_SQL.external_rows.replace("{table}", name), form, once)
