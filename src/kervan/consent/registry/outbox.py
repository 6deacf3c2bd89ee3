"""Brings what the ledger holds to the registry: nothing is lost, nothing is told twice.

Each row's state is on disk before and after every call, so a process may die at any moment: what
it was sending is doubtful, and the registry is asked what it holds before anything is sent again.
An address has at most one row under way. Nobody here commits: the edge (app/speaker.py) does,
between writing down that a call goes out and making it.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from kervan.consent.registry import plan
from kervan.consent.registry.account import Account
from kervan.consent.registry.facts import Facts
from kervan.consent.registry.port import Answer, Entry, Fate, Held
from kervan.kernel import log, postgres, sql
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "outbox.sql")
_log = log.get("registry")
ADDRESS = b"identifier"
"""The place an address is sealed for."""
_PLACE = 1_801_812_581  # the first half of the speaker's advisory lock


@dataclass(frozen=True, slots=True)
class Row:
    """A row under way: its id, whose it is, and the entry that stands for it."""

    id: int
    contact: bytes
    entry: Entry


@dataclass(frozen=True, slots=True)
class Claimed:
    """What one look at the waiting rows gave: to send, and to ask about first."""

    send: list[Row]
    ask: list[Row]
    ended: int


def claim(
    conn: Connection, vault: WorkspaceVault, account: Account, at: datetime, count: int,
    *, can_check: bool = True,
) -> Claimed:  # fmt: skip
    """Judge up to `count` waiting rows of different addresses; ends those that need no sending.

    Those to send are on their way from here: the caller commits before it makes the call.
    """
    params = {"brand": account.brand, "at": at, "count": count}
    send: list[Row] = []
    ask: list[Row] = []
    moves = Moves()
    for found in conn.execute(_SQL.waiting, params).fetchall():
        word, contact, source = _word(vault, found, can_check=can_check)
        old = account.facts.before_2015_at() if source == "HS_2015" else None
        verdict = plan.judge(word, at, old)
        row = Row(
            word.id,
            contact,
            Entry(word.recipient, word.type, word.recipient_type, word.status, verdict.at, source),
        )
        if verdict.step is plan.Step.SEND:
            send.append(row)
        elif verdict.step is plan.Step.CHECK:
            ask.append(row)
        elif verdict.step is plan.Step.LATER:
            moves.add(word.id, "waiting", verdict.reason, verdict.at or at)
        else:
            moves.add(word.id, verdict.step.value, verdict.reason, at)
    ended = moves.write(conn, at)
    if send:
        params = {"at": at, "dates": [one.entry.at for one in send]}
        conn.execute(_SQL.send, {**params, "ids": [one.id for one in send]})
    return Claimed(send, ask, ended)


def _word(
    vault: WorkspaceVault, found: tuple[Any, ...], *, can_check: bool
) -> tuple[plan.Word, bytes, str]:
    (row, contact, kind_type, recipient_type, status, consent_at, due_at, source, _, _, _, held,
     held_at, checked_at, ours, overtaken, kind, sealed, key) = found  # fmt: skip
    recipient, gone = reveal(vault, sealed, key)
    word = plan.Word(
        row, kind_type, recipient_type, status, consent_at, due_at, held, held_at, checked_at,
        ours, overtaken, recipient, kind or "", gone, can_check,
    )  # fmt: skip
    return word, contact.bytes, source


def reveal(vault: WorkspaceVault, sealed: bytes | None, key: bytes | None) -> tuple[str, bool]:
    """An address and whether it is gone for good: erased, or under a destroyed key."""
    if sealed is None:
        return "", False
    if key is None:
        return "", True
    try:
        return vault.open(key, sealed, ADDRESS).decode(), False
    except KervanError:
        return "", True


def settle(
    conn: Connection, account: Account, rows: Sequence[Row], answers: Sequence[Answer],
    at: datetime,
) -> None:  # fmt: skip
    """Write down what the registry said to `rows`, answer by answer.

    A refusal is looked into: the registry may hold what it refuses to hear again.
    """
    moves = Moves()
    done: list[int] = []
    for row, answer in zip(rows, answers, strict=True):
        _settle_one(moves, done, row.id, answer, account.facts, at)
    finish(conn, moves, done, at)


def _settle_one(
    moves: "Moves", done: list[int], row: int, answer: Answer, known: Facts, at: datetime
) -> None:
    if answer.fate is Fate.DONE:
        done.append(row)
        moves.add(row, "done", "", at, answer.request, answer.part or answer.transaction)
    elif answer.fate is Fate.REFUSED:
        moves.add(row, "doubt", f"code {answer.code}", at)
    elif answer.fate is Fate.PENDING:
        soon = at + timedelta(seconds=known.number("poll_seconds"))
        moves.add(row, "pending", "", soon, answer.request, answer.part)
    elif answer.fate is Fate.ASKED_LATER:
        soon = at + timedelta(seconds=known.number("poll_seconds"))
        moves.add(row, "doubt", "", soon)
    else:
        moves.add(row, "waiting", "", at)


def finish(conn: Connection, moves: "Moves", done: list[int], at: datetime) -> None:
    """Write `moves` down, and keep that the registry holds what the rows `done` say."""
    if done:
        conn.execute(_SQL.learn_sent, {"ids": done})
    moves.write(conn, at)


def not_taken(conn: Connection, rows: Iterable[Row], why: str, at: datetime) -> None:
    """The call certainly had no effect: the rows wait again."""
    moves = Moves()
    for row in rows:
        moves.add(row.id, "waiting", why, at)
    moves.write(conn, at)


def in_doubt(conn: Connection, rows: Iterable[Row], why: str, at: datetime) -> None:
    """Nobody knows whether the call had an effect: the registry is asked."""
    moves = Moves()
    for row in rows:
        moves.add(row.id, "doubt", why, at)
    moves.write(conn, at)


def due_request(conn: Connection, account: Account, at: datetime) -> tuple[str, datetime] | None:
    """A request whose results should be asked for, and when it was sent; None when none is."""
    row = conn.execute(_SQL.due_request, {"brand": account.brand, "at": at}).fetchone()
    return (row[0], row[1]) if row else None


def settle_request(
    conn: Connection, account: Account, request: str, sent_at: datetime,
    told: dict[str, Answer], at: datetime,
) -> int:  # fmt: skip
    """Write down the results of a request; how many of its rows are still pending.

    Results that never come are doubtful after a while.
    """
    known = account.facts
    params = {"brand": account.brand, "request": request}
    too_long = at - sent_at > timedelta(seconds=known.number("pending_most_seconds"))
    moves = Moves()
    done: list[int] = []
    pending = 0
    for part, row, _ in conn.execute(_SQL.parts, params).fetchall():
        answer = told.get(part)
        if answer is not None and answer.fate is not Fate.PENDING:
            _settle_one(moves, done, row, answer, known, at)
        elif too_long:
            moves.add(row, "doubt", "no_result", at)
        else:
            pending += 1
            age = (at - sent_at).total_seconds()
            wait = min(max(age, known.number("poll_seconds")), known.number("poll_most_seconds"))
            moves.add(row, "pending", "", at + timedelta(seconds=wait))
    finish(conn, moves, done, at)
    return pending


def lost_request(conn: Connection, account: Account, request: str, why: str, at: datetime) -> None:
    """The registry does not know a request it took: its rows are doubtful."""
    params = {"brand": account.brand, "request": request}
    moves = Moves()
    for _, row, _ in conn.execute(_SQL.parts, params).fetchall():
        moves.add(row, "doubt", why, at)
    moves.write(conn, at)


def be_speaker(conn: Connection) -> bool:
    """Become the one process that speaks for this workspace, for as long as `conn` lives."""
    row = conn.execute(_SQL.be_speaker, {"place": _PLACE}).fetchone()
    return bool(row and row[0])


def stop_speaking(conn: Connection) -> None:
    """Let another process speak."""
    conn.execute(_SQL.stop_speaking, {"place": _PLACE})


def recover(conn: Connection, account: Account, at: datetime) -> int:
    """What a dead process was sending is doubtful; how many rows. For the one living process."""
    done = conn.execute(_SQL.doubt_orphans, {"brand": account.brand, "at": at})
    return done.rowcount


def alarm(conn: Connection, account: Account, at: datetime) -> int:
    """Sound the alarm, once a row, for words that are about to become worthless; how many."""
    done = conn.execute(_SQL.alarm, {"brand": account.brand, "at": at})
    if done.rowcount:
        _log.warning("registry_words_late", brand=account.brand, words=done.rowcount)
    return done.rowcount


def learn(
    conn: Connection, account: Account, some: Iterable[tuple[bytes, str, str, Held]], at: datetime
) -> None:
    """Keep what the registry was seen to hold at `at`: (contact, type, recipient type, held)."""
    rows = list(some)
    if rows:
        conn.execute(
            _SQL.learn,
            {
                "brand": account.brand,
                "contacts": [uuid.UUID(bytes=row[0]) for row in rows],
                "types": [row[1] for row in rows],
                "recipient_types": [row[2] for row in rows],
                "statuses": [row[3].status for row in rows],
                "dates": [row[3].at for row in rows],
                "checked": [at] * len(rows),
            },
        )


def erase(conn: Connection, hashes: list[bytes], at: datetime) -> int:
    """End what waits for these addresses and holds none: nobody can name them. How many."""
    contacts = postgres.uuids(uuid.UUID(bytes=one) for one in hashes)
    return conn.execute(_SQL.erase, {"contacts": contacts, "at": at}).rowcount


class Moves:
    """Rows and the states they go to, written together."""

    def __init__(self) -> None:
        self._rows: list[tuple[int, str, str, datetime, str | None, str | None, int]] = []

    def add(
        self, row: int, state: str, reason: str, next_at: datetime,
        request: str | None = None, part: str | None = None, more: int = 0,
    ) -> None:  # fmt: skip
        """A row goes to `state`, to be looked at again at `next_at`; `more` attempts are added."""
        self._rows.append((row, state, reason, next_at, request, part, more))

    def write(self, conn: Connection, at: datetime) -> int:
        """Write them down; how many."""
        count = len(self._rows)
        if self._rows:
            names = ("ids", "states", "reasons", "nexts", "requests", "parts", "more")
            columns = dict(zip(names, map(list, zip(*self._rows, strict=True)), strict=True))
            conn.execute(_SQL.move, {**columns, "at": at})
            self._rows = []
        return count
