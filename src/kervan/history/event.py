"""The event model: one micro-batch of understood events, as columns."""

from dataclasses import dataclass, fields
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa

Uint32 = npt.NDArray[np.uint32]
Uint64 = npt.NDArray[np.uint64]
Int64 = npt.NDArray[np.int64]


@dataclass(slots=True)
class Events:
    """Columns of equal length, one row per event.

    `event_id` is 16 bytes of (source, messageId); `person` and `session` are dense numbers with
    0 for nobody; `at_ms` is the event's own time, `received_ms` ours; `properties` and `context`
    are JSON objects as bytes; `value_minor` is in the smallest unit of `currency`.
    """

    event_id: list[bytes]
    kind: list[str]
    name: list[str]
    person: Uint32
    session: Uint64
    at_ms: Int64
    received_ms: Int64
    source: npt.NDArray[np.uint16]
    channel: list[str]
    order_id: list[str]
    currency: list[str]
    value_minor: Int64
    properties: list[bytes]
    context: list[bytes]
    quiet: npt.NDArray[np.bool_]
    """True for imported history, which triggers nothing."""
    atom: Uint32 | None = None
    """Where `person` is the head of each event: the atom it was done under, 0 for an anonymous."""

    def __len__(self) -> int:
        return len(self.event_id)

    def take(self, rows: Int64) -> "Events":
        """The events at these positions."""
        taken: dict[str, Any] = {}
        for one in fields(self):
            column = getattr(self, one.name)
            if column is None:
                continue
            is_list = isinstance(column, list)
            taken[one.name] = [column[i] for i in rows] if is_list else column[rows]
        return Events(**taken)

    def loud(self) -> "Events":
        """Those that may trigger something."""
        return self.take(np.flatnonzero(~self.quiet)) if self.quiet.any() else self


_TIME = pa.timestamp("ms", tz="UTC")


def _words(values: list[str]) -> pa.Array:
    # Few distinct values: a dictionary costs ClickHouse one look-up per value instead of per row.
    return pa.array(values, pa.string()).dictionary_encode()


def to_block(events: Events, batch: int) -> bytes:
    """The rows as one Arrow IPC stream with the columns of the event tables."""
    table = pa.record_batch(
        {
            "name": _words(events.name),
            "person": pa.array(events.person),
            "at": pa.array(events.at_ms).cast(_TIME),
            "session": pa.array(events.session),
            "kind": _words(events.kind),
            "event_id": pa.array(events.event_id, pa.binary(16)),
            "received_at": pa.array(events.received_ms).cast(_TIME),
            "source": pa.array(events.source),
            "channel": _words(events.channel),
            "order_id": pa.array(events.order_id, pa.string()),
            "currency": _words(events.currency),
            "value_minor": pa.array(events.value_minor),
            "properties": pa.array(events.properties, pa.binary()),
            "context": pa.array(events.context, pa.binary()),
            "batch": pa.array(np.full(len(events), batch, np.uint64)),
        }
    )
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_batch(table)
    block: bytes = sink.getvalue().to_pybytes()
    return block


def count_rows(block: bytes) -> int:
    """How many rows a block holds."""
    return int(pa.ipc.open_stream(block).read_all().num_rows)


def rows_of(block: bytes, positions: list[int]) -> list[tuple[dict[str, Any], bytes]]:
    """Single rows of a block: source and name, and the event as a JSON text to send again.

    The text goes by the event's hash as its messageId, so sending it twice counts once. What
    nobody known did gets that as its anonymousId too, which nobody else can guess and so claim.
    A known person stands there by her number, which is believed of Kervan's own letters only.
    """
    table = pa.ipc.open_stream(block).read_all().take(positions)
    found = []
    for row in table.to_pylist():
        event_id = row["event_id"].hex()
        text = {
            "type": row["kind"],
            "messageId": event_id,
            "event": row["name"],
            "timestamp": row["at"].isoformat(),
            "timestamp_ms": round(row["at"].timestamp() * 1000),
            "person": row["person"],
            "channel": row["channel"],
            "properties": msgspec.Raw(row["properties"]),
            "context": msgspec.Raw(row["context"]),
        }
        if not row["person"]:
            text["anonymousId"] = event_id
        found.append(({"source": row["source"], "name": row["name"]}, msgspec.json.encode(text)))
    return found
