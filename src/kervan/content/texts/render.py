"""Renders one text message from its compiled template, in the language of whoever reads it."""

import re
import threading
import weakref
from dataclasses import dataclass, field

from kervan.content import emit, links
from kervan.content.company import Company
from kervan.content.context import Cleaner
from kervan.content.engine import Engine
from kervan.content.texts import json_places, kinds
from kervan.content.texts.compile import CompiledText, Variant
from kervan.content.texts.kinds import JSON_KINDS, Kind
from kervan.content.texts.unlinked import FILTER, unlinked
from kervan.content.tokens import MessageLinks
from kervan.kernel import i18n
from kervan.kernel.errors import KervanError

MAX_OUTPUT_CHARS = 250_000
MAX_DYNAMIC_LINKS = 100
_NOBODY = Company()
_BLANKS = re.compile(r"\s+")
_LINE_BLANKS = re.compile(r"[ \t]*\n[ \t]*")
_GAPS = re.compile(r"\n{3,}")
_DIGITS = re.compile(r"\D+")


@dataclass(frozen=True, slots=True)
class RenderedText:
    """One message: the fields that say something, the addresses it brought in, its language."""

    fields: dict[str, str] = field(repr=False)
    dynamic_links: list[str]
    language: str


def render_text(
    compiled: CompiledText,
    scene: dict[str, object],
    tokens: MessageLinks,
    company: Company = _NOBODY,
    language: str = "",
) -> RenderedText:
    """Fill in `compiled` for one person; `company` is who speaks, `language` the workspace's.

    `scene` may hold dicts, lists, texts, numbers and booleans. Written is the language of the
    person's locale, else the message's default, else `language`, else the first. Raises
    KervanError content.* with status 422, as `render.render` does, content.field_too_long,
    content.field_empty and content.json_invalid.
    """
    variant = choose(compiled, scene, language)
    return _renderer(compiled, variant).render(scene, tokens, company)


def choose(compiled: CompiledText, scene: dict[str, object], language: str = "") -> Variant:
    """The language variant for the reader in `scene`."""
    person = scene.get("person")
    locale = person.get("locale") if isinstance(person, dict) else None
    own = locale[:2].lower() if isinstance(locale, str) else ""
    known = {one.language: one for one in compiled.variants}
    found = (known[one] for one in (own, compiled.language, language) if one in known)
    return next(found, compiled.variants[0])


_local = threading.local()


def _renderer(compiled: CompiledText, variant: Variant) -> "_Renderer":
    """This thread's renderer of a variant; it holds state during a render, so it is not shared."""
    known: weakref.WeakKeyDictionary[CompiledText, dict[str, _Renderer]] | None
    known = getattr(_local, "renderers", None)
    if known is None:
        known = _local.renderers = weakref.WeakKeyDictionary()
    mine = known.setdefault(compiled, {})
    found = mine.get(variant.language)
    if found is None:
        found = mine[variant.language] = _Renderer(compiled, variant)
    return found


