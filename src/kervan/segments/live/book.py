"""The active segments as they are asked now: their cores, and what all of them together read."""

from dataclasses import dataclass, field

import msgspec

from kervan.kernel import ids, log
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.segments.definitions import store
from kervan.segments.lower import Core, lower
from kervan.segments.needs import Needs, needs

_log = log.get("segments")


@dataclass(frozen=True, slots=True)
class Entry:
    """One active segment; `digest` is another when its question is, also by way of another's."""

    number: int
    key: str
    core: Core
    digest: bytes


@dataclass(slots=True)
class Book:
    """All active segments that have a tree, by number, as of an edition of the definitions."""

    edition: int = -1
    entries: dict[int, Entry] = field(default_factory=dict)
    needs: Needs = field(default_factory=Needs)


def read(conn: Connection) -> Book:
    """The book of now."""
    edition = store.edition(conn)
    active = store.every(conn)
    trees = {one.key: one.tree for one in active if one.tree is not None}
    lists = {one.key: one.number for one in active if one.tree is None}
    entries = {}
    for one in active:
        if one.tree is not None:
            try:
                core = lower(one.tree, trees, lists, own=one.key)
            except KervanError as error:
                # Nobody can save one like it; if there is one all the same, the others go on.
                _log.error("segment_not_asked", segment=one.key, error=error.code)
                continue
            digest = ids.hash16(msgspec.json.encode(core))
            entries[one.number] = Entry(one.number, one.key, core, digest)
    return Book(edition, entries, needs(one.core for one in entries.values()))
