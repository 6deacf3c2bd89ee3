"""A letter as providers over HTTP take it, read out of a message's fields.

Fields: `subject`, `html` and `text` (at least one), and where they are given `from` and `reply_to`
(`Shop <news@shop.example>`) and `unsubscribe_url`. Opens and clicks are Kervan's own business, so
each provider is told not to track any.
"""

from dataclasses import dataclass, field

import msgspec

from kervan.delivery.channels import call_http
from kervan.delivery.channels.channel import Fate, Outcome, Outgoing, Problem


class MailAccount(msgspec.Struct, frozen=True, kw_only=True):
    """The settings that all of them share; `sender` is used where a message names none."""

    sender: str
    hook_sources: list[str] = []


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter for one address; `headers` are those beside the usual ones."""

    to: str = field(repr=False)
    sender: str
    sender_name: str
    reply_to: str
    subject: str = field(repr=False)
    text: str = field(repr=False)
    html: str = field(repr=False)
    headers: dict[str, str]

    @property
    def from_line(self) -> str:
        """The sender as these interfaces take one: its name in quotes, not encoded."""
        if not self.sender_name:
            return self.sender
        name = self.sender_name.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{name}" <{self.sender}>'


def letter(outgoing: Outgoing, account: MailAccount) -> Letter | Outcome:
    """The letter of a message, or why there is none: no sender, nothing to read."""
    fields = outgoing.fields
    name, address = _parted(_line(fields.get("from") or account.sender))
    text, html = _whole(fields.get("text", "")), _whole(fields.get("html", ""))
    if "@" not in address:
        return Outcome(Fate.DEFERRED, Problem.ACCOUNT, "no_sender")
    if not text.strip() and not html.strip():
        return Outcome(Fate.REJECTED, Problem.CONTENT, "empty")
    headers = {}
    url = _line(fields.get("unsubscribe_url", ""))
    if url:  # RFC 8058 §3.1
        headers["List-Unsubscribe"] = f"<{url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return Letter(
        to=outgoing.to,
        sender=address,
        sender_name=name,
        reply_to=_line(fields.get("reply_to", "")),
        subject=_line(fields.get("subject", "")),
        text=text,
        html=html,
        headers=headers,
    )


def checked(account: MailAccount) -> None:
    """Refuse settings that no call could work with. Raises delivery.hook_source_invalid."""
    call_http.networks(account.hook_sources)


def _parted(sender: str) -> tuple[str, str]:
    """Name and address as people write them, a comma in the name without quotes too."""
    if not sender.endswith(">"):
        return "", sender
    name, _, address = sender[:-1].rpartition("<")
    return name.strip().strip('"').strip(), address.strip()


def _line(text: str) -> str:
    """One line: what would start another header is a blank."""
    return " ".join(_whole(text).split())


def _whole(text: str) -> str:
    """Without halves of surrogate pairs, which no encoding takes."""
    return text.encode("utf-8", "replace").decode("utf-8")
