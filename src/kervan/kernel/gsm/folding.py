"""Makes a text cheaper to send: signs and letters that an alphabet lacks become ones it has."""

import enum
import unicodedata
from functools import cache, lru_cache

from kervan.kernel.gsm.alphabet import Mode, characters

ASCII = frozenset(map(chr, range(0x20, 0x7F))) | {"\n"}


class Fold(enum.Enum):
    """How far a sender lets its texts be changed."""

    NONE = "none"
    """As written; only composed (NFC), with plain line ends and without control characters."""
    SIGNS = "signs"
    """Typographic quotes, dashes, dots and blanks become those of a typewriter."""
    FOREIGN = "foreign"
    """Also letters that neither the default alphabet nor a Turkish table has (ə → e, â → a)."""
    GSM = "gsm"
    """Also the Turkish letters that the default alphabet lacks (ş → s, ı → i, ç → c)."""
    ASCII = "ascii"
    """Down to ASCII (ö → o), for routes that spoil everything else."""


_SIGNS = {
    **dict.fromkeys("‘’‚‛ʼʻ′`´＇", "'"),
    **dict.fromkeys("“”„‟«»″＂", '"'),
    **dict.fromkeys("‹", "<"),
    **dict.fromkeys("›", ">"),
    **dict.fromkeys("‐‑‒–—―⁃", "-"),
    **dict.fromkeys("•·∙‣▪●", "-"),
    "…": "...",
    "⁄": "/",
    "−": "-",
    "\t": " ",
    # A line end or a page end of another kind.
    **dict.fromkeys("\u2028\u2029\x85\v", "\n"),
    # Invisible: soft hyphen, joiners, direction marks, variation selectors, byte order mark.
    **dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\u200e\u200f\ufeff\ufe0e\ufe0f", ""),
}
_LETTERS = {
    "ı": "i", "ə": "e", "Ə": "E", "ǝ": "e", "Ǝ": "E", "ә": "e", "Ә": "E",
    "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th",
    "œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ø": "o", "Ø": "O", "ß": "ss", "ẞ": "SS",
    "ħ": "h", "Ħ": "H", "ŧ": "t", "Ŧ": "T",
    "₺": "TL", "₼": "AZN", "€": "EUR", "£": "GBP", "¥": "JPY", "№": "No", "©": "(c)",
    "®": "(R)", "¿": "?", "¡": "!", "§": "par.", "¤": "",
}  # fmt: skip
_KEPT_CONTROLS = frozenset("\n\f\t\v\x85")


def normal(text: str) -> str:
    """`text` as it counts: composed (NFC), line ends as LF, other control characters left out."""
    plain = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    if plain.isprintable():
        return plain
    return "".join([c for c in plain if c in _KEPT_CONTROLS or unicodedata.category(c) != "Cc"])


def fold(text: str, how: Fold = Fold.GSM) -> str:
    """`text` in its `normal` form, with what `how` allows to change; the rest stays as it is.

    A character for which the alphabet has nothing near, such as an emoji, is left where it is.
    """
    plain = normal(text)
    if how is Fold.NONE:
        return plain
    keep = _kept(how)
    if keep.issuperset(plain):
        return plain
    return "".join([char if char in keep else _folded(char, how) for char in plain])


@lru_cache(maxsize=8_192)
def _folded(char: str, how: Fold) -> str:
    """The nearest text to one character that is not kept."""
    kind = unicodedata.category(char)
    if char in _SIGNS:
        return _SIGNS[char]
    if kind == "Zs":
        return " "
    if how is Fold.SIGNS:
        return char
    if kind == "Mn":
        return ""
    return _LETTERS.get(char) or _bare(char, _kept(how)) or char


def _bare(char: str, keep: frozenset[str]) -> str:
    """`char` without its marks, or with the one mark that `keep` knows; "" when that is no help."""
    parts = unicodedata.normalize("NFKD", char)
    for mark in parts[1:]:
        composed = unicodedata.normalize("NFC", parts[0] + mark)
        if composed in keep:
            return composed
    bare = [_SIGNS.get(part) or _LETTERS.get(part, part) for part in parts if not _is_mark(part)]
    text = "".join(bare)
    return text if keep.issuperset(text) else ""


def _is_mark(char: str) -> bool:
    return unicodedata.category(char) == "Mn"


@cache
def _kept(how: Fold) -> frozenset[str]:
    """What is left alone; signs are folded where no alphabet of septets has them."""
    if how is Fold.ASCII:
        return ASCII - {"`"}
    if how is Fold.GSM:
        return characters(Mode.GSM)
    return characters(Mode.SINGLE) | characters(Mode.LOCKING)
