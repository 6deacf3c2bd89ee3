"""Decisions as columns: packed for their way through PostgreSQL, and as ClickHouse takes them."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kervan.kernel import compress

ENTERED, PASSED, GOAL, LEFT, REFUSED = 1, 2, 3, 4, 5
"""What was decided, in the order of one instant; a refusal has no run."""
MOVED = 100
"""A cause of ours beside those of steps.step: somebody who PASSED so was put at a step of another
version by its publication. History counts it to no step, for nobody came or went there."""
NO_EVENT = bytes(16)
UNTIL_NEVER = 2**32 - 1
"""`until` of somebody whom time alone does not move, or not within a hundred years."""
_NUMBERS = {
    "run": np.uint64, "person": np.uint32, "version": np.uint32, "at_ms": np.int64,
    "what": np.uint8, "step": np.uint16, "visit": np.uint16, "cause": np.uint8,
    "exit": np.int16, "until": np.uint32, "value_minor": np.int64,
}  # fmt: skip
_WORDS = ("reason", "event", "currency")
_TIME = pa.timestamp("ms", tz="UTC")


@dataclass(slots=True)
class Rows:
    """One row per decision; columns of equal length.

    `version` is a version's id, `step` the number of the step in it, `exit` the number of its exit
    or STAY or LEAVE (steps.step), `until` seconds after `at_ms` (0 for who does not stay,
    UNTIL_NEVER), `event_id` the 16 bytes of the event behind it or NO_EVENT, `value_minor` what a
    goal was worth in `currency`.
    """

    run: npt.NDArray[np.uint64]
    person: npt.NDArray[np.uint32]
    version: npt.NDArray[np.uint32]
    at_ms: npt.NDArray[np.int64]
    what: npt.NDArray[np.uint8]
    step: npt.NDArray[np.uint16]
    visit: npt.NDArray[np.uint16]
    cause: npt.NDArray[np.uint8]
    exit: npt.NDArray[np.int16]
    until: npt.NDArray[np.uint32]
    value_minor: npt.NDArray[np.int64]
    reason: npt.NDArray[np.object_]
    event: npt.NDArray[np.object_]
    currency: npt.NDArray[np.object_]
    event_id: npt.NDArray[np.void]

    def __len__(self) -> int:
        return len(self.run)


def blank(count: int) -> Rows:
    """`count` rows of nothing."""
    columns: list[Any] = [np.zeros(count, kind) for kind in _NUMBERS.values()]
    columns += [np.full(count, "", object) for _ in _WORDS]
    columns.append(np.zeros(count, "V16"))
    return Rows(*columns)


def join(parts: Sequence[Rows]) -> Rows:
    """The rows of all parts, one after the other."""
    names = [one.name for one in fields(Rows)]
    return Rows(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def pack(rows: Rows) -> bytes:
    """The rows as one compressed block."""
    parts: dict[str, object] = {
        name: getattr(rows, name).astype(kind).tobytes() for name, kind in _NUMBERS.items()
    }
    for name in _WORDS:
        words, places = _listed(getattr(rows, name))
        parts[name] = (words, places.tobytes())
    parts["event_id"] = rows.event_id.tobytes()
    return compress.pack(msgspec.msgpack.encode(parts))


def unpack(block: bytes) -> Rows:
    """What `pack` was given."""
    parts = msgspec.msgpack.decode(compress.unpack(block))
    columns: list[Any] = [np.frombuffer(parts[name], kind) for name, kind in _NUMBERS.items()]
    for name in _WORDS:
        known, places = parts[name]
        column = np.array(known, object)
        columns.append(column[np.frombuffer(places, np.int32)])
    columns.append(np.frombuffer(parts["event_id"], "V16"))
    return Rows(*columns)


def to_arrow(blocks: Sequence[tuple[int, Rows]]) -> bytes:
    """Blocks, each with its batch, as one Arrow stream of the columns of `journey_decisions`."""
    rows = join([one for _, one in blocks])
    columns: dict[str, pa.Array] = {
        "at" if name == "at_ms" else name: pa.array(getattr(rows, name)) for name in _NUMBERS
    }
    columns["at"] = columns["at"].cast(_TIME)
    columns["what"] = columns["what"].cast(pa.int8())
    for name in _WORDS:
        words, places = _listed(getattr(rows, name))
        columns[name] = pa.DictionaryArray.from_arrays(pa.array(places), pa.array(words))
    ids = pa.py_buffer(rows.event_id.tobytes())
    columns["event_id"] = pa.FixedSizeBinaryArray.from_buffers(
        pa.binary(16), len(rows), [None, ids]
    )
    columns["batch"] = pa.array(
        np.repeat(
            np.array([batch for batch, _ in blocks], np.uint64), [len(one) for _, one in blocks]
        )
    )
    record = pa.record_batch(columns)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, record.schema) as writer:
        writer.write_batch(record)
    stream: bytes = sink.getvalue().to_pybytes()
    return stream


def _listed(words: npt.NDArray[np.object_]) -> tuple[list[str], npt.NDArray[np.int32]]:
    """The different words, "" first, and which of them stands where."""
    places: dict[str, int] = {"": 0}
    found = np.zeros(len(words), np.int32)
    said = np.flatnonzero(words != "")  # few: time alone moves most people
    found[said] = [places.setdefault(str(one), len(places)) for one in words[said].tolist()]
    return list(places), found
