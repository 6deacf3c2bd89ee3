"""What a task is, which states it has, and what may come of it (outcomes.toml)."""

import tomllib
import uuid
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from functools import cache
from importlib import resources
from typing import Any

import msgspec

from kervan.kernel.errors import KervanError

KINDS = ("call", "store")
"""The channels whose messages are tasks."""


class State(IntEnum):
    """A task's state as stored; the last three are final."""

    OPEN = 0
    TAKEN = 1
    CALLING = 2
    DONE = 3
    EXPIRED = 4
    CANCELLED = 5


UNDER_WAY = (State.OPEN, State.TAKEN, State.CALLING)


class Said(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a task says, as it is sealed under its person's key."""

    script: str
    reason: str = ""
    language: str = ""
    best_time: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """One task; it has its message's id. `sealed` is its `Said`, under the key of `person`."""

    message: uuid.UUID
    kind: str
    person: int
    account: str
    store: str
    brand: str
    state: State
    priority: int
    sealed: bytes = field(repr=False)
    due_at: datetime
    expires_at: datetime
    taken_by: uuid.UUID | None
    lease_until: datetime | None
    attempts: int
    outcome: str
    created_at: datetime
    ended_at: datetime | None

    @classmethod
    def of(cls, row: tuple[Any, ...]) -> "Task":
        """A row as the statements of tasks.sql give it."""
        message, kind, person, account, store, brand, state, *rest = row
        return cls(message, kind, person, account, store, brand, State(state), *rest)

    def place(self) -> bytes:
        """The associated data that its texts are sealed with."""
        return place_of(self.message)


def place_of(message: uuid.UUID) -> bytes:
    """The associated data that the texts of a message's task are sealed with."""
    return b"task.sealed " + message.bytes


class Outcome(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an outcome does to its task; outcomes.toml says what each field means."""

    ends: str = ""
    again_minutes: int = 0
    asks_time: bool = False
    refuses: bool = False
    wrong: bool = False


@cache
def outcomes(kind: str) -> dict[str, Outcome]:
    """All that may come of a task of `kind`, by name, in the order of the file."""
    text = resources.files(__package__).joinpath("outcomes.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text)[kind], dict[str, Outcome])


def outcome(kind: str, name: str) -> Outcome:
    """One of them. Raises delivery.task_outcome_unknown (422)."""
    found = outcomes(kind).get(name)
    if found is None:
        known = ", ".join(outcomes(kind))
        raise KervanError("delivery.task_outcome_unknown", 422, name=name[:40], known=known)
    return found
