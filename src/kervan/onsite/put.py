"""Puts messages into people's inboxes, in the transaction in which the gate let them go."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from kervan.delivery import accounts
from kervan.delivery.channels.channel import Outgoing
from kervan.delivery.channels.inbox import Settings
from kervan.delivery.desk import Job
from kervan.delivery.way import Keep
from kervan.kernel import postgres, sql
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection
from kervan.onsite.inbox import PLACE

_SQL = sql.load(__package__, "inbox.sql")
_FIELDS = ("title", "body", "url", "image")


def keeper(vault: WorkspaceVault) -> Keep:
    """The inboxes of one workspace, for its sender."""

    def write(conn: Connection, account: str, given: list[Outgoing], at: datetime) -> None:
        keep(conn, vault, account, given, at)

    return write


def keep(
    conn: Connection, vault: WorkspaceVault, account: str, given: Sequence[Outgoing], at: datetime
) -> int:
    """Put each message into its person's inbox, in the caller's transaction; gives how many."""
    jobs = [one.key for one in given if isinstance(one.key, Job)]
    settings = accounts.one(conn, vault, account).settings
    days = settings.keep_days if isinstance(settings, Settings) else Settings().keep_days
    said = [{name: one.fields.get(name, "") for name in _FIELDS} for one in given]
    sealed = vault.seal_many(
        [job.person.key for job in jobs], [msgspec.json.encode(one) for one in said], PLACE
    )
    values = {
        "messages": postgres.uuids(job.claim.subject.message for job in jobs),
        "people": postgres.array(job.person.person for job in jobs),
        "sealed": sealed,
        "at": at,
        "expires": at + timedelta(days=days),
    }
    return conn.execute(_SQL.keep, values).rowcount
