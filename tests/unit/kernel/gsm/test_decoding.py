"""What phones and SMSCs write is read, whatever they call their alphabet, and never breaks us."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kervan.kernel.gsm import decode, join
from kervan.kernel.gsm.decoding import Default


@pytest.mark.parametrize(
    ("octets", "data_coding", "default", "wanted"),
    [
        (b"IPTAL \x1be\x00", 0x00, "gsm", "IPTAL €@"),
        (b"IPTAL @", 0x00, "latin-1", "IPTAL @"),
        ("İPTAL".encode(), 0x00, "utf-8", "İPTAL"),
        (b"RET\xff", 0x01, "gsm", "RET\ufffd"),
        (b"\xd6z\xfcr", 0x03, "gsm", "Özür"),
        ("İPTAL ə😀".encode("utf-16-be"), 0x08, "gsm", "İPTAL ə😀"),
        ("İPTAL".encode("utf-16-be") + b"\0", 0x08, "gsm", "İPTAL"),
        ("ÇIKIŞ".encode("utf-16-be"), 0x18, "gsm", "ÇIKIŞ"),
        ("ÇIKIŞ".encode("utf-16-be"), 0xE8, "gsm", "ÇIKIŞ"),
        (b"RET", 0x10, "gsm", "RET"),
        (b"RET", 0xF1, "gsm", "RET"),
        (b"\x01\x02", 0xF5, "gsm", ""),
        (b"\x01\x02", 0x04, "gsm", ""),
        (b"\x1b\x1b\x1bz", 0x00, "gsm", " z"),
        (b"a\x1b", 0x00, "gsm", "a"),
    ],
)
def test_alphabets(octets: bytes, data_coding: int, default: Default, wanted: str) -> None:
    assert decode(octets, data_coding=data_coding, default=default).text == wanted


def test_turkish_tables_are_named_by_the_header() -> None:
    assert decode(b"\x03\x24\x01\x01\x1bi\x1bs", esm_class=0x40).text == "ış"
    assert decode(b"\x03\x25\x01\x01\x40\x07\x1d", esm_class=0x40).text == "İış"
    assert decode(b"\x03\x25\x01\x01\x40\x07\x1d").text[4:] != "İış"


def test_a_part_knows_its_place() -> None:
    assert decode(b"\x05\x00\x03\x07\x02\x01ab", esm_class=0x40) == ("ab", (7, 2, 1))
    assert decode(b"\x06\x08\x04\x01\x07\x02\x02ab", esm_class=0x43) == ("ab", (263, 2, 2))
    for broken in (b"\x05\x00\x03\x07\x02\x03ab", b"\x05\x00\x03\x07\x02\x00ab", b"\x05\x00\x09"):
        assert decode(broken, esm_class=0x40).place is None


def test_a_pair_that_another_sender_cut_is_whole_again() -> None:
    octets = "👍".encode("utf-16-be")
    pieces = {2: decode(octets[2:], data_coding=8).text, 1: decode(octets[:2], data_coding=8).text}
    assert join(pieces) == "👍"
    assert join({1: pieces[1]}) == "\ufffd"


@given(st.binary(max_size=200), st.integers(0, 255), st.integers(0, 255))
def test_nothing_that_comes_in_breaks_the_reader(
    octets: bytes, esm_class: int, data_coding: int
) -> None:
    piece = decode(octets, esm_class=esm_class, data_coding=data_coding)
    join({1: piece.text}).encode()
