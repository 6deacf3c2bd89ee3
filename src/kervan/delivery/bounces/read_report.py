"""Reads a mail that came to a return path: a report, a complaint, an automatic answer, a letter.

RFC 3462 (multipart/report), 3464 (delivery status), 5965 (feedback reports), 3834 (automatic
answers). Only a report's own parts are looked into, never a letter that quotes one.
"""

import re
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from typing import Any, Literal

from kervan.delivery.bounces.classify import Cause, classify, code

Kind = Literal["failed", "delayed", "delivered", "complaint", "auto_reply", "letter"]
MOST_BYTES = 1_000_000
_TEXT_CHARS = 10_000
_PARTS = 10
_READ_BYTES = 250_000
"""Of a mail so much is looked into: what counts stands at its beginning."""
_MOST_BOUNDARIES = 20
"""Each costs time for each line: a mail of parts within parts without end would take minutes."""
_BOUNDARY = re.compile(rb"boundary[*\d]*\s*=", re.IGNORECASE)
_ROBOTS = re.compile(r"^(mailer-daemon|postmaster|mailerdaemon|mail-daemon)@", re.IGNORECASE)
_ADDRESS = re.compile(r"[^\s<>,;\"]+@[^\s<>,;\"]+")
_AUTOMATIC = ("x-autoreply", "x-autorespond", "x-auto-response-suppress", "x-autoresponder")
# The parser trips over some broken mails in ways of its own; those say nothing.
_TRIPS = (ValueError, LookupError, TypeError, AttributeError, RecursionError)


@dataclass(frozen=True, slots=True)
class Read:
    """What a mail says. `cause` and `code` are of what failed. For a complaint `return_path` and
    `message_id` name the mail it is about ("" where it does not say); `sender`, `id` and `text` are
    those of a letter, never logged."""

    kind: Kind
    cause: Cause = Cause.SOFT
    code: str = ""
    return_path: str = field(default="", repr=False)
    message_id: str = ""
    feedback: str = ""
    sender: str = field(default="", repr=False)
    id: str = ""
    text: str = field(default="", repr=False)


def read(raw: bytes, *, null_sender: bool) -> Read:
    """Read one mail; `null_sender` says that its envelope sender was empty, as of all reports.

    What is unreadable and came from nobody is a failure of which nothing more is known.
    """
    raw = raw[:_READ_BYTES]
    try:
        if len(_BOUNDARY.findall(raw)) > _MOST_BOUNDARIES:
            raise ValueError
        return _read(BytesParser(policy=compat32).parsebytes(raw), null_sender)
    except _TRIPS:
        return Read("failed") if null_sender else Read("auto_reply")


def _read(mail: Message, null_sender: bool) -> Read:
    parts = _parts(mail)
    feedback = next((one for one in parts if _is(one, "message/feedback-report")), None)
    if feedback is not None:
        return _complaint(feedback, parts)
    status = next((one for one in parts if _is(one, "message/delivery-status")), None)
    if status is not None:
        return _status(status)
    from_robot = _ROBOTS.match(_mailbox(mail, "from")) is not None
    if _is_automatic(mail) and not from_robot:
        return Read("auto_reply")
    if null_sender or from_robot:
        return Read("failed")  # some server's own manner: counted, no more
    return Read(
        "letter", sender=_mailbox(mail, "from"), id=_header(mail, "message-id")[:200],
        text=_text(mail),
    )  # fmt: skip


def _parts(mail: Message) -> list[Message]:
    """The mail itself where it is one part, else its direct parts."""
    if not mail.is_multipart() or mail.get_content_maintype() == "message":
        return [mail]
    found: Any = mail.get_payload()
    return list(found[:_PARTS])


def _is(part: Message, kind: str) -> bool:
    return part.get_content_type() == kind


def _header(part: Message, name: str) -> str:
    return str(part.get(name, "")).strip()


def _mailbox(part: Message, name: str) -> str:
    found = _ADDRESS.findall(_header(part, name)[:1000])
    return found[-1] if found else ""


def _blocks(part: Message) -> list[Message]:
    """The groups of fields that a report's machine-readable part consists of."""
    found: Any = part.get_payload()
    return [one for one in found if isinstance(one, Message)] if isinstance(found, list) else []


def _status(part: Message) -> Read:
    """The worst word on a recipient; we mail one person at a time, so there is one."""
    told = [one for one in _blocks(part) if one.get("action")]
    actions = {_header(one, "action").split()[0].lower(): one for one in told}
    failed = actions.get("failed")
    if failed is not None:
        status, words = _header(failed, "status")[:40], _header(failed, "diagnostic-code")[:500]
        return Read("failed", classify(status, words), code(status, words))
    if "delayed" in actions:
        return Read("delayed")
    return Read("delivered") if actions else Read("failed")


def _complaint(part: Message, parts: list[Message]) -> Read:
    about = (_blocks(part) or [Message()])[0]
    kind = _header(about, "feedback-type").lower()
    if kind == "not-spam":
        return Read("delivered")
    quoted = next((one for one in parts if one.get_content_type() in _QUOTES), None)
    original = _original(quoted) if quoted is not None else Message()
    return Read(
        "complaint",
        code=re.sub(r"[^a-z-]", "", kind)[:40],
        return_path=_mailbox(about, "original-mail-from") or _mailbox(original, "return-path"),
        message_id=_mailbox(original, "message-id"),
        feedback=_header(original, "feedback-id")[:300],
    )


_QUOTES = ("message/rfc822", "text/rfc822-headers", "message/rfc822-headers")


def _original(quoted: Message) -> Message:
    blocks = _blocks(quoted)
    if blocks:
        return blocks[0]
    raw: Any = quoted.get_payload(decode=True) or b""
    return BytesParser(policy=compat32).parsebytes(raw, headersonly=True)


def _is_automatic(mail: Message) -> bool:
    said = _header(mail, "auto-submitted").partition(";")[0].strip().lower()
    if said not in ("", "no"):
        return True
    if _header(mail, "precedence").lower() in ("bulk", "junk", "auto_reply", "list"):
        return True
    return any(mail.get(name) is not None for name in _AUTOMATIC)


def _text(mail: Message) -> str:
    """What a person wrote, without what she quotes."""
    for part in mail.walk():
        if part.get_content_type() == "text/plain":
            raw: Any = part.get_payload(decode=True) or b""
            name = part.get_content_charset("utf-8")
            try:
                text = raw.decode(name, "replace")
            except LookupError:
                text = raw.decode("utf-8", "replace")
            lines = (line for line in text.splitlines() if not line.startswith(">"))
            return "\n".join(lines).strip()[:_TEXT_CHARS]
    return ""
