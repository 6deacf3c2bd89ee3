"""Takes from the ledger what the registry must be told, row by row behind the last one seen."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from kervan.consent import packs
from kervan.consent.registry.account import Account, Progress
from kervan.consent.registry.facts import is_registrys
from kervan.consent.registry.port import ONAY, RECIPIENT_TYPE, RET
from kervan.kernel import postgres, sql
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "outbox.sql")
_STATUS_OF = {"granted": ONAY, "denied": RET, "withdrawn": RET}
_FOREVER = datetime(9999, 1, 1, tzinfo=UTC)

Deadline = Callable[[datetime, int], datetime]
"""The end of so many business days after an instant, in Turkey."""


def take(
    conn: Connection, account: Account, progress: Progress, deadline: Deadline, at: datetime,
    count: int = 5_000,
) -> int:  # fmt: skip
    """Take in up to `count` rows of the ledger; how many were looked at.

    What was too late before the account was made is left out: the registry would refuse it.
    """
    params = {"place": progress.ledger_place, "count": count}
    words = conn.execute(_SQL.words_behind, params).fetchall()
    if not words:
        return 0
    _keep(conn, account, words, deadline, at)
    conn.execute(_SQL.taken_up_to, {"brand": account.brand, "place": words[-1][0]})
    return len(words)


def take_of(
    conn: Connection, account: Account, place: int, hashes: list[bytes], deadline: Deadline,
    at: datetime,
) -> None:  # fmt: skip
    """Take in all rows behind `place` on these addresses; `take` comes by them again."""
    contacts = postgres.uuids(uuid.UUID(bytes=one) for one in hashes)
    words = conn.execute(_SQL.words_of, {"place": place, "contacts": contacts}).fetchall()
    _keep(conn, account, words, deadline, at)


def _keep(
    conn: Connection, account: Account, words: list[tuple[Any, ...]], deadline: Deadline,
    at: datetime,
) -> None:  # fmt: skip
    found = [row for word in words if (row := _row(account, deadline, word)) is not None]
    if found:
        names = ("events", "brands", "contacts", "types", "recipient_types", "statuses",
                 "consents", "sources", "alarms", "dues")  # fmt: skip
        columns = dict(zip(names, map(list, zip(*found, strict=True)), strict=True))
        conn.execute(_SQL.take, {**columns, "at": at})


def _row(account: Account, deadline: Deadline, word: tuple[Any, ...]) -> tuple[Any, ...] | None:
    (event, brand, contact, contact_kind, channel, purpose, topic, status, jurisdiction,
     consent_at, source, recipient_type, country) = word  # fmt: skip
    known = account.facts
    mapped = _STATUS_OF.get(status, "")
    kind = known.type_of(channel)
    law = jurisdiction or packs.of_country(country) or "TR"
    if brand != account.brand or purpose != "marketing" or contact_kind == "person":
        return None
    if law != "TR" or not kind or not mapped or is_registrys(source):
        return None
    if mapped == RET and topic:  # she left a topic, not the channel
        return None
    name = known.sources.get(source, known.sources["event"])
    if name == "HS_2015":
        alarm_at = due_at = _FOREVER
    else:
        alarm_at = deadline(consent_at, int(known.number("alarm_business_days")))
        due_at = deadline(consent_at, int(known.number("worthless_business_days")))
    if due_at <= account.created_at:
        return None
    who = RECIPIENT_TYPE[recipient_type]
    return (event, brand, contact, kind, who, mapped, consent_at, name, alarm_at, due_at)
