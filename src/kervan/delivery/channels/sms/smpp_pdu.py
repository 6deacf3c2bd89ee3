"""The thin port to the library that writes and reads SMPP 3.4's units: the one place it is named.

smpp34 does the two units with bodies worth the name, submit_sm and deliver_sm. The connection is
ours (`smpp_session`): the library's own holds no window, gives one word for refused, lost and
unanswered, and tells the SMSC that a receipt is kept before anybody has seen it.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import smpp34

BIND_RECEIVER, BIND_TRANSMITTER, BIND_TRANSCEIVER = 0x01, 0x02, 0x09
SUBMIT_SM, DELIVER_SM, UNBIND, ENQUIRE_LINK = 0x04, 0x05, 0x06, 0x15
ALERT_NOTIFICATION, OUTBIND = 0x102, 0x0B
GENERIC_NACK = 0x8000_0000
RESPONSE = 0x8000_0000
"""The bit that makes a command its response (SMPP 3.4, 5.1.2.1)."""

OK = 0
INVALID_COMMAND = 0x03
INVALID_LENGTH = 0x02

RECEIPTED_MESSAGE_ID, MESSAGE_STATE, NETWORK_ERROR_CODE = 0x001E, 0x0427, 0x0423
MESSAGE_PAYLOAD = 0x0424
SAR_REFERENCE, SAR_TOTAL, SAR_NUMBER = 0x020C, 0x020E, 0x020F

HEADER_OCTETS = 16
MOST_OCTETS = 65_536
_HEADER = struct.Struct(">IIII")
_VERSION = 0x34


class Head(NamedTuple):
    """The four words before each unit's body."""

    length: int
    command: int
    status: int
    sequence: int


@dataclass(frozen=True, slots=True)
class Address:
    """An address with its type of number and numbering plan (SMPP 3.4, 5.2.5 and 5.2.6)."""

    ton: int
    npi: int
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Delivered:
    """A deliver_sm: a receipt, or what somebody wrote. `octets` are its text, `tlvs` by tag."""

    source: Address
    destination: Address
    esm_class: int
    data_coding: int
    octets: bytes = field(repr=False)
    tlvs: Mapping[int, bytes] = field(repr=False)


class Unreadable(Exception):
    """A unit that is not one."""


def head(octets: bytes | bytearray | memoryview) -> Head:
    """The first sixteen octets as what they say."""
    return Head(*_HEADER.unpack(octets[:HEADER_OCTETS]))


def unit(command: int, sequence: int, status: int = OK, body: bytes = b"") -> bytes:
    """A whole unit."""
    return _HEADER.pack(HEADER_OCTETS + len(body), command, status, sequence) + body


def bind(command: int, sequence: int, user: str, password: str, system_type: str) -> bytes:
    """A bind request of any of the three kinds, for every address (SMPP 3.4, 4.1)."""
    names = b"".join([text.encode("latin-1", "replace") + b"\0" for text in (user, password)])
    body = names + system_type.encode("latin-1", "replace") + b"\0"
    return unit(command, sequence, body=body + bytes((_VERSION, 0, 0, 0)))


def submit(  # one argument for each field of the unit that we ever fill
    sequence: int,
    source: Address,
    destination: Address,
    octets: bytes,
    *,
    esm_class: int,
    data_coding: int,
    registered_delivery: int,
    validity_period: str,
    service_type: str,
    tlvs: Mapping[int, bytes],
) -> bytes:
    """A submit_sm (SMPP 3.4, 4.4.1)."""
    return smpp34.SubmitSm(
        source.text,
        destination.text,
        octets,
        service_type=service_type,
        source_addr_ton=source.ton,
        source_addr_npi=source.npi,
        dest_addr_ton=destination.ton,
        dest_addr_npi=destination.npi,
        esm_class=esm_class,
        registered_delivery=registered_delivery,
        validity_period=validity_period,
        data_coding=data_coding,
        tlvs=[smpp34.Tlv(tag, value) for tag, value in tlvs.items()],
        sequence_number=sequence,
    ).encode()


def delivered(octets: bytes) -> Delivered:
    """A deliver_sm read. Raises Unreadable."""
    try:
        read = smpp34.decode(octets)
    except (smpp34.SmppError, ValueError):
        raise Unreadable from None
    if not isinstance(read, smpp34.DeliverSm):
        raise Unreadable
    tlvs = {one.tag: one.value for one in read.tlvs}
    return Delivered(
        source=Address(read.source_addr_ton, read.source_addr_npi, read.source_addr),
        destination=Address(read.dest_addr_ton, read.dest_addr_npi, read.destination_addr),
        esm_class=read.esm_class,
        data_coding=read.data_coding,
        # A text that is too long for the one field comes in the other.
        octets=read.short_message or tlvs.get(MESSAGE_PAYLOAD, b""),
        tlvs=tlvs,
    )


def text_of(octets: bytes) -> str:
    """A C-octet string: the text before the first zero."""
    return octets.partition(b"\0")[0].decode("latin-1")
