"""Keeps segments: a question or a list under a key, every version of it, and who uses whom."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import msgspec

from kervan.kernel import ids, sql
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.segments.definitions import users
from kervan.segments.definitions.resolve import resolve
from kervan.segments.definitions.users import Use, members_named
from kervan.segments.describe import describe
from kervan.segments.lower import LIMIT_NODES, lower
from kervan.segments.tree import Node

_SQL = sql.load(__package__, "store.sql")
_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
_RESERVED = frozenset({"preview", "templates"})
"""Words that stand in the place of a key in addresses."""
_NAME_CHARACTERS = 200
LIMIT_ACTIVE = 200
"""How many segments may be active; each is asked for every person who does something."""
State = Literal["active", "archived"]
ACTIVE: State = "active"
ARCHIVED: State = "archived"
JOURNEYS_OWN = "journey:"
"""How the name of an author begins who is a journey: it keeps a rule of its own as a segment."""
EVERY_STATE: tuple[State, ...] = (ACTIVE, ARCHIVED)
_reader: msgspec.json.Decoder[Node] = msgspec.json.Decoder(Node)


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment as it is now; `tree` is None for an imported list."""

    number: int
    key: str
    name: str
    sort: str
    state: str
    version: int
    tree: Node | None
    created_at: datetime
    created_by: str
    changed_at: datetime
    changed_by: str


@dataclass(frozen=True, slots=True)
class Version:
    """One tree that a segment has or had."""

    version: int
    tree: Node
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Author:
    """Who changes something, and when."""

    name: str
    at: datetime


def canonical(node: Node) -> str:
    """The one text of a tree: equal trees have equal texts."""
    return msgspec.json.encode(node).decode()


def read(text: str) -> Node:
    """The tree of a text that `canonical` wrote."""
    return _reader.decode(text)


def every(conn: Connection, states: Sequence[State] = (ACTIVE,)) -> list[Segment]:
    """All segments of these states, by key."""
    rows = conn.execute(_SQL.all, {"states": list(states)}).fetchall()
    return [_segment(row) for row in rows]


def get(conn: Connection, key: str) -> Segment:
    """One segment, archived or not. Raises segments.not_found (404)."""
    found = find(conn, key)
    if found is None:
        raise KervanError("segments.not_found", status=404, key=key)
    return found


def find(conn: Connection, key: str) -> Segment | None:
    """One segment, archived or not; None when there is none."""
    row = conn.execute(_SQL.one, {"key": key}).fetchone() if _KEY.fullmatch(key) else None
    return _segment(row) if row else None


def versions(conn: Connection, key: str) -> list[Version]:
    """Every tree a segment has had, the first one first. Raises segments.not_found (404)."""
    rows = conn.execute(_SQL.versions, {"segment": get(conn, key).number}).fetchall()
    return [Version(version, read(text), at, by) for version, text, at, by in rows]


def trees(conn: Connection) -> dict[str, Node]:
    """The trees of all active segments that have one, by key: what `lower` wants."""
    return {one.key: one.tree for one in every(conn) if one.tree is not None}


def lists(conn: Connection) -> dict[str, int]:
    """The numbers of all active imported lists, by key: what `lower` wants."""
    rows = conn.execute(_SQL.lists, {"state": ACTIVE}).fetchall()
    return {key: int(number) for key, number in rows}


def names(conn: Connection) -> dict[str, str]:
    """What segments are called, by key, archived ones too."""
    return dict(conn.execute(_SQL.called).fetchall())


def edition(conn: Connection) -> int:
    """A number that grows with every change of any segment; not with who is on a list."""
    row = conn.execute(_SQL.edition).fetchone()
    return int(row[0]) if row else 0


def hold(conn: Connection) -> None:
    """Let nobody else change segments until this transaction ends, and count it as a change."""
    conn.execute(_SQL.hold)


def new_edition(conn: Connection) -> None:
    """Tell everybody who looks at `edition` that something changed."""
    conn.execute(_SQL.new_edition)


def create(
    conn: Connection, key: str, name: str, tree: Node | None, author: Author,
    limit: int = LIMIT_ACTIVE,
) -> tuple[Segment, bool]:  # fmt: skip
    """A new segment, or a list when `tree` is None; and whether it was made just now.

    Asking again with the same content gives the one there is. Raises segments.bad_key,
    segments.bad_name (422), segments.key_taken (409), segments.too_many (409), and what `resolve`
    raises.
    """
    if not _KEY.fullmatch(key) or key in _RESERVED:
        raise KervanError("segments.bad_key", status=422, key=key[:80])
    name = _checked_name(name)
    hold(conn)
    known = find(conn, key)
    if known is not None:
        if (known.name, known.state, known.tree) == (name, ACTIVE, tree):
            return known, False
        raise KervanError("segments.key_taken", status=409, key=key, state=known.state)
    active = every(conn)
    _check_room(active, limit)
    if tree is not None:
        _check(active, key, tree)
    args = {"key": key, "name": name, "sort": "list" if tree is None else "tree",
            "at": author.at, "by": author.name}  # fmt: skip
    row = conn.execute(_SQL.add, args).fetchone()
    assert row is not None
    if tree is not None:
        _add_version(conn, row[0], 1, tree, author)
    new_edition(conn)
    return get(conn, key), True


