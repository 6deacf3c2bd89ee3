"""Reads files of past events (NDJSON, CSV, Parquet) row by row in the shape of the wire."""

import csv
import io
import json
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from kervan.kernel.errors import KervanError

FORMATS = {
    ".ndjson": "ndjson",
    ".jsonl": "ndjson",
    ".json": "ndjson",
    ".csv": "csv",
    ".tsv": "csv",
    ".parquet": "parquet",
}
# Fields of an event itself; every other column is one of its properties.
FIELDS = frozenset(
    [
        "type",
        "event",
        "name",
        "userId",
        "anonymousId",
        "groupId",
        "previousId",
        "messageId",
        "timestamp",
        "originalTimestamp",
        "category",
    ]
)
# What the e-commerce events mean as numbers; a file of text cannot say it by itself.
_NUMBERS = frozenset(
    [
        "price",
        "quantity",
        "revenue",
        "total",
        "value",
        "subtotal",
        "shipping",
        "tax",
        "discount",
        "position",
    ]
)
_TRUE, _FALSE = frozenset(["true", "1", "yes"]), frozenset(["false", "0", "no"])
_PARQUET_ROWS = 2_000

Event = dict[str, object]


@dataclass(frozen=True)
class Row:
    """One row: its number from 1, its text, and the event or the code of what is wrong."""

    number: int
    raw: bytes
    event: Event | None
    error: KervanError | None = None


@dataclass(frozen=True)
class Columns:
    """How columns become an event.

    `names` maps a column to a place (`userId`, `properties.price`, `traits.city`, or `-` to
    leave it out), with an optional kind after a colon (`properties.size:text`); `constants`
    give places a value that is the same in every row.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)

    def place(self, column: str) -> tuple[str, str]:
        """The place and the kind (number, text, bool, json or empty: by itself) of a column."""
        given = self.names.get(column)
        if given is None:
            whole = column in FIELDS or column.startswith(("properties.", "traits.", "context."))
            given = column if whole else f"properties.{column}"
        place, _, kind = given.partition(":")
        if kind not in ("", "number", "text", "bool", "json"):
            raise KervanError("collect.import_kind", column=column, kind=kind)
        return place, kind


def columns_of(names: list[str], constants: list[str]) -> Columns:
    """Columns from words of a command line: `Column=place[:kind]` and `place=value`.

    Raises collect.import_pair for a word without an equals sign.
    """
    pairs: list[dict[str, str]] = []
    for words in (names, constants):
        pairs.append({})
        for word in words:
            left, sign, right = word.partition("=")
            if not (left and sign and right):
                raise KervanError("collect.import_pair", word=word)
            pairs[-1][left] = right
    return Columns(*pairs)


def format_of(path: Path) -> str:
    """The format by the name's ending; raises collect.import_format for any other."""
    form = FORMATS.get(path.suffix.lower())
    if form is None:
        raise KervanError("collect.import_format", file=path.name, known=", ".join(FORMATS))
    return form


def read(path: Path, columns: Columns, skip: int = 0) -> Generator[Row, None, None]:
    """The rows of `path` after the first `skip`; a bad row is yielded with its error.

    Raises collect.import_missing when the file cannot be opened.
    """
    form = format_of(path)
    try:
        if form == "ndjson":
            yield from _read_lines(path, columns, skip)
        elif form == "csv":
            yield from _read_csv(path, columns, skip)
        else:
            yield from _read_parquet(path, columns, skip)
    except (OSError, pa.ArrowInvalid) as cause:
        raise KervanError("collect.import_missing", file=path.name, cause=str(cause)) from cause


def parquet_rows(path: Path) -> int:
    """How many rows a Parquet file says it has."""
    try:
        return int(pq.read_metadata(path).num_rows)
    except (OSError, pa.ArrowInvalid) as cause:
        raise KervanError("collect.import_missing", file=path.name, cause=str(cause)) from cause


def _read_lines(path: Path, columns: Columns, skip: int) -> Iterator[Row]:
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            text = line.strip()
            if number <= skip or not text:
                continue
            try:
                found = json.loads(text)
            except (ValueError, RecursionError):
                yield Row(number, text, None, KervanError("collect.import_not_json"))
                continue
            if not isinstance(found, dict):
                yield Row(number, text, None, KervanError("collect.import_not_object"))
                continue
            for place, value in columns.constants.items():
                put(found, place, value)
            yield Row(number, text, found)


