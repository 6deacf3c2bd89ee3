"""What messages brought by segment, of who was in it then; somebody may be in several."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from clickhouse_connect.driver.client import Client

from kervan.insight.metrics.sales import Sales
from kervan.kernel import postgres, sql
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.segments.columns import Bools, Int64
from kervan.segments.live.tick import ENTERED, LEFT

_SQL = sql.load(__package__, "segments.sql")
_MOST_NAMED = 20_000
"""More people are not named one by one: the changes of everybody are read instead."""
_AT_BITS = 42


@dataclass(frozen=True, slots=True)
class Brought:
    """Of one segment in one currency: buyers, their orders, and what these are worth."""

    key: str
    name: str
    currency: str
    people: int
    orders: int
    net_minor: int


def brought(
    conn: Connection, client: Client, sales: Sales, rows: Bools, limit: int,
    most_named: int = _MOST_NAMED,
) -> list[Brought]:  # fmt: skip
    """What the orders at `rows` are by segment, in each currency the `limit` greatest.

    An order counts where its buyer was at `touched_ms` of it: who is in now, with what
    changed since taken back.
    """
    picked = np.flatnonzero(rows & (sales.buyer > 0))
    segments = conn.execute(_SQL.live).fetchall()
    buyer, currency, net = (
        one[picked] for one in (sales.buyer, sales.currency.codes, sales.net_minor)
    )
    found = []
    for (_, key, name), is_in in _of_each(conn, client, sales, picked, segments, most_named):
        for code, money in enumerate(sales.currency.words):
            mine = is_in & (currency == code)
            if count := int(mine.sum()):
                buyers = len(np.unique(buyer[mine]))
                found.append(Brought(key, name, money, buyers, count, int(net[mine].sum())))
    return [
        one
        for money in sales.currency.words
        for one in sorted(
            (one for one in found if one.currency == money),
            key=lambda one: (-one.net_minor, one.key),
        )[:limit]
    ]


def buyers(
    conn: Connection, client: Client, sales: Sales, rows: Bools, key: str,
    most_named: int = _MOST_NAMED,
) -> list[tuple[int, int, int, str, int]]:  # fmt: skip
    """Who is behind what `brought` says of one segment, the latest order first.

    Each with when that was (ms), how many orders, and what those in the currency of the latest
    are worth. Raises insight.no_such_segment (404).
    """
    segments = [one for one in conn.execute(_SQL.live).fetchall() if one[1] == key]
    if not segments:
        raise KervanError("insight.no_such_segment", status=404, segment=key)
    picked = np.flatnonzero(rows & (sales.buyer > 0))
    for _, is_in in _of_each(conn, client, sales, picked, segments, most_named):
        return _by_buyer(sales, picked[is_in])
    return []


def _by_buyer(sales: Sales, picked: Int64) -> list[tuple[int, int, int, str, int]]:
    """The buyers of the orders at `picked`, as `buyers` gives them."""
    # By buyer, and hers by time: the last of each is her latest, of equal ones in the later word.
    words = np.argsort(np.argsort(np.array(sales.currency.words, np.str_)))
    named = words[sales.currency.codes[picked]]
    picked = picked[np.lexsort((named, sales.placed_ms[picked], sales.buyer[picked]))]
    people, first, counts = np.unique(sales.buyer[picked], return_index=True, return_counts=True)
    last = picked[first + counts - 1]
    money = sales.currency.codes[last]
    place = np.repeat(np.arange(len(people)), counts)
    worth = np.zeros(len(people), np.int64)
    same = sales.currency.codes[picked] == money[place]
    np.add.at(worth, place[same], sales.net_minor[picked][same])
    at = sales.placed_ms[last]
    order = np.lexsort((people, at))[::-1]
    return [
        (int(people[one]), int(at[one]), int(counts[one]), sales.currency.words[money[one]],
         int(worth[one]))
        for one in order
    ]  # fmt: skip


def _of_each(
    conn: Connection, client: Client, sales: Sales, picked: Int64, segments: list[Any],
    most_named: int,
) -> Iterator[tuple[Any, Bools]]:  # fmt: skip
    """Each segment (number, key, name) with who of the orders at `picked` was in it then."""
    people, place = np.unique(sales.buyer[picked], return_inverse=True)
    if not len(people) or not segments:
        return
    bits = _inside(conn, people, segments[-1][0])
    touched: Int64 = sales.touched_ms[picked]
    moments = place << _AT_BITS | touched
    asked = {
        "everybody": len(people) > most_named,
        "people": people.tolist() if len(people) <= most_named else [],
        "segments": [key for _, key, _ in segments],
        "begin_ms": int(touched.min()),
    }
    changed = _changes(client, people, asked)
    for one in segments:
        number, key, _ = one
        is_in = (bits[place, number // 8] >> (number % 8) & 1).astype(np.bool_)
        yield one, _then(is_in, moments, *changed[key]) if key in changed else is_in


def _inside(conn: Connection, people: Int64, last: int) -> Any:
    """A row of bits for each of these people: the segments they are in now."""
    asked = {"people": postgres.array(people.tolist())}
    width = last // 8 + 1
    bits = np.zeros((len(people), width), np.uint8)
    rows = conn.execute(_SQL.inside, asked).fetchall()
    if rows:
        told = b"".join(bytes(inside)[:width].ljust(width, b"\0") for _, inside in rows)
        who = np.array([person for person, _ in rows], np.int64)
        bits[np.searchsorted(people, who)] = np.frombuffer(told, np.uint8).reshape(-1, width)
    return bits


def _changes(
    client: Client, people: Int64, asked: dict[str, Any]
) -> dict[str, tuple[Int64, Bools]]:
    """For each segment that changed, in order: who and when as one number, and who entered."""
    asked = {**asked, "entered": ENTERED, "left": LEFT}
    told = client.query_arrow(_SQL.changes, parameters=asked)
    who = np.asarray(told["person"].to_numpy(), np.int64)
    place = np.minimum(np.searchsorted(people, who), len(people) - 1)
    known = people[place] == who
    moments = place << _AT_BITS | np.asarray(told["at_ms"].to_numpy(), np.int64)
    entered = np.asarray(told["entered"].to_numpy()).astype(np.bool_)
    coded = told["segment"].combine_chunks().dictionary_encode()
    codes = np.asarray(coded.indices.to_numpy(), np.int64)
    return {
        _text(key): (moments[mine], entered[mine])
        for code, key in enumerate(coded.dictionary.to_pylist())
        if (mine := known & (codes == code)).any()
    }


def _text(key: str | bytes) -> str:
    return key if isinstance(key, str) else key.decode()


def _then(is_in: Bools, moments: Int64, changes: Int64, entered: Bools) -> Bools:
    """Who was in at each moment: the first change from then on came from the other side."""
    first = np.searchsorted(changes, moments)
    at = np.minimum(first, len(changes) - 1)
    same = (first < len(changes)) & (changes[at] >> _AT_BITS == moments >> _AT_BITS)
    return np.where(same, ~entered[at], is_in)
