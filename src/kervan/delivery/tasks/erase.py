"""Forgets the tasks of erased people, and shows somebody those about her."""

from typing import Any

import msgspec

from kervan.delivery.tasks.task import Said, State, place_of
from kervan.kernel import postgres, sql
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection
from kervan.profiles import read as profiles

_SQL = sql.load(__package__, "tasks.sql")


def erase(conn: Connection, people: list[int]) -> int:
    """Delete the tasks about these people and what was noted at them; gives how many tasks."""
    whom = {"people": postgres.array(people)}
    conn.execute(_SQL.erase_attempts, whom)
    return conn.execute(_SQL.erase, whom).rowcount


def disclose(conn: Connection, vault: WorkspaceVault, people: list[int]) -> list[dict[str, Any]]:
    """The tasks about these people with what was to be said, tried and noted, in the clear."""
    keys = profiles.keys(conn, people)
    whom = {"people": postgres.array(people)}
    notes: dict[Any, list[str]] = {}
    for task, _, person, sealed in conn.execute(_SQL.disclose_notes, whom).fetchall():
        if person in keys:
            said = vault.open(keys[person], bytes(sealed), place_of(task)).decode()
            notes.setdefault(task, []).append(said)
    found = []
    for task, kind, person, state, outcome, store, sealed, made, ended, tried in conn.execute(
        _SQL.disclose, whom
    ).fetchall():
        what = Said("")  # its time is over
        if person in keys and sealed:
            text = vault.open(keys[person], bytes(sealed), place_of(task))
            what = msgspec.json.decode(text, type=Said)
        found.append(
            {
                "id": task, "kind": kind, "state": State(state).name.lower(), "outcome": outcome,
                "store": store, "made_at": made, "ended_at": ended, "script": what.script,
                "reason": what.reason, "attempts": tried, "notes": notes.get(task, []),
            }
        )  # fmt: skip
    return found
