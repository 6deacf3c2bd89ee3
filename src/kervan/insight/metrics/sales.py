"""Orders as columns, each with the message it belongs to, and what they add up to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from clickhouse_connect.driver.client import Client

from kervan.insight.metrics.windows import Windows
from kervan.kernel import sql
from kervan.segments.columns import Bools, Int32, Int64, Words

_SQL = sql.load(__package__, "sales.sql")
_SETTINGS = {"output_format_arrow_string_as_string": 1}


@dataclass(frozen=True, slots=True)
class Sales:
    """One entry for each order, in no order: its buyer (0: nobody known), when (ms), what it is
    worth after refunds in minor units of `currency`. `channel`, `campaign` (journey:<key> or
    broadcast:<key>) and `step` are those of its message, "" where `caused` is false; `touched_ms`
    is when she clicked that message, or it arrived, 0 where there is none."""

    buyer: Int64
    placed_ms: Int64
    currency: Words
    net_minor: Int64
    caused: Bools
    channel: Words
    campaign: Words
    step: Words
    touched_ms: Int64

    def __len__(self) -> int:
        return len(self.buyer)


def compose(statement: str) -> str:
    """A statement with the ones it is made of put into their places."""
    for name in ("caused", "sales", "orders", "touches"):
        statement = statement.replace(f"{{{name}}}", getattr(_SQL, name))
    return statement


def statement(name: str, whose: str = "") -> str:
    """A statement of sales.sql; `whose` are the orders that `buyers` is about."""
    text: str = getattr(_SQL, name)
    return compose(text.replace("{whose}", f"{{{whose}}}"))


def read(client: Client, windows: Windows, begin_ms: int, until_ms: int) -> Sales:
    """The orders placed from `begin_ms` on and before `until_ms`."""
    asked = {**windows.asked(), "begin_ms": begin_ms, "until_ms": until_ms}
    text = compose(_SQL.columns)
    found = client.query_arrow(text, parameters=asked, settings=_SETTINGS)
    return Sales(
        _numbers(found, "buyer"),
        _numbers(found, "placed_ms"),
        _words(found, "money"),
        _numbers(found, "net_minor"),
        _numbers(found, "is_caused").astype(np.bool_),
        _words(found, "channel"),
        _words(found, "campaign"),
        _words(found, "step"),
        _numbers(found, "touched_ms"),
    )


def _numbers(found: pa.Table, name: str) -> Int64:
    return np.asarray(found[name].to_numpy(), np.int64)


def _words(found: pa.Table, name: str) -> Words:
    column = pc.fill_null(found[name].cast(pa.string()), "").combine_chunks()
    coded = column.dictionary_encode()
    if isinstance(coded, pa.ChunkedArray):
        coded = coded.combine_chunks()
    codes: Int32 = np.asarray(coded.indices.to_numpy(), np.int32)
    return Words(codes, tuple(str(one) for one in coded.dictionary.to_pylist()))


Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sum:
    """What some orders add up to: how many, of how many people, and their worth."""

    orders: int
    people: int
    net_minor: int


def sums(sales: Sales, rows: Bools, *by: Words) -> Mapping[Key, Sum]:
    """What the orders at `rows` add up to for each combination of the words of `by`."""
    picked = np.flatnonzero(rows)
    if not len(picked):
        return {}
    code = np.zeros(len(picked), np.int64)
    for one in by:
        code = code * len(one.words) + one.codes[picked]
    keys, group = np.unique(code, return_inverse=True)
    orders = np.bincount(group, minlength=len(keys))
    worth = np.zeros(len(keys), np.int64)
    np.add.at(worth, group, sales.net_minor[picked])
    known = sales.buyer[picked] > 0
    pairs = np.unique(np.stack([group[known], sales.buyer[picked][known]]), axis=1)
    people = np.bincount(pairs[0], minlength=len(keys))
    found: dict[Key, Sum] = {}
    for place, key in enumerate(keys.tolist()):
        words: list[str] = []
        for one in reversed(by):
            key, which = divmod(key, len(one.words))
            words.append(one.words[which])
        found[tuple(reversed(words))] = Sum(
            int(orders[place]), int(people[place]), int(worth[place])
        )
    return found


def buyers(sales: Sales, rows: Bools) -> tuple[int, int]:
    """How many people have an order at `rows`, and how many two or more, in whatever currency."""
    mine: Any = sales.buyer[rows]
    _, counts = np.unique(mine[mine > 0], return_counts=True)
    return len(counts), int((counts > 1).sum())
