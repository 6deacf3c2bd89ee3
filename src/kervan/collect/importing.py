"""Imports a file of past events through the import door: resumable, refused rows kept apart."""

import json
import os
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import msgspec

from kervan.collect import normalise, read_files
from kervan.collect.read_files import Columns, Row
from kervan.kernel import ids
from kervan.kernel.errors import KervanError

EVENTS_PER_BATCH = 500
BYTES_PER_BATCH = 2_000_000
_FINGERPRINT_BYTES = 65_536

# Sends one body and returns when it is durable; raises KervanError when it was not taken.
Send = Callable[[bytes], None]


@dataclass(frozen=True)
class _Import:
    """The import door as a sender, so that rows are judged here exactly as they will be there."""

    id: int = 0
    kind: str = "import"


_DOOR = _Import()
_TIMELESS = frozenset(["identify", "group", "alias"])


class Checkpoint(msgspec.Struct, omit_defaults=True):
    """How far the import of one file has come; kept beside the file as `FILE.import.json`."""

    fingerprint: str
    rows_done: int = 0
    rows_sent: int = 0
    rows_refused: int = 0
    refused_bytes: int = 0
    done: bool = False
    at_ms: int = 0
    notes: int = 0


class Piece(NamedTuple):
    """Some rows of a file: their events, how many were taken and refused, and up to which row.

    `refusals` are lines of the refused file; they may also be notes on rows that were taken.
    """

    events: list[bytes]
    taken: int
    refused: int
    refusals: list[bytes]
    last: int


@dataclass(frozen=True)
class Progress:
    """What a progress bar needs; `rows_total` is None where only reading on would tell."""

    rows_done: int
    rows_sent: int
    rows_refused: int
    rows_total: int | None
    notes: int = 0
    """Values that were left out of rows that were taken."""


def run(
    path: Path,
    send: Send,
    at_ms: int,
    *,
    destination: str = "",
    columns: Columns | None = None,
    locale: str = "en",
    trigger: bool = False,
    on_progress: Callable[[Progress], None] = lambda progress: None,
) -> Progress:
    """Import `path` (NDJSON, CSV or Parquet) at `at_ms` and give the counts of the whole file.

    Every row gets a message id of its own from the file's name, its number and its text unless it
    has one, so sending a row again adds nothing: after a crash the import goes on behind the last
    batch that was acknowledged. Rows refused are written to `FILE.refused.ndjson`, each with its
    number, reason and text. Journeys are triggered only with `trigger`. `destination` names the
    Kervan it goes to: for another one the file begins anew.
    Raises KervanError collect.import_* for an unreadable file, and what `send` raises.
    """
    read_files.format_of(path)
    if not path.is_file():
        raise KervanError("collect.import_missing", status=404, file=path.name, cause="")

    def pieces(mark: Checkpoint) -> Generator[Piece, None, None]:
        with closing(read_files.read(path, columns or Columns(), skip=mark.rows_done)) as rows:
            for good, bad, last in _batches(path, rows, at_ms):
                refusals = [refusal(row, error, locale) for row, error in bad]
                yield Piece(good, len(good), len(bad), refusals, last)

    return drive(
        path,
        send,
        pieces,
        destination=destination,
        trigger=trigger,
        on_progress=on_progress,
        total=count_rows(path),
    )


def drive(
    path: Path,
    send: Send,
    pieces: Callable[[Checkpoint], Generator[Piece, None, None]],
    *,
    destination: str,
    trigger: bool,
    on_progress: Callable[[Progress], None],
    at_ms: int = 0,
    total: int | None = None,
) -> Progress:
    """Send the pieces of a file one by one, each noted down as soon as it was taken.

    `pieces` gives what comes behind a checkpoint; `at_ms` is what a new checkpoint keeps as the
    time of the file, `total` how many rows it has, if that is known.
    """
    mark = _resume(path, destination, at_ms)
    with ExitStack() as opened:
        refused = opened.enter_context(refused_path(path).open("ab"))
        refused.truncate(mark.refused_bytes)
        refused.seek(mark.refused_bytes)
        for piece in opened.enter_context(closing(pieces(mark))):
            if piece.events:
                send(_body(piece.events, trigger))
            refused.writelines(piece.refusals)
            refused.flush()
            os.fsync(refused.fileno())
            mark.rows_done, mark.refused_bytes = piece.last, refused.tell()
            mark.rows_sent += piece.taken
            mark.rows_refused += piece.refused
            mark.notes += len(piece.refusals) - piece.refused
            _keep(path, mark)
            on_progress(_progress(mark, total))
    mark.done = True
    _keep(path, mark)
    if not mark.refused_bytes:
        refused_path(path).unlink()
    return _progress(mark, total)


