"""Brings what citizens said at the registry into our ledger, each word once.

A word is known by whose it is and its second, so the same one read from a page of changes, a
day's file and a check is one row of the ledger. The cursor moves in the transaction that applies
its page. The registry shows seven days, in pages and in files alike: what was said in an outage
longer than that shows when an address is checked, and no message goes without a check of the day.
"""

import uuid
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from kervan.consent import ledger
from kervan.consent.ledger import Change
from kervan.consent.registry import outbox
from kervan.consent.registry.account import Account, Progress
from kervan.consent.registry.facts import source_of
from kervan.consent.registry.port import ONAY, RECIPIENT_TYPE, RET, Held, Moved, Page
from kervan.consent.registry.wire import TURKEY
from kervan.kernel import ids, log, postgres, sql
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection
from kervan.profiles import identifiers

_SQL = sql.load(__package__, "fresh.sql")
_OUTBOX = sql.load(__package__, "outbox.sql")
_ACCOUNT = sql.load(__package__, "account.sql")
_log = log.get("registry")
_THEIRS = "IYS_"


def contact_of(vault: WorkspaceVault, recipient: str, kind: str) -> bytes:
    """The blind hash of an address as the registry writes it."""
    what = identifiers.EMAIL if kind == "EPOSTA" else identifiers.PHONE
    value = identifiers.normalise(what, recipient, "TR") or recipient
    return vault.blind(identifiers.KIND_NAMES[what], value)


def apply_page(
    conn: Connection, vault: WorkspaceVault, account: Account, page: Page, at: datetime
) -> int:
    """Apply a page of changes and move the cursor behind it; how many words were new or known."""
    count = apply(conn, vault, account, page.moved, at)
    pause = 0.0 if page.more else account.facts.number("pull_seconds")
    params = {"after": page.after, "at": at, "next": at + timedelta(seconds=pause)}
    conn.execute(_ACCOUNT.pulled, {"brand": account.brand, **params})
    return count


def apply(
    conn: Connection, vault: WorkspaceVault, account: Account, moved: Iterable[Moved], at: datetime
) -> int:
    """Bring changes into what is known, the citizens' own also into the ledger; how many these."""
    rows = [(contact_of(vault, one.recipient, one.type), one) for one in moved]
    if not rows:
        return 0
    conn.execute(
        _OUTBOX.learn_moved,
        {
            "brand": account.brand,
            "contacts": [uuid.UUID(bytes=contact) for contact, _ in rows],
            "types": [one.type for _, one in rows],
            "recipient_types": [one.recipient_type for _, one in rows],
            "statuses": [one.status for _, one in rows],
            "dates": [one.at for _, one in rows],
        },
    )
    theirs = [
        (contact, one.type, one.recipient_type, Held(one.status, one.at, one.source))
        for contact, one in rows
        if one.source.startswith(_THEIRS)
    ]
    return _record(conn, vault, account, theirs, at)


def reconcile(
    conn: Connection,
    vault: WorkspaceVault,
    account: Account,
    seen: Sequence[tuple[bytes, str, str, Held]],
    at: datetime,
) -> int:
    """Bring what a check showed into the ledger where it is younger than what the ledger holds.

    Any refusal counts; a consent only when the citizen gave it at the registry herself.
    """
    contacts = postgres.uuids(uuid.UUID(bytes=one[0]) for one in seen)
    rows = conn.execute(_SQL.ledger_states, {"contacts": contacts, "brand": account.brand})
    states = {(row[0].bytes, row[1]): (row[2], row[3]) for row in rows.fetchall()}
    younger = []
    for contact, kind, recipient_type, held in seen:
        for channel in account.facts.channels_of(kind):
            status, since = states.get((contact, channel), ("", None))
            if held.at is None or (since is not None and held.at <= since):
                continue
            refuses = held.status == RET and status == "granted"
            grants = held.status == ONAY and status != "granted"
            if refuses or (grants and held.source.startswith(_THEIRS)):
                younger.append((contact, kind, recipient_type, held))
                break
    return _record(conn, vault, account, younger, at)


def _record(
    conn: Connection,
    vault: WorkspaceVault,
    account: Account,
    said: Sequence[tuple[bytes, str, str, Held]],
    at: datetime,
) -> int:
    contacts = postgres.uuids(uuid.UUID(bytes=one[0]) for one in said)
    rows = conn.execute(_SQL.recipient_types, {"contacts": contacts}).fetchall()
    types = {row[0].bytes: RECIPIENT_TYPE[row[1]] for row in rows}
    changes = []
    for contact, kind, recipient_type, held in said:
        # Said as a merchant it is not said as an individual; the ledger knows an address as one.
        if held.at is None or types.get(contact, RECIPIENT_TYPE["individual"]) != recipient_type:
            continue
        for channel in account.facts.channels_of(kind):
            changes.append(_change(account, contact, channel, held, held.at))
    fit = [one for one in changes if not ledger.refusal(one, at)[0]]
    if len(fit) < len(changes):
        _log.error("registry_words_unfit", brand=account.brand, words=len(changes) - len(fit))
    ledger.record(conn, vault, fit, at)
    return len(fit)


def _change(account: Account, contact: bytes, channel: str, held: Held, said: datetime) -> Change:
    second = int(said.timestamp()).to_bytes(8, "big")
    key = ids.hash16(
        b"registry", account.brand.encode(), contact, channel.encode(), held.status.encode(), second
    )
    return Change(
        channel=channel,
        status="granted" if held.status == ONAY else "withdrawn",
        occurred_at=said,
        contact=contact,
        brand=account.brand,
        jurisdiction="TR",
        zone="Europe/Istanbul",
        source=source_of(held.source),
        actor="registry",
        key=key,
    )


def missed_days(account: Account, progress: Progress, at: datetime) -> list[date]:
    """The days whose files are to be read first, after a silence longer than changes reach back."""
    reach = int(account.facts.number("changes_days"))
    if progress.pulled_at is None or at - progress.pulled_at <= timedelta(days=reach):
        return []
    today = at.astimezone(TURKEY).date()
    days = [today - timedelta(days=back) for back in range(reach, 0, -1)]
    return [day for day in days if progress.day_read is None or day > progress.day_read]


def apply_day(
    conn: Connection,
    vault: WorkspaceVault,
    account: Account,
    day: date,
    moved: Sequence[Moved],
    at: datetime,
) -> int:
    """Apply the file of one day and remember that it was read."""
    count = apply(conn, vault, account, moved, at)
    conn.execute(_ACCOUNT.day_read, {"brand": account.brand, "day": day})
    _log.info("registry_day_read", brand=account.brand, day=day, words=count)
    return count


def learn(
    conn: Connection,
    vault: WorkspaceVault,
    account: Account,
    seen: Sequence[tuple[bytes, str, str, Held]],
    at: datetime,
) -> None:
    """Keep what a check showed, and bring what is younger than the ledger into it."""
    outbox.learn(conn, account, seen, at)
    reconcile(conn, vault, account, seen, at)
