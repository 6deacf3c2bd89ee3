"""Puts events into a test's history by hand."""

from collections.abc import Callable
from itertools import count
from typing import Any

import msgspec
import numpy as np
import pytest
from clickhouse_connect.driver.client import Client

from kervan.history import event, write
from kervan.kernel import ids

Tell = Callable[..., None]
_batches = count(1)


@pytest.fixture
def tell(clickhouse: Client) -> Tell:
    """`tell(*events)`: each a dict with name, at_ms and what else is not nothing."""

    def write_all(*told: dict[str, Any]) -> None:
        number = next(_batches)

        def column(key: str, nothing: Any) -> list[Any]:
            return [one.get(key, nothing) for one in told]

        rows = event.Events(
            event_id=[one.get("event_id") or ids.hash16(ids.random_bytes(16)) for one in told],
            kind=column("kind", "track"),
            name=column("name", ""),
            person=np.array(column("person", 0), np.uint32),
            session=np.array(column("session", 0), np.uint64),
            at_ms=np.array(column("at_ms", 0), np.int64),
            received_ms=np.array([e.get("received_ms", e["at_ms"]) for e in told], np.int64),
            source=np.array(column("source", 1), np.uint16),
            channel=column("channel", ""),
            order_id=column("order_id", ""),
            currency=column("currency", ""),
            value_minor=np.array(column("value_minor", 0), np.int64),
            properties=[msgspec.json.encode(one.get("properties", {})) for one in told],
            context=column("context", b"{}"),
            quiet=np.zeros(len(told), np.bool_),
        )
        write.insert(clickhouse, event.to_block(rows, number), number)

    return write_all
