"""Looks at where links lead: nowhere, past the hosts the author named, or unprotected."""

import ipaddress
from collections.abc import Iterator

from kervan.content.links import host_allowed, normal_url
from kervan.content.lint.check import ERROR, WARNING, Check, Found
from kervan.content.lint.subject import URL, Field, Subject, line_at
from kervan.content.tags import TAG, attributes
from kervan.content.texts import kinds
from kervan.content.texts.kinds import Kind

_LEAD = ("a", "mj-button", "mj-image", "mj-navbar-link", "mj-social-element", "mj-carousel-image")
_END = ".,;:!?)"


def _look(subject: Subject) -> Iterator[Found]:
    named = frozenset(
        host.lower() for source in subject.sources.values() for host in source.link_hosts
    )
    for field in subject.fields:
        for url, line in leads(field):
            if not url or url == "#":
                yield Found("link_empty", field.path, {}, line)
            sound = normal_url(url)
            if sound is None:
                continue  # with template pieces, or refused by the compiler already
            facts: dict[str, object] = {"url": url[:120], "host": sound[1]}
            if _nowhere(sound[1]):
                yield Found("link_nowhere", field.path, facts, line)
            elif named and not host_allowed(sound[1], named):
                yield Found("link_host", field.path, facts, line)
            elif url.lower().startswith("http:"):
                yield Found("link_plain", field.path, facts, line)


def leads(field: Field) -> Iterator[tuple[str, int]]:
    """(address, line) of each link that a field's author wrote, in order."""
    text = field.template
    if field.name == "mjml":
        for tag in TAG.finditer(text):
            if tag["close"] or tag["name"].lower() not in _LEAD:
                continue
            for one in attributes(tag["attrs"]):
                if one.name.lower() == "href" and "{" not in (one.value or ""):
                    yield (one.value or "").strip(), line_at(text, tag.start())
        return
    known = kinds.channel(field.channel).field(field.name) if field.channel != "email" else None
    if known is not None and known.kind in (Kind.URL, Kind.APP_URL):
        yield text.strip(), 1
        return
    for found in URL.finditer(text):
        url = found[0].rstrip(_END)
        if "{" not in url:
            yield url, line_at(text, found.start())


def _nowhere(host: str) -> bool:
    """Whether nobody outside can reach it: a bare name, or an address of numbers."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return "." not in host.strip(".")
    return True


CHECK = Check(
    {"link_empty": WARNING, "link_nowhere": ERROR, "link_host": WARNING, "link_plain": WARNING},
    _look,
)
