"""Reads a received mail as a mail program does: subject, text, pictures, links, unsubscribe."""

import email
import email.policy
from dataclasses import dataclass
from html.parser import HTMLParser


@dataclass(frozen=True)
class Read:
    """What a reader sees of a mail; `unsubscribe_url` is the one-click address (RFC 8058)."""

    subject: str
    text: str
    html: str
    pictures: tuple[str, ...]
    links: tuple[str, ...]
    unsubscribe_url: str | None


class _Finder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pictures: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "img" and (source := found.get("src")):
            self.pictures.append(source)
        if tag == "a" and (target := found.get("href")):
            self.links.append(target)


def read(raw: bytes) -> Read:
    """Parse a raw mail (RFC 5322, MIME); parts it lacks are empty."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    bodies = {"plain": "", "html": ""}
    for kind in bodies:
        part = message.get_body(preferencelist=(kind,))
        if part is not None:
            bodies[kind] = part.get_content()
    finder = _Finder()
    finder.feed(bodies["html"])
    # Long headers come folded; a URL never holds white space.
    header = "".join(str(message.get("List-Unsubscribe", "")).split())
    one_click = "List-Unsubscribe=One-Click" in str(message.get("List-Unsubscribe-Post", ""))
    offers = [part.strip("<>") for part in header.split(",") if part.startswith("<http")]
    return Read(
        subject=str(message.get("Subject", "")),
        text=bodies["plain"],
        html=bodies["html"],
        pictures=tuple(finder.pictures),
        links=tuple(finder.links),
        unsubscribe_url=offers[0] if offers and one_click else None,
    )
