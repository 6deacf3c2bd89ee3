"""Takes in one mail that came to a return path: a fact, a complaint, a letter, or nothing."""

import uuid
from datetime import datetime

from kervan.delivery import hear
from kervan.delivery.bounces.classify import Cause
from kervan.delivery.bounces.read_report import MOST_BYTES, Read, read
from kervan.delivery.channels import return_path
from kervan.delivery.channels.channel import Inbound, News, Problem, Receipt
from kervan.delivery.inbound import Ground
from kervan.delivery.read import message_for
from kervan.kernel import ids, log
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.profiles import read as profiles

_log = log.get("bounces")
ACCOUNT = "smtp"
"""Whose word a bounce is: the mail server's of the settings."""
_PROBLEMS = {
    Cause.HARD: Problem.ADDRESS,
    Cause.FULL: Problem.FULL,
    Cause.POLICY: Problem.CONTENT,
    Cause.SOFT: Problem.SERVER,
}


def take(
    conn: Connection,
    vault: WorkspaceVault,
    recipient: str,
    raw: bytes,
    ground: Ground,
    at: datetime,
    *,
    null_sender: bool = True,
) -> str:
    """Take `raw`, which came to `recipient`, in the caller's transaction; gives what it is.

    That is a kind of read_report, or "unknown" where no mail of ours is meant. Raises
    delivery.return_path_forged (422) and delivery.too_large (413).
    """
    key = return_path.key_of(vault)
    meant = return_path.read(recipient, key)
    if meant is None:
        raise KervanError("delivery.return_path_forged", status=422)
    if len(raw) > MOST_BYTES:
        raise KervanError("delivery.too_large", status=413, size_bytes=len(raw))
    said = read(raw, null_sender=null_sender)
    about = meant if meant != return_path.FEEDBACK else None
    if said.kind == "complaint":
        about = _complained_of(said, key) or about
    kind: str = said.kind
    if kind in ("failed", "complaint", "letter"):
        row = message_for(conn, about) if about is not None else None
        if about is None or row is None:
            kind = "unknown"
        elif row.channel == "email":
            news = _news(conn, vault, said, about, row.person, raw, at)
            hear.hear(conn, vault, ACCOUNT, "email", [news], ground, at)
    _log.info("mail_came_back", kind=kind, message=str(about or ""), code=said.code)
    return kind


def _complained_of(said: Read, key: bytes) -> uuid.UUID | None:
    """The mail a complaint is about: by its own return path, else by its Message-ID.

    Whoever can write here knows an address that only we give away, and a Message-ID is no more
    guessed than that.
    """
    meant = return_path.read(said.return_path, key) if said.return_path else None
    if meant is not None and meant != return_path.FEEDBACK:
        return meant
    local = said.message_id.partition("@")[0]
    try:
        return uuid.UUID(hex=local) if len(local) == 32 else None
    except ValueError:
        return None


def _news(
    conn: Connection, vault: WorkspaceVault, said: Read, about: uuid.UUID, person: int, raw: bytes,
    at: datetime,
) -> News:  # fmt: skip
    if said.kind == "complaint":
        return Receipt("complained", at, message=about, code=said.code)
    if said.kind == "failed":
        problem = _PROBLEMS[said.cause]
        if said.cause is Cause.HARD:
            return Receipt("bounced", at, message=about, problem=problem, code=said.code)
        return Receipt("undelivered", at, message=about, problem=problem, code=said.code)
    # A letter's From line proves nothing: only hers is believed to be hers.
    known = profiles.contacts(conn, vault, [person]).get(person)
    is_hers = known is not None and known.email.lower() == said.sender.lower() != ""
    number = ids.hash16(b"letter", about.bytes, said.id.encode("utf-8", "replace") or raw).hex()
    return Inbound(
        number, said.sender if is_hers else "", at, said.text, kind="letter",
        data={"message": str(about)},
    )  # fmt: skip
