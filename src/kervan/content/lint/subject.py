"""What checks look at: every field of a message as its reader sees it, and its compiled mails."""

import html as html_text
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import msgspec

from kervan.content import emit
from kervan.content.brand.definition import Guide
from kervan.content.company import Company
from kervan.content.compile import CompiledEmail, EmailSource, compile_email
from kervan.content.texts import kinds
from kervan.content.texts.compile import TextSource, compile_text
from kervan.content.texts.kinds import Kind

EMAIL = "email"
MAIL_TEXTS = ("subject", "preheader", "mjml", "text")
SAMPLE = "Aynur"
"""Stands where a value will stand that only each reader has."""
URL = re.compile(r"https?://[^\s<>\"']+")
Source = EmailSource | TextSource

_PRINT = re.compile(r"\{\{-?\s*(.*?)\s*-?\}\}", re.DOTALL)
_STATEMENT = re.compile(r"\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_FALLBACK = re.compile(r"\|\s*default\(\s*([\"'])(.*?)\1\s*\)")
_OWN = ("unsubscribe_url", "preferences_url", "confirm_url")
_UNSEEN = re.compile(r"<!--.*?-->|<(mj-head|mj-style|style|title)\b.*?</\1>", re.DOTALL)
_TAG = re.compile(r"<[^<>]*>")
_LINE_ENDS = re.compile(r"[^\n]+")
_ENGINES = (
    (re.compile(f"{re.escape(emit.PRINT)}.*?{re.escape(emit.PRINT_END)}", re.DOTALL), SAMPLE),
    (re.compile(f"{re.escape(emit.BLOCK)}.*?{re.escape(emit.BLOCK_END)}", re.DOTALL), ""),
    (re.compile(f"{re.escape(emit.NOTE)}.*?{re.escape(emit.NOTE_END)}", re.DOTALL), ""),
    (re.compile(f"{emit.MARK}[^{emit.MARK}]*{emit.MARK}"), "#"),
)


@dataclass(frozen=True)
class Field:
    """One field of one variant: `template` as written, blocks written out."""

    channel: str
    language: str
    name: str
    template: str

    @property
    def path(self) -> str:
        """Its place in the message, as a JSON pointer."""
        return f"/variants/{self.channel}/{self.language}/{self.name}"

    @cached_property
    def shown(self) -> str:
        """What its reader sees, on the same lines: no tags and statements, sample values."""
        text = _STATEMENT.sub(_blank, _PRINT.sub(_value, self.template))
        if self.name != "mjml":
            return text
        return html_text.unescape(_TAG.sub(_blank, _UNSEEN.sub(_blank, text)))

    @property
    def says(self) -> bool:
        """Whether it is words for a person, and no address or name for machines."""
        if self.channel == EMAIL:
            return True
        known = kinds.channel(self.channel).field(self.name)
        return known is not None and known.kind in (Kind.TEXT, Kind.LINE)


@dataclass(frozen=True)
class Mail:
    """One e-mail: as it will be sent (`compiled`), and only what its author wrote (`html`)."""

    source: EmailSource
    compiled: CompiledEmail

    @cached_property
    def html(self) -> str:
        """The author's own HTML with sample values, links as "#"; no imprint, no way out."""
        own = compile_email(msgspec.structs.replace(self.source, purpose="transactional"))
        html = own.html
        for pattern, written in _ENGINES:
            html = pattern.sub(written, html)
        return html

    def path(self, name: str) -> str:
        """The place of one of its fields, as a JSON pointer."""
        return f"/variants/{EMAIL}/{self.source.language}/{name}"


@dataclass(frozen=True)
class Subject:
    """A message under the eyes of the checks: `law` is the workspace's, `speaker` who speaks."""

    guide: Guide
    law: str
    speaker: Company
    sources: Mapping[tuple[str, str], Source]

    @cached_property
    def marketing(self) -> bool:
        """Whether it is a commercial message."""
        return any(one.purpose == "marketing" for one in self.sources.values())

    @cached_property
    def fields(self) -> list[Field]:
        """All fields that something stands in, in the order of the message."""
        found = []
        for (channel, language), source in self.sources.items():
            if isinstance(source, EmailSource):
                written = [(language, name, getattr(source, name)) for name in MAIL_TEXTS]
            else:
                written = [
                    (one, name, text)
                    for one, fields in source.texts.items()
                    for name, text in fields.items()
                ]
            found += [Field(channel, *one) for one in written if one[2].strip()]
        return found

    @cached_property
    def mails(self) -> list[Mail]:
        """Its e-mails, one for each language."""
        found = [one for one in self.sources.values() if isinstance(one, EmailSource)]
        return [Mail(one, compile_email(one)) for one in found]

    @cached_property
    def ended(self) -> frozenset[tuple[str, str]]:
        """(channel, language) of the texts whose way to refuse is written for their author."""
        found = [one for one in self.sources.values() if isinstance(one, TextSource)]
        return frozenset(
            (source.channel, variant.language)
            for source in found
            for variant in compile_text(source).variants
            if variant.needs_end
        )


def line_at(text: str, place: int) -> int:
    """The line (from 1) of a place in a text."""
    return text.count("\n", 0, place) + 1


def line_of(text: str, part: str) -> int:
    """The line on which `part` stands, 0 where it stands nowhere as it is."""
    place = text.find(part) if part else -1
    return line_at(text, place) if place >= 0 else 0


def _blank(found: re.Match[str]) -> str:
    return _LINE_ENDS.sub(" ", found[0])


def _value(found: re.Match[str]) -> str:
    """What stands for a value: its fallback where the author wrote one as a text."""
    lines = "\n" * found[0].count("\n")
    if found[1].strip() in _OWN:
        return "https://k.example" + lines
    fallback = _FALLBACK.search(found[1])
    return (fallback[2] if fallback else SAMPLE) + lines