def change(
    conn: Connection, key: str, author: Author, *,
    name: str | None = None, tree: Node | None = None, expected: int | None = None,
) -> tuple[Segment, bool]:  # fmt: skip
    """Give an active segment another name or tree; and whether anything differed.

    Another tree is a new version. `expected` is the version the author began from: when that is
    no longer the current one, segments.changed_meanwhile (409), unless somebody made the same
    change. Raises also segments.not_found (404), segments.is_archived (409), segments.is_a_list
    (409), segments.bad_name (422), and what `resolve` raises.
    """
    hold(conn)
    known = get(conn, key)
    if known.state != ACTIVE:
        raise KervanError("segments.is_archived", status=409, key=key)
    if tree is not None and known.tree is None:
        raise KervanError("segments.is_a_list", status=409, key=key)
    new_name = known.name if name is None else _checked_name(name)
    new_tree = known.tree if tree is None else tree
    if (new_name, new_tree) == (known.name, known.tree):
        return known, False
    if expected is not None and expected != known.version:
        facts = {"version": known.version, "expected": expected}
        raise KervanError("segments.changed_meanwhile", status=409, key=key, **facts)
    version = known.version
    if new_tree is not None and new_tree != known.tree:
        _check(every(conn), key, new_tree)
        version += 1
        _add_version(conn, known.number, version, new_tree, author)
    _write(conn, known, new_name, ACTIVE, version, author)
    return get(conn, key), True


def archive(conn: Connection, key: str, author: Author) -> bool:
    """Keep a segment, but ask it no more; False when it is archived already.

    Raises segments.not_found (404), and segments.in_use (409) with the names of its users.
    """
    hold(conn)
    known = get(conn, key)
    if known.state == ARCHIVED:
        return False
    if found := uses(conn, key):
        users = ", ".join(f"{one.name} ({one.key})" for one in found)
        raise KervanError("segments.in_use", status=409, key=key, users=users)
    _write(conn, known, known.name, ARCHIVED, known.version, author)
    return True


def restore(conn: Connection, key: str, author: Author, limit: int = LIMIT_ACTIVE) -> bool:
    """Make an archived segment active again; False when it is.

    Raises segments.not_found (404), segments.too_many (409), and what `resolve` raises.
    """
    hold(conn)
    known = get(conn, key)
    if known.state == ACTIVE:
        return False
    active = every(conn)
    _check_room(active, limit)
    if known.tree is not None:
        _check(active, key, known.tree)
    _write(conn, known, known.name, ACTIVE, known.version, author)
    return True


def uses(conn: Connection, key: str) -> list[Use]:
    """Who asks for this segment itself, not by way of another."""
    trees = {one.key: (one.name, one.tree) for one in every(conn) if one.tree is not None}
    return users.held(conn, trees).get(key, [])


def _check(active: Sequence[Segment], key: str, tree: Node) -> None:
    """Raise what is wrong with `tree` under `key`, for itself and for all who use it."""
    numbers = {one.key: one.number for one in active if one.tree is None}
    known = {one.key: one.tree for one in active if one.tree is not None} | {key: tree}
    resolve(tree, known, numbers, own=key)
    for user in _users_of(key, known):
        try:
            lower(known[user], known, numbers, own=user)
        except KervanError as error:
            if error.code != "segments.too_large":
                raise
            facts = {"user": user, "key": key, "limit": LIMIT_NODES}
            raise KervanError("segments.too_large_for", status=422, **facts) from None


def _users_of(key: str, known: Mapping[str, Node]) -> list[str]:
    """Who uses `key`, also by way of others."""
    used_by: dict[str, list[str]] = {}
    for user, tree in known.items():
        for one in members_named(tree):
            used_by.setdefault(one, []).append(user)
    found: set[str] = set()
    open_ = [key]
    while open_:
        new = [user for user in used_by.get(open_.pop(), ()) if user not in found]
        found.update(new)
        open_ += new
    return sorted(found - {key})


def _check_room(active: Sequence[Segment], limit: int) -> None:
    if len(active) >= limit:
        raise KervanError("segments.too_many", status=409, limit=limit)


def _checked_name(name: str) -> str:
    name = " ".join(name.split())
    if not 0 < len(name) <= _NAME_CHARACTERS or not name.isprintable():
        raise KervanError("segments.bad_name", status=422, limit=_NAME_CHARACTERS)
    return name


def _add_version(conn: Connection, number: int, version: int, tree: Node, author: Author) -> None:
    said = ids.hash16(describe(tree, "en").encode())
    args = {"segment": number, "version": version, "tree": canonical(tree), "at": author.at,
            "by": author.name, "sentence_hash": said}  # fmt: skip
    conn.execute(_SQL.add_version, args)


def _write(
    conn: Connection, known: Segment, name: str, state: str, version: int, author: Author
) -> None:
    args = {"number": known.number, "name": name, "state": state, "version": version,
            "at": author.at, "by": author.name}  # fmt: skip
    conn.execute(_SQL.change, args)
    new_edition(conn)


def _segment(row: tuple[Any, ...]) -> Segment:
    number, key, name, sort, state, version, text, *rest = row
    tree = read(text) if text else None
    return Segment(number, key, name, sort, state, version, tree, *rest)
