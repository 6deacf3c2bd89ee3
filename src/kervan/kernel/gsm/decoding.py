"""Reads what phones write to us: octets of a short message as text, and long ones joined again."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from kervan.kernel.gsm.alphabet import ESCAPE, NATIONAL_TURKISH, base, extension
from kervan.kernel.gsm.headers import Header, Place, read_header

Default = Literal["gsm", "ascii", "latin-1", "utf-8"]
"""What an SMSC means by its default alphabet (SMPP's data_coding 0)."""

_UDHI = 0x40
_UNREADABLE = "\ufffd"


class Piece(NamedTuple):
    """One message: its text, and its place where it is a part of a longer one."""

    text: str
    place: Place | None


def decode(
    short_message: bytes, *, esm_class: int = 0, data_coding: int = 0, default: Default = "gsm"
) -> Piece:
    """What SMPP's short_message says (septets one in an octet); binary data is read as no text.

    What cannot be read stands as U+FFFD; half of a surrogate pair is kept for `join`.
    """
    head, start = read_header(short_message) if esm_class & _UDHI else (Header(), 0)
    body = short_message[start:]
    kind = _alphabet(data_coding, default)
    if kind == "ucs2":
        text = body[: len(body) // 2 * 2].decode("utf-16-be", "surrogatepass")
    elif kind == "gsm":
        text = _septets(body, head)
    elif kind == "binary":
        text = ""
    else:
        text = body.decode(kind, "replace")
    return Piece(text, head.place)


def join(pieces: Mapping[int, str]) -> str:
    """The text of {part number: its text}, whole again even where a pair was cut in two."""
    text = "".join([pieces[number] for number in sorted(pieces)])
    return text.encode("utf-16-be", "surrogatepass").decode("utf-16-be", "replace")


def _alphabet(data_coding: int, default: Default) -> str:
    """SMPP 3.4, 5.2.19, and below it the groups of 3GPP TS 23.038, 4."""
    named = {0x00: default, 0x01: "ascii", 0x03: "latin-1", 0x06: "iso8859-5", 0x07: "iso8859-8"}
    if data_coding in named:
        return named[data_coding]
    if data_coding == 0x08:
        return "ucs2"
    if data_coding < 0x10:
        return "binary"
    if data_coding < 0x40:  # general, with a message class; bit 5 is compression, unreadable
        return ("gsm", "binary", "ucs2", "binary")[data_coding >> 2 & 3]
    if data_coding & 0xF0 == 0xE0:
        return "ucs2"
    if data_coding & 0xF0 == 0xF0:
        return "binary" if data_coding & 0x04 else "gsm"
    return "gsm"


def _septets(body: bytes, head: Header) -> str:
    plain = base(turkish=head.locking_shift == NATIONAL_TURKISH)
    behind = extension(turkish=head.single_shift == NATIONAL_TURKISH)
    text: list[str] = []
    escaped = False
    for code in body:
        if code == ESCAPE and not escaped:
            escaped = True
        elif escaped:
            # An unknown one shows as the plain character (6.2.1.1, note 1).
            text.append(behind.get(code) or plain.get(code, " "))
            escaped = False
        else:
            text.append(plain.get(code, _UNREADABLE))
    return "".join(text)
