"""Joins two known people on an operator's word, and parts them again: nothing is lost by either."""

from typing import NamedTuple

from kervan.kernel import clock, sql
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.profiles import attribute, graph, read, write
from kervan.profiles.attribute import Link
from kervan.profiles.graph import Decision
from kervan.profiles.write import Moved

_SQL = sql.load(__package__, "merge.sql")


class Merged(NamedTuple):
    """What a merge or its undoing changed, for history and for those who keep heads.

    `link` is the number under which it is undone, `moved` are (atom, old head, new head),
    `sessions` the visits whose person changed.
    """

    link: int
    moved: list[Moved]
    sessions: list[Link]


class Standing(NamedTuple):
    """A merge that holds: its number, the two atoms, who said so and when (ms UTC)."""

    link: int
    one: int
    other: int
    actor: str
    at_ms: int


def lock(conn: Connection) -> None:
    """Let nobody else decide who is who in this workspace until the end of the transaction."""
    conn.execute(_SQL.lock)


def merge(
    conn: Connection, vault: WorkspaceVault, one: int, other: int, actor: str, at_ms: int
) -> Merged:
    """Say that the people `one` and `other` (any atoms of theirs) are the same person.

    Raises profiles.unknown_person, profiles.same_person, and profiles.too_many_merges when the
    two would have more than a hundred merges or a thousand identifiers.
    """
    lock(conn)
    heads = read.heads(conn, [one, other])
    if len(read.keys(conn, [one, other])) != len({one, other}):
        raise KervanError("profiles.unknown_person", 404)
    if heads[one] == heads[other]:
        raise KervanError("profiles.same_person", 409)
    values = {"one": one, "other": other, "actor": actor, "at": clock.from_ms(at_ms)}
    row = conn.execute(_SQL.add, values).fetchone()
    assert row is not None
    moved = write.rewrite(conn, vault, [one, other], at_ms)
    after = read.heads(conn, [one, other])
    if after[one] != after[other]:
        raise KervanError("profiles.too_many_merges", 409)
    graph.note(conn, [Decision("merged", one, other, None, "", actor)], at_ms)
    sessions = attribute.again(conn, [atom for atom, _, _ in moved])
    return Merged(int(row[0]), moved, sessions)


def unmerge(conn: Connection, vault: WorkspaceVault, link: int, actor: str, at_ms: int) -> Merged:
    """Take back the merge of this number: both are again what they were, with all that came since.

    Raises profiles.no_such_merge for one that does not stand.
    """
    lock(conn)
    values = {"link": link, "actor": actor, "at": clock.from_ms(at_ms)}
    row = conn.execute(_SQL.undo, values).fetchone()
    if row is None:
        raise KervanError("profiles.no_such_merge", 404)
    one, other = row
    moved = write.rewrite(conn, vault, [one, other], at_ms)
    graph.note(conn, [Decision("unmerged", one, other, None, "", actor)], at_ms)
    sessions = attribute.again(conn, [atom for atom, _, _ in moved])
    return Merged(link, moved, sessions)


def standing(conn: Connection, head: int) -> list[Standing]:
    """The merges that hold the profile of `head` together, the latest first."""
    rows = conn.execute(_SQL.standing, {"people": read.parts(conn, head)}).fetchall()
    return [Standing(*row) for row in rows]
