"""Gives every link of a template its slot, and decides which addresses a link may lead to.

Three kinds: a fixed address is kept with the template version; one with template pieces is
rendered per message and kept with the message; the unsubscribe address is our own. Whatever a
person's click is answered with was written down before the message left.
"""

import html as html_text
import re
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import parse_qsl, quote, urlsplit

from kervan.content import nodes, tags
from kervan.content.assemble import own_link
from kervan.content.emit import MARK
from kervan.content.shape import Shaped
from kervan.kernel.errors import KervanError

MAX_LINKS = 1_000
MAX_URL_CHARS = 2_000
UNTRACKED = ("mailto:", "tel:", "sms:")
_IMAGES = ("src", "background", "poster")
_BARE = ("style", "srcset", "content", "action")
_SAFE = "!#$%&'()*+,/:;=?@[]~-._"
_PLAIN_URL = re.compile(
    r"https?://([a-z0-9.-]+)(?::\d{1,5})?(?:[/?#][!#$%&'()*+,/:;=?@\[\]~\w.-]*)?", re.ASCII
)
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?\Z")
_ORIGIN = re.compile(r"https?://[^/?#\s]+[/?#]", re.IGNORECASE)
_SKIPPED = re.compile(r"<style\b.*?</style>", re.DOTALL)


@lru_cache(maxsize=16_384)
def normal_url(url: str) -> tuple[str, str] | None:
    """(`url` in ASCII, its host in small letters) when it is a sound http(s) address, else None.

    No user names, no blanks or backslashes in the host: readers of URLs disagree about those.
    """
    url = url.strip()
    if len(url) > MAX_URL_CHARS:
        return None
    if found := _PLAIN_URL.fullmatch(url):
        return url, found.group(1)
    try:
        split = urlsplit(quote(url, safe=_SAFE + "".join(c for c in url if not c.isascii())))
        host = (split.hostname or "").encode("idna").decode() if split.hostname else ""
        port = f":{split.port}" if split.port else ""
    except (ValueError, UnicodeError):
        return None
    if split.scheme not in ("http", "https") or "@" in split.netloc or not _HOST.match(host):
        return None
    rest = url[len(split.scheme) + 3 :]
    start = min((rest.find(sign) for sign in "/?#" if sign in rest), default=len(rest))
    tail = quote(rest[start:], safe=_SAFE)
    clean = f"{split.scheme}://{host}{port}{tail}"
    return (clean, host) if len(clean) <= MAX_URL_CHARS else None


def host_allowed(host: str, allowed: frozenset[str]) -> bool:
    """Whether `host` is one of `allowed` or lies below one of them."""
    while host:
        if host in allowed:
            return True
        _, _, host = host.partition(".")
    return False


@dataclass
class Slots:
    """The links of one template version, collected from its HTML and then its text part.

    `plain` says that none of it is HTML.
    """

    pieces: list[nodes.Piece]
    mark: str
    plain: bool = False
    static: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)
    own: set[str] = field(default_factory=set)
    needs_hosts_line: int = 0

    def __post_init__(self) -> None:
        self._word = re.compile(rf"(?:<!--)?{self.mark}(\d+)z(?:-->)?")

    def href(self, value: str, part: str, line: int) -> str:
        """What stands in place of the address `value`, whose pieces are shielded words."""
        words = [int(found) for found in self._word.findall(value)]
        url = value if self.plain or part == "text" else html_text.unescape(value).strip()
        if not words:
            return self._fixed(value, url, part, line)
        line = self.pieces[words[0]].line
        prefix = url[: self._first_word(url)]
        first = self.pieces[words[0]]
        if isinstance(first, nodes.Print) and (slot := own_link(first.expression)):
            if prefix or len(words) > 1 or not self._word.fullmatch(value.strip()):
                name = first.expression.name if isinstance(first.expression, nodes.Name) else ""
                raise KervanError("content.unsubscribe_place", part=part, line=line, name=name)
            self.own.add(slot)
            return f"{MARK}{slot}{MARK}"
        if prefix.lower().startswith(UNTRACKED):
            return value
        if found := _ORIGIN.match(prefix):
            origin = normal_url(found.group())
            if origin is None:
                raise KervanError("content.link_refused", part=part, line=line, url=prefix[:80])
            self.hosts.add(origin[1])
        elif prefix and not re.fullmatch(r"https?(:(//?[^/?#\s@]*)?)?", prefix, re.IGNORECASE):
            raise KervanError("content.link_refused", part=part, line=line, url=prefix[:80])
        else:
            self.needs_hosts_line = self.needs_hosts_line or line
        return f"{MARK}D{value}{MARK}"

    def image(self, value: str, part: str, line: int) -> str:
        """What stands in place of an image's address."""
        words = [int(found) for found in self._word.findall(value)]
        if words:
            return f"{MARK}I{value}{MARK}"
        url = value if self.plain else html_text.unescape(value).strip()
        if url.startswith("cid:") or normal_url(url) is not None:
            return value
        raise KervanError("content.image_refused", part=part, line=line, url=url[:80])

    def _fixed(self, value: str, url: str, part: str, line: int) -> str:
        if not url or url.startswith("#") or url.lower().startswith(UNTRACKED):
            return value
        found = normal_url(url)
        if found is None:
            raise KervanError("content.link_refused", part=part, line=line, url=url[:80])
        self.static.append(found[0])
        if len(self.static) > MAX_LINKS:
            raise KervanError("content.too_many_links", part=part, line=line, limit=MAX_LINKS)
        return f"{MARK}S{len(self.static)}{MARK}"

    def _first_word(self, url: str) -> int:
        found = self._word.search(url)
        return found.start() if found else len(url)


