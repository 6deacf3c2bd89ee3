"""Reads the events of a window that some journey listens to, as columns, and cuts them by person.

Whose an event is says history: the profile that its identifier belongs to today, and for an
anonymous visit the person it turned out to be.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, overload

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from clickhouse_connect.driver.client import Client

from kervan.journeys.columns import Coded, Int64, Signals, Texts
from kervan.journeys.definition import Definition, Goal
from kervan.journeys.steps.step import EventMatch
from kervan.kernel import sql

_SQL = sql.load(__package__, "history.sql")
_SETTINGS = {
    "output_format_arrow_string_as_string": 0,
    "output_format_arrow_fixed_string_as_fixed_byte_array": 1,
    "output_format_arrow_compression_method": "none",
}
_MOST_AT_ONCE = 2_000_000
"""Events read at once: with properties some two hundred bytes each, and as many again come in while
these are played. Of fewer each reading would look at all names and people for little."""
_BUCKETS = 256
_BLOCK = 4096
CHUNK = 400_000
"""Events that are decided about together."""
_MACHINES = frozenset({"Message Opened", "Message Clicked"})


@dataclass(frozen=True, slots=True)
class Asked:
    """Which events are read: by name alone, or with their properties; from when until when.

    `people` are those whose events are read, None for all. `entries` are the names that begin a
    run: who did none of these enters nothing, and what she did before the first matters to nobody.
    """

    bare: tuple[str, ...]
    whole: tuple[str, ...]
    from_ms: int
    to_ms: int
    entries: tuple[str, ...]
    people: tuple[int, ...] | None = None

    @property
    def names(self) -> list[str]:
        """All of them; their places are the codes of the answer."""
        return [*self.bare, *self.whole]


class ArrowTexts(Texts):
    """A column of texts that becomes Python where somebody looks, a block at a time: one by one
    each text would cost five times as much."""

    def __init__(self, column: pa.Array) -> None:
        self._column = column
        self._begin = self._end = 0
        self._block: list[bytes] = []

    def __len__(self) -> int:
        return len(self._column)

    @overload
    def __getitem__(self, place: int) -> bytes: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[bytes]: ...
    def __getitem__(self, place: int | slice) -> bytes | Sequence[bytes]:
        if isinstance(place, slice):
            return ArrowTexts(self._column[place])
        if not self._begin <= place < self._end:
            self._begin = place - place % _BLOCK
            block = self._column[self._begin : self._begin + _BLOCK]
            self._end, self._block = self._begin + len(block), block.to_pylist()
        return self._block[place - self._begin]

    def some(self, places: Sequence[int]) -> list[bytes]:
        """The texts at these places, taken together."""
        found: list[bytes] = self._column.take(pa.array(places, pa.int64())).to_pylist()
        return found


def asked(definitions: Sequence[Definition], from_ms: int, to_ms: int) -> Asked:
    """What has to be read for these journeys."""
    names: set[str] = set()
    whole: set[str] = set()
    for one in definitions:
        names |= one.names
        # More than conditions may be asked of an event: its run, what it is counted by.
        whole |= {match.event for match in _matches(one) if match.where or _asks(match)}
        if one.header.per:
            whole.add(one.entry.event)
    whole |= names & _MACHINES
    whole &= names
    entries = tuple(sorted({one.entry.event for one in definitions}))
    return Asked(tuple(sorted(names - whole)), tuple(sorted(whole)), from_ms, to_ms, entries)


def _matches(definition: Definition) -> Iterator[EventMatch]:
    yield definition.entry
    yield from definition.exits
    if definition.header.goal is not None:
        yield definition.header.goal
    for node in definition.nodes:
        yield from node.step.listens()


def _asks(match: EventMatch) -> bool:
    return type(match) not in (EventMatch, Goal)


def chunks(
    client: Client, want: Asked, size: int | None = CHUNK, most: int = _MOST_AT_ONCE
) -> Iterator[Signals]:
    """The events in pieces of about `size`, each with all of its people's, people rising.

    Without a size all of them are one piece, however many. `most` are read at once.
    """
    if not want.names:
        return
    total = 0 if want.people is not None else count(client, want)
    parts = 1 if size is None else min(_BUCKETS, -(-total // most) or 1)
    edges = list(pairwise([_BUCKETS * i // parts for i in range(parts + 1)]))
    with ThreadPoolExecutor(1) as beside:  # history reads the next part while this one is played
        coming = beside.submit(_read, client, want, *edges[0])
        for ahead in [*edges[1:], None]:
            found = coming.result()
            if ahead:
                coming = beside.submit(_read, client, want, *ahead)
            yield from _cut(found, want, size)
            del found


def count(client: Client, want: Asked) -> int:
    """How many events there are of everybody's."""
    if not want.names:
        return 0
    return int(client.query(_SQL.count, parameters=_params(want)).result_rows[0][0])


