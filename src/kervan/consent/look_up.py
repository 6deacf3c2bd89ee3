"""Looks up what the gate must know of many addresses at once, as columns."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from kervan.consent import packs
from kervan.consent.channels import ABOUT_HERSELF, KIND_OF
from kervan.consent.judge import NEVER_MS, Codes, Flags, Instants, Places, Status
from kervan.kernel import sql
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "look_up.sql")
_STATUSES = [one.name.lower() for one in Status if one]
_FIELDS = [
    ("ordinal", ">i4"), ("status", ">i2"), ("expires", ">i8"), ("event", ">i8"), ("place", ">i2"),
]  # fmt: skip
_ROW = np.dtype(_FIELDS)
_ROW_OF_EACH = np.dtype([*_FIELDS, ("topical", ">i2")])


def places() -> list[str]:
    """The jurisdictions by their code in `Words.place`; the first ("") is an unknown one."""
    return ["", *sorted(packs.packs())]


@dataclass(frozen=True, slots=True)
class Words:
    """One row for each address asked about: the word that counts (judge.Status), its end, its
    row in the ledger (0: none), whose law it is (code of `places`), and what she is. `topical`
    says that it is a word on the topic asked about, not on the whole channel.
    """

    status: Codes
    expires_ms: Instants
    event: Places
    place: Codes
    merchant: Flags
    topical: Flags


def words(
    conn: Connection,
    contacts: list[bytes],
    channel: str,
    purpose: str,
    *,
    topic: str = "",
    brand: str = "",
    country: str = "",
) -> Words:
    """What counts for each of `contacts` (blind hashes, b"" for none; in their order).

    For a topic that is the word on it or the one on the whole channel: a refusal of the topic
    stands until the topic is agreed to again; a refusal of the channel beats every topic agreed
    to before it; without a word on the topic the channel's counts. An address whose country
    nobody knows is under the law its word was given under, else under that of `country`.
    """
    count = len(contacts)
    return words_each(conn, contacts, [topic] * count, [brand] * count, channel, purpose, country)


def words_each(
    conn: Connection,
    contacts: list[bytes],
    topics: list[str],
    brands: list[str],
    channel: str,
    purpose: str,
    country: str = "",
) -> Words:
    """Like `words`, each row about its own topic ("": the channel) and brand ("": the only one).

    A refusal that names no brand is one of every brand, until that brand is agreed to again. One
    query, whatever they are; all about the whole channel of the only brand is the cheaper one.
    On a channel whose words are about herself a contact is a head's number (`ledger.bind`).
    """
    found = _nothing(len(contacts))
    rows = np.flatnonzero(np.fromiter(map(len, contacts), np.int64, len(contacts)))
    keys = places()
    if len(rows):
        params: dict[str, Any] = {
            "contacts": "{" + b"".join(contacts).hex(",", 16) + "}",
            "channel": channel,
            "purpose": purpose,
            "statuses": _STATUSES,
            "places": keys[1:],
        }
        statement, kind = _SQL.words, _ROW
        herself = KIND_OF.get(channel) in ABOUT_HERSELF
        if herself or any(topics) or any(brands):
            statement, kind = _SQL.words_each, _ROW_OF_EACH
            params["herself"] = herself
            params["topics"] = [topics[row] for row in rows.tolist()]
            params["brands"] = [brands[row] for row in rows.tolist()]
        answer = conn.execute(statement, params, binary=True).fetchone()
        said = np.frombuffer((answer and answer[0]) or b"", kind)
        mine = rows[said["ordinal"] - 1]
        found.status[mine] = said["status"]
        found.expires_ms[mine] = said["expires"]
        found.event[mine] = said["event"]
        found.place[mine] = said["place"]
        if kind is _ROW_OF_EACH:
            found.topical[mine] = said["topical"] != 0
        _add_special(conn, found, rows, keys, params)
    if not found.place.all():
        otherwise = keys.index(packs.of_country(country))
        found.place[found.place == 0] = otherwise
    return found


def _nothing(count: int) -> Words:
    return Words(
        np.zeros(count, np.uint8),
        np.full(count, NEVER_MS, np.int64),
        np.zeros(count, np.int64),
        np.zeros(count, np.uint8),
        np.zeros(count, np.bool_),
        np.zeros(count, np.bool_),
    )


def _add_special(
    conn: Connection, found: Words, rows: Places, keys: list[str], params: dict[str, Any]
) -> None:
    """Those few addresses of merchants, or of another country than the workspace's."""
    if conn.execute(_SQL.has_special).fetchone() is None:
        return
    for ordinal, merchant, land in conn.execute(_SQL.special, params).fetchall():
        row = rows[ordinal - 1]
        found.merchant[row] = merchant
        if land:
            found.place[row] = keys.index(packs.of_country(land))
