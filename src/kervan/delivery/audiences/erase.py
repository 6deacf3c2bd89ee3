"""Takes erased people off all audiences: the platforms hear of it though her key is destroyed.

First they are marked, so that the loop says so at once. Whom a platform has not heard of by the
time her key goes is kept under a key of the row's own, for `HELD` at most; then it is given up, for
all to see in her receipt.
"""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from kervan.delivery.audiences.book import PLACE
from kervan.kernel import log, postgres, sql
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "audiences.sql")
_log = log.get("audiences")
HELD = timedelta(days=30)


class Goodbyes(NamedTuple):
    """What became of an erased person's places on audiences."""

    told: int
    waiting: int
    held_until: datetime | None
    given_up: int


def leave(conn: Connection, people: list[int], at: datetime) -> int:
    """Have these taken off everywhere; gives on how many audiences they are."""
    asked = {"people": postgres.array(people), "at": at, "until": at + HELD}
    count = conn.execute(_SQL.leave_everywhere, asked).rowcount
    if count:
        conn.execute(_SQL.goodbye, asked)
        conn.execute(_SQL.wake, asked)
    return count


def erase(conn: Connection, vault: WorkspaceVault, people: list[int], at: datetime) -> int:
    """Keep what platforms have not heard under keys of its own, and forget the rest.

    In the caller's transaction, before the people's keys go. Gives how many rows there were.
    """
    asked = {"people": postgres.array(people)}
    leave(conn, people, at)
    rows = conn.execute(_SQL.members_of, asked).fetchall()
    again = [row for row in rows if row[5] is not None and row[4] is None]
    if again:
        texts = [vault.open(key, sealed, PLACE) for _, _, _, sealed, _, key in again]
        own = vault.new_person_keys(len(again))
        values = {
            "audiences": [row[0] for row in again],
            "people": [row[2] for row in again],
            "sealed": vault.seal_many(own, texts, PLACE),
            "own": own,
        }
        conn.execute(_SQL.own_key, values)
    return len(rows) + conn.execute(_SQL.forget_people, asked).rowcount


def give_up(conn: Connection, at: datetime) -> int:
    """Forget whom a platform has not heard of for too long; gives how many."""
    count = conn.execute(_SQL.give_up, {"at": at}).rowcount
    if count:
        _log.warning("audience_removals_given_up", people=count)
    return count


def of_people(conn: Connection, people: list[int]) -> Goodbyes:
    """What became of erased people's places."""
    row = conn.execute(_SQL.goodbyes, {"people": postgres.array(people)}).fetchone()
    assert row is not None
    return Goodbyes(*row)


def disclose(conn: Connection, people: list[int]) -> list[dict[str, Any]]:
    """On which audiences these people are."""
    cursor = conn.execute(_SQL.disclose, {"people": postgres.array(people)})
    names = ("person", "audience", "account", "leaving")
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