def _read_csv(path: Path, columns: Columns, skip: int) -> Iterator[Row]:
    # surrogateescape: a letter in another encoding spoils its row, not the whole file
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        head = file.readline()
        file.seek(0)
        reader = csv.reader(file, delimiter=_delimiter(head))
        names = next(reader, [])
        places = [columns.place(name.strip()) for name in names]
        for number, cells in enumerate(reader, 1):
            if number <= skip or not cells:
                continue
            raw = _line(cells)
            if len(cells) != len(names):
                error = KervanError("collect.import_width", found=len(cells), wanted=len(names))
                yield Row(number, raw, None, error)
                continue
            yield _from_cells(number, raw, places, list(cells), columns)


def _read_parquet(path: Path, columns: Columns, skip: int) -> Iterator[Row]:
    with pq.ParquetFile(path) as file:
        names = file.schema_arrow.names
        places = [columns.place(name) for name in names]
        number = 0
        for batch in file.iter_batches(batch_size=_PARQUET_ROWS):
            if number + len(batch) <= skip:
                number += len(batch)
                continue
            for values in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                number += 1
                if number <= skip:
                    continue
                cells = [plain(value) for value in values]
                shown = {n: c for n, c in zip(names, cells, strict=True) if c is not None}
                raw = json.dumps(shown, ensure_ascii=True).encode()
                yield _from_cells(number, raw, places, cells, columns)


def _delimiter(head: str) -> str:
    """Spreadsheets in Turkish and Azerbaijani separate by semicolons."""
    return max(",;\t", key=head.count)


def _line(cells: list[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue().strip().encode("utf-8", "replace")


def _from_cells(
    number: int, raw: bytes, places: list[tuple[str, str]], cells: list[object], columns: Columns
) -> Row:
    event: Event = {}
    try:
        for (place, kind), cell in zip(places, cells, strict=True):
            if place != "-" and cell is not None and cell != "":
                put(event, place, typed(place, kind, cell))
        for place, value in columns.constants.items():
            put(event, place, typed(place, "", value))
    except KervanError as error:
        return Row(number, raw, None, error)
    return Row(number, raw, event)


def put(event: Event, place: str, value: object) -> None:
    """Set `value` at a dotted place of one or two parts, keeping what is there beside it."""
    outer, _, inner = place.partition(".")
    if not inner:
        event[outer] = value
        return
    holder = event.setdefault(outer, {})
    if not isinstance(holder, dict):
        raise KervanError("collect.import_not_object")
    holder[inner] = value


def typed(place: str, kind: str, cell: object) -> object:
    """A cell as the value of its place; raises collect.import_value when it is no such thing."""
    if not isinstance(cell, str):
        return cell if place not in FIELDS else str(cell)
    if "\udc80" <= max(cell) <= "\udcff":
        raise KervanError("collect.import_encoding", place=place)
    wanted = kind or ("number" if place.rpartition(".")[2] in _NUMBERS else "text")
    if wanted == "number":
        return _number(place, cell)
    if wanted == "bool":
        lower = cell.strip().lower()
        if lower not in _TRUE | _FALSE:
            raise KervanError("collect.import_value", place=place, value=cell[:40])
        return lower in _TRUE
    if wanted == "json":
        try:
            return json.loads(cell)
        except (ValueError, RecursionError):
            raise KervanError("collect.import_value", place=place, value=cell[:40]) from None
    return cell


def _number(place: str, cell: str) -> int | float:
    try:
        exact = Decimal(cell.strip())
    except InvalidOperation:
        raise KervanError("collect.import_value", place=place, value=cell[:40]) from None
    if not exact.is_finite():
        raise KervanError("collect.import_value", place=place, value=cell[:40])
    return int(exact) if exact == exact.to_integral_value() else float(exact)


def plain(value: object) -> object:
    """A Parquet value as JSON has it: times as RFC 3339, decimals as numbers, bytes as text."""
    if isinstance(value, datetime):
        aware = value if value.tzinfo else value.replace(tzinfo=UTC)
        return aware.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items() if item is not None}
    return value
