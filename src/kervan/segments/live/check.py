"""Asks everybody anew, from history alone, and names whose membership is another than is kept."""

from dataclasses import dataclass

import numpy as np
from clickhouse_connect.driver.client import Client

from kervan.kernel import clock
from kervan.kernel.postgres import Connection
from kervan.segments import ask
from kervan.segments.columns import Uint32
from kervan.segments.live import book as books
from kervan.segments.live import store

SETTLE_SECONDS = 5.0
"""So long after an event membership follows, with time to spare."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One segment whose kept members are not those of history."""

    key: str
    missing: Uint32
    extra: Uint32


def lasting(
    conn: Connection, client: Client, settle_seconds: float = SETTLE_SECONDS
) -> list[Difference]:
    """What is wrong, and still is some seconds later: not only because something just happened."""
    before = {one.key: one for one in differences(conn, client, clock.now_ms())}
    if not before:
        return []
    clock.sleep(settle_seconds)
    found = []
    for one in differences(conn, client, clock.now_ms()):
        if one.key in before:
            missing = np.intersect1d(one.missing, before[one.key].missing)
            extra = np.intersect1d(one.extra, before[one.key].extra)
            if len(missing) or len(extra):
                found.append(Difference(one.key, missing, extra))
    return found


def differences(conn: Connection, client: Client, at_ms: int) -> list[Difference]:
    """What is wrong with the membership that is kept, at an instant nothing has happened since.

    Segments that are still being filled are left out. While events arrive the two pictures are of
    different moments, and people between them are named too.
    """
    book, live = books.read(conn), store.live(conn)
    zones = ask.zones_of(client)
    found = []
    for number, entry in sorted(book.entries.items()):
        if live.get(number) != entry.digest:
            continue
        kept = store.members(conn, number)
        asked = ask.members(client, entry.core, at_ms, zones)
        missing, extra = np.setdiff1d(asked, kept), np.setdiff1d(kept, asked)
        if len(missing) or len(extra):
            found.append(Difference(entry.key, missing, extra))
    return found