def entrants(client: Client, want: Asked) -> Int64:
    """Everybody who did something that begins a run, rising: nobody else can enter."""
    if not want.names:
        return np.zeros(0, np.int64)
    found = client.query_arrow(_SQL.entrants, parameters=_params(want), settings=_SETTINGS)
    people: Int64 = found["who"].to_numpy().astype(np.int64)
    return people


def _params(want: Asked) -> dict[str, Any]:
    return {
        "names": want.names,
        "bare": list(want.bare),
        "whole": list(want.whole),
        "from_ms": want.from_ms,
        "to_ms": want.to_ms,
        "entries": list(want.entries),
        "everybody": want.people is None,
        "people": list(want.people or ()),
    }


def _read(client: Client, want: Asked, first: int, last: int) -> pa.Table:
    some = [text for names, text in ((want.bare, _SQL.bare), (want.whole, _SQL.whole)) if names]
    parts = " UNION ALL ".join(some).replace("{window}", _SQL.window)
    text = _SQL.events.replace("{parts}", parts)
    parameters = {**_params(want), "first": first, "last": last}
    return client.query_arrow(text, parameters=parameters, settings=_SETTINGS)


def _cut(found: pa.Table, want: Asked, size: int | None) -> Iterator[Signals]:
    if not found.num_rows:
        return
    size = size or found.num_rows
    found = _since_first(found.combine_chunks(), want)
    person: npt.NDArray[np.uint32] = found["who"].to_numpy()
    edge = 0
    while edge < len(person):
        end = min(edge + size, len(person))
        if end < len(person):  # to the end of the last one's
            end = int(np.searchsorted(person, person[end - 1], side="right"))
        yield _signals(found.slice(edge, end - edge), want)
        edge = end


def _since_first(found: pa.Table, want: Asked) -> pa.Table:
    """Everybody's events from the first on that may begin a run."""
    person: npt.NDArray[np.uint32] = found["who"].to_numpy()
    codes = [i for i, name in enumerate(want.names, 1) if name in want.entries]
    begins = np.flatnonzero(np.isin(found["code"].to_numpy(), codes))
    edge = np.ones(len(person), np.bool_)
    edge[1:] = person[1:] != person[:-1]
    whose = np.cumsum(edge) - 1
    first = np.full(int(edge.sum()), len(person), np.int64)
    first[whose[begins[::-1]]] = begins[::-1]
    return found.filter(pa.array(np.arange(len(person)) >= first[whose]))


def _signals(part: pa.Table, want: Asked) -> Signals:
    part = part.combine_chunks()
    codes = part["code"].to_numpy().astype(np.int64)
    ids = pa.concat_arrays(part["event_id"].chunks)
    return Signals(
        part["who"].to_numpy().astype(np.int64),
        part["at_ms"].to_numpy().astype(np.int64),
        Coded(codes, ["", *want.names]),
        _ids(ids),
        ArrowTexts(pa.concat_arrays(part["properties"].chunks)),
    )


def _ids(column: pa.Array) -> list[bytes]:
    raw = column.buffers()[1]
    whole = np.frombuffer(raw, "V16", len(column), column.offset * 16)
    found: list[bytes] = whole.tolist()
    return found


def begins(client: Client) -> int | None:
    """The time of the first event of all in ms, None where nothing ever happened."""
    first, count = client.query(_SQL.begins).result_rows[0]
    return int(first) if count else None
