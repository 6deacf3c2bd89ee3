"""Compiles a text message, once per version, with all its languages."""

import re
from typing import Any, Literal

import msgspec

from kervan.consent.refusal_words import refusal_in
from kervan.content import emit, links, nodes, size
from kervan.content.assemble import OWN_LINKS, assemble, own_link
from kervan.content.parse import parse
from kervan.content.texts import json_places, kinds, unlinked
from kervan.content.texts.kinds import JSON_KINDS, Field, Kind
from kervan.content.wants import merged, wants
from kervan.kernel.errors import KervanError

# Raised whenever the same source would compile to something else.
VERSION = 1
Language = Literal["tr", "az", "en"]
# Addresses that a program runs instead of opening it; an app's own scheme is any other.
_RUN = ("javascript", "data", "vbscript", "file", "blob", "about", "filesystem", "view-source")
_SCHEME = re.compile(r"\s*([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_STOP_WORD = re.compile(r"[^\W\d_]{2,}")
_SHORT_NUMBER = re.compile(r"(?<!\d)\d{3,12}(?!\d)")
_NEAR_CHARS = 40


class TextSource(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A message for a channel other than e-mail, as its author writes it.

    `texts` is {language: {field: template}}; the fields are those of kinds.py. `language` is the
    one for readers whose own is not there. `link_hosts` are the hosts (with all below them) that
    an address taken from data may lead to. `topic` and `brand` say what consent it needs, `utm` is
    written into every tracked link: {"campaign": "autumn"} as utm_campaign=autumn.
    """

    channel: str
    texts: dict[Language, dict[str, str]]
    language: Language | Literal[""] = ""
    purpose: Literal["marketing", "transactional"] = "marketing"
    link_hosts: list[str] = []
    topic: str = ""
    brand: str = ""
    utm: dict[str, str] = {}


class Variant(msgspec.Struct, frozen=True):
    """One language: the engine's template of each field, and whether its end is still to come."""

    language: str
    fields: dict[str, str]
    needs_end: bool


class CompiledText(msgspec.Struct, frozen=True, eq=False, weakref=True):
    """A compiled message; the links of all its languages are numbered together.

    Link number n of a message is `static_links[n - 1]`, or, past their end,
    `dynamic_links[n - len(static_links) - 1]` of that message. `language` is the default one, "".
    """

    kind: Literal["text"]
    version: int
    channel: str
    language: str
    variants: list[Variant]
    static_links: list[str]
    link_hosts: list[str]
    wants: dict[str, Any]  # a wants.Tree, which is recursive
    utm: dict[str, str]


def read_source(source: TextSource | dict[str, object]) -> TextSource:
    """Check the outer shape of a message. Raises content.text_source_invalid."""
    if isinstance(source, TextSource):
        return source
    try:
        return msgspec.convert(source, TextSource)
    except msgspec.ValidationError as error:
        raise KervanError("content.text_source_invalid", reason=str(error)) from None


def compile_text(source: TextSource | dict[str, object]) -> CompiledText:
    """Check and compile a message.

    Raises KervanError content.* with the `part` (`tr.text`: language and field) and `line`.
    """
    text = read_source(source)
    channel = kinds.channel(text.channel)
    if not text.texts or (text.language and text.language not in text.texts):
        raise KervanError("content.language_missing", language=text.language or "tr, az, en")
    links.check_utm(text.utm)
    slots = links.Slots([], _mark(text), plain=True)
    variants, wanted = [], []
    for language, written in text.texts.items():
        kinds.check(text.channel, language, written)
        compiled = {}
        for name, template in written.items():
            field = channel.field(name)
            assert field is not None
            if template.strip():
                part = f"{language}.{name}"
                compiled[name], pieces = _field(template, field, part, slots)
                wanted.append(wants(pieces))
        ends = text.purpose == "marketing" and channel.end in compiled
        needs_end = ends and not _says_how_to_refuse(written[channel.end])
        variants.append(Variant(language, compiled, needs_end))
    tree = merged(wanted)
    for name in OWN_LINKS:
        tree.pop(name, None)
    hosts = links.named_hosts(text.link_hosts, slots)
    return CompiledText(
        kind="text",
        version=VERSION,
        channel=text.channel,
        language=text.language,
        variants=variants,
        static_links=[links.tagged(one, text.utm) for one in slots.static],
        link_hosts=hosts,
        wants=tree,
        utm=text.utm,
    )


def _mark(text: TextSource) -> str:
    written = "".join(one for fields in text.texts.values() for one in fields.values()).lower()
    mark = "kvx"
    while mark in written:
        mark += "q"
    return mark


def _field(
    template: str, field: Field, part: str, slots: links.Slots
) -> tuple[str, list[nodes.Piece]]:
    """The engine's template of one field, and its pieces."""
    is_address = field.kind in (Kind.URL, Kind.APP_URL, Kind.MEDIA)
    pieces = parse(template.strip() if is_address else template, part)
    size.check(pieces, part)
    match field.kind:
        case Kind.JSON | Kind.OBJECT:
            is_object = field.kind is Kind.OBJECT
            parts: list[nodes.Piece | str]
            parts = [*json_places.placed(pieces, part, is_object=is_object)]
        case _ if is_address:
            parts = _address(pieces, field.kind, part, slots)
        case _ if field.links:
            words = _shielded(pieces, slots)
            parts = _split(links.rewrite_text(words, slots, part), slots, can_link=True)
        case _:
            parts = [*pieces]
    may_link = field.links or field.kind in JSON_KINDS
    return assemble(parts, part, links=may_link, filter_links=field.links), pieces


def _address(
    pieces: list[nodes.Piece], kind: Kind, part: str, slots: links.Slots
) -> list[nodes.Piece | str]:
    """An address that fills a field: in its slot, or a picture's, or as it is for an app."""
    line = pieces[0].line if pieces else 1
    words = _shielded(pieces, slots)
    scheme = _SCHEME.match(words)
    # A scheme that data has a part in is none of the author's: such an address must be http(s).
    if scheme and scheme[1].lower() not in ("http", "https", *_RUN) and slots.mark not in scheme[1]:
        if kind is not Kind.APP_URL:
            raise KervanError("content.link_refused", part=part, line=line, url=words[:80])
        return [*pieces]
    slot = slots.image if kind is Kind.MEDIA else slots.href
    written = slot(words, part, line)
    if emit.MARK not in written and kind is not Kind.MEDIA:  # "#top" and the like lead nowhere
        raise KervanError("content.link_refused", part=part, line=line, url=words[:80])
    return _split(written, slots, can_link=False)


def _shielded(pieces: list[nodes.Piece], slots: links.Slots) -> str:
    words: list[str] = []
    for piece in pieces:
        if isinstance(piece, nodes.Text):
            words.append(piece.text)
        else:
            words.append(f"{slots.mark}{len(slots.pieces)}z")
            slots.pieces.append(piece)
    return "".join(words)


def _split(written: str, slots: links.Slots, *, can_link: bool) -> list[nodes.Piece | str]:
    """The pieces of `written` again; values outside of its links stay words."""
    word = re.compile(rf"{slots.mark}(\d+)z")
    parts: list[nodes.Piece | str] = []
    for place, stretch in enumerate(re.split(f"({emit.MARK}[^{emit.MARK}]*{emit.MARK})", written)):
        for turn, one in enumerate(word.split(stretch)):
            piece = slots.pieces[int(one)] if turn % 2 else one
            if isinstance(piece, nodes.Print):
                outside = can_link and not place % 2
                piece = nodes.Print(_kept(piece.expression, outside=outside), piece.line)
            parts.append(piece)
    return parts


def _kept(expression: nodes.Expression, *, outside: bool) -> nodes.Expression:
    if isinstance(expression, nodes.Filter) and expression.name == "link":
        return expression if outside else expression.base
    if outside and not own_link(expression):
        return nodes.Filter(expression, unlinked.FILTER, (), ())
    return expression


def _says_how_to_refuse(template: str) -> bool:
    """Whether the author always gives a way out: an address of ours, or a stop word to a number.

    What stands in a block may not be said to everybody: it does not count.
    """
    depth = 0
    for piece in parse(template, "text"):
        match piece:
            case nodes.Branch("if") | nodes.Loop():
                depth += 1
            case nodes.End():
                depth -= 1
            case nodes.Print(expression) if not depth and own_link(expression) in ("U", "P"):
                return True
            case nodes.Text(words) if not depth and _stop_word(words):
                return True
            case _:
                continue
    return False


def _stop_word(words: str) -> bool:
    """Whether `words` name a refusal in capitals and, close by, the number it goes to."""
    for found in _STOP_WORD.finditer(words):
        if found[0].isupper() and refusal_in(found[0]):
            near = words[max(0, found.start() - _NEAR_CHARS) : found.end() + _NEAR_CHARS]
            if _SHORT_NUMBER.search(near):
                return True
    return False
