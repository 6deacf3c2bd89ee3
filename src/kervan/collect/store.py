"""Reads and writes the tables between intake and history, a batch at a time."""

from collections.abc import Collection
from datetime import date, datetime
from typing import NamedTuple

import msgspec

from kervan.kernel import clock, compress, postgres, sql
from kervan.kernel.crypto import Vault
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "store.sql")
_INTAKE = sql.load(__package__, "intake.sql")


class IntakeRow(NamedTuple):
    """One claimed row of the intake; `body` is packed (intake.unpack)."""

    id: int
    day: date
    workspace: int
    events: int
    body: bytes


class Changes(msgspec.Struct):
    """What a batch changed of who is who: (session, atom) and (atom, head) pairs."""

    links: list[tuple[int, int]]
    heads: list[tuple[int, int]]


class Unfinished(NamedTuple):
    """A batch that PostgreSQL has and ClickHouse may not have; `links`, `heads` as in Changes."""

    id: int
    rows: int
    block: bytes
    links: list[tuple[int, int]]
    heads: list[tuple[int, int]]


def workspace_id(conn: Connection, key: str) -> int:
    """The number of a workspace."""
    row = conn.execute(_SQL.workspace_id, {"key": key}).fetchone()
    if row is None:
        raise LookupError(f"workspace {key} does not exist")
    return int(row[0])


def own_source(conn: Connection, workspace: int) -> int:
    """The number of the source under which Kervan's own doings are recorded."""
    row = conn.execute(_SQL.own_source, {"workspace": workspace}).fetchone()
    return int(row[0]) if row else 0


def claim(conn: Connection, workspace: int, limit: int) -> list[IntakeRow]:
    """Lock up to `limit` rows nobody works on; they are free again if this transaction dies."""
    rows = conn.execute(_INTAKE.claim, {"workspace": workspace, "limit": limit}, binary=True)
    return [IntakeRow(*row) for row in rows.fetchall()]


def known_until_ms(conn: Connection, workspace: int, now_ms: int) -> int:
    """The time up to which all events are processed: `now_ms`, or the oldest waiting arrival."""
    row = conn.execute(_INTAKE.oldest_waiting, {"workspace": workspace}).fetchone()
    waiting = row[0] if row else None
    return now_ms if waiting is None else min(now_ms, clock.to_ms(waiting))


def lock_resolving(conn: Connection, workspace: int) -> None:
    """One resolver at a time in a workspace, until the end of the transaction."""
    conn.execute(_SQL.lock_resolving, {"workspace": workspace})


def lock_opening(conn: Connection, workspace: int) -> None:
    """One at a time brings new event names and weeks into a workspace; before `mark_seen`."""
    conn.execute(_SQL.lock_opening, {"workspace": workspace})


def new_batch(conn: Connection) -> int:
    """A number for a batch; one that is never used does no harm."""
    row = conn.execute(_SQL.new_batch).fetchone()
    assert row is not None
    return int(row[0])


def mark_seen(
    conn: Connection, workspace: int, weeks_ms: list[int], hashes: list[bytes], now: datetime
) -> set[int]:
    """Remember events; gives the positions of those that had been seen before.

    `weeks_ms` holds for each event the time its week began, in milliseconds. Waits for others
    who are remembering the same events; everybody does it in one order, so nobody waits in a
    circle.
    """
    # The order of the index: neighbours are written one after the other.
    order = sorted(range(len(hashes)), key=hashes.__getitem__)
    by_week: dict[int, list[int]] = {}
    for i in order:
        by_week.setdefault(weeks_ms[i], []).append(i)
    weeks = {begins: clock.from_ms(begins).date() for begins in by_week}
    _open_weeks(conn, workspace, set(weeks.values()), now)
    repeated: set[int] = set()
    for begins in sorted(by_week):
        rows = by_week[begins]
        values = {
            "week": weeks[begins],
            "hashes": "{" + ",".join([hashes[i].hex() for i in rows]) + "}",
        }
        if conn.execute(_SQL.mark_seen, values).rowcount != len(rows):
            # Some were there: a repeat is one whose row was not written by this transaction.
            found = conn.execute(_SQL.seen_before, values).fetchall()
            repeated.update(rows[row[0] - 1] for row in found)
    return repeated


def _open_weeks(conn: Connection, workspace: int, weeks: set[date], now: datetime) -> None:
    asked = {"weeks": list(weeks), "now": now}
    if {row[0] for row in conn.execute(_SQL.fresh_weeks, asked)} == weeks:
        return
    lock_opening(conn, workspace)
    known = {row[0] for row in conn.execute(_SQL.touch_weeks, asked)}
    for week in sorted(weeks - known):
        name = f"seen_{week:%Y_%m_%d}"
        for statement in _SQL.open_week.split(";"):
            conn.execute(statement.replace("{name}", name).replace("{week}", week.isoformat()))
        conn.execute(_SQL.add_week, {"week": week, "now": now})


