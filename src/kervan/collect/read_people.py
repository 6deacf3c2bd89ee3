"""Reads lists of people (CSV, NDJSON, Parquet) as a heading and rows of cells, in any encoding."""

import codecs
import csv
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from kervan.collect import read_files
from kervan.kernel.errors import KervanError

ENCODINGS = ("utf-8", "windows-1254", "windows-1252", "utf-16")
MOST_COLUMNS = 500
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"),
         (codecs.BOM_UTF16_BE, "utf-16"))  # fmt: skip
_SEPARATORS = ";,\t|"
_CHUNK = 1_048_576
_PARQUET_ROWS = 2_000
_decode = msgspec.json.Decoder().decode


@dataclass(frozen=True)
class Row:
    """One row: its number from 1, its cells in the order of the heading, or what is wrong.

    Cells are texts from a CSV file and JSON values from the others, None where there is nothing.
    """

    number: int
    cells: list[Any]
    error: KervanError | None = None


@dataclass(frozen=True)
class Sheet:
    """How a file is to be read: its format, the names of its columns, its letters and separator."""

    path: Path
    form: str
    names: list[str]
    encoding: str = ""
    separator: str = ""


def open_sheet(path: Path, encoding: str = "") -> Sheet:
    """Look at a file: its format by the ending, its heading, its encoding unless one is given.

    Raises collect.import_format, collect.import_missing, collect.people_* for a heading that
    cannot be used.
    """
    form = read_files.format_of(path)
    if not path.is_file():
        raise KervanError("collect.import_missing", status=404, file=path.name, cause="")
    try:
        if form == "parquet":
            sheet = Sheet(path, form, list(pq.read_schema(path).names))
        elif form == "ndjson":
            sheet = Sheet(path, form, _names_of_lines(path), "utf-8")
        else:
            sheet = _csv_sheet(path, encoding)
    except (OSError, pa.ArrowInvalid) as cause:
        raise KervanError("collect.import_missing", file=path.name, cause=str(cause)) from cause
    _check(sheet)
    return sheet


def rows(sheet: Sheet, skip: int = 0) -> Generator[Row, None, None]:
    """The rows behind the first `skip`; one that cannot be read is given with its error."""
    read = {"csv": _csv_rows, "ndjson": _line_rows, "parquet": _parquet_rows}[sheet.form]
    try:
        yield from read(sheet, skip)
    except (OSError, pa.ArrowInvalid) as cause:
        raise KervanError(
            "collect.import_missing", file=sheet.path.name, cause=str(cause)
        ) from cause


def encoding_of(path: Path) -> str:
    """The encoding of a text: by its mark, else UTF-8, else that of Turkish Windows.

    A file with letters that are right in UTF-8 is UTF-8 even where some are broken.
    """
    with path.open("rb") as file:
        head = file.read(4)
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    broken = False
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            text = decoder.decode(chunk)
            if text.isascii():
                continue
            if any(char > "\x7f" and not "\udc80" <= char <= "\udcff" for char in text):
                return "utf-8"
            broken = True
    return "windows-1254" if broken else "utf-8"


def _csv_sheet(path: Path, encoding: str) -> Sheet:
    if encoding and encoding not in ENCODINGS:
        raise KervanError(
            "collect.people_encoding", encoding=encoding[:40], known=", ".join(ENCODINGS)
        )
    used = encoding or encoding_of(path)
    if used == "utf-8":
        used = "utf-8-sig"
    try:
        with path.open(encoding=used, errors="surrogateescape", newline="") as file:
            head = file.readline(_CHUNK)
            separator = separator_of(head)
            file.seek(0)
            names = next(csv.reader(file, delimiter=separator), [])
    except (csv.Error, UnicodeError) as cause:
        raise KervanError("collect.people_csv_broken", row=1, cause=str(cause)) from cause
    return Sheet(path, "csv", [name.strip() for name in names], used, separator)


