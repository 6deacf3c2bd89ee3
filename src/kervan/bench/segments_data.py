"""Makes a shop's people and what they did, the same for the same seed, inside ClickHouse."""

from collections.abc import Sequence
from dataclasses import dataclass

from clickhouse_connect.driver.client import Client

from kervan.history import link
from kervan.kernel import clock, sql

_SQL = sql.load(__package__, "segments_data.sql")
_REST_SECONDS = 300
_AT_ONCE = 1_000_000
_IN_VISIT = 6
_DOCUMENTS = 14_633
_DAY_MS = 86_400_000
START_MS, DAYS = 1_742_601_600_000, 548
"""Events begin on 2025-03-22 and go on for 18 months."""
AT_MS = START_MS + DAYS * _DAY_MS - _DAY_MS // 2
"""When the questions are asked: noon UTC of the last day; what comes later does not count."""
_THREADS = {"max_threads": 2, "max_insert_threads": 2}


@dataclass(frozen=True, slots=True)
class Size:
    """How much to make; `people` must not be divisible by 2654435761, which strews them."""

    events: int
    people: int
    seed: int = 7

    def times(self, scale: int) -> "Size":
        """So many times of both."""
        return Size(self.events * scale, self.people * scale, self.seed)


def fill(client: Client, size: Size, *, by_person: bool = False) -> float:
    """Write people, events and who is who; gives the seconds that the events took.

    With `by_person` also into the other ordering of events, for what asks of few people. Events are
    as many as whole visits of six have.
    """
    values = {"people": size.people, "seed": size.seed, "at_ms": AT_MS, "version": 1}
    for statement in (_SQL.fill_people, _SQL.fill_scores):
        client.command(statement, parameters=values)
    tables = ("events", "events_by_person") if by_person else ("events",)
    seconds = fill_events(client, size, tables)
    settled = {**values, "at_ms": clock.now_ms() - 3_600_000}
    for statement in (_SQL.link_people, _SQL.link_visits):
        client.command(statement, parameters=settled)
    link.settle(client)
    return seconds


def fill_events(
    client: Client, size: Size, tables: Sequence[str], *, start_ms: int = START_MS, batch: int = 1
) -> float:
    """Write what people did from `start_ms` on, in batches from `batch` on; gives the seconds."""
    started = clock.monotonic()
    visits = size.events // _IN_VISIT
    values = {
        "people": size.people, "seed": size.seed, "visits": visits, "days": DAYS,
        "start_ms": start_ms, "documents": _DOCUMENTS,
    }  # fmt: skip
    for number, first in enumerate(range(0, visits * _IN_VISIT, _AT_ONCE), batch):
        count = min(_AT_ONCE, visits * _IN_VISIT - first)
        piece = {**values, "first": first, "count": count, "batch": number}
        for table in tables:
            client.command(_TEXTS[table], parameters=piece, settings=_THREADS)
    return clock.monotonic() - started


def settle(client: Client) -> None:
    """Merge the months that are over, as ClickHouse does by itself when nothing came for a day."""
    for (month,) in client.query(_SQL.months, parameters={"at_ms": AT_MS}).result_rows:
        client.command(_SQL.merge.replace("{month}", str(int(month))))


def rest(client: Client) -> None:
    """Wait until what was written has been merged: that is no part of a question."""
    deadline = clock.monotonic() + _REST_SECONDS
    while clock.monotonic() < deadline and client.query(_SQL.merging).result_rows[0][0]:
        clock.sleep(0.5)


def fill_visits(client: Client, size: Size, at_ms: int) -> None:
    """Let some anonymous visits be somebody's since `at_ms`; queries see it after `link.settle`."""
    values = {"people": size.people, "seed": size.seed, "at_ms": at_ms, "version": 1}
    client.command(_SQL.link_visits, parameters=values)


def fill_scores(client: Client, size: Size) -> None:
    """Write what is computed of people."""
    values = {"people": size.people, "seed": size.seed, "version": 1}
    client.command(_SQL.fill_scores, parameters=values)


def _text(table: str, document: str) -> str:
    text = _SQL.fill.replace("{documents}", _SQL.documents.replace("{document}", document))
    return text.replace("{paid}", _SQL.paid.split("\n", 1)[1]).replace("{table}", table)


_TEXTS = {
    "events": _text("events", "CAST(text AS JSON(max_dynamic_paths = 256))"),
    "events_by_person": _text("events_by_person", "text"),
}
"""How each table is filled; to people's history belongs the text itself."""
