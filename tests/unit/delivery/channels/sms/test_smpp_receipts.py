"""Receipts of many SMSCs are read alike; nothing that a phone can write is one."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kervan.delivery.channels.channel import Problem, Receipt
from kervan.delivery.channels.sms import smpp_pdu as pdu
from kervan.delivery.channels.sms.smpp_receipts import Report, Spelling, read, receipt, spelt

AT = datetime(2026, 11, 22, 16, 0, tzinfo=UTC)
# SMPP 3.4, appendix B, and what SMSCs make of it.
TEXT = (
    b"id:0123456789 sub:001 dlvrd:001 submit date:2611221600 done date:2611221601 "
    b"stat:DELIVRD err:000 Text:Salam id:9 stat:UNDELIV"
)


def delivered(
    octets: bytes = b"", esm_class: int = 4, tlvs: dict[int, bytes] | None = None
) -> pdu.Delivered:
    """A deliver_sm."""
    nobody = pdu.Address(1, 1, "905321112233")
    return pdu.Delivered(nobody, nobody, esm_class, 0, octets, tlvs or {})


@pytest.mark.parametrize(
    ("octets", "wanted"),
    [
        (b"id:AB-1 sub:001 dlvrd:001 stat:DELIVRD err:000 text:", ("AB-1", "delivered", "")),
        (b"id: 42 stat: UNDELIV err: 0B", ("42", "failed", "0B")),
        (b"ID:42 STAT:EXPIRED ERR:254 TEXT:", ("42", "failed", "254")),
        (b"id:42 stat:REJECTED err:1", ("42", "failed", "1")),
        (b"id:42 stat:ENROUTE err:000", ("42", "", "")),
        (b"id:42 stat:UNKNOWN err:000", ("42", "", "")),
        (b"id:42 stat:DELIVRD err:<script>", ("42", "delivered", "")),
        (b"", ("", "", "")),
    ],
)
def test_texts(octets: bytes, wanted: tuple[str, str, str]) -> None:
    assert read(delivered(octets), "text") == wanted


def test_the_message_behind_the_text_does_not_speak_for_the_smsc() -> None:
    assert read(delivered(TEXT), "text") == Report("0123456789", "delivered", "")


def test_parameters_count_for_more_than_the_text() -> None:
    tlvs = {0x001E: b"real\0", 0x0427: b"\x05", 0x0423: b"\x03\x00\x1b"}
    assert read(delivered(TEXT, tlvs=tlvs), "text") == Report("real", "failed", "27")
    assert read(delivered(b"", esm_class=0, tlvs=tlvs), "text") == Report("real", "failed", "27")


@pytest.mark.parametrize("esm_class", [0x00, 0x40, 0x08, 0x10, 0x03])
def test_what_a_phone_wrote_is_none(esm_class: int) -> None:
    assert read(delivered(TEXT, esm_class=esm_class), "text") is None


@pytest.mark.parametrize(
    ("written", "spelling", "wanted"),
    [
        ("0000AF", "hexadecimal", "175"),
        ("af", "hexadecimal", "175"),
        ("000175", "decimal", "175"),
        ("175", "text", "175"),
        (" a b ", "text", "ab"),
        ("xyz", "decimal", "xyz"),
        ("", "hexadecimal", ""),
    ],
)
def test_spellings(written: str, spelling: Spelling, wanted: str) -> None:
    assert spelt(written, spelling) == wanted


def test_codes_mean_what_the_account_says() -> None:
    meanings = {"1": Problem.ADDRESS}
    gone = receipt(Report("A", "failed", "1"), AT, meanings)
    assert gone == Receipt("failed", AT, "A", None, Problem.ADDRESS, "1")
    other = receipt(Report("A", "failed", "2"), AT, meanings)
    assert other == Receipt("failed", AT, "A", None, Problem.SERVER, "2")
    assert receipt(Report("A", "delivered", "1"), AT, meanings) == Receipt("delivered", AT, "A")
    assert receipt(Report("A", "", ""), AT, meanings) is None


@given(st.binary(max_size=120), st.integers(0, 255), st.dictionaries(
    st.sampled_from([0x001E, 0x0427, 0x0423, 0x0424]), st.binary(max_size=8)
))  # fmt: skip
def test_no_octets_break_the_reader(octets: bytes, esm_class: int, tlvs: dict[int, bytes]) -> None:
    report = read(delivered(octets, esm_class, tlvs), "decimal")
    if report is not None:
        assert len(report.code) <= 16
