"""Says what a block is: a piece of MJML and a piece of plain text for each language."""

import re
from typing import Literal

import msgspec

from kervan.content.parse import parse
from kervan.content.texts.compile import Language
from kervan.kernel.errors import KervanError

KEY = r"[a-z0-9][a-z0-9_-]{0,62}"
_KEY = re.compile(KEY)
NAME_CHARS = 200
MAX_CHARS = 100_000
USE = re.compile(rf"""\{{%(?P<trims>-?)\s*use\s+(["'])(?P<key>{KEY})\2\s*(?P<trims_after>-?)%\}}""")
"""`{% use "footer" %}`."""


class Pieces(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One language of a block: what stands in MJML, and what in every other text."""

    mjml: str = ""
    text: str = ""


class Block(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A block as its author writes it; `language` is for texts in a language it does not have."""

    key: str
    name: str
    pieces: dict[Language, Pieces]
    language: Language | Literal[""] = ""

    def of(self, language: str) -> Pieces:
        """Its pieces in `language`, else in its default, else the first ones."""
        found = (self.pieces[one] for one in (language, self.language) if one in self.pieces)
        return next(found, next(iter(self.pieces.values())))


def read(value: object) -> Block:
    """What stands below `block:` in a text, as plain data.

    Raises KervanError content.block_invalid (422), and what `parse` raises for a piece.
    """
    try:
        found = msgspec.convert(value, Block)
    except msgspec.ValidationError as error:
        raise KervanError("content.block_invalid", status=422, reason=str(error)[:300]) from None
    sound = _KEY.fullmatch(found.key) and found.name.strip() and found.name.isprintable()
    if not (sound and len(found.name) <= NAME_CHARS and found.pieces):
        reason = "key, name, pieces"
        raise KervanError("content.block_invalid", status=422, reason=reason)
    if found.language and found.language not in found.pieces:
        raise KervanError("content.language_missing", status=422, language=found.language)
    for language, pieces in found.pieces.items():
        for name, template in (("mjml", pieces.mjml), ("text", pieces.text)):
            part = f"{language}.{name}"
            if len(template) > MAX_CHARS:
                raise KervanError("content.source_too_long", status=422, part=part, limit=MAX_CHARS)
            # A block must be whole by itself: nobody wants an `if` that another text closes.
            parse(USE.sub("", template), part)
    return found
