"""Finds words of a list in a text, with the endings that Turkish and Azerbaijani put on them."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from kervan.consent.refusal_words import fold
from kervan.content.letters import lower

_TOKEN = re.compile(r"[^\W\d_]+(?:['’ʼ][^\W\d_]+)*|\d+|%")
_LONGEST = 40
_SHORTEST_STEM = 3
_A, _I = "[aeə]", "[ıiuü]"
# Endings of nouns as grammars list them (plural, possessives, cases, -lI, -lIk, copulas). -sIz,
# "without", is left out: it says the opposite of the word.
_ENDINGS = (
    f"l{_A}r|[ysn]?{_I}|[yn]?{_A}|n?{_I}n|[dt]{_A}n?|{_I}?m(?:{_I}z)?|{_I}?n(?:{_I}z)?|ki|[cç]{_A}"
    f"|l{_I}[kğgqy]?|[dt]{_I}r|y?l{_A}|y?[dt]{_I}|y?m{_I}[şs]|y?s{_A}|{_A}r{_I}"
)
_MOST_ENDINGS = 5
# The last consonant of a stem before a vowel: kitap → kitabı, renk → rengi, qonaq → qonağı.
_SOFT = {"p": "b", "ç": "c", "c": "c", "t": "d", "k": "ğgy", "q": "ğg"}


class Hit(NamedTuple):
    """A word of the list, as it stands in the text, and where."""

    word: str
    written: str
    start: int


class _Token(NamedTuple):
    start: int
    end: int
    exact: str
    folded: str


def find(text: str, words: Iterable[str], language: str) -> Iterator[Hit]:
    """Every place of `text` where one of `words` stands, with endings or without.

    Capitals are made small as the language does it (İ → i, I → ı). In a text without a single
    letter beyond ASCII, "firsat" stands for "fırsat": phones are written to so.
    """
    plain = text.isascii()
    tokens = _tokens(text, language)
    by_start: dict[str, list[int]] = {}
    for number, one in enumerate(tokens):
        by_start.setdefault((one.folded if plain else one.exact)[:2], []).append(number)
    for word in words:
        phrase = [one.folded if plain else one.exact for one in _tokens(word, language)]
        if not phrase:
            continue
        last = _pattern(phrase[-1], language)
        for number in by_start.get(phrase[0][:2], ()):
            there = tokens[number : number + len(phrase)]
            said = [one.folded if plain else one.exact for one in there]
            if len(said) == len(phrase) and said[:-1] == phrase[:-1] and last.fullmatch(said[-1]):
                start = there[0].start
                yield Hit(word, text[start : there[-1].end], start)


def _tokens(text: str, language: str) -> list[_Token]:
    found = []
    for one in _TOKEN.finditer(text):
        exact = lower(re.sub("['’ʼ]", "", one[0][:_LONGEST]), language)
        found.append(_Token(one.start(), one.end(), exact, fold(exact) or exact))
    return found


@lru_cache(maxsize=4_096)
def _pattern(stem: str, language: str) -> re.Pattern[str]:
    """A word with all its endings."""
    plain = re.escape(stem)
    if len(stem) < _SHORTEST_STEM or not stem.isalpha():
        return re.compile(plain)
    if language == "en":
        return re.compile(f"{plain}(?:s|es)?")
    forms = f"{plain}(?:{_ENDINGS}){{0,{_MOST_ENDINGS}}}"
    if soft := _SOFT.get(stem[-1]):
        forms += (
            f"|{re.escape(stem[:-1])}[{soft}](?=[aeəıiuüoö])(?:{_ENDINGS}){{1,{_MOST_ENDINGS}}}"
        )
    return re.compile(forms)
