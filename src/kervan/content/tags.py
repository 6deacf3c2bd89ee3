"""Finds the tags of MJML and HTML and their attributes, for those who must change a few of them."""

import re
from dataclasses import dataclass

_QUOTED = r'"[^"]*"|' + r"'[^']*'"
TAG = re.compile(
    rf"<(?P<close>/?)(?P<name>[A-Za-z][\w:-]*)(?P<attrs>(?:[^<>\"']|{_QUOTED})*?)(?P<void>/?)>"
)
_ATTR = re.compile(rf"(?P<name>[^\s=/\"'<>]+)(?:\s*=\s*(?P<value>{_QUOTED}|[^\s\"'<>]+))?")
VOID = ("area", "br", "col", "hr", "img", "input", "wbr")


@dataclass(frozen=True, slots=True)
class Attribute:
    """`value` is as written, without its quotes; None for a bare name."""

    name: str
    value: str | None
    quoted: bool


def attributes(text: str) -> list[Attribute]:
    """The attributes in the inside of a tag, in order."""
    found = []
    for one in _ATTR.finditer(text):
        value = one.group("value")
        quoted = value is not None and value[0] in "\"'"
        inner = value[1:-1] if quoted and value is not None else value
        found.append(Attribute(one.group("name"), inner, quoted))
    return found


def encoded(value: str) -> str:
    """An attribute's value between double quotes, in printable ASCII.

    The MJML engine writes attribute values in its own language's notation for strings, which
    spoils quotes, backslashes and letters it holds unprintable; references survive it.
    """
    if value.isascii() and value.isprintable() and '"' not in value and "\\" not in value:
        return value
    return "".join(
        sign if sign.isascii() and sign.isprintable() and sign not in '"\\' else f"&#{ord(sign)};"
        for sign in value
    )