def drop_weeks(conn: Connection, unused_since: datetime) -> list[date]:
    """Forget the weeks of which nothing has come since `unused_since`."""
    dropped = []
    for (week,) in conn.execute(_SQL.old_weeks, {"since": unused_since}).fetchall():
        conn.execute(_INTAKE.hurry)
        conn.execute(_SQL.drop_week.replace("{name}", f"seen_{week:%Y_%m_%d}"))
        conn.execute(_SQL.remove_week, {"week": week})
        dropped.append(week)
    return dropped


def admit_names(conn: Connection, names: set[str], limit: int, now: datetime) -> set[str]:
    """Those of `names` that are known or, under `limit`, now become so."""
    rows = conn.execute(_SQL.admit_names, {"names": sorted(names), "limit": limit, "now": now})
    rows.fetchall()
    return known_names(conn, names)


def known_names(conn: Connection, names: set[str]) -> set[str]:
    """Those of `names` that are in use."""
    rows = conn.execute(_SQL.known_names, {"names": sorted(names)})
    return {row[0] for row in rows.fetchall()}


def keep_block(
    conn: Connection,
    vault: Vault | None,
    number: int,
    workspace: int,
    worker: int,
    rows: int,
    block: bytes,
    changes: Changes,
    touched: Collection[int] = (),
) -> None:
    """Keep a batch ready to insert until ClickHouse has it, sealed under the day's key.

    `vault` may be None for a batch without rows, which has nothing to seal. `touched` are the
    people who are told on by then.
    """
    assert vault is not None or not rows
    now = clock.now()
    sealed = _seal_block(vault, now.date(), number, block) if vault else compress.pack(block)
    conn.execute(
        _SQL.keep_block,
        {
            "id": number,
            "workspace": workspace,
            "worker": worker,
            "now": now,
            "day": now.date() if vault else None,
            "rows": rows,
            "block": sealed,
            "links": msgspec.msgpack.encode(changes),
            "touched": postgres.array(touched),
        },
    )


def replace_block(conn: Connection, vault: Vault, number: int, rows: int, block: bytes) -> None:
    """Keep a batch without the rows that were set aside."""
    day = clock.now().date()
    sealed = _seal_block(vault, day, number, block)
    conn.execute(_SQL.replace_block, {"id": number, "rows": rows, "block": sealed, "day": day})


def _seal_block(vault: Vault, day: date, number: int, block: bytes) -> bytes:
    return vault.seal_intake(day, compress.pack(block), b"batch %d" % number)


def _open_block(vault: Vault, day: date | None, number: int, block: bytes) -> bytes:
    """Without a day it is of a Kervan that did not seal blocks."""
    packed = vault.open_intake(day, block, b"batch %d" % number) if day else block
    return compress.unpack(packed)


def set_batch(conn: Connection, number: int, rows: list[IntakeRow]) -> None:
    """Mark intake rows as resolved by this batch."""
    conn.execute(
        _INTAKE.set_batch,
        {"batch": number, "days": list({row.day for row in rows}), "ids": [row.id for row in rows]},
    )


def finish(conn: Connection, numbers: list[int]) -> None:
    """ClickHouse has these batches durably; whom they touch is told on."""
    conn.execute(_SQL.finish, {"ids": numbers})


def abandoned(
    conn: Connection, vault: Vault, workspace: int, me: int, before: datetime
) -> list[Unfinished]:
    """Batches made before `before` whose worker is gone (its presence lock is free); not `me`.

    They stay locked until the end of the transaction.
    """
    rows = conn.execute(
        _SQL.abandoned, {"workspace": workspace, "me": me, "before": before}, binary=True
    ).fetchall()
    return [
        Unfinished(
            number, count, _open_block(vault, day, number, block), changes.links, changes.heads
        )
        for number, count, day, block, changes in (
            (number, count, day, block, _changes(packed))
            for number, count, day, block, packed in rows
        )
    ]


def _changes(packed: bytes) -> Changes:
    found = msgspec.msgpack.decode(packed, type=Changes | list[tuple[int, int]])
    # A list is that of a batch kept by a Kervan that knew no heads.
    return found if isinstance(found, Changes) else Changes(found, [])


def become_worker(conn: Connection) -> int:
    """A new worker's number; its presence is an advisory lock that ends with the connection."""
    row = conn.execute(_SQL.new_worker).fetchone()
    assert row is not None
    conn.execute(_SQL.hold_presence, {"worker": row[0]})
    return int(row[0])
