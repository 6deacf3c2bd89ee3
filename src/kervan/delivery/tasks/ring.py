"""Lets a switch call for an agent: her extension rings first, then the customer."""

import uuid

from kervan.delivery import accounts
from kervan.delivery.accounts import Account
from kervan.delivery.channels.channel import Dial, Fate, Outcome
from kervan.delivery.tasks import calls
from kervan.delivery.tasks.task import Task
from kervan.kernel import ids, sql
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.errors import KervanError
from kervan.kernel.http import Client
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "tasks.sql")
_TIMEOUT_SECONDS = 15.0
NOT_STARTED = "not_started"


def switch(conn: Connection, vault: WorkspaceVault, task: Task) -> Account | None:
    """The switch of a task's account, None where agents dial themselves."""
    try:
        found = accounts.one(conn, vault, task.account)
    except KervanError:
        return None
    return found if found.enabled and found.provider.dial is not None else None


async def ring(account: Account, task: uuid.UUID, number: int, to: str, extension: str) -> Outcome:
    """Ask the switch for the call; nobody's transaction is open meanwhile."""
    assert account.provider.dial is not None
    client = Client(account.reach, timeout_seconds=_TIMEOUT_SECONDS)
    call = uuid.UUID(bytes=ids.hash16(b"call", task.bytes, str(number).encode()))
    try:
        return await account.provider.dial(account.settings, client, Dial(call, to, extension))
    finally:
        await client.close()


def note(conn: Connection, task: Task, number: int, outcome: Outcome) -> bool:
    """Write down what the switch said; gives whether it may be ringing.

    A call that certainly did not begin gives the task back to its agent. One nobody knows of stays
    hers too, as one that is being called: it is not begun again by itself.
    """
    if outcome.fate is Fate.ACCEPTED:
        calls.named(conn, task.account, task.message, number, outcome.reference)
        return True
    if outcome.fate is Fate.DOUBT:
        return True
    which = {"task": task.message, "number": number}
    conn.execute(_SQL.attempt_ended, {**which, "outcome": NOT_STARTED, "sealed": None})
    conn.execute(_SQL.not_called, which)
    return False