class _Renderer:
    def __init__(self, compiled: CompiledText, variant: Variant) -> None:
        self._variant = variant
        self._channel = kinds.channel(compiled.channel)
        self._static_count = len(compiled.static_links)
        self._wants = compiled.wants
        self._utm = compiled.utm
        self._hosts = hosts = frozenset(compiled.link_hosts)
        filters = {**json_places.FILTERS, FILTER: lambda value: unlinked(value, hosts)}
        names = {f"{name}.txt": name for name in variant.fields}
        self._engine = Engine(
            {of: variant.fields[name] for of, name in names.items()},
            {of: f"{variant.language}.{name}" for of, name in names.items()},
            variant.language,
            MAX_OUTPUT_CHARS,
            filters,
        )

    def render(
        self, scene: dict[str, object], tokens: MessageLinks, company: Company
    ) -> RenderedText:
        self._engine.start()
        plain = Cleaner().clean(scene, self._wants)
        found: dict[str, int] = {}  # dynamic URL → its link number
        fields = {}
        for name in self._variant.fields:
            written = self._tidied(name, self._engine.run(f"{name}.txt", plain), tokens, found)
            if self._variant.needs_end and name == self._channel.end and written:
                written += self._end(written, tokens, company)
            if written:
                self._check(name, written)
                fields[name] = written
        for one in self._channel.fields:
            if one.language_of in fields:
                fields.setdefault(one.name, self._variant.language)
        self._check_there(fields)
        return RenderedText(fields, [*found], self._variant.language)

    def _tidied(self, name: str, written: str, tokens: MessageLinks, found: dict[str, int]) -> str:
        kind = self._kind(name)
        if kind is Kind.LINE:
            written = _BLANKS.sub(" ", written)
        elif kind is Kind.TEXT:
            written = _GAPS.sub("\n\n", _LINE_BLANKS.sub("\n", written))
        elif kind is Kind.WORD or (kind is Kind.APP_URL and emit.MARK not in written):
            written = _BLANKS.sub("", written)
        return self._fill(written, name, tokens, found).strip()

    def _kind(self, name: str) -> Kind:
        known = self._channel.field(name)
        assert known is not None
        return known.kind

    def _fill(self, written: str, name: str, tokens: MessageLinks, found: dict[str, int]) -> str:
        parts = written.split(emit.MARK)
        for place in range(1, len(parts), 2):
            kind, rest = parts[place][0], parts[place][1:]
            if kind == "S":
                parts[place] = tokens.click(int(rest))
            elif kind == "U":
                parts[place] = tokens.unsubscribe_url
            elif kind == "P":
                parts[place] = tokens.preferences_url
            elif kind == "C":
                parts[place] = tokens.confirm_url
            elif not rest.strip():
                parts[place] = ""
            elif kind == "I":
                parts[place] = self._address(rest, name)[0]
            else:
                parts[place] = tokens.click(self._number(rest, name, found))
        return "".join(parts)

    def _address(self, written: str, name: str) -> tuple[str, str]:
        sound = links.normal_url(written)
        if sound is None:
            part = f"{self._variant.language}.{name}"
            raise KervanError(
                "content.link_refused", status=422, part=part, line=0, url=written[:80]
            )
        return sound

    def _number(self, written: str, name: str, found: dict[str, int]) -> int:
        clean, host = self._address(written, name)
        clean = links.tagged(clean, self._utm)
        if clean not in found:
            if not links.host_allowed(host, self._hosts):
                raise KervanError("content.link_host_refused", status=422, host=host)
            if len(found) >= MAX_DYNAMIC_LINKS:
                part = f"{self._variant.language}.{name}"
                limit = MAX_DYNAMIC_LINKS
                raise KervanError(
                    "content.too_many_links", status=422, part=part, line=0, limit=limit
                )
            found[clean] = self._static_count + len(found) + 1
        return found[clean]

    def _end(self, written: str, tokens: MessageLinks, company: Company) -> str:
        """The number of who speaks, where the author did not write it, and the way to refuse."""
        language = self._variant.language
        said = []
        if company.mersis and company.mersis not in _DIGITS.sub("", written):
            said.append(i18n.say("content.text_mersis", language, number=company.mersis))
        # The author may have given one in a block, which was written for this reader.
        if tokens.unsubscribe_url not in written and tokens.preferences_url not in written:
            said.append(i18n.say("content.text_refuse", language, url=tokens.unsubscribe_url))
        return "\n" + " ".join(said) if said else ""

    def _check(self, name: str, written: str) -> None:
        known = self._channel.field(name)
        assert known is not None
        part = f"{self._variant.language}.{name}"
        if len(written) > known.limit:
            facts = {"part": part, "limit": known.limit, "is_now": len(written)}
            raise KervanError("content.field_too_long", status=422, **facts)
        if known.kind in JSON_KINDS:
            json_places.check(written, part, is_object=known.kind is Kind.OBJECT)

    def _check_there(self, fields: dict[str, str]) -> None:
        needed = [one.name for one in self._channel.fields if one.required]
        missing = [one for one in needed if one not in fields]
        if self._channel.either and not fields.keys() & {*self._channel.either}:
            missing.append(self._channel.either[0])
        if missing:
            part = f"{self._variant.language}.{missing[0]}"
            raise KervanError("content.field_empty", status=422, part=part)