def rewrite_html(shaped: Shaped, slots: Slots, source: str) -> str:
    """The shaped HTML with every link and image address in its slot.

    Raises KervanError for an address that may not be, with the line in `source`.
    """
    written: list[str] = []
    at = 0
    skipped = [found.span() for found in _SKIPPED.finditer(shaped.html)]
    for tag in tags.TAG.finditer(shaped.html):
        if tag.group("close") or any(low <= tag.start() < high for low, high in skipped):
            continue
        changed = _tag(tag, slots, source)
        if changed is not None:
            written += [shaped.html[at : tag.start()], changed]
            at = tag.end()
    return "".join([*written, shaped.html[at:]])


def _tag(tag: re.Match[str], slots: Slots, source: str) -> str | None:
    name = tag.group("name")
    changed: list[str] = []
    any_change = False
    for one in tags.attributes(tag.group("attrs")):
        value = one.value
        lowered = one.name.lower()
        if value is not None and lowered == "href" and name != "link":
            value = slots.href(value, "mjml", line_of(value, source))
        elif value is not None and lowered in _IMAGES:
            value = slots.image(value, "mjml", line_of(value, source))
        elif lowered in _BARE and (found := re.search(rf"{slots.mark}(\d+)z", value or "")):
            line = slots.pieces[int(found.group(1))].line
            raise KervanError("content.style_place", part="mjml", line=line)
        any_change = any_change or value != one.value
        changed.append(f" {one.name}" if value is None else f' {one.name}="{value}"')
    if not any_change:
        return None
    return f"<{name}{''.join(changed)}{' /' if tag.group('void') else ''}>"


def line_of(value: str, source: str) -> int:
    """The line on which `value` stands in the source, or 1 when it was written otherwise there."""
    for spelling in (value, html_text.unescape(value)):
        if (place := source.find(spelling)) >= 0:
            return source.count("\n", 0, place) + 1
    return 1


_BARE_URL = re.compile(r"https?://[^\s<>\"']+")


def rewrite_text(text: str, slots: Slots, part: str = "text") -> str:
    """The author's own plain text `part` with the addresses in it in their slots."""

    def one(found: re.Match[str]) -> str:
        url = found.group().rstrip(".,;:!?)")
        line = text.count("\n", 0, found.start()) + 1
        return slots.href(url, part, line) + found.group()[len(url) :]

    return _BARE_URL.sub(one, text)


def named_hosts(link_hosts: list[str], slots: Slots) -> list[str]:
    """The hosts that addresses of a template may lead to: those its author named or wrote.

    Raises content.link_host_invalid, and content.link_hosts_missing where data gives an address.
    """
    named = []
    for host in link_hosts:
        found = normal_url(f"https://{host}/")
        if found is None or not host or "/" in host or ":" in host:
            raise KervanError("content.link_host_invalid", host=host[:80])
        named.append(found[1])
    filtered = any(isinstance(one, nodes.Print) and is_link(one.expression) for one in slots.pieces)
    takes_any = slots.needs_hosts_line or int(filtered)
    if takes_any and not named:
        raise KervanError("content.link_hosts_missing", line=takes_any)
    return sorted({*named, *slots.hosts})


def is_link(expression: nodes.Expression) -> bool:
    """Whether `expression` is an address by itself, `… | link`."""
    return isinstance(expression, nodes.Filter) and expression.name == "link"


_UTM_KEY = re.compile(r"[a-z][a-z0-9_]{0,29}\Z")
_UTM_CHARS = 200


def check_utm(utm: dict[str, str]) -> None:
    """Whether `utm` ({"campaign": "autumn"}) may stand in links. Raises content.utm_unfit."""
    for key, value in utm.items():
        sound = value.strip() and value.isprintable() and "{{" not in value and "{%" not in value
        if not (_UTM_KEY.match(key) and sound and len(value) <= _UTM_CHARS):
            raise KervanError("content.utm_unfit", part="utm", key=key[:40], given=value[:80])


def tagged(url: str, utm: dict[str, str]) -> str:
    """A sound address with `utm_campaign=autumn` and so on, where it has no such one yet."""
    if not utm:
        return url
    start, mark, anchor = url.partition("#")
    query = start.partition("?")[2]
    there = {name for name, _ in parse_qsl(query, keep_blank_values=True)}
    said = [
        f"utm_{key}={quote(value, safe='')}"
        for key, value in utm.items()
        if f"utm_{key}" not in there
    ]
    if not said:
        return url
    joint = "?" if "?" not in start else "" if start[-1] in "?&" else "&"
    whole = start + joint + "&".join(said) + mark + anchor
    # Readers come before counting: what would grow past what an address may be stays as it was.
    return whole if len(whole) <= MAX_URL_CHARS else url
