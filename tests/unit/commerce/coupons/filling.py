"""Pools of codes for tests."""

from datetime import datetime
from typing import Any

from kervan.commerce.coupons import codes, pools
from kervan.commerce.coupons.pools import Pool
from kervan.kernel.postgres import Connection

AT = datetime.fromisoformat("2026-11-20T10:00:00+00:00")


def fill(conn: Connection, key: str = "autumn", count: int = 5, **facts: Any) -> None:
    """A pool of ten percent with `count` codes."""
    pools.save(conn, Pool(key, key, "percent", 10, **facts), AT)
    codes.upload(conn, key, [f"{key}-{place:06}" for place in range(count)])


def counts(conn: Connection, key: str = "autumn") -> tuple[int, int, int, int]:
    """How many codes of a pool are free, reserved, given and redeemed."""
    found = pools.get(conn, key).counts
    return found.free, found.reserved, found.given, found.redeemed
