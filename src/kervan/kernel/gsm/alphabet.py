"""The alphabets of a short message: which characters each mode can write, and as which codes.

3GPP TS 23.038: the default alphabet (6.2.1), its extension (6.2.1.1), and Turkish, national
language 1, by single shift (A.2.1) and by locking shift (A.3.1). There is no Azerbaijani table.
"""

import enum
from functools import cache

ESCAPE = 0x1B
NATIONAL_TURKISH = 1
SINGLE_SHIFT, LOCKING_SHIFT = 0x24, 0x25
"""Information elements that name the national table (3GPP TS 23.040, 9.2.3.24.15 and .16)."""

# Code by code; ESC stands in its place and is no character.
_DEFAULT = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_TURKISH = {
    0x04: "€", 0x07: "ı", 0x0B: "Ğ", 0x0C: "ğ", 0x1C: "Ş", 0x1D: "ş", 0x40: "İ", 0x60: "ç",
}  # fmt: skip
_EXTENSION = {
    0x0A: "\f", 0x14: "^", 0x28: "{", 0x29: "}", 0x2F: "\\", 0x3C: "[", 0x3D: "~", 0x3E: "]",
    0x40: "|", 0x65: "€",
}  # fmt: skip
_TURKISH_EXTENSION = _EXTENSION | {
    0x47: "Ğ", 0x49: "İ", 0x53: "Ş", 0x63: "ç", 0x67: "ğ", 0x69: "ı", 0x73: "ş",
}  # fmt: skip

TURKISH_LETTERS = frozenset("ĞğİıŞşç")
"""The letters of Turkish that the default alphabet lacks (Ç, Ö, ö, Ü and ü it has)."""


class Mode(enum.Enum):
    """How a text is written on the air."""

    GSM = "gsm"
    """The default alphabet: every phone and every route."""
    SINGLE = "turkish_single"
    """Turkish single shift: ğ ş ı İ Ş Ğ ç cost two septets each."""
    LOCKING = "turkish_locking"
    """Turkish locking shift: they cost one, where the route passes it on."""
    BOTH = "turkish_both"
    """Both shifts: only for routes that ask for it, nothing gets shorter by it."""
    UCS2 = "ucs2"
    """UTF-16 code units: every character there is."""

    @property
    def is_septets(self) -> bool:
        """Whether texts are written in septets."""
        return self is not Mode.UCS2

    @property
    def locks(self) -> bool:
        """Whether the Turkish table replaces the default one."""
        return self in (Mode.LOCKING, Mode.BOTH)

    @property
    def shifts(self) -> bool:
        """Whether the Turkish table replaces the default extension."""
        return self in (Mode.SINGLE, Mode.BOTH)


@cache
def base(*, turkish: bool) -> dict[int, str]:
    """{code: character} of the table of plain septets."""
    table = dict(enumerate(_DEFAULT)) | (_TURKISH if turkish else {})
    del table[ESCAPE]
    return table


def extension(*, turkish: bool) -> dict[int, str]:
    """{code: character} of the table that stands behind an escape."""
    return _TURKISH_EXTENSION if turkish else _EXTENSION


@cache
def codes(mode: Mode) -> dict[str, bytes]:
    """{character: its one or two septets, an octet each} of a mode of septets."""
    known = {char: bytes((ESCAPE, code)) for code, char in extension(turkish=mode.shifts).items()}
    return known | {char: bytes((code,)) for code, char in base(turkish=mode.locks).items()}


@cache
def characters(mode: Mode) -> frozenset[str]:
    """What a mode of septets can write."""
    return frozenset(codes(mode))
