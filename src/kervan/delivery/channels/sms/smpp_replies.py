"""What people write to us over SMPP: numbers in E.164, texts read, long ones joined again."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import phonenumbers

from kervan.delivery.channels.channel import Inbound
from kervan.delivery.channels.sms import smpp_pdu as pdu
from kervan.kernel import clock, gsm, ids
from kervan.kernel.gsm.decoding import Default

_INTERNATIONAL, _ALPHANUMERIC = 1, 5
_AGAIN_SECONDS = 600.0
_MOST_WAITING = 1_000
_MOST_PARTS = 255


@dataclass(slots=True)
class _Long:
    """A text of which some parts have come."""

    at: float
    first: datetime
    total: int
    pieces: dict[int, str] = field(default_factory=dict)


_Key = tuple[str, str, int, int]


class Replies:
    """Texts of people; one in parts is told when it is whole, or when its time is over.

    An SMSC repeats a delivery whose answer it lost, and gives it no id: what says the same, from
    the same number to the same, within ten minutes has the same id here, and counts once.
    """

    def __init__(
        self,
        country: str,
        default: Default,
        join_seconds: float,
        now: Callable[[], datetime] = clock.now,
        monotonic: Callable[[], float] = clock.monotonic,
    ) -> None:
        self._country = country
        self._default = default
        self._join_seconds = join_seconds
        self._now, self._monotonic = now, monotonic
        self._long: dict[_Key, _Long] = {}
        self._seen: dict[bytes, datetime] = {}

    def take(self, delivered: pdu.Delivered) -> Inbound | None:
        """The text of a delivery, or None while it waits for its other parts."""
        piece = gsm.decode(
            delivered.octets,
            esm_class=delivered.esm_class,
            data_coding=delivered.data_coding,
            default=self._default,
        )
        source, own = self._number(delivered.source), delivered.destination.text
        place = piece.place or _sar(delivered)
        if place is None or place.total == 1:
            return self._inbound(source, own, piece.text, 1, 1)
        key = (source, own, place.reference, place.total)
        long = self._long.get(key)
        if long is None:
            self._make_room()
            long = self._long[key] = _Long(self._monotonic(), self._now(), place.total)
        long.pieces[place.number] = piece.text
        if len(long.pieces) < place.total:
            return None
        return self._close(key)

    def overdue(self) -> list[Inbound]:
        """Texts whose missing parts are waited for no more, as much of them as there is."""
        limit = self._monotonic() - self._join_seconds
        return [self._close(key) for key, long in list(self._long.items()) if long.at <= limit]

    def rest(self) -> list[Inbound]:
        """Everything that still waits, because the line closes."""
        return [self._close(key) for key in list(self._long)]

    def _make_room(self) -> None:
        if len(self._long) >= _MOST_WAITING:
            del self._long[next(iter(self._long))]

    def _close(self, key: _Key) -> Inbound:
        long = self._long.pop(key)
        return self._inbound(key[0], key[1], gsm.join(long.pieces), len(long.pieces), long.total)

    def _inbound(self, source: str, own: str, text: str, parts: int, total: int) -> Inbound:
        now = self._now()
        what = ids.hash16(source.encode(), own.encode(), text.encode("utf-8", "replace"))
        horizon = now - timedelta(seconds=_AGAIN_SECONDS)
        for old in [key for key, at in self._seen.items() if at < horizon]:
            del self._seen[old]
        first = self._seen.setdefault(what, now)
        name = ids.hash16(what, str(clock.to_ms(first)).encode()).hex()
        data = {"parts": parts, "missing": total - parts} if total > 1 else {}
        return Inbound(name, source, now, text.replace("\0", ""), own, "text", data)

    def _number(self, address: pdu.Address) -> str:
        """A number in E.164 where it is one; names and short numbers as they stand."""
        text = address.text.strip()
        if address.ton == _ALPHANUMERIC or not text.strip("+").isdigit():
            return text
        if address.ton == _INTERNATIONAL or text.startswith("+"):
            return "+" + text.strip("+").removeprefix("00")
        candidates = (text, f"+{text.removeprefix('00')}")
        for candidate in candidates:
            try:
                number = phonenumbers.parse(candidate, self._country)
            except phonenumbers.NumberParseException:
                continue
            if phonenumbers.is_valid_number(number):
                return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        return text


def _sar(delivered: pdu.Delivered) -> gsm.Place | None:
    """The place of a part that the SMSC took apart itself (SMPP 3.4, 5.3.2.22 to 24)."""
    told = [
        int.from_bytes(delivered.tlvs.get(tag, b""), "big")
        for tag in (pdu.SAR_REFERENCE, pdu.SAR_TOTAL, pdu.SAR_NUMBER)
    ]
    reference, total, number = told
    return gsm.Place(reference, total, number) if 1 <= number <= total <= _MOST_PARTS else None
