"""Finds people by any identifier in any writing, or by how their names begin.

An identifier is looked up by its blind index. A name is looked up by the beginnings of its words;
what is found is opened and compared, the same words that were typed as a whole come first. The
words may be spread over what a profile was joined from.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from kervan.kernel import postgres, sql
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection
from kervan.profiles import identifiers, names, read, store, traits
from kervan.profiles.sighting import Claim, Reader

_SQL = sql.load(__package__, "search.sql")
_CANDIDATES = 1_000
"""Opened at most for one search: they differ from what was typed only behind the tenth letter."""
_LOOKED_AT = 4_000
"""People with the rarest word of a search among whom profiles of several atoms are looked for. Of
two words that more of a million people have, enough are found in one atom already."""
_SPREAD = 50
_FILLED_AT_ONCE = 1_000
_MIN_PHONE_DIGITS = 7
_KINDS = (
    identifiers.CUSTOMER,
    identifiers.EMAIL,
    identifiers.PHONE,
    identifiers.CARD,
    identifiers.WHATSAPP,
    identifiers.INSTAGRAM,
    identifiers.TELEGRAM,
)


@dataclass(frozen=True, slots=True)
class Hit:
    """One profile that was found: its head, and by what (an identifier's kind, `name`, `id`).

    `claimed` means that it only says the identifier is its own.
    """

    person: int
    by: str
    claimed: bool = False


def find(
    conn: Connection, vault: WorkspaceVault, country: str, text: str, limit: int = 20
) -> list[Hit]:
    """At most `limit` profiles that `text` finds, owners of an identifier first.

    `text` may be a public id, a customer id, an e-mail, a phone number written in any way
    (`country` is that of numbers without a country code), a card, or beginnings of two letters
    and more of the words of a name, all of which must be there. Anything else finds nobody.
    """
    found = _by_id(conn, text)
    found += _by_identifier(conn, vault, country, text, limit)
    if not found:
        found = _by_name(conn, vault, text, limit)
    heads = read.heads(conn, [one.person for one in found])
    best: dict[int, Hit] = {}
    for one in found:
        head = heads[one.person]
        best.setdefault(head, Hit(head, one.by, one.claimed))
    return list(best.values())[:limit]


def _by_id(conn: Connection, text: str) -> list[Hit]:
    try:
        outside = uuid.UUID(text.strip())
    except ValueError:
        return []
    person = read.by_id(conn, outside)
    return [Hit(person, "id")] if person else []


def claims(
    vault: WorkspaceVault, country: str, text: str, others: Sequence[int] = ()
) -> list[Claim]:
    """What identifiers `text` may be, with and without the marks that cannot be seen.

    `others` are kinds of customer ids of other systems.
    """
    reader = Reader(vault, country)
    seen = "".join(char for char in text if char.isprintable()).strip()
    found: dict[Claim, None] = {}
    for one in (text, seen):
        for kind in (*_KINDS, *others):
            if kind == identifiers.PHONE and sum(map(str.isdigit, one)) < _MIN_PHONE_DIGITS:
                continue
            if claim := reader.claim(kind, one):
                found[claim] = None
    return list(found)


def _by_identifier(
    conn: Connection, vault: WorkspaceVault, country: str, text: str, limit: int
) -> list[Hit]:
    others = [row[0] for row in conn.execute(_SQL.namespaces).fetchall()]
    wanted = claims(vault, country, text, others)
    if not wanted:
        return []
    owners = store.owners(conn, wanted)
    found = [
        Hit(person, _word(claim.kind))
        for claim, person in sorted(owners.items(), key=lambda pair: pair[0].kind)
    ]
    rows = conn.execute(
        _SQL.claimants,
        {
            "kinds": postgres.array(one.kind for one in wanted),
            "hashes": store.uuids(one.hash for one in wanted),
            "limit": limit,
        },
    ).fetchall()
    return found + [Hit(row[0], _word(row[1]), claimed=True) for row in rows]


def _word(kind: int) -> str:
    return identifiers.KIND_NAMES.get(kind, "customer_id")


def _by_name(conn: Connection, vault: WorkspaceVault, text: str, limit: int) -> list[Hit]:
    terms = names.words([text])
    if not terms:
        return []
    exact = [names.whole(vault, term) for term in terms]
    begun = [names.prefix(vault, term) for term in terms]
    found = dict.fromkeys(_named(conn, vault, exact, terms, limit))
    spread: list[int] = []
    if len(found) < limit and len(terms) > 1:
        whole, spread = _spread(conn, vault, sorted(set(begun)), terms)
        found.update(dict.fromkeys(whole))
    if len(found) < limit:
        found.update(dict.fromkeys(_named(conn, vault, begun, terms, limit + len(found))))
    found.update(dict.fromkeys(spread))
    return [Hit(person, "name") for person in found]


def _named(
    conn: Connection, vault: WorkspaceVault, hashes: list[int], terms: list[str], limit: int
) -> list[int]:
    """Atoms that have all words."""
    conn.execute(_SQL.by_index, {"seqscan": "off"})
    rows = conn.execute(_SQL.named, {"hashes": hashes, "limit": _CANDIDATES}).fetchall()
    conn.execute(_SQL.by_index, {"seqscan": "on"})
    candidates = [row[0] for row in rows]
    found: list[int] = []
    for start in range(0, len(candidates), limit):
        some = {"people": postgres.array(candidates[start : start + limit])}
        for person, key, sealed in conn.execute(_SQL.names_of, some):
            if _has(names.said(store.open_personal(vault, key, sealed)), terms):
                found.append(person)
        if len(found) >= limit:
            break
    return found[:limit]


def _spread(
    conn: Connection, vault: WorkspaceVault, hashes: list[int], terms: list[str]
) -> tuple[list[int], list[int]]:
    """Heads of several atoms that have all words between them: as they were typed, and begun."""
    conn.execute(_SQL.by_index, {"seqscan": "off"})
    asked: dict[str, object] = {"hashes": hashes, "limit": _LOOKED_AT}
    counts = {row[0]: row[1] for row in conn.execute(_SQL.how_many, asked).fetchall()}
    asked |= {"rarest": min(hashes, key=counts.__getitem__), "looked_at": _LOOKED_AT}
    heads = conn.execute(_SQL.spread, {**asked, "limit": _SPREAD}).fetchall()
    conn.execute(_SQL.by_index, {"seqscan": "on"})
    said: dict[int, list[str]] = {}
    some = {"people": postgres.array(row[0] for row in heads)}
    for head, key, sealed in conn.execute(_SQL.names_of_heads, some):
        said.setdefault(head, []).extend(names.said(store.open_personal(vault, key, sealed)))
    whole = [head for head, mine in said.items() if set(mine).issuperset(terms)]
    return whole, [head for head, mine in said.items() if _has(mine, terms)]


def _has(mine: list[str], terms: list[str]) -> bool:
    return all(any(word.startswith(term) for word in mine) for term in terms)


def step(conn: Connection, vault: WorkspaceVault) -> bool:
    """Make some of the people findable who were there before the index; True: there are more.

    In the caller's transaction, which holds the workspace's resolve lock.
    """
    row = conn.execute(_SQL.next_to_fill).fetchone()
    if row is None:
        return False
    first, last = row
    end = min(first + _FILLED_AT_ONCE - 1, last)
    rows = conn.execute(_SQL.to_fill, {"first": first, "last": end}).fetchall()
    opened: dict[int, traits.Traits] = {
        person: store.open_personal(vault, key, sealed) for person, key, sealed in rows
    }
    names.keep(conn, vault, opened)
    conn.execute(_SQL.filled, {"next": end + 1})
    return bool(end < last)
