"""Reads the mails in the built-in mailbox, to show them as they arrived."""

import email
import email.policy
from dataclasses import dataclass
from email.message import EmailMessage
from functools import lru_cache
from pathlib import Path

from kervan.kernel.errors import KervanError

FOLDER = "mailbox"
_NAME = "[0-9]*.eml"


@dataclass(frozen=True)
class Mail:
    """One mail as a list shows it; `at_ms` is when it arrived (ms UTC)."""

    number: int
    at_ms: int
    subject: str
    to: str


def folder_of(data: Path) -> Path:
    """Where the built-in mailbox of this data directory keeps its mails."""
    return data / FOLDER


def latest(folder: Path, limit: int) -> list[Mail]:
    """The latest mails, newest first; none when there is no mailbox."""
    found = sorted(folder.glob(_NAME), key=lambda file: int(file.stem), reverse=True)[:limit]
    mails = []
    for file in found:
        try:
            mails.append(_head(file, file.stat().st_mtime_ns))
        except FileNotFoundError:
            continue  # the mailbox keeps only the latest: this one has just gone
    return mails


@lru_cache(maxsize=256)
def _head(file: Path, written_ns: int) -> Mail:
    message = _parse(file.read_bytes())
    return Mail(
        number=int(file.stem),
        at_ms=written_ns // 1_000_000,
        subject=str(message.get("Subject", "")),
        to=str(message.get("To", "")),
    )


def html(folder: Path, number: int) -> str:
    """The HTML of one mail. Raises web.mail_unknown (404)."""
    try:
        message = _parse((folder / f"{number:06d}.eml").read_bytes())
    except FileNotFoundError:
        raise KervanError("web.mail_unknown", status=404, number=number) from None
    body = message.get_body(preferencelist=("html",))
    return str(body.get_content()) if body is not None else ""


def _parse(raw: bytes) -> EmailMessage:
    return email.message_from_bytes(raw, policy=email.policy.default)
