"""Writes people to a file (CSV, NDJSON, Parquet) with the columns an import takes back."""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from kervan.collect import people_rows, read_files
from kervan.consent import preferences
from kervan.kernel import clock
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection
from kervan.profiles import gather, store

_KINDS = ("customer_id", "email", "phone", "card")
_RANKS = (
    *_KINDS, people_rows.OTHER_SYSTEM, "traits", "consent", "consent_at", "topic", "topic_at", "at",
)  # fmt: skip
_STATUSES = frozenset({"granted", "denied", "withdrawn"})
_SAID = {"integer": "number"}
_ARROW = {"bool": pa.bool_(), "number": pa.float64(), "integer": pa.int64()}

Record = dict[str, Any]
"""{column without its kind: value}"""
Open = Callable[[], Iterator[list[Record]]]
"""Begins to read everybody."""


@dataclass
class Columns:
    """The columns that are needed, each with the kind of its values ("" for text)."""

    kinds: dict[str, str] = field(default_factory=dict)

    def see(self, record: Record) -> None:
        """Make room for one record."""
        for name, value in record.items():
            kind = _kind(value) if name.startswith("traits.") else ""
            old = self.kinds.setdefault(name, kind)
            if old != kind:
                self.kinds[name] = "number" if {old, kind} == {"integer", "number"} else "json"

    def names(self) -> list[str]:
        """In an order that people read: who she is, her traits, what she agreed to."""
        return sorted(self.kinds, key=lambda name: (_RANKS.index(_plain(name)), name))

    def heading(self) -> list[str]:
        """The names with their kinds, as an import reads them."""
        kinds = [(name, self.kinds[name]) for name in self.names()]
        return [f"{name}:{_SAID.get(kind, kind)}" if kind else name for name, kind in kinds]


def records(conn: Connection, vault: WorkspaceVault) -> Iterator[list[Record]]:
    """Everybody, some at a time. Addresses that are only claimed are nobody's and stay out."""
    systems = {f"customer_id.{kind}": name for name, kind in store.namespaces(conn).items()}
    for profiles in gather.everybody(conn, vault):
        hashes = [one.hash for mine in profiles for one in mine.identifiers if one.kind in _KINDS]
        said: dict[bytes, list[preferences.Word]] = {}
        for word in preferences.words(conn, hashes):
            if word.status in _STATUSES:
                said.setdefault(word.contact, []).append(word)
        yield [record for mine in profiles if (record := _record(mine, said, systems))]


def _record(
    mine: gather.Profile, said: dict[bytes, list[preferences.Word]], systems: dict[str, str]
) -> Record:
    out: Record = {}
    counts: dict[str, int] = {}
    for one in mine.identifiers:
        if one.kind not in _KINDS and one.kind not in systems:
            continue
        number = counts[one.kind] = counts.get(one.kind, 0) + 1
        if one.kind in systems:
            more = "" if number == 1 else f"_{number}"
            out[f"{people_rows.OTHER_SYSTEM}{more}.{systems[one.kind]}"] = one.value
        else:
            out[one.kind if number == 1 else f"{one.kind}.{number}"] = one.value
        for word in said.get(one.hash, ()):
            what = "topic" if word.topic else "consent"
            about = f"{word.channel}.{word.topic}" if word.topic else word.channel
            if f"{what}.{about}" not in out:
                out[f"{what}.{about}"] = word.status
                out[f"{what}_at.{about}"] = word.occurred_at.isoformat()
    if not out:
        return {}
    last_ms = 0
    for name, (value, at_ms, _) in mine.traits.items():
        last_ms = max(last_ms, at_ms)
        # Identifiers among the traits may be claims that nobody confirmed.
        if value is not None and name not in people_rows.IDENTIFYING:
            out[f"traits.{name}"] = value
    out["at"] = clock.from_ms(last_ms).isoformat() if last_ms else mine.created_at.isoformat()
    return out


def csv_lines(open_records: Open) -> Iterator[bytes]:
    """CSV in UTF-8 with a mark for spreadsheets; everybody is read twice, first for the columns."""
    columns = Columns()
    for some in open_records():
        for record in some:
            columns.see(record)
    names = columns.names()
    yield b"\xef\xbb\xbf" + _csv([columns.heading()])
    for some in open_records():
        yield _csv(
            [_cell(columns.kinds[name], record.get(name)) for name in names] for record in some
        )


def ndjson_lines(open_records: Open) -> Iterator[bytes]:
    """One object a line, with `traits` inside."""
    encode = msgspec.json.Encoder().encode
    for some in open_records():
        lines = []
        for record in some:
            said = {
                name.removeprefix("traits."): value
                for name, value in record.items()
                if name.startswith("traits.")
            }
            plain = {name: one for name, one in record.items() if not name.startswith("traits.")}
            lines.append(encode({**plain, "traits": said}))
        yield b"".join(line + b"\n" for line in lines)


def write_parquet(path: Path, open_records: Open) -> None:
    """Parquet at `path`."""
    columns = Columns()
    for some in open_records():
        for record in some:
            columns.see(record)
    names = columns.names()
    schema = pa.schema(
        [
            (heading, _ARROW.get(columns.kinds[name], pa.string()))
            for name, heading in zip(names, columns.heading(), strict=True)
        ]
    )
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for some in open_records():
            arrays = [
                pa.array([_value(columns.kinds[name], one.get(name)) for one in some], kind.type)
                for name, kind in zip(names, schema, strict=True)
            ]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))


def write(
    path: Path, open_records: Open, on_progress: Callable[[int], None] = lambda count: None
) -> int:
    """Everybody to a file, by its ending; gives how many people it holds.

    `open_records` is called once or twice and must give the same both times. The file appears when
    it is whole, readable by its owner only. Raises collect.import_format.
    """
    form = read_files.format_of(path)
    draft = path.with_name(path.name + ".part")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    count = 0

    def counted() -> Iterator[list[Record]]:
        nonlocal count
        count = 0
        for some in open_records():
            count += len(some)
            yield some
            on_progress(count)

    if form == "parquet":
        write_parquet(draft, counted)
    else:
        lines = csv_lines if form == "csv" else ndjson_lines
        with draft.open("wb") as file:
            for piece in lines(counted):
                file.write(piece)
    draft.replace(path)
    return count


def _value(kind: str, value: Any) -> Any:
    if value is None:
        return None
    if kind == "json":
        return msgspec.json.encode(value).decode()
    return float(value) if kind == "number" else value


def _cell(kind: str, value: Any) -> str:
    if value is None:
        return ""
    if kind == "bool":
        return "true" if value else "false"
    if kind in ("json", "number", "integer"):
        return msgspec.json.encode(value).decode()
    return people_rows.guarded(str(value))


def _plain(name: str) -> str:
    """What a column holds, without its own name: `external_ids_2.erp` is `external_ids`."""
    head = name.partition(".")[0]
    other = people_rows.OTHER_SYSTEM
    return other if head.startswith(other) else head


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int):
        return "integer" if abs(value) < 2**63 else "json"
    return "number" if isinstance(value, float) else "" if isinstance(value, str) else "json"


def _csv(rows: Any) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode("utf-8", "replace")
