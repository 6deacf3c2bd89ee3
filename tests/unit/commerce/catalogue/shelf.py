"""Events about products for tests."""

import json
from typing import Any

import numpy as np

from kervan.history.event import Events


def events(
    *rows: tuple[str, int, dict[str, Any]], channel: str = "server", first_ms: int = 0
) -> Events:
    """(name, person, properties) of each event, a second apart."""
    n = len(rows)
    return Events(
        event_id=[f"{first_ms:08}{place:08}".encode()[:16] for place in range(n)],
        kind=["track"] * n,
        name=[row[0] for row in rows],
        person=np.array([row[1] for row in rows], np.uint32),
        session=np.zeros(n, np.uint64),
        at_ms=first_ms + 1000 * np.arange(n, dtype=np.int64),
        received_ms=np.full(n, first_ms, np.int64),
        source=np.ones(n, np.uint16),
        channel=[channel] * n,
        order_id=[""] * n,
        currency=[""] * n,
        value_minor=np.zeros(n, np.int64),
        properties=[json.dumps(row[2]).encode() for row in rows],
        context=[b"{}"] * n,
        quiet=np.zeros(n, np.bool_),
    )


def item(number: int, **facts: Any) -> dict[str, Any]:
    """The properties of an event about product `number`."""
    return {
        "product_id": f"p{number}",
        "name": f"Product {number}",
        "price": 10 + number,
        "currency": "TRY",
        "url": f"https://shop.example/p{number}",
        "image_url": f"https://cdn.example/p{number}.jpg",
        "category": "coats",
        **facts,
    }


def order(*numbers: int) -> dict[str, Any]:
    """The properties of an order of these products."""
    return {"order_id": "o", "currency": "TRY", "products": [item(one) for one in numbers]}
