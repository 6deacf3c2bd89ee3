"""Looks up what the gate must know of many addresses at once, as columns."""

from dataclasses import dataclass

import numpy as np

from kervan.consent import packs
from kervan.consent.judge import NEVER_MS, Codes, Flags, Instants, Places, Status
from kervan.kernel import sql
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "look_up.sql")
_STATUSES = [one.name.lower() for one in Status if one]
_ROW = np.dtype(
    [("ordinal", ">i4"), ("status", ">i2"), ("expires", ">i8"), ("event", ">i8"), ("place", ">i2")]
)


def places() -> list[str]:
    """The jurisdictions by their code in `Words.place`; the first ("") is an unknown one."""
    return ["", *sorted(packs.packs())]


@dataclass(frozen=True, slots=True)
class Words:
    """One row for each address asked about: the word that counts (judge.Status), its end, its
    row in the ledger (0: none), whose law it is (code of `places`), and what she is.
    """

    status: Codes
    expires_ms: Instants
    event: Places
    place: Codes
    merchant: Flags


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
    found = Words(
        np.zeros(count, np.uint8),
        np.full(count, NEVER_MS, np.int64),
        np.zeros(count, np.int64),
        np.zeros(count, np.uint8),
        np.zeros(count, np.bool_),
    )
    rows = np.flatnonzero(np.fromiter(map(len, contacts), np.int64, count))
    keys = places()
    if len(rows):
        params = {
            "contacts": "{" + b"".join(contacts).hex(",", 16) + "}",
            "channel": channel,
            "purpose": purpose,
            "topic": topic,
            "brand": brand,
            "statuses": _STATUSES,
            "places": keys[1:],
        }
        statement = _SQL.words_on_topic if topic else _SQL.words
        answer = conn.execute(statement, params, binary=True).fetchone()
        said = np.frombuffer((answer and answer[0]) or b"", _ROW)
        mine = rows[said["ordinal"] - 1]
        found.status[mine] = said["status"]
        found.expires_ms[mine] = said["expires"]
        found.event[mine] = said["event"]
        found.place[mine] = said["place"]
        has_special = conn.execute(_SQL.has_special).fetchone() is not None
        special = conn.execute(_SQL.special, params).fetchall() if has_special else []
        for ordinal, merchant, land in special:
            row = rows[ordinal - 1]
            found.merchant[row] = merchant
            if land:
                found.place[row] = keys.index(packs.of_country(land))
    if not found.place.all():
        otherwise = keys.index(packs.of_country(country))
        found.place[found.place == 0] = otherwise
    return found
