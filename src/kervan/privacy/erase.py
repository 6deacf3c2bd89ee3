"""Erases a person everywhere, one recorded step after the other, and says what was done.

Each call of `advance` does one step in the caller's transaction, which commits it with its record:
cut off anywhere, the next call goes on. What only numbers knew her by stays for the figures.
"""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from clickhouse_connect.driver.client import Client

from kervan.collect import erase as collected
from kervan.collect import store as intake
from kervan.commerce import erase as commerce
from kervan.commerce.catalogue import forget as catalogue
from kervan.consent import ledger, preferences
from kervan.consent import store as consent
from kervan.consent.registry import hold
from kervan.consent.registry import outbox as registry
from kervan.content import erase as content
from kervan.delivery import erase as delivery
from kervan.delivery.audiences import erase as audiences
from kervan.history import erase as history
from kervan.history.write import TABLES
from kervan.journeys import erase as journeys
from kervan.kernel import ids, sql
from kervan.kernel.crypto import Vault, WorkspaceVault
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.onsite import inbox
from kervan.privacy import mailbox, requests, wipe
from kervan.profiles import erase as profiles
from kervan.profiles import notes
from kervan.profiles import read as people_of
from kervan.segments.live import store as membership
from kervan.segments.mirror import erase as mirror

_SQL = sql.load(__package__, "erase.sql")
WORDS, ROWS, HISTORY, PEOPLE = "words", "rows", "history", "people"
COPIES, PARTS, PAGES, LOG = "copies", "parts", "pages", "log"
STEPS = (WORDS, ROWS, HISTORY, PEOPLE)
STEPS_AT_ONCE = (*STEPS, COPIES, PARTS, PAGES, LOG)
_TABLES = (*TABLES, *mirror.TABLES)
_PLATFORMS = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an erasure works: the workspace's name and number of days a replay copy is kept.

    `mailbox` is the folder in which a demo keeps what it sent.
    """

    vault: Vault
    workspace: str
    replay_days: int
    mailbox: Path | None = None


@dataclass(frozen=True, slots=True)
class Erasure:
    """One erasure; `people` are her atoms, known once the rows are gone."""

    id: uuid.UUID
    person_id: uuid.UUID
    request: uuid.UUID | None
    started_at: datetime
    at_once: bool
    head: int
    people: list[int]
    erased_xid: str | None
    copies_until: date | None
    finished_at: datetime | None


def begin(
    conn: Connection,
    head: int,
    at: datetime,
    *,
    at_once: bool = False,
    request: uuid.UUID | None = None,
) -> Erasure:
    """Write down that `head` is to be erased; the caller commits. Asking again changes nothing."""
    found = people_of.heads(conn, [head]).get(head, head)
    outside = conn.execute(_SQL.outside, {"head": found}).fetchone()
    if outside is None:
        raise KervanError("privacy.person_unknown", status=404)
    conn.execute(
        _SQL.begin,
        {
            "id": ids.uuid7(),
            "person": outside[0],
            "request": request,
            "at": at,
            "at_once": at_once,
            "head": found,
        },
    )
    known = of_person(conn, outside[0])
    assert known is not None
    return known


def of_person(conn: Connection, person: uuid.UUID) -> Erasure | None:
    """The erasure of the person with this public id, None when there is none."""
    row = conn.execute(_SQL.of_person, {"person": person}).fetchone()
    return Erasure(*row) if row else None


def hasten(conn: Connection, one: Erasure) -> Erasure:
    """Make an erasure one that is complete at once, also when it was finished without that."""
    conn.execute(_SQL.hasten, {"id": one.id})
    return of_person(conn, one.person_id) or one


def steps(conn: Connection, one: Erasure) -> dict[str, tuple[datetime, int]]:
    """{step: (when it was done, how many rows)} of an erasure."""
    return {step: (at, rows) for step, at, rows in conn.execute(_SQL.steps, {"id": one.id})}


def unfinished(conn: Connection) -> list[Erasure]:
    """Erasures that were begun and are not complete, the oldest first."""
    return [Erasure(*row) for row in conn.execute(_SQL.unfinished).fetchall()]


def next_step(conn: Connection, one: Erasure) -> str | None:
    """The step to do now, None when all are done."""
    done = steps(conn, one)
    wanted = STEPS_AT_ONCE if one.at_once else STEPS
    return next((step for step in wanted if step not in done), None)


def advance(
    conn: Connection, client: Client, place: Place, one: Erasure, step: str, at: datetime
) -> bool:
    """Do one step of `one`; the caller commits. False: it has to wait for others, ask again.

    Others may be at it too: only one does a step, the rest find it done. PAGES and LOG are not
    for a transaction: `wipe` does them, then `note` records them.
    """
    if conn.execute(_SQL.lock).fetchone() != (True,):
        return False
    one = of_person(conn, one.person_id) or one
    if next_step(conn, one) != step:
        return True
    if step == WORDS:
        return _words(conn, place, one, at)
    if step == ROWS:
        return _rows(conn, place, one, at)
    if step == HISTORY:
        return _history(conn, client, place, one, at)
    if step == PEOPLE:
        rows = membership.erase(conn, one.people)
        note(conn, one, step, rows + mirror.erase(conn, client, one.people), at)
        return True
    if step == COPIES:
        # What a sender held while the rows went may have come into the mailbox since.
        mails = mailbox.clear(conn, place.mailbox, one.people) if place.mailbox else 0
        note(conn, one, step, collected.drop_processed(conn) + mails, at)
        return True
    if step == PARTS:
        history.settle(client, _TABLES)
        if history.old_parts(client, _TABLES):
            return False
        history.unsettle(client, _TABLES)
        note(conn, one, step, 0, at)
        return True
    raise ValueError(step)


def note(conn: Connection, one: Erasure, step: str, rows: int, at: datetime) -> None:
    """Record that a step is done, and the end of the erasure with its last."""
    conn.execute(_SQL.note, {"id": one.id, "step": step, "at": at, "rows": rows})
    if next_step(conn, one) is not None:
        return
    conn.execute(_SQL.finish, {"id": one.id, "at": at})
    if one.request is not None and requests.one(conn, one.request).state == "open":
        requests.close(conn, one.request, "done", f"receipt {one.id}", at, "kervan")


def step(conn: Connection, client: Client, place: Place, at: datetime) -> bool:
    """Do one step of the oldest unfinished erasure; True when there is more to do at once.

    For the worker. What only a command may do (the pages and the log) is left to that. Also lets
    go of addresses that were held for the registry for too long.
    """
    hold.give_up(conn, at)
    for one in unfinished(conn):
        todo = next_step(conn, one)
        if todo in STEPS and advance(conn, client, place, one, todo, at):
            return True
    return False


def _words(conn: Connection, place: Place, one: Erasure, at: datetime) -> bool:
    """What she agreed to ends first, so that nothing more is sent while the rest is done."""
    number = intake.workspace_id(conn, place.workspace)
    # What came before she asked must not make her anew afterwards.
    if collected.waits(conn, number, one.started_at):
        return False
    intake.lock_resolving(conn, number)
    who = profiles.subject(conn, place.vault.workspace(place.workspace), one.head)
    rows = _take_back(conn, place.vault.workspace(place.workspace), who.people, at)
    rows += audiences.leave(conn, who.people, at)
    note(conn, one, WORDS, rows, at)
    return True


def _rows(conn: Connection, place: Place, one: Erasure, at: datetime) -> bool:
    """Everything PostgreSQL knows, in one transaction: nobody ever sees half of it."""
    number = intake.workspace_id(conn, place.workspace)
    vault = place.vault.workspace(place.workspace)
    who = profiles.subject(conn, vault, one.head)
    words_at = steps(conn, one)[WORDS][0]
    # Platforms are to hear of it while her key is there; who does not answer hears of it later.
    if audiences.of_people(conn, who.people).waiting and at - words_at < _PLATFORMS:
        return False
    # Opened before the lock: there may be very many.
    rows = collected.letters(conn, place.vault, number, who.texts)
    intake.lock_resolving(conn, number)
    who = profiles.subject(conn, vault, one.head)
    rows += forget(conn, vault, who.people, who.hashes, who.contacts, at)
    last = collected.last_copy(conn, number)
    until = last + timedelta(days=place.replay_days + 1) if last else None
    values = {"id": one.id, "people": who.people, "copies_until": until}
    conn.execute(_SQL.erased, values)
    note(conn, one, ROWS, rows, at)
    return True


def forget(
    conn: Connection, vault: WorkspaceVault, people: list[int], hashes: list[bytes],
    contacts: list[bytes], at: datetime,
) -> int:  # fmt: skip
    """Delete what PostgreSQL knows of `people` (all atoms), in the caller's transaction.

    `hashes` and `contacts` as in profiles.erase.Subject. Gives how many rows went or changed.
    """
    _take_back(conn, vault, people, at)
    # The registry may take days to hear of her refusals; these alone keep her address till then.
    hold.hold(conn, vault, contacts, at)
    rows = registry.erase(conn, contacts, at)
    rows += preferences.erase(conn, people, hashes)
    rows += consent.erase(conn, people, hashes)
    rows += delivery.erase(conn, people, at)
    rows += audiences.erase(conn, vault, people, at)
    rows += journeys.erase(conn, people)
    rows += inbox.erase(conn, people)
    rows += commerce.erase(conn, people)
    rows += content.erase(conn, people)
    rows += notes.erase(conn, people, hashes)
    return rows + profiles.erase(conn, people, hashes)


def _take_back(conn: Connection, vault: WorkspaceVault, people: list[int], at: datetime) -> int:
    """What she agreed to ends with her: whoever has her address later has to be asked anew.

    Gives how many words that were.
    """
    latest = {}
    for row in reversed(consent.of_people(conn, people)):
        key = (row["contact"], row["channel"], row["purpose"], row["topic"], row["brand"])
        latest[key] = row
    open_words = [row for row in latest.values() if row["status"] in ("granted", "pending")]
    ledger.record(
        conn,
        vault,
        [
            ledger.Change(
                channel=row["channel"],
                status="withdrawn",
                occurred_at=at,
                person=row["person"],
                contact=row["contact"].bytes,
                contact_kind=row["contact_kind"],
                purpose=row["purpose"],
                topic=row["topic"],
                brand=row["brand"],
                jurisdiction=row["jurisdiction"],
                source="kervan",
                actor="erasure",
                key=ids.hash16(b"erasure", row["contact"].bytes, str(row["position"]).encode()),
            )
            for row in open_words
        ],
    )
    return len(open_words)


def _history(conn: Connection, client: Client, place: Place, one: Erasure, at: datetime) -> bool:
    number = intake.workspace_id(conn, place.workspace)
    rows_at = conn.execute(_SQL.rows_at, {"id": one.id}).fetchone()
    assert rows_at is not None
    # A batch that was resolved before may still be on its way into history.
    if collected.waits(conn, number, rows_at[0]):
        return False
    rows = catalogue.forget(conn, client, one.people)
    rows += history.erase(client, one.people, intake.own_source(conn, number))
    if place.mailbox:
        mailbox.clear(conn, place.mailbox, one.people)
    note(conn, one, HISTORY, rows, at)
    return True


def is_in_transaction_only(step: str) -> bool:
    """Whether `advance` can do a step; the others are `wipe`'s."""
    return step not in (PAGES, LOG)


def wipe_step(conn: Connection, one: Erasure, step: str) -> int:
    """Do PAGES or LOG on a connection that commits by itself; then `note` it.

    Raises privacy.old_rows_held and privacy.not_allowed_to_wipe.
    """
    return wipe.pages(conn, one.erased_xid or "0") if step == PAGES else wipe.log(conn)
