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


def unlinked(value: Any, hosts: frozenset[str]) -> Any:
    """`value` with a blank in each address that does not lead to one of `hosts` or below."""
    if not isinstance(value, str) or ("." not in value and ":" not in value):
        return value
    return _LINK.sub(lambda found: _plain(found, hosts), value)


def _plain(found: re.Match[str], hosts: frozenset[str]) -> str:
    words = found.group()
    if found["mail"]:
        return words
    sound = normal_url(words if found["url"] else f"https://{words}")
    if sound is not None and host_allowed(sound[1], hosts):
        return words
    return _DOT.sub(". ", words.replace("://", ": "))