def _progress(mark: Checkpoint, total: int | None) -> Progress:
    return Progress(mark.rows_done, mark.rows_sent, mark.rows_refused, total, mark.notes)


def count_rows(path: Path) -> int | None:
    """How many rows the file has, if that costs little: exact for Parquet and NDJSON."""
    form = read_files.format_of(path)
    if form == "parquet":
        return read_files.parquet_rows(path)
    return lines_of(path) if form == "ndjson" else None


def lines_of(path: Path) -> int:
    """How many lines a text has; of a CSV file about one more than rows."""
    with path.open("rb") as file:
        return sum(1 for _ in file)


def judge(text: bytes, row: Row, at_ms: int) -> KervanError | None:
    """Why the intake would refuse this event; also an event of the past that has no time."""
    event = row.event or {}
    timed = event.get("timestamp") or event.get("originalTimestamp")
    if not timed and event.get("type") not in _TIMELESS:
        return KervanError("collect.import_no_time")
    rejected = normalise.judge(text, _DOOR, at_ms)
    return KervanError(rejected.reason, detail=rejected.detail) if rejected else None


def refusal(row: Row, error: KervanError, locale: str) -> bytes:
    """One line of the refused file: row number, code, sentence and the row's own text."""
    facts = {
        "row": row.number,
        "code": error.code,
        "reason": error.say(locale),
        "raw": row.raw.decode("utf-8", "replace"),
    }
    return json.dumps(facts, ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def _batches(
    path: Path, rows: Iterator[Row], at_ms: int
) -> Iterator[tuple[list[bytes], list[tuple[Row, KervanError]], int]]:
    good: list[bytes] = []
    bad: list[tuple[Row, KervanError]] = []
    size = last = 0
    for row in rows:
        text, error = _event_text(path, row)
        if error is None:
            error = judge(text, row, at_ms)
        if error is None:
            good.append(text)
            size += len(text)
        else:
            bad.append((row, error))
        last = row.number
        if len(good) + len(bad) >= EVENTS_PER_BATCH or size >= BYTES_PER_BATCH:
            yield good, bad, last
            good, bad, size = [], [], 0
    if good or bad:
        yield good, bad, last


def _event_text(path: Path, row: Row) -> tuple[bytes, KervanError | None]:
    if row.event is None:
        return b"", row.error or KervanError("collect.import_not_json")
    event = row.event
    event.setdefault("type", "track" if event.get("event") else "identify")
    if not event.get("messageId"):
        name, number = path.name.encode(), str(row.number).encode()
        event["messageId"] = "import-" + ids.hash16(name, number, row.raw).hex()
    # ASCII with escapes: a lone surrogate in the file must not break the whole batch.
    return json.dumps(event, ensure_ascii=True, allow_nan=True).encode(), None


def _body(events: list[bytes], trigger: bool) -> bytes:
    flag = b',"trigger":true' if trigger else b""
    return b'{"batch":[' + b",".join(events) + b"]" + flag + b"}"


def _fingerprint(path: Path, destination: str) -> str:
    """Enough of the file to see that another one took its name.

    A text file that has only grown at its end keeps its first line, and so its place; a Parquet
    file is written anew as a whole, so its end (where its index lies) and its size count too.
    """
    names = (path.name.encode(), destination.encode())
    with path.open("rb") as file:
        head = file.read(_FINGERPRINT_BYTES)
        if read_files.format_of(path) != "parquet":
            return ids.hash16(*names, head.split(b"\n", 1)[0]).hex()
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - _FINGERPRINT_BYTES))
        return ids.hash16(*names, str(size).encode(), head, file.read()).hex()


def _resume(path: Path, destination: str, at_ms: int) -> Checkpoint:
    fingerprint = _fingerprint(path, destination)
    try:
        mark = msgspec.json.decode(_mark_path(path).read_bytes(), type=Checkpoint)
    except (FileNotFoundError, msgspec.DecodeError):
        return Checkpoint(fingerprint, at_ms=at_ms)
    refused = refused_path(path)
    kept = refused.stat().st_size if refused.exists() else 0
    if mark.fingerprint != fingerprint or kept < mark.refused_bytes:
        return Checkpoint(fingerprint, at_ms=at_ms)
    return mark


def _keep(path: Path, mark: Checkpoint) -> None:
    target = _mark_path(path)
    fresh = target.with_name(target.name + ".new")
    fresh.write_bytes(msgspec.json.encode(mark))
    fresh.replace(target)


def _mark_path(path: Path) -> Path:
    return path.with_name(path.name + ".import.json")


def refused_path(path: Path) -> Path:
    """Where the refused rows of a file are written."""
    return path.with_name(path.name + ".refused.ndjson")
