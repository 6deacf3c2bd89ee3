"""Writes blocks into the templates that use them, before anything else reads these."""

from collections.abc import Mapping
from typing import TypeVar

import msgspec

from kervan.content.blocks.definition import USE, Block
from kervan.content.compile import EmailSource
from kervan.content.parse import MAX_SOURCE_CHARS
from kervan.content.texts.compile import TextSource
from kervan.kernel.errors import KervanError

MAX_DEPTH = 5
MAX_USES = 200
Blocks = Mapping[str, Block]
_Source = TypeVar("_Source", bound=EmailSource | TextSource)
_MAIL_TEXTS = ("subject", "preheader", "text")


def uses(source: EmailSource | TextSource) -> bool:
    """Whether a template uses a block at all: most do not, and need not be given any."""
    if isinstance(source, TextSource):
        written = [one for fields in source.texts.values() for one in fields.values()]
    else:
        written = [source.mjml, *(getattr(source, name) for name in _MAIL_TEXTS)]
    return any(USE.search(one) for one in written)


def with_blocks(source: _Source, blocks: Blocks) -> _Source:
    """`source` with every block it uses written out.

    Raises KervanError content.block_unknown, content.block_circle, content.too_deep,
    content.too_complex and content.source_too_long, with the `part` that uses it and the `line`.
    """
    if isinstance(source, TextSource):
        texts = {
            language: {
                name: _Writer(blocks, language, f"{language}.{name}", mjml=False).written(template)
                for name, template in fields.items()
            }
            for language, fields in source.texts.items()
        }
        return msgspec.structs.replace(source, texts=texts)
    changed = {
        name: _Writer(blocks, source.language, name, mjml=name == "mjml").written(
            getattr(source, name)
        )
        for name in ("mjml", *_MAIL_TEXTS)
    }
    return msgspec.structs.replace(source, **changed)


class _Writer:
    """Expands one template; `uses` and `room` are for all of its blocks together."""

    def __init__(self, blocks: Blocks, language: str, part: str, *, mjml: bool) -> None:
        self._blocks = blocks
        self._language = language
        self._part = part
        self._mjml = mjml
        self._uses = 0
        self._room = MAX_SOURCE_CHARS

    def written(self, template: str) -> str:
        return self._expanded(template, (), 0)

    def _expanded(self, template: str, above: tuple[str, ...], line: int) -> str:
        if len(above) > MAX_DEPTH:
            raise KervanError("content.too_deep", part=self._part, line=line)

        parts, at, trims = [], 0, False
        for found in USE.finditer(template):
            here = line or template.count("\n", 0, found.start()) + 1
            piece = self._piece(found["key"], above, here)
            inner = self._expanded(piece, (*above, found["key"]), here)
            before = template[at : found.start()]
            before = before.lstrip() if trims else before
            parts += [before.rstrip() if found["trims"] else before, inner]
            at, trims = found.end(), bool(found["trims_after"])
        rest = template[at:]
        return "".join([*parts, rest.lstrip() if trims else rest])

    def _piece(self, key: str, above: tuple[str, ...], line: int) -> str:
        block = self._blocks.get(key)
        if block is None:
            raise KervanError(
                "content.block_unknown",
                part=self._part,
                line=line,
                given=key,
                known=", ".join(sorted(self._blocks)) or "–",
            )
        if key in above:
            circle = " → ".join((*above[above.index(key) :], key))
            raise KervanError("content.block_circle", part=self._part, line=line, circle=circle)
        self._uses += 1
        if self._uses > MAX_USES:
            raise KervanError("content.too_complex", part=self._part, line=line)
        pieces = block.of(self._language)
        piece = pieces.mjml if self._mjml else pieces.text
        self._room -= len(piece)
        if self._room < 0:
            limit = MAX_SOURCE_CHARS
            raise KervanError("content.source_too_long", part=self._part, limit=limit)
        return piece
