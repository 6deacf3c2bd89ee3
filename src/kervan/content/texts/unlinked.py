"""Keeps values from becoming links: phones make one of whatever looks like an address.

Somebody who signs up as "Win at evil.example" would else have the shop send that link to whoever
she names. Nothing is refused for it: the words stay, and a blank keeps them from being an address.
"""

import re
from typing import Any

from kervan.content.links import host_allowed, normal_url

FILTER = "unlinked"
"""The filter that only the compiler writes."""
# Schemes and hosts as phones find them in plain words; an address with @ is a mail's, and stays.
_LINK = re.compile(
    r"(?P<mail>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?P<url>[a-z][a-z0-9+.-]*://\S*)"
    r"|(?P<host>[\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2,}(?:[:/?#]\S*)?)",
    re.IGNORECASE,
)
_DOT = re.compile(r"(?<=\w)\.(?=\w)")
_WORD = re.compile(r"\S+")
_MOST_CHARS = 64
"""Of one word: what looks for addresses takes time by the square of a word's length."""


def unlinked(value: Any, hosts: frozenset[str]) -> Any:
    """`value` with a blank in each address that does not lead to one of `hosts` or below."""
    if not isinstance(value, str) or ("." not in value and ":" not in value):
        return value
    return _WORD.sub(lambda found: _word(found[0], hosts), value)


def _word(word: str, hosts: frozenset[str]) -> str:
    if len(word) > _MOST_CHARS:
        return word if _is_known(word, hosts) else _parted(word)
    return _LINK.sub(lambda found: _plain(found, hosts), word)


def _plain(found: re.Match[str], hosts: frozenset[str]) -> str:
    words = found.group()
    known = found["mail"] or _is_known(words if found["url"] else f"https://{words}", hosts)
    return words if known else _parted(words)


def _is_known(url: str, hosts: frozenset[str]) -> bool:
    sound = normal_url(url)
    return sound is not None and host_allowed(sound[1], hosts)


def _parted(words: str) -> str:
    return _DOT.sub(". ", words.replace("://", ": "))
