"""Proves that the ledger is what was once written, and names what was tampered with.

Every row is hashed anew; a row that was changed, taken out, put in or moved no longer fits its
hash, its neighbour or its place. The end is held by a signature, and checkpoints (one a day, and
one after each proof) hold what lay behind them when somebody brings back an old end. Notices and
the state derived from the rows are compared too, for they decide what is shown and sent.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from kervan.consent import chain
from kervan.kernel import clock, log, sql
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "verify.sql")
_log = log.get("consent")
_ROWS = 10_000
_MOST = 200


class Finding(NamedTuple):
    """Something that is not as it was written: `code` (of words.toml) at a place in the chain."""

    position: int
    code: str
    fact: str = ""


@dataclass(slots=True)
class Report:
    """What a proof found: rows read, the end (place and hash), and up to 200 findings.

    `signed_to` is the last place held by a checkpoint, `forgotten` the proofs of erased people.
    """

    rows: int = 0
    position: int = 0
    hash: bytes = chain.GENESIS
    signed_to: int = 0
    forgotten: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Whether everything is as it was written."""
        return not self.findings

    def find(self, position: int, code: str, fact: object = "") -> None:
        """Add a finding; past the two hundredth they say nothing new."""
        if len(self.findings) < _MOST:
            self.findings.append(Finding(position, f"consent.found_{code}", str(fact)))


class _Checkpoint(NamedTuple):
    position: int
    hash: bytes
    at: datetime
    signature: bytes


def verify(
    conn: Connection, vault: WorkspaceVault, noted: tuple[int, bytes] | None = None
) -> Report:
    """Prove the whole ledger; the caller reads in one snapshot (repeatable read).

    `noted` is a place and a hash somebody wrote down earlier, outside of the database.
    """
    report = Report()
    checkpoints = [_Checkpoint(*row) for row in conn.execute(_SQL.checkpoints).fetchall()]
    held = {one.position: one.hash for one in checkpoints}
    for one in checkpoints:
        if not chain.is_signed(vault, "checkpoint", one.position, one.hash, one.signature):
            report.find(one.position, "checkpoint_forged", f"{one.at:%Y-%m-%d}")
    if noted:
        held[noted[0]] = noted[1]
    report.signed_to = max((one.position for one in checkpoints), default=0)
    _walk(report, _rows(conn, 0), held)
    for position in held:
        if position > report.position:
            report.find(position, "cut_off", report.position)
    _check_head(conn, vault, report, is_first=not checkpoints)
    _check_notices(conn, report)
    _check_proofs(conn, report)
    _check_state(conn, report)
    return report


def _rows(conn: Connection, after: int) -> Iterator[tuple[Any, ...]]:
    with conn.cursor(name="consent_rows") as rows:
        rows.itersize = _ROWS
        rows.execute(_SQL.rows, {"after": after})
        yield from rows


def _walk(report: Report, rows: Iterator[tuple[Any, ...]], held: dict[int, bytes]) -> None:
    last = report.hash
    for place, *said, before, own, proof, digest in rows:
        report.rows += 1
        gap = place - report.position - 1
        if gap > 0:
            report.find(report.position + 1, "missing", gap)
        if chain.link(chain.text_of([place, *map(text, said)]), before) != own:
            report.find(place, "changed")
        if before != last and gap == 0:
            report.find(place, "unlinked", place - 1)
        if proof is None:
            report.forgotten += digest is not None
        elif digest is None or chain.digest(proof) != digest:
            report.find(place, "proof_changed")
        if place in held and held[place] != own:
            report.find(place, "rewritten")
        report.position, last = place, own
    report.hash = last


def text(one: Any) -> object:
    """A field as it was hashed: hex for bytes, microseconds for instants, "" for nothing."""
    if isinstance(one, str | int):
        return one
    if one is None:
        return ""
    if isinstance(one, datetime):
        return chain.microseconds(one)
    return one.hex if isinstance(one, UUID) else one.hex()


def _check_head(conn: Connection, vault: WorkspaceVault, report: Report, *, is_first: bool) -> None:
    row = conn.execute(_SQL.head).fetchone()
    if row is None:
        report.find(report.position, "no_head")
        return
    position, hash_, signature = row
    if position > report.position:
        report.find(report.position + 1, "cut_off", report.position)
    elif position < report.position:
        report.find(position + 1, "added", report.position - position)
    elif hash_ != report.hash:
        report.find(position, "rewritten")
    # What was agreed before there was a ledger moved into it without a key at hand.
    if signature is None and is_first:
        return
    if not chain.is_signed(vault, "head", position, hash_, signature):
        report.find(position, "head_forged")


def _check_notices(conn: Connection, report: Report) -> None:
    for notice, key, version, language in conn.execute(_SQL.changed_notices).fetchall():
        report.find(0, "notice_changed", f"{key}/{version}/{language} (#{notice})")
    for place, notice in conn.execute(_SQL.strange_notices, {"most": _MOST}).fetchall():
        report.find(place, "notice_gone", notice)


def _check_proofs(conn: Connection, report: Report) -> None:
    for (place,) in conn.execute(_SQL.gone_proofs, {"most": _MOST}).fetchall():
        report.find(place, "proof_gone")


def _check_state(conn: Connection, report: Report) -> None:
    for place, contact in conn.execute(_SQL.strange_states, {"most": _MOST}).fetchall():
        report.find(place, "state_changed", contact.hex[:12])


def checkpoint(conn: Connection, vault: WorkspaceVault, at: datetime) -> bool:
    """Sign the end of the chain, if it moved; what came since the last one is proven before.

    Gives whether one was written. A chain that is not sound is not signed, but logged.
    """
    row = conn.execute(_SQL.last_checkpoint).fetchone()
    last = _Checkpoint(*row) if row else None
    report = Report(position=last.position, hash=last.hash) if last else Report()
    _walk(report, _rows(conn, report.position), {})
    conn.execute(_SQL.hold_head)  # nobody appends between the rest of the proof and the signature
    _walk(report, _rows(conn, report.position), {})
    _check_head(conn, vault, report, is_first=last is None)
    if not report.sound:
        found = report.findings[0]
        _log.error("ledger_not_sound", position=found.position, found=found.code)
        return False
    if report.position == (last.position if last else 0):
        return False
    signature = chain.sign(vault, "checkpoint", report.position, report.hash)
    given = {"position": report.position, "hash": report.hash, "at": at, "signature": signature}
    conn.execute(_SQL.keep_checkpoint, given)
    conn.execute(
        _SQL.sign_head, {"signature": chain.sign(vault, "head", report.position, report.hash)}
    )
    # A witness outside of the database: logs are kept elsewhere.
    _log.info("ledger_signed", position=report.position, hash=report.hash.hex())
    return True


def step(conn: Connection, vault: WorkspaceVault, at_ms: int) -> bool:
    """Sign the end once a day (UTC); for the worker's periodic work. Never more to do at once."""
    at = clock.from_ms(at_ms)
    row = conn.execute(_SQL.last_checkpoint).fetchone()
    if row is None or row[2].date() < at.date():
        checkpoint(conn, vault, at)
    return False
