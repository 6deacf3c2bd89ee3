"""Decides a proposal: another person lets it go live, or sends it back with a note."""

import uuid
from datetime import datetime

from kervan.journeys.approval import store, texts
from kervan.journeys.approval.store import APPROVED, PENDING, REJECTED, Proposal
from kervan.journeys.approval.texts import Place
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection


def approve(
    conn: Connection, proposal: uuid.UUID, at: datetime, by: str, place: Place, note: str = ""
) -> Proposal:
    """Make a proposed text live, in the caller's transaction; `by` is the id of a user.

    Raises journeys.approval_unknown (404), journeys.approval_own (403) for who proposed it,
    journeys.approval_decided (409) where somebody was first, journeys.approval_outdated (409)
    where another version went live meanwhile, and what applying the text raises.
    """
    found = _open(conn, proposal)
    if found.proposed_by == by:
        raise KervanError("journeys.approval_own", status=403)
    now = texts.live_now(conn, found)
    if now != found.before:
        raise KervanError("journeys.approval_outdated", status=409, before=found.before, now=now)
    done = texts.go_live(conn, found, at, place)
    return store.decide(conn, found, APPROVED, at, by, note, done.number)


def reject(conn: Connection, proposal: uuid.UUID, at: datetime, by: str, note: str) -> Proposal:
    """Send a text back; what is live stays. Its own author may take it back so, too.

    Raises journeys.approval_unknown (404), journeys.approval_decided (409),
    journeys.approval_note (422) without a word why.
    """
    if not note.strip():
        raise KervanError("journeys.approval_note", status=422)
    return store.decide(conn, _open(conn, proposal), REJECTED, at, by, note)


def _open(conn: Connection, proposal: uuid.UUID) -> Proposal:
    found = store.get(conn, proposal, hold=True)
    if found.state != PENDING:
        at = f"{found.decided_at:%Y-%m-%d %H:%M} UTC"
        raise KervanError("journeys.approval_decided", status=409, at=at)
    return found
