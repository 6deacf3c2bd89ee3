"""Makes tasks out of messages that the gate let go (way.Keep), in the gate's own transaction."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from kervan.consent.channels import country_of
from kervan.delivery.channels.channel import Outgoing
from kervan.delivery.desk import Job
from kervan.delivery.policy.where import Places, places
from kervan.delivery.tasks import again
from kervan.delivery.tasks.task import Said, place_of
from kervan.delivery.way import Keep
from kervan.kernel import postgres, sql
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection
from kervan.profiles.read import Person

_SQL = sql.load(__package__, "tasks.sql")
HOME_STORE = "home_store"
"""The trait that says which store is hers, where the message names none."""
_WHOLE_DAY = ("00:00", "00:00")


def keeper(vault: WorkspaceVault) -> Keep:
    """The list of tasks of one workspace."""

    def write(conn: Connection, account: str, given: list[Outgoing], at: datetime) -> None:
        keep(conn, vault, account, given, at)

    return write


def keep(
    conn: Connection, vault: WorkspaceVault, account: str, given: Sequence[Outgoing], at: datetime
) -> int:
    """One task for each message, in the caller's transaction; gives how many are new.

    A message that has its task already keeps it as it is.
    """
    jobs = [one.key for one in given if isinstance(one.key, Job)]
    claims = [job.claim for job in jobs]
    wheres = places([home(job.person) for job in jobs])
    return conn.execute(
        _SQL.keep,
        {
            "messages": postgres.uuids(one.subject.message for one in claims),
            "kinds": [one.subject.channel for one in claims],
            "people": postgres.array(one.subject.person for one in claims),
            "runs": postgres.array(one.subject.run for one in claims),
            "accounts": [account] * len(claims),
            "stores": [store_of(one, job.person) for one, job in zip(given, jobs, strict=True)],
            "brands": [one.brand for one in claims],
            "priorities": postgres.array(one.priority for one in claims),
            "sealed": [
                vault.seal(job.person.key, packed(one), place_of(job.claim.subject.message))
                for one, job in zip(given, jobs, strict=True)
            ],
            "due": [
                _first(one, Places(wheres.codes[[row]], wheres.sets), at)
                for row, one in enumerate(given)
            ],
            "expires": [one.expires_at for one in claims],
            "at": at,
        },
    ).rowcount


def packed(outgoing: Outgoing) -> bytes:
    """What a task says, for sealing."""
    fields = outgoing.fields
    return msgspec.json.encode(
        Said(
            fields.get("script", ""), fields.get("reason", ""), outgoing.language,
            fields.get("best_time", ""),
        )
    )  # fmt: skip


def store_of(outgoing: Outgoing, person: Person) -> str:
    """The store that the message names, else the person's own, "" for none."""
    named = outgoing.fields.get("store", "").strip()
    return (named or str(person.traits.get(HOME_STORE) or "").strip())[:100]


def home(person: Person) -> tuple[str, str]:
    """Her zone and country as far as anybody knows (policy/where.py)."""
    said = person.traits.get("country")
    country = said.upper() if isinstance(said, str) and len(said) == 2 else ""
    return person.zone, country or country_of("phone", person.phone)


def _first(outgoing: Outgoing, where: Places, at: datetime) -> datetime:
    """When to try first: her best time where the message says it, else at once."""
    hours = again.window(outgoing.fields.get("best_time", ""), _WHOLE_DAY)
    if hours == _WHOLE_DAY:
        return at
    found = again.next_at(at, where, hours)
    return found if again.in_time(found, outgoing.expires_at) and found else at
