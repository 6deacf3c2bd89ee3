"""Writes a text as the parts of a short message, with headers; and packs septets for the air."""

from dataclasses import dataclass, field
from typing import NamedTuple

from kervan.kernel.errors import KervanError
from kervan.kernel.gsm.alphabet import Mode, codes
from kervan.kernel.gsm.counting import costs_of, cut, size
from kervan.kernel.gsm.headers import Joining, Place, header

MOST_PARTS = 255
_UDHI = 0x40
_UCS2 = 0x08


@dataclass(frozen=True, slots=True)
class Part:
    """One message on the air: `header` with its length octet, `body` in octets.

    Septets stand one in an octet, as SMPP takes them; `packed` has them as the radio does.
    """

    place: Place
    mode: Mode
    header: bytes = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def short_message(self) -> bytes:
        """Header and body, as SMPP's short_message takes them."""
        return self.header + self.body

    @property
    def esm_class(self) -> int:
        """SMPP 3.4, 5.2.12: the UDHI bit where there is a header."""
        return _UDHI if self.header else 0

    @property
    def data_coding(self) -> int:
        """SMPP 3.4, 5.2.19: 0 the default alphabet (shifts too), 8 UCS-2."""
        return 0 if self.mode.is_septets else _UCS2


class UserData(NamedTuple):
    """TP-UDL (septets or octets) and TP-UD, as 3GPP TS 23.040 has them."""

    length: int
    octets: bytes


def encode(
    text: str,
    mode: Mode,
    *,
    reference: int = 0,
    joining: Joining = Joining.UDH8,
    reserve_units: int = 0,
) -> list[Part]:
    """The parts of `text`, as many as `count` says; the text is one that was folded before.

    `reference` should differ between messages to one person that go together. Raises
    kernel.sms_unsendable and kernel.sms_too_long (422).
    """
    try:
        costs = costs_of(text, mode)
    except KeyError:
        raise KervanError("kernel.sms_unsendable", status=422) from None
    ends = cut(costs, size(mode, joining), reserve_units)
    if len(ends) > MOST_PARTS:
        raise KervanError("kernel.sms_too_long", status=422, parts=len(ends), most=MOST_PARTS)
    parts: list[Part] = []
    start = 0
    for number, end in enumerate(ends, 1):
        place = Place(reference, len(ends), number)
        head = header(mode, place if len(ends) > 1 else None, joining)
        parts.append(Part(place, mode, head, _body(text[start:end], mode)))
        start = end
    return parts


def _body(text: str, mode: Mode) -> bytes:
    if mode is Mode.UCS2:
        return text.encode("utf-16-be")
    known = codes(mode)
    return b"".join([known[char] for char in text])


def packed(part: Part) -> UserData:
    """The part as it goes over the air: septets packed behind a header that fill bits round up."""
    if part.mode is Mode.UCS2:
        return UserData(len(part.short_message), part.short_message)
    fill_bits = -8 * len(part.header) % 7
    before = (8 * len(part.header) + fill_bits) // 7
    return UserData(before + len(part.body), part.header + pack(part.body, fill_bits))


def pack(septets: bytes, fill_bits: int = 0) -> bytes:
    """Septets, each in an octet, as a stream of bits behind `fill_bits` zeros (6.1.2.1.1)."""
    stream = 0
    for index, septet in enumerate(septets):
        stream |= septet << (fill_bits + 7 * index)
    return stream.to_bytes((fill_bits + 7 * len(septets) + 7) // 8, "little")
