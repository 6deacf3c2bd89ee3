"""Learns once a day, from a sample of history, how people react by channel and by hour."""

from datetime import timedelta

import numpy as np
import pyarrow as pa
from clickhouse_connect.driver.client import Client

from kervan.delivery.choice import prior, react, store
from kervan.delivery.choice.react import Deeds, Int64, Sent
from kervan.delivery.policy.where import known, local
from kervan.kernel import clock, sql
from kervan.kernel.postgres import Connection
from kervan.segments.columns import NO_TIME

_SQL = sql.load(__package__, "learn.sql")
_SETTINGS = {"output_format_arrow_string_as_string": 1}
SAMPLE_PEOPLE = 100_000
"""What so many do is what all do; the rest would only make the question dear."""
EVERY = timedelta(days=1)


def step(conn: Connection, client: Client, zone: str, at_ms: int) -> bool:
    """Learn anew when a day has passed, in the caller's transaction; never more at once.

    `zone` is the workspace's, for people whose own is not known.
    """
    at = clock.from_ms(at_ms)
    before = store.learnt(conn)
    if before is not None and at - before[0] < EVERY:
        return False
    found, people = learn(client, zone, at_ms)
    store.save(conn, found, people, at)
    return False


def learn(client: Client, zone: str, at_ms: int) -> tuple[prior.Prior, int]:
    """The prior as history tells it at an instant, and of how many people it is."""
    count = int(client.query(_SQL.count).result_rows[0][0])
    asked = {
        "at_ms": at_ms,
        "since_ms": at_ms - round(store.WINDOW.total_seconds() * 1000),
        "share": max(1, -(-count // SAMPLE_PEOPLE)),
    }
    rows = _ask(client, _SQL.sent, asked)
    channels = tuple(sorted(set(rows["channel"].to_pylist())))
    people = np.unique(_numbers(rows, "person"))
    if not len(people):
        return prior.nothing(), 0
    clicked = np.where(_numbers(rows, "clicks") > 0, _numbers(rows, "clicked_ms"), NO_TIME)
    sent = Sent(
        np.searchsorted(people, _numbers(rows, "person")),
        _places(rows["channel"], channels),
        _numbers(rows, "at_ms"),
        clicked,
    )
    deeds = _deeds(_ask(client, _SQL.deeds, asked), people, channels)
    reacted = react.reactions(sent, deeds)
    shown = _shown(_ask(client, _SQL.zones, asked), people, sent.person, reacted, zone)
    habits = react.habits(sent, reacted, shown, len(people), len(channels), at_ms)
    return prior.fit(channels, habits), len(people)


def _deeds(rows: pa.Table, people: Int64, channels: tuple[str, ...]) -> Deeds:
    who = _numbers(rows, "person")
    place = np.minimum(np.searchsorted(people, who), len(people) - 1)
    by = _places(rows["channel"], channels)
    # A reply by a channel that nothing was sent by is owed to nothing.
    some = (people[place] == who) & ((by >= 0) | (_numbers(rows, "is_order") > 0))
    return Deeds(place[some], by[some], _numbers(rows, "at_ms")[some])


def _shown(rows: pa.Table, people: Int64, person: Int64, at_ms: Int64, zone: str) -> Int64:
    """What clocks showed at `at_ms` where each row's person is."""
    words = rows["zone"].to_pylist()
    names = [zone, *sorted({one for one in words if one and known(one)} - {zone})]
    mine = np.zeros(len(people), np.int64)
    who = np.searchsorted(people, _numbers(rows, "person"))
    for place, one in zip(who.tolist(), words, strict=True):
        if place < len(people) and one in names:
            mine[place] = names.index(one)
    out = at_ms.copy()
    for code, name in enumerate(names):
        some = (mine[person] == code) & (at_ms != NO_TIME)
        out[some] = local(name, at_ms[some])
    return out


def _ask(client: Client, text: str, asked: dict[str, int]) -> pa.Table:
    return client.query_arrow(text, parameters=asked, settings=_SETTINGS)


def _places(column: pa.ChunkedArray, words: tuple[str, ...]) -> Int64:
    place = {word: code for code, word in enumerate(words)}
    return np.array([place.get(one, -1) for one in column.to_pylist()], np.int64)


def _numbers(table: pa.Table, name: str) -> Int64:
    found: Int64 = table[name].to_numpy().astype(np.int64)
    return found
