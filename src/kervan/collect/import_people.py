"""Imports a list of people: each row becomes events at the same door as everybody's.

So a row is resolved by the rules of identity, never lost and never taken twice: its events have
message ids made of what they say, and their time is the row's own or else the file's.
"""

import json
from collections import Counter
from collections.abc import Callable, Generator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from kervan.collect import importing, people_rows, read_people
from kervan.collect.importing import Checkpoint, Piece, Progress
from kervan.collect.people_rows import Maker, Place
from kervan.collect.read_people import Row, Sheet
from kervan.kernel.errors import KervanError

ROWS_PER_BATCH = 2_000
BYTES_PER_BATCH = 2_000_000
_SHOWN_CHARS = 20_000


@dataclass
class Settings:
    """How a file is to be understood: columns to places, constants, its encoding if it is known.

    `country` (ISO 3166) is of phone numbers without a country code, `zone` (IANA) of times without
    one; `now_ms` is when it is done.
    """

    country: str
    zone: str
    now_ms: int
    columns: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    encoding: str = ""
    locale: str = "en"
    trigger: bool = False
    rows_per_batch: int = ROWS_PER_BATCH


@dataclass
class Report:
    """What a dry run found: where columns would go, and what would be taken, refused, left out.

    `reasons` counts refused rows and left-out values by the sentence, `first` says the row of each.
    """

    sheet: Sheet
    places: list[Place]
    rows: int = 0
    taken: int = 0
    refused: int = 0
    events: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    first: dict[str, int] = field(default_factory=dict)


def run(
    path: Path,
    send: importing.Send,
    settings: Settings,
    *,
    destination: str = "",
    on_progress: Callable[[Progress], None] = lambda progress: None,
) -> Progress:
    """Import the people in `path` (CSV, NDJSON, Parquet); resumes where it was cut off.

    Refused rows, and values left out of rows that were taken, are written with their reasons to
    `FILE.refused.ndjson`. Raises KervanError collect.import_* and collect.people_* for a file that
    cannot be read, and what `send` raises.
    """
    sheet = read_people.open_sheet(path, settings.encoding)
    places = people_rows.plan(sheet.names, settings.columns)
    mapping = " ".join(f"{one.column}={one}:{one.kind}" for one in places)

    def pieces(mark: Checkpoint) -> Generator[Piece, None, None]:
        maker = _maker(sheet, places, settings, mark.at_ms)
        with closing(read_people.rows(sheet, mark.rows_done)) as rows:
            yield from _pieces(rows, maker, sheet, settings)

    return importing.drive(
        path,
        send,
        pieces,
        destination=f"people {destination} {mapping} {sorted(settings.constants.items())}",
        trigger=settings.trigger,
        on_progress=on_progress,
        at_ms=_file_ms(path, settings.now_ms),
        total=_total(sheet),
    )


def rehearse(
    path: Path, settings: Settings, on_progress: Callable[[Progress], None] = lambda progress: None
) -> Report:
    """Read the whole file, send nothing, and say what would happen."""
    sheet = read_people.open_sheet(path, settings.encoding)
    report = Report(sheet, people_rows.plan(sheet.names, settings.columns))
    maker = _maker(sheet, report.places, settings, _file_ms(path, settings.now_ms))
    total = _total(sheet)
    with closing(read_people.rows(sheet)) as rows:
        for row in rows:
            report.rows += 1
            try:
                made = maker.make(row)
                report.taken += 1
                report.events += len(made.events)
                reasons = made.left_out
            except KervanError as error:
                report.refused += 1
                reasons = [error]
            for one in reasons:
                sentence = one.say(settings.locale)
                report.reasons[sentence] += 1
                report.first.setdefault(sentence, row.number)
            if report.rows % ROWS_PER_BATCH == 0:
                on_progress(Progress(row.number, report.taken, report.refused, total))
    return report


def _total(sheet: Sheet) -> int | None:
    """How many rows there are; of CSV about, for a quoted cell may hold lines."""
    if sheet.form == "csv":
        return max(0, importing.lines_of(sheet.path) - 1)
    return importing.count_rows(sheet.path)


def _file_ms(path: Path, now_ms: int) -> int:
    """When the file was written: what it says was true then, and is the same when read again."""
    return min(int(path.stat().st_mtime * 1000), now_ms)


def _maker(sheet: Sheet, places: list[Place], settings: Settings, at_ms: int) -> Maker:
    return Maker(
        places,
        settings.constants,
        at_ms=at_ms,
        now_ms=settings.now_ms,
        country=settings.country,
        zone=settings.zone,
        guarded=sheet.form == "csv",
    )


def _pieces(
    rows: Generator[Row, None, None], maker: Maker, sheet: Sheet, settings: Settings
) -> Generator[Piece, None, None]:
    events: list[bytes] = []
    lines: list[bytes] = []
    taken = refused = size = last = 0
    locale = settings.locale
    for row in rows:
        try:
            made = maker.make(row)
        except KervanError as error:
            refused += 1
            lines.append(refusal(row, sheet, error, locale, taken=False))
        else:
            taken += 1
            events += made.events
            size += sum(map(len, made.events))
            lines += [refusal(row, sheet, one, locale, taken=True) for one in made.left_out]
        last = row.number
        if taken + refused >= settings.rows_per_batch or size >= BYTES_PER_BATCH:
            yield Piece(events, taken, refused, lines, last)
            events, lines = [], []
            taken = refused = size = 0
    if taken or refused:
        yield Piece(events, taken, refused, lines, last)


def refusal(row: Row, sheet: Sheet, error: KervanError, locale: str, *, taken: bool) -> bytes:
    """One line of the refused file: the row's number, the reason, whether it was taken, its cells.

    A row that was taken was so without the value that the reason names.
    """
    known = len(row.cells) == len(sheet.names)
    names = sheet.names if known else [str(i) for i in range(1, len(row.cells) + 1)]
    cells = {
        name: cell[:_SHOWN_CHARS] if isinstance(cell, str) else cell
        for name, cell in zip(names, row.cells, strict=True)
        if cell is not None and cell != ""
    }
    facts = {
        "row": row.number,
        "taken": taken,
        "code": error.code,
        "reason": error.say(locale),
        "cells": cells,
    }
    return json.dumps(facts, ensure_ascii=False, default=str).encode("utf-8", "replace") + b"\n"
