"""User data headers of short messages: which part this is, and which national table it uses.

3GPP TS 23.040, 9.2.3.24: one octet of length, then information elements of id, length and data.
"""

import enum
from typing import NamedTuple

from kervan.kernel.gsm.alphabet import LOCKING_SHIFT, NATIONAL_TURKISH, SINGLE_SHIFT, Mode

_CONCATENATED_8, _CONCATENATED_16 = 0x00, 0x08


class Joining(enum.Enum):
    """How the parts of one text find each other again."""

    UDH8 = "udh8"
    """A header with an 8-bit reference: what every phone knows."""
    UDH16 = "udh16"
    """A header with a 16-bit reference: one unit less, and rarely mixed up."""
    SAR = "sar"
    """The SMSC makes the header out of SMPP's sar_* parameters."""


class Place(NamedTuple):
    """Part `number` (from 1) of `total` parts under one `reference`."""

    reference: int
    total: int
    number: int


class Header(NamedTuple):
    """What a header says: its part's place, and the national tables (0 is the default one)."""

    place: Place | None = None
    single_shift: int = 0
    locking_shift: int = 0


def header(mode: Mode, place: Place | None, joining: Joining) -> bytes:
    """The header with its length octet, or nothing when nothing is to be said."""
    elements = b""
    if place is not None and joining is Joining.UDH8:
        reference, total, number = place
        elements += bytes((_CONCATENATED_8, 3, reference % 256, total, number))
    if place is not None and joining is Joining.UDH16:
        high, low = divmod(place.reference % 65_536, 256)
        elements += bytes((_CONCATENATED_16, 4, high, low, place.total, place.number))
    if mode.shifts:
        elements += bytes((SINGLE_SHIFT, 1, NATIONAL_TURKISH))
    if mode.locks:
        elements += bytes((LOCKING_SHIFT, 1, NATIONAL_TURKISH))
    return bytes((len(elements),)) + elements if elements else b""


def header_octets(mode: Mode, joining: Joining | None) -> int:
    """How long the header of a part is; without `joining`, of a text that fits one message."""
    place = None if joining is None else Place(0, 1, 1)
    return len(header(mode, place, joining or Joining.UDH8))


def read_header(octets: bytes) -> tuple[Header, int]:
    """What the header at the start of `octets` says, and its length; broken elements say nothing.

    An element that stands twice counts as it stands last (3GPP TS 23.040, 9.2.3.24).
    """
    end = min(len(octets), octets[0] + 1 if octets else 0)
    found = Header()
    at = 1
    while at + 1 < end:
        name, length = octets[at], octets[at + 1]
        data = octets[at + 2 : at + 2 + length]
        at += 2 + length
        if at > end or len(data) != length:
            break
        found = _heard(found, name, data)
    return found, end


def _heard(found: Header, name: int, data: bytes) -> Header:
    if name == _CONCATENATED_8 and len(data) == 3:
        return _placed(found, data[0], data[1], data[2])
    if name == _CONCATENATED_16 and len(data) == 4:
        return _placed(found, data[0] * 256 + data[1], data[2], data[3])
    if name == SINGLE_SHIFT and len(data) == 1:
        return found._replace(single_shift=data[0])
    if name == LOCKING_SHIFT and len(data) == 1:
        return found._replace(locking_shift=data[0])
    return found


def _placed(found: Header, reference: int, total: int, number: int) -> Header:
    """A part that is not among its own is to be ignored as a part (9.2.3.24.1)."""
    return found._replace(place=Place(reference, total, number)) if 1 <= number <= total else found
