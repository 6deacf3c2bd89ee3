"""Counts in ClickHouse what scores are made of, as columns: orders, messages, old scores."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from clickhouse_connect.driver.client import Client

from kervan.kernel import sql
from kervan.segments.columns import NO_TIME, Int64
from kervan.segments.rfm.score import GROUPS, Codes, Uint8
from kervan.segments.rfm.stages import LEVELS, STAGES

_SQL = sql.load(__package__, "tally.sql")
_SETTINGS = {"output_format_arrow_string_as_string": 1}
_MAP = pa.map_(pa.string(), pa.float64())
_OTHER = -2
"""The code of a word that is none of ours, so that it differs from all."""
People = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Some:
    """The people to count for: profiles, their atoms, and the visits that were theirs.

    Who is nobody's profile any more may be among them, and gets an empty row.
    """

    heads: list[int]
    atoms: list[int]
    visits: list[int]


@dataclass(frozen=True, slots=True)
class Orders:
    """One entry for each customer, by number; counts and sums are of the window, the rest of all.

    `order_days` counts days of UTC. Refunds are not taken off yet.
    """

    person: People
    frequency: Int64
    monetary_minor: Int64
    first_ms: Int64
    last_ms: Int64
    order_days: Int64


@dataclass(frozen=True, slots=True)
class Messages:
    """One entry for each reader, by number; `sent` since her last reaction, 20 at most."""

    person: People
    reacted_ms: Int64
    sent: Int64


@dataclass(frozen=True, slots=True)
class Scores:
    """What is computed of people, one entry each, by number; codes of score.py and stages.py.

    `others` is what somebody else computed of her: a map for each.
    """

    person: People
    recency: Uint8
    frequency: Uint8
    monetary: Uint8
    group: Codes
    stage: Codes
    level: Codes
    others: pa.MapArray


def currency(client: Client) -> str:
    """The currency most orders are in, "" without any."""
    rows = client.query(_SQL.currency).result_rows
    return str(rows[0][0]) if rows else ""


def orders(client: Client, money: str, since_ms: int, at_ms: int, some: Some | None) -> Orders:
    """The customers' orders up to an instant, in one currency; of everybody, or of `some`."""
    asked = {"currency": money, "since_ms": since_ms, "at_ms": at_ms}
    found = _ask(client, _SQL.orders, asked, some)
    return Orders(
        *(
            _numbers(found, name)
            for name in (
                "person", "frequency", "monetary_minor", "first_ms", "last_ms", "order_days",
            )
        )
    )  # fmt: skip


def messages(client: Client, at_ms: int, some: Some | None) -> Messages:
    """How people took their messages up to an instant; of everybody, or of `some`."""
    found = _ask(client, _SQL.messages, {"at_ms": at_ms}, some)
    reacted = _numbers(found, "reacted_ms")
    return Messages(
        _numbers(found, "person"), np.where(reacted > 0, reacted, NO_TIME), _numbers(found, "sent")
    )


def scores(client: Client, some: Some | None) -> Scores:
    """The scores as they are written now; of everybody, or of `some`."""
    text = _SQL.scores if some is None else _SQL.scores_some
    asked = {} if some is None else {"heads": some.heads}
    found = client.query_arrow(text, parameters=asked, settings=_SETTINGS)
    r, f, m = (
        found[f"rfm_{name}"].to_numpy().astype(np.uint8)
        for name in ("recency", "frequency", "monetary")
    )
    return Scores(
        _numbers(found, "person"), r, f, m,
        _codes(found["rfm_group"], GROUPS), _codes(found["life_cycle"], STAGES),
        _codes(found["engagement"], LEVELS), _maps(found["scores"]),
    )  # fmt: skip


def groups(client: Client) -> dict[str, int]:
    """How many people are in each group."""
    found = client.query(_SQL.groups.replace("{known}", _SQL.known)).result_rows
    return {str(name): int(count) for name, count in found}


def no_others() -> pa.MapArray:
    """One empty map."""
    return pa.array([[]], _MAP)


def _ask(client: Client, text: str, asked: Mapping[str, object], some: Some | None) -> pa.Table:
    parameters = dict(asked)
    known, whose = _SQL.known, ""
    if some is not None:
        known, whose = _SQL.known_some, " " + _SQL.of_some
        parameters |= {"heads": some.heads, "atoms": some.atoms, "visits": some.visits}
    text = text.replace("{known}", known).replace("{whose}", whose)
    return client.query_arrow(text, parameters=parameters, settings=_SETTINGS)


def _numbers(table: pa.Table, name: str) -> Int64:
    found: Int64 = table[name].to_numpy().astype(np.int64)
    return found


def _codes(column: pa.ChunkedArray, words: tuple[str, ...]) -> Codes:
    place = {"": -1, **{word: code for code, word in enumerate(words)}}
    coded = _plain(column).dictionary_encode()
    known = [place.get(word, _OTHER) for word in coded.dictionary.to_pylist()]
    codes = coded.indices.to_numpy(zero_copy_only=False)
    found: Codes = np.array([*known, 0], np.int8)[codes]
    return found


def _plain(column: pa.ChunkedArray) -> pa.Array:
    return pc.cast(column.combine_chunks(), pa.string())


def _maps(column: pa.ChunkedArray) -> pa.MapArray:
    whole = column.combine_chunks()
    if isinstance(whole, pa.ChunkedArray):
        whole = pa.concat_arrays(whole.chunks) if whole.num_chunks else pa.array([], _MAP)
    return pa.MapArray.from_arrays(whole.offsets, pc.cast(whole.keys, pa.string()), whole.items)
