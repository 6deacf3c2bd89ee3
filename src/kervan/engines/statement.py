"""Reads as much of a ClickHouse statement as the front needs: where data begins, which format."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

_TOKEN = re.compile(
    rb"""(?P<skip>\s+|--[^\n]*|\#[ !][^\n]*|/\*.*?\*/)
      |(?P<text>'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`)
      |(?P<word>[A-Za-z_][A-Za-z0-9_]*)
      |(?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_DATA_BEGINS = re.compile(rb"[ \t]*;?[ \t]*(?:\r?\n)?")
_HAS_NO_DATA = {b"SELECT", b"VALUES", b"WITH"}


@dataclass(frozen=True, slots=True)
class Insert:
    """An INSERT whose data follows: the statement without FORMAT, the format, data's offset."""

    sql: str
    form: str
    offset: int


def find_insert(text: bytes) -> Insert | None:
    """The INSERT … FORMAT at the start of `text`, or None when `text` is anything else."""
    words = _words(text)
    first = next(words, None)
    if first is None or first.group().upper() != b"INSERT":
        return None
    for word in words:
        name = word.group().upper()
        if name in _HAS_NO_DATA:
            return None
        if name == b"FORMAT":
            form = next(words, None)
            if form is None:
                return None
            begins = _DATA_BEGINS.match(text, form.end())
            offset = begins.end() if begins else form.end()
            return Insert(
                text[: word.start()].decode(errors="replace"), form.group().decode(), offset
            )
    return None


def is_insert(text: bytes) -> bool:
    """Whether the first word is INSERT."""
    first = next(_words(text), None)
    return first is not None and first.group().upper() == b"INSERT"


def output_format(sql: bytes) -> str:
    """The name after the last FORMAT outside brackets, or empty."""
    found = ""
    for word, following in itertools.pairwise(_words(sql)):
        if word.group().upper() == b"FORMAT":
            found = following.group().decode()
    return found


def _words(text: bytes) -> Iterator[re.Match[bytes]]:
    """The bare words outside brackets, quotes and comments."""
    depth = 0
    for token in _TOKEN.finditer(text):
        if token.lastgroup == "other":
            depth += (token.group() in b"([{") - (token.group() in b")]}")
        elif token.lastgroup == "word" and depth == 0:
            yield token
