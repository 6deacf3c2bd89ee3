"""Tells whether a text that somebody sent back is a refusal, in any spelling of its word."""

import tomllib
import unicodedata
from functools import cache
from importlib.resources import files
from typing import NamedTuple

_LONGEST_CHARS = 1_000
# Letters that many keyboards put in the place of İ, ı and ə; what stays has no decomposition.
_SAME = str.maketrans(
    {"İ": "i", "I": "i", "ı": "i", "ə": "e", "Ə": "e", "ǝ": "e", "Ǝ": "e", "ә": "e", "Ә": "e"}
)
_WITHIN = frozenset("'’ʼ`´")


class Word(NamedTuple):
    """The word that was found, as `refusals.toml` writes it, and its language.

    `everything` says that it asks for silence on the channel, not only for no marketing.
    """

    text: str
    language: str
    everything: bool = False


def refusal_in(text: str) -> Word | None:
    """The refusal that `text` is, or None when it is anything else.

    A word that only ever means a refusal counts alone and as the first word; one with an everyday
    meaning counts only when the text says nothing else. Punctuation, digits and blanks around are
    no matter, and neither are the forms of I and ə (`fold`).
    """
    words = fold(text[:_LONGEST_CHARS]).split()
    if not words:
        return None
    first, alone = _known()
    return alone.get(" ".join(words)) or first.get(words[0])


def fold(text: str) -> str:
    """`text` as words of plain small letters with single blanks between them.

    İ, I, ı and i are one letter, so are ə and e; accents, cedillas and invisible marks fall away,
    and whatever is no letter parts words. An apostrophe inside a word joins its two sides.
    """
    plain = unicodedata.normalize("NFKC", text).translate(_SAME).casefold()
    written: list[str] = []
    for char in unicodedata.normalize("NFKD", plain):
        kind = unicodedata.category(char)
        if kind[0] == "L":
            written.append(char)
        elif kind[0] != "M" and kind != "Cf" and char not in _WITHIN:
            written.append(" ")
    return " ".join("".join(written).translate(_SAME).split())


@cache
def _known() -> tuple[dict[str, Word], dict[str, Word]]:
    """{folded: word} of those that count as the first word, and of those that count alone."""
    text = (files(__package__) / "refusals.toml").read_text(encoding="utf-8")
    first: dict[str, Word] = {}
    alone: dict[str, Word] = {}
    for language, lists in tomllib.loads(text).items():
        first.update({fold(word): Word(word, language) for word in lists["first"]})
        alone.update({fold(word): Word(word, language) for word in lists["alone"]})
        alone.update({fold(word): Word(word, language, True) for word in lists["everything"]})
    return first, alone
