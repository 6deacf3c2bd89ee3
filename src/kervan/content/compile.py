"""Compiles an e-mail template, once per version, into what `render` needs for each message."""

import html as html_text
import re
from typing import Any, Literal

import msgspec

from kervan.content import emit, links, nodes, plaintext, shape, size
from kervan.content.assemble import OWN_LINKS, assemble, own_link
from kervan.content.parse import parse
from kervan.content.wants import merged, wants
from kervan.kernel import i18n
from kervan.kernel.errors import KervanError

# Raised whenever the same source would compile to something else.
VERSION = 4
MAX_HTML_CHARS = 500_000
# Stands in the MJML for the reader's language until the reader is known.
_READERS = "x-kervan-reader"
# Gmail shows only about the first 102 kB of a mail's HTML; the rest hides behind a link.
CLIPPED_BYTES = 100_000
_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\]{1,64}@[^\s@<>,;:\"()\[\]\\]{1,253}\Z")
_ONE_LINE = re.compile(r"[\r\n\x00-\x1f\x7f]")


class EmailSource(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """An e-mail as its author writes it; the texts may hold template pieces.

    `link_hosts` are the hosts (with all below them) that an address taken from data may lead to.
    Without `language`, amounts, dates and letters are written as each reader's `person.locale`
    asks. Without a sender the channel's own stands. A marketing mail ends with who speaks
    (imprint.py), and with a way out or the page of choices where the author wrote no
    `{{ unsubscribe_url }}` or `{{ preferences_url }}`.
    `topic` (one that people can choose) and `brand` say what consent it needs, "" the usual one.
    `utm` is written into every tracked link: {"campaign": "autumn"} as utm_campaign=autumn.
    """

    subject: str
    mjml: str
    from_name: str = ""
    from_email: str = ""
    preheader: str = ""
    text: str = ""
    reply_to: str = ""
    language: Literal["tr", "az", "en", ""] = ""
    purpose: Literal["marketing", "transactional"] = "marketing"
    link_hosts: list[str] = []
    topic: str = ""
    brand: str = ""
    utm: dict[str, str] = {}


class CompiledEmail(msgspec.Struct, frozen=True, eq=False, weakref=True):
    """A compiled template: three texts for the engine, and what they refer to.

    Link number n of a message is `static_links[n - 1]`, or, past their end,
    `dynamic_links[n - len(static_links) - 1]` of that message.
    """

    version: int
    language: str
    subject: str
    html: str
    text: str
    own_text: bool
    from_name: str
    from_email: str
    reply_to: str
    static_links: list[str]
    link_hosts: list[str]
    wants: dict[str, Any]  # a wants.Tree, which is recursive
    warnings: list[str]
    utm: dict[str, str] = {}


def read_source(source: EmailSource | dict[str, object]) -> EmailSource:
    """Check the outer shape of a template. Raises content.source_invalid."""
    if isinstance(source, EmailSource):
        return source
    try:
        return msgspec.convert(source, EmailSource)
    except msgspec.ValidationError as error:
        raise KervanError("content.source_invalid", reason=str(error)) from None


def compile_email(source: EmailSource | dict[str, object]) -> CompiledEmail:
    """Check and compile a template.

    Raises KervanError content.* with the `part` (subject, preheader, mjml, text) and `line`.
    """
    mail = read_source(source)
    _check_senders(mail)
    links.check_utm(mail.utm)
    mjml = shape.without_comments(mail.mjml)
    subject = parse(mail.subject.strip(), "subject")
    if not subject:
        raise KervanError("content.subject_empty")
    body, preheader = parse(mjml, "mjml"), parse(mail.preheader, "preheader")
    for part, pieces in (("subject", subject), ("mjml", body), ("preheader", preheader)):
        size.check(pieces, part)
    shaped = shape.shape(body, preheader, mail.language or _READERS)
    slots = links.Slots(shaped.pieces, shaped.mark)
    html = links.rewrite_html(shaped, slots, mjml)
    text, text_pieces = _text_part(mail, html, slots)
    if mail.purpose == "marketing":
        written = slots.own | _own_links(body), _own_links(text_pieces or body)
        html, text = _with_end(html, text, mail.language or _READERS, *written)
    html = _with_pixel(html).replace(_READERS, f"{emit.MARK}L{emit.MARK}")
    # MJML writes one long line, which mail does not carry: a line end is as good as this blank.
    html = html.replace(' style="', '\nstyle="')
    hosts = links.named_hosts(mail.link_hosts, slots)
    word = shaped.words()
    compiled_html = assemble(_parts(html, word, shaped.pieces), "mjml", links=True)
    if len(compiled_html) > MAX_HTML_CHARS:
        raise KervanError("content.source_too_long", part="mjml", limit=MAX_HTML_CHARS)
    text_parts = _parts(text, word, slots.pieces)
    compiled_text = assemble(text_parts, "text", links=True, filter_links=True)
    wanted = merged(wants(pieces) for pieces in (subject, preheader, body, text_pieces))
    for name in OWN_LINKS:
        wanted.pop(name, None)
    clipped = len(compiled_html.encode()) > CLIPPED_BYTES
    return CompiledEmail(
        version=VERSION,
        language=mail.language,
        subject=assemble(subject, "subject", links=False),
        html=compiled_html,
        text=compiled_text,
        own_text=bool(text_pieces),
        from_name=mail.from_name,
        from_email=mail.from_email,
        reply_to=mail.reply_to,
        static_links=[links.tagged(one, mail.utm) for one in slots.static],
        link_hosts=hosts,
        wants=wanted,
        warnings=["content.clipped"] if clipped else [],
        utm=mail.utm,
    )


def _check_senders(mail: EmailSource) -> None:
    for name, address in (("from_email", mail.from_email), ("reply_to", mail.reply_to)):
        if address and not _ADDRESS.match(address):
            raise KervanError("content.address_invalid", field=name, address=address[:80])
    if _ONE_LINE.search(mail.from_name) or "{{" in mail.from_name or "{%" in mail.from_name:
        raise KervanError("content.from_name_invalid")


def _text_part(mail: EmailSource, html: str, slots: links.Slots) -> tuple[str, list[nodes.Piece]]:
    """The text part with shielded pieces, and the pieces that only it has."""
    if not mail.text.strip():
        word = re.compile(rf"{slots.mark}\d+z")
        return plaintext.from_html(html, word), []
    own = parse(mail.text, "text")
    size.check(own, "text")
    words: list[str] = []
    slots.pieces = [*slots.pieces]
    for piece in own:
        if isinstance(piece, nodes.Text):
            words.append(piece.text)
        else:
            words.append(f"{slots.mark}{len(slots.pieces)}z")
            slots.pieces.append(piece)
    if any(isinstance(p, nodes.Text) and slots.mark in p.text.lower() for p in own):
        raise KervanError("content.unexpected", part="text", line=1, found=slots.mark)
    return links.rewrite_text("".join(words), slots), own


def _parts(text: str, word: re.Pattern[str], pieces: list[nodes.Piece]) -> list[nodes.Piece | str]:
    split = word.split(text)
    return [pieces[int(one)] if place % 2 else one for place, one in enumerate(split)]


_WAYS_OUT = (("U", "W", "content.unsubscribe"), ("P", "V", "content.preferences"))
"""Slot of the address, slot of its label in the reader's language, key of its label."""


def _own_links(pieces: list[nodes.Piece]) -> set[str]:
    return {own_link(piece.expression) for piece in pieces if isinstance(piece, nodes.Print)}


def _with_end(
    html: str, text: str, language: str, in_html: set[str], in_text: set[str]
) -> tuple[str, str]:
    """Who speaks, and the ways out that the author did not write, in the mail's language."""
    links, lines = [], []
    for slot, label_slot, key in _WAYS_OUT:
        link = f"{emit.MARK}{slot}{emit.MARK}"
        label = i18n.say(key, language)
        if language == _READERS:
            label = f"{emit.MARK}{label_slot}{emit.MARK}"
        if slot not in in_html:
            shown = html_text.escape(label, quote=False)
            links.append(f'<a href="{link}" style="color:#666666;">{shown}</a>')
        if link not in text and slot not in in_text:
            lines.append(f"{label}: <{link}>\n")
    speaker = f"{emit.MARK}F{emit.MARK}"
    line = (
        '<div style="margin:0 auto;padding:16px;text-align:center;'
        'font:12px/1.5 Helvetica,Arial,sans-serif;color:#666666;">'
        f"{speaker}{' · '.join(links)}</div>"
    )
    html = html.replace("</body>", line + "</body>", 1)
    return html, f"{text.rstrip()}\n\n{speaker}{''.join(lines)}"


def _with_pixel(html: str) -> str:
    pixel = (
        f'<img src="{emit.MARK}O{emit.MARK}" width="1" height="1" alt="" '
        'style="display:block;width:1px;height:1px;border:0;" />'
    )
    return html.replace("</body>", pixel + "</body>", 1)
