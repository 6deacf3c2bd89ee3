"""Tells the history events by their few facts."""

import numpy as np
from clickhouse_connect.driver.client import Client

from kervan.history import event, write

AT_MS = 1_795_000_000_000


def tell(client: Client, *facts: tuple[int, int, int], batch: int = 1) -> list[str]:
    """One event for each (atom, session, ms after AT_MS); gives their ids in hex."""
    count = len(facts)
    empty = [""] * count
    at = np.array([AT_MS + after for _, _, after in facts], np.int64)
    numbers = [(batch << 32 | i).to_bytes(16, "big") for i in range(count)]
    events = event.Events(
        event_id=numbers,
        kind=["track"] * count,
        name=["Visited"] * count,
        person=np.array([one for one, _, _ in facts], np.uint32),
        session=np.array([one for _, one, _ in facts], np.uint64),
        at_ms=at,
        received_ms=at,
        source=np.ones(count, np.uint16),
        channel=empty,
        order_id=empty,
        currency=empty,
        value_minor=np.zeros(count, np.int64),
        properties=[b"{}"] * count,
        context=[b"{}"] * count,
        quiet=np.zeros(count, np.bool_),
    )
    write.insert(client, event.to_block(events, batch), batch)
    return [one.hex() for one in numbers]
