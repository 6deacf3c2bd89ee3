"""Says what a failed delivery means for its address, by its enhanced status code.

RFC 3463 and the IANA registry of enhanced codes; where a server gives only a class ("5.0.0"), the
code in its own words counts (RFC 3464 §2.3.6). Of several readings the milder one is taken: an
address is given up only for a word about the mailbox itself.
"""

import re
from enum import Enum


class Cause(Enum):
    """Why a mail was not delivered."""

    HARD = "hard"
    """There is no such mailbox: nothing will ever arrive."""
    SOFT = "soft"
    """It may work another time; too often is as good as never."""
    FULL = "full"
    """The mailbox is full."""
    POLICY = "policy"
    """It is about us or about the text, not about the person."""


_CODE = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
# 5.1.1 mailbox, 5.1.2 system, 5.1.3 syntax, 5.1.6 moved away, 5.1.10 null MX. 5.2.1 (disabled) is
# said of mailboxes that come back, too.
_GONE = frozenset({"1.1", "1.2", "1.3", "1.6", "1.10"})
_FULL = frozenset({"2.2"})


def classify(status: str, diagnostic: str = "") -> Cause:
    """The cause behind an enhanced status and the remote server's own words, either may be ""."""
    kind, detail = _telling(status, diagnostic)
    if detail in _FULL:
        return Cause.FULL
    if detail.startswith(("7.", "6.")):
        return Cause.POLICY
    return Cause.HARD if kind == "5" and detail in _GONE else Cause.SOFT


def code(status: str, diagnostic: str = "") -> str:
    """The code that `classify` went by, "" where there is none; never the server's words."""
    kind, detail = _telling(status, diagnostic)
    return f"{kind}.{detail}" if detail else ""


def _telling(status: str, diagnostic: str) -> tuple[str, str]:
    """The class and the detail of the status, or of the words where it says nothing."""
    kind, detail = _code(status)
    said, more = _code(diagnostic) if detail in ("", "0.0") else ("", "")
    return (said, more) if more else (kind, detail)


def _code(text: str) -> tuple[str, str]:
    found = _CODE.search(text)
    return (found[1], f"{int(found[2])}.{int(found[3])}") if found else ("", "")
