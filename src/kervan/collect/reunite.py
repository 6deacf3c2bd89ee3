"""Carries a merge said by an operator, or its undoing, to everybody who keeps heads.

What changes in PostgreSQL changes in one transaction, with the history's part kept beside it like
a batch; `tell` brings that part into ClickHouse after the commit, and if the process dies before,
a worker does within seconds (`keep.recover`).
"""

from collections.abc import Sequence
from typing import NamedTuple

from clickhouse_connect.driver.client import Client

from kervan.collect import store
from kervan.collect.process import MovedHook
from kervan.history import link
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection
from kervan.profiles import merge as identity
from kervan.profiles import read as profiles
from kervan.profiles.merge import Merged

_NOBODYS = 0
"""The number of no worker: whoever recovers batches may take it."""


class Told(NamedTuple):
    """What ClickHouse has yet to hear: under which number, and which links."""

    batch: int
    changes: store.Changes


def merge(
    conn: Connection,
    vault: WorkspaceVault,
    workspace: int,
    pair: tuple[int, int],
    actor: str,
    at_ms: int,
    hooks: Sequence[MovedHook] = (),
) -> Told | None:
    """Make two people (any atoms of theirs) one; None when they are one already.

    Raises as profiles.merge does.
    """
    one, other = pair
    identity.lock(conn)
    heads = profiles.heads(conn, [one, other])
    if heads.get(one) == heads.get(other) and one != other:
        return None
    return _carry(conn, workspace, identity.merge(conn, vault, one, other, actor, at_ms), hooks)


def unmerge(
    conn: Connection,
    vault: WorkspaceVault,
    workspace: int,
    link_number: int,
    actor: str,
    at_ms: int,
    hooks: Sequence[MovedHook] = (),
) -> Told:
    """Take back a merge by its number. Raises profiles.no_such_merge."""
    undone = identity.unmerge(conn, vault, link_number, actor, at_ms)
    return _carry(conn, workspace, undone, hooks)


def _carry(conn: Connection, workspace: int, merged: Merged, hooks: Sequence[MovedHook]) -> Told:
    moved = [(atom, old, new) for atom, old, new in merged.moved]
    for tell_moved in hooks:
        tell_moved(conn, moved)
    changes = store.Changes(
        [(one.session, one.person) for one in merged.sessions],
        [(atom, new) for atom, _, new in moved],
    )
    touched = {one for each in moved for one in each}
    touched.update(one for each in merged.sessions for one in (each.person, each.before))
    # Within the lock that orders all decisions, so the number does too.
    batch = store.new_batch(conn)
    store.keep_block(conn, None, batch, workspace, _NOBODYS, 0, b"", changes, touched - {0})
    return Told(batch, changes)


def tell(conn: Connection, client: Client, told: Told) -> None:
    """Let every query see the change; after the commit, in a transaction of its own."""
    link.keep(client, told.changes.links, told.changes.heads, told.batch)
    link.refresh(client)
    store.finish(conn, [told.batch])
