"""Asks who is in a tree right now: how many, who, some of them, whom a channel reaches, overlap."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

import numpy as np
from clickhouse_connect.driver.client import Client

from kervan.kernel import sql
from kervan.segments.columns import Uint32
from kervan.segments.compile import question
from kervan.segments.compile.question import Compiled, Compiler
from kervan.segments.lower import Core, Kept
from kervan.segments.tree import All, Channel, Consent, Reach

_SQL = sql.load(__package__, "ask.sql")
_CHANNELS: tuple[Channel, ...] = get_args(Channel)
MOST_BYTES = 2_500_000_000
"""Memory one question may take; ClickHouse ends it with MEMORY_LIMIT_EXCEEDED."""
_SETTINGS: dict[str, Any] = {
    **question.SETTINGS,
    "max_memory_usage": MOST_BYTES,
    "max_query_size": 16 << 20,
    "max_ast_elements": 1_000_000,
    "max_expanded_ast_elements": 5_000_000,
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to tell beside the count: `sample` people, `overlap` with others, reach if `purpose`.

    Reach is after suppression and consent for this purpose, topic and brand. Others that are `Kept`
    are not asked anew: their members are those of a second or two ago.
    """

    sample: int = 0
    overlap: tuple[Core | Kept, ...] = ()
    purpose: str = ""
    topic: str = ""
    brand: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """How many are in; by channel how many can be written to; some of them; how many are shared.

    `reach` and `overlap` are empty unless asked for; `overlap` has (shared, in the other) for each.
    """

    count: int
    reach: Mapping[str, int]
    sample: tuple[int, ...]
    overlap: tuple[tuple[int, int], ...]


def zones_of(client: Client) -> list[str]:
    """The zones people live in, those of most people first."""
    return [row[0] for row in client.query(_SQL.zones).result_rows]


def ask(
    client: Client,
    node: Core | Kept,
    at_ms: int,
    wanted: Wanted | None = None,
    zones: Sequence[str] | None = None,
) -> Told:
    """What is wanted of who is in `node` at `at_ms`, in one statement that finds them once.

    `zones` are those of `zones_of`, where the caller knows them. Queries end by the client's
    settings (`max_execution_time`, `query_id`).
    """
    what = wanted or Wanted()
    compiler = Compiler(at_ms, zones_of(client) if zones is None else zones)
    parts = [_SQL.count]
    channels = _CHANNELS if what.purpose else ()
    for channel in channels:
        may = Consent(channel, "granted", what.purpose, what.topic, what.brand)
        parts.append(_shared(compiler.members(All((Reach(channel), may)))))
    for other in what.overlap:
        theirs = compiler.members(other)
        parts += [_shared(theirs), f"bitmapCardinality({theirs})"]
    if what.sample:
        parts.append(_SQL.sample)
    compiled = compiler.compiled(node)
    asked = {**compiled.parameters, "size": what.sample}
    row = _rows(client, compiled.statement(", ".join(parts)), asked)[0]
    count, numbers = int(row[0]), [int(one) for one in row[1 : len(parts) - bool(what.sample)]]
    pairs = numbers[len(channels) :]
    return Told(
        count,
        dict(zip(channels, numbers, strict=False)),
        tuple(row[-1]) if what.sample else (),
        tuple(zip(pairs[::2], pairs[1::2], strict=True)),
    )


def _shared(others: str) -> str:
    return _SQL.shared.replace("{others}", others)


def _rows(client: Client, text: str, parameters: Mapping[str, object]) -> Sequence[Sequence[Any]]:
    found = client.query(text, parameters=dict(parameters), settings=_SETTINGS)
    return found.result_rows


def count(client: Client, node: Core | Kept, at_ms: int, zones: Sequence[str] | None = None) -> int:
    """How many are in."""
    return ask(client, node, at_ms, zones=zones).count


def sample(
    client: Client,
    node: Core | Kept,
    at_ms: int,
    size: int = 20,
    zones: Sequence[str] | None = None,
) -> tuple[int, ...]:
    """Some of them, as if by chance; the same ones each time."""
    return ask(client, node, at_ms, Wanted(sample=size), zones).sample


def reach(
    client: Client, node: Core | Kept, at_ms: int, purpose: str = "marketing", topic: str = "",
    brand: str = "", zones: Sequence[str] | None = None,
) -> Mapping[str, int]:  # fmt: skip
    """By channel, how many of them may and can be written to."""
    wanted = Wanted(purpose=purpose, topic=topic, brand=brand)
    return ask(client, node, at_ms, wanted, zones).reach


def overlap(
    client: Client,
    node: Core | Kept,
    others: Sequence[Core | Kept],
    at_ms: int,
    zones: Sequence[str] | None = None,
) -> tuple[tuple[int, int], ...]:
    """For each of the others how many are in both, and how many in the other."""
    return ask(client, node, at_ms, Wanted(overlap=tuple(others)), zones).overlap


def members(
    client: Client, node: Core | Kept, at_ms: int, zones: Sequence[str] | None = None
) -> Uint32:
    """Who is in, as person numbers, rising."""
    compiled: Compiled = question.to_sql(node, at_ms, zones_of(client) if zones is None else zones)
    found = client.raw_query(
        compiled.statement(_SQL.members),
        parameters=dict(compiled.parameters),
        settings=_SETTINGS,
        fmt="RowBinary",
    )
    return np.frombuffer(found, np.dtype("<u4")).astype(np.uint32)