def separator_of(head: str) -> str:
    """What separates the cells of a heading; spreadsheets in Turkish use semicolons."""
    outside = "".join(head.split('"')[::2])
    return max(_SEPARATORS, key=outside.count) if any(s in outside for s in _SEPARATORS) else ","


def _names_of_lines(path: Path) -> list[str]:
    """The names in all lines: a name may first come late."""
    names: dict[str, None] = {}
    with path.open("rb") as file:
        for line in file:
            found = _object(line)
            if isinstance(found, dict):
                names.update(dict.fromkeys(flat(found)))
    return list(names)


def _object(line: bytes) -> object:
    try:
        return _decode(line)
    except (ValueError, RecursionError):
        return None


def flat(found: dict[str, Any]) -> dict[str, Any]:
    """A row's members by their places: `{"traits": {"city": 1}}` is `traits.city`."""
    out: dict[str, Any] = {}
    for name, value in found.items():
        if name in ("traits", "consent") and isinstance(value, dict):
            out.update({f"{name}.{inner}": one for inner, one in value.items()})
        else:
            out[name] = value
    return out


def _check(sheet: Sheet) -> None:
    file = sheet.path.name
    if not any(sheet.names):
        raise KervanError("collect.people_no_columns", file=file)
    if len(sheet.names) > MOST_COLUMNS:
        raise KervanError(
            "collect.people_too_many_columns", found=len(sheet.names), most=MOST_COLUMNS
        )
    if "" in sheet.names:
        raise KervanError("collect.people_nameless", number=sheet.names.index("") + 1)
    seen: set[str] = set()
    for name in sheet.names:
        if any("\udc80" <= char <= "\udcff" for char in name):
            raise KervanError("collect.people_letters", encoding=sheet.encoding)
        if name in seen:
            raise KervanError("collect.people_twice", name=name[:80])
        seen.add(name)


def _csv_rows(sheet: Sheet, skip: int) -> Iterator[Row]:
    wanted = len(sheet.names)
    with sheet.path.open(encoding=sheet.encoding, errors="surrogateescape", newline="") as file:
        reader = csv.reader(file, delimiter=sheet.separator)
        next(reader, None)
        number = 0
        try:
            for number, cells in enumerate(reader, 1):
                if number <= skip or not cells:
                    continue
                if len(cells) == wanted:
                    yield Row(number, cells)
                else:
                    error = KervanError("collect.import_width", found=len(cells), wanted=wanted)
                    yield Row(number, cells, error)
        except (csv.Error, UnicodeError) as cause:
            raise KervanError(
                "collect.people_csv_broken", row=number + 1, cause=str(cause)
            ) from cause


def _line_rows(sheet: Sheet, skip: int) -> Iterator[Row]:
    known = set(sheet.names)
    with sheet.path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if number <= skip or not line.strip():
                continue
            found = _object(line)
            if not isinstance(found, dict):
                shown = line.decode("utf-8", "replace").strip()
                yield Row(number, [shown], KervanError("collect.import_not_json"))
                continue
            members = flat(found)
            cells = [members.get(name) for name in sheet.names]
            if members.keys() <= known:
                yield Row(number, cells)
                continue
            name = next(iter(members.keys() - known))
            error = KervanError("collect.people_late_column", name=name[:80])
            yield Row(number, [line.decode("utf-8", "replace").strip()], error)


def _parquet_rows(sheet: Sheet, skip: int) -> Iterator[Row]:
    with pq.ParquetFile(sheet.path) as file:
        number = 0
        for batch in file.iter_batches(batch_size=_PARQUET_ROWS):
            if number + len(batch) <= skip:
                number += len(batch)
                continue
            columns = [column.to_pylist() for column in batch.columns]
            for values in zip(*columns, strict=True):
                number += 1
                if number > skip:
                    yield Row(number, [read_files.plain(value) for value in values])
