"""Keeps the audience of a broadcast as it was when it started: a bitmap per 65,536 numbers."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kervan.kernel import sql
from kervan.kernel.postgres import Connection
from kervan.segments.columns import Uint32

_SQL = sql.load(__package__, "audience.sql")
BLOCK = 1 << 16
Codes = npt.NDArray[np.uint16]


@dataclass(frozen=True, slots=True)
class Members:
    """People by rising number, and of each the place of her zone (empty where nobody asks)."""

    people: Uint32
    zones: Codes


def freeze(conn: Connection, broadcast: int, members: Members) -> None:
    """Keep these, in the caller's transaction."""
    blocks = (members.people // BLOCK).astype(np.int64)
    edges = np.flatnonzero(np.diff(blocks, prepend=-1, append=-1))
    rows = []
    for first, last in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        bits = np.zeros(BLOCK, np.bool_)
        bits[members.people[first:last] % BLOCK] = True
        zones = members.zones[first:last].astype("<u2").tobytes() if len(members.zones) else None
        packed = np.packbits(bits, bitorder="little").tobytes()
        rows.append((broadcast, int(blocks[first]), packed, zones))
    with conn.cursor() as cursor, cursor.copy(_SQL.keep) as copy:
        for row in rows:
            copy.write_row(row)


def after(conn: Connection, broadcast: int, person: int) -> Iterator[Members]:
    """The members with higher numbers than `person`, a block at a time."""
    block = person // BLOCK
    while row := conn.execute(_SQL.block, {"broadcast": broadcast, "from": block}).fetchone():
        number, packed, zones = row
        bits = np.unpackbits(np.frombuffer(packed, np.uint8), bitorder="little")
        people = (np.flatnonzero(bits) + number * BLOCK).astype(np.uint32)
        codes = np.frombuffer(zones or b"", "<u2").astype(np.uint16)
        rest = int(np.searchsorted(people, person, side="right"))
        if rest < len(people):
            yield Members(people[rest:], codes[rest:])
        block = number + 1


def forget(conn: Connection, broadcast: int) -> None:
    """The audience of a broadcast that is done: its messages say who it was."""
    conn.execute(_SQL.forget, {"broadcast": broadcast})
