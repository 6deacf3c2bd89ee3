"""Renders one message from a compiled template: strict, bounded in time and size, and fast."""

import html as html_text
import re
import threading
import weakref
from dataclasses import dataclass
from functools import lru_cache

from kervan.content import emit, links, plaintext
from kervan.content.asciify import asciify, takes_references
from kervan.content.company import Company
from kervan.content.compile import CompiledEmail
from kervan.content.context import Cleaner
from kervan.content.engine import MAX_OUTPUT_CHARS, Engine
from kervan.content.imprint import imprint
from kervan.content.tokens import MessageLinks
from kervan.kernel import i18n
from kervan.kernel.errors import KervanError

MAX_SUBJECT_CHARS = 400
MAX_DYNAMIC_LINKS = 1_000
_PARTS = {"subject.txt": "subject", "body.html": "mjml", "body.txt": "text"}
_NOBODY = Company()
_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Rendered:
    """One message, ready for its envelope; `dynamic_links` are kept with the message."""

    subject: str
    html: str
    text: str
    dynamic_links: list[str]


def render(
    compiled: CompiledEmail,
    context: dict[str, object],
    tokens: MessageLinks,
    company: Company = _NOBODY,
) -> Rendered:
    """Fill in `compiled` for one person; `company` is who speaks, for the end of a marketing mail.

    `context` may hold dicts, lists, texts, numbers and booleans. Raises KervanError content.*
    with status 422: `missing_value` (name, line), `out_of_fuel`, `output_too_long`,
    `link_refused`, `template_failed`, or one of a filter.
    """
    language = compiled.language or _readers_language(context)
    return _renderer(compiled, language).render(context, tokens, company)


_local = threading.local()


def _readers_language(context: dict[str, object]) -> str:
    person = context.get("person")
    locale = person.get("locale") if isinstance(person, dict) else None
    language = locale[:2].lower() if isinstance(locale, str) else ""
    return language if language in i18n.LOCALES else "en"


def _renderer(compiled: CompiledEmail, language: str) -> "_Renderer":
    """This thread's renderer of `compiled`; it holds state during a render, so it is not shared."""
    known: weakref.WeakKeyDictionary[CompiledEmail, dict[str, _Renderer]] | None
    known = getattr(_local, "renderers", None)
    if known is None:
        known = _local.renderers = weakref.WeakKeyDictionary()
    mine = known.setdefault(compiled, {})
    found = mine.get(language)
    if found is None:
        found = mine[language] = _Renderer(compiled, language)
    return found


class _Renderer:
    def __init__(self, compiled: CompiledEmail, language: str) -> None:
        self._language = language
        self._labels = {
            "W": i18n.say("content.unsubscribe", language),
            "V": i18n.say("content.preferences", language),
        }
        self._html_labels = {kind: _in_html(one) for kind, one in self._labels.items()}
        self._static_count = len(compiled.static_links)
        self._hosts = frozenset(compiled.link_hosts)
        self._utm = compiled.utm
        self._wants = compiled.wants
        self._own_text = compiled.own_text
        templates = {
            "subject.txt": compiled.subject,
            "body.html": asciify(compiled.html),
            "body.txt": compiled.text,
        }
        fixed = sum(map(len, (compiled.subject, compiled.html, compiled.text)))
        room = MAX_OUTPUT_CHARS - fixed
        ascii_html = takes_references(compiled.html)
        self._engine = Engine(templates, _PARTS, language, room, ascii_html=ascii_html)
        self._company = _NOBODY
        self._speaker = imprint(_NOBODY, language)

    def render(
        self, context: dict[str, object], tokens: MessageLinks, company: Company
    ) -> Rendered:
        if company is not self._company:
            self._company, self._speaker = company, imprint(company, self._language)
        self._engine.start()
        plain = Cleaner().clean(context, self._wants)
        found: dict[str, int] = {}  # dynamic URL → its link number
        subject = _BLANKS.sub(" ", self._engine.run("subject.txt", plain)).strip()
        html = self._fill(self._engine.run("body.html", plain), tokens, found, in_html=True)
        text = self._fill(self._engine.run("body.txt", plain), tokens, found, in_html=False)
        if not self._own_text:
            text = plaintext.tidy(text)
        return Rendered(subject[:MAX_SUBJECT_CHARS], html, text, [*found])

    def _fill(
        self, rendered: str, tokens: MessageLinks, found: dict[str, int], *, in_html: bool
    ) -> str:
        parts = rendered.split(emit.MARK)
        for place in range(1, len(parts), 2):
            slot = parts[place]
            kind, rest = slot[0], slot[1:]
            if kind == "S":
                parts[place] = tokens.click(int(rest))
            elif kind == "U":
                parts[place] = tokens.unsubscribe_url
            elif kind == "O":
                parts[place] = tokens.open_url
            elif kind == "F":
                parts[place] = self._speaker.html if in_html else self._speaker.text
            elif kind == "L":
                parts[place] = self._language
            elif kind in self._labels:
                parts[place] = (self._html_labels if in_html else self._labels)[kind]
            elif kind == "P":
                parts[place] = tokens.preferences_url
            elif kind == "C":
                parts[place] = tokens.confirm_url
            elif kind == "I":
                parts[place] = _image(rest)
            else:
                parts[place] = tokens.click(self._number(rest, found, in_html=in_html))
        return "".join(parts)

    def _number(self, written: str, found: dict[str, int], *, in_html: bool) -> int:
        clean, host = _address(written, in_html=in_html)
        clean = links.tagged(clean, self._utm)
        if clean not in found:
            if not links.host_allowed(host, self._hosts):
                raise KervanError("content.link_host_refused", status=422, host=host)
            if len(found) >= MAX_DYNAMIC_LINKS:
                raise KervanError(
                    "content.too_many_links",
                    status=422,
                    part="mjml",
                    line=0,
                    limit=MAX_DYNAMIC_LINKS,
                )
            found[clean] = self._static_count + len(found) + 1
        return found[clean]


def _in_html(text: str) -> str:
    """A text of ours for HTML, in ASCII."""
    return html_text.escape(text, quote=False).encode("ascii", "xmlcharrefreplace").decode()


@lru_cache(maxsize=16_384)
def _address(written: str, *, in_html: bool) -> tuple[str, str]:
    """A rendered address and its host; the same products stand in many people's mails."""
    # The engine writes each slash as a reference, which are costly to read one by one.
    url = html_text.unescape(written.replace("&#x2f;", "/")) if in_html else written
    sound = links.normal_url(url)
    if sound is None:
        raise KervanError("content.link_refused", status=422, part="mjml", line=0, url=url[:80])
    return sound


@lru_cache(maxsize=16_384)
def _image(written: str) -> str:
    return html_text.escape(_address(written, in_html=True)[0])
