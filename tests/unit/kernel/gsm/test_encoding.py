"""What is encoded is read whole by a phone that knows nothing of us, in as many parts as said."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kervan.kernel.errors import KervanError
from kervan.kernel.gsm import Joining, Mode, Rules, decode, encode, fold, join, normal, packed
from kervan.kernel.gsm.alphabet import characters
from kervan.kernel.gsm.counting import measure
from kervan.kernel.gsm.encoding import pack
from tests.reference import gsm as phone

SEPTETS = [mode for mode in Mode if mode.is_septets]
TURKISH = "Değerli müşterimiz, ŞIK İNDİRİM çok güçlü! [1€] "
LONG = st.text("abcdeğşıİç€[]^ öüÇ\n", min_size=120, max_size=700)


@st.composite
def texts(draw: st.DrawFn) -> tuple[str, Mode]:
    """A mode and a text that it can write."""
    mode = draw(st.sampled_from(list(Mode)))
    if mode is Mode.UCS2:
        alphabet = st.characters(codec="utf-16", exclude_categories=("Cs", "Cc"))
        near = st.sampled_from("aşə😀👍")
        text = draw(st.text(alphabet | near, max_size=300))
    else:
        text = draw(st.text(st.sampled_from(sorted(characters(mode) - {"\r"})), max_size=700))
    return normal(text), mode


@given(texts(), st.sampled_from(list(Joining)), st.integers(0, 65_535), st.integers(0, 40))
@example((TURKISH * 5, Mode.SINGLE), Joining.UDH8, 7, 0)
@example((TURKISH * 5, Mode.LOCKING), Joining.UDH16, 65_535, 5)
@example((TURKISH * 5, Mode.BOTH), Joining.UDH8, 0, 5)
@example(("a" * 69 + "😀" * 80, Mode.UCS2), Joining.UDH8, 1, 0)
@example(("a" * 152 + "€" + "a" * 200, Mode.GSM), Joining.UDH8, 1, 0)
def test_a_phone_reads_what_was_encoded(
    pair: tuple[str, Mode], joining: Joining, reference: int, reserve: int
) -> None:
    text, mode = pair
    parts = encode(text, mode, reference=reference, joining=joining, reserve_units=reserve)
    rules = Rules(modes=(mode,), joining=joining, reserve_units=reserve)
    assert len(parts) == measure(text, mode, rules).parts
    whole = ""
    for number, part in enumerate(parts, 1):
        length, octets = packed(part)
        read, said = phone.receive(
            length, octets, ucs2=part.data_coding == 8, udhi=part.esm_class == 0x40
        )
        assert read
        whole += read
        wide = 65_536 if joining is Joining.UDH16 else 256
        expected = (reference % wide, len(parts), number)
        alone = len(parts) == 1 or joining is Joining.SAR
        assert phone.place(said) == (None if alone else expected)
        assert part.place == (reference, len(parts), number)
    assert whole == text


@given(texts(), st.sampled_from([Joining.UDH8, Joining.UDH16]))
def test_we_read_ourselves(pair: tuple[str, Mode], joining: Joining) -> None:
    text, mode = pair
    pieces = {}
    for part in encode(text, mode, reference=3, joining=joining):
        piece = decode(part.short_message, esm_class=part.esm_class, data_coding=part.data_coding)
        pieces[piece.place.number if piece.place else 1] = piece.text
    assert join(pieces) == text


@given(LONG, st.sampled_from(SEPTETS[1:]), st.integers(0, 40))
def test_the_last_part_has_room_for_what_the_operator_appends(
    text: str, mode: Mode, reserve: int
) -> None:
    parts = encode(normal(text), mode, reserve_units=reserve)
    length, octets = packed(parts[-1])
    read, _ = phone.receive(length, octets, ucs2=False, udhi=True)
    assert length + reserve <= 160
    assert read


@given(st.lists(st.integers(0, 127), max_size=170), st.integers(0, 6))
def test_packed_septets_are_the_bits_of_the_standard(codes: list[int], fill: int) -> None:
    stream = phone.bits(pack(bytes(codes), fill))
    assert not any(stream[:fill])
    assert [
        sum(stream[fill + 7 * n + k] << k for k in range(7)) for n in range(len(codes))
    ] == codes
    assert not any(stream[fill + 7 * len(codes) :])


def test_the_example_of_every_text_book() -> None:
    [part] = encode("hellohello", Mode.GSM)
    assert packed(part) == (10, bytes.fromhex("e8329bfd4697d9ec37"))
    assert part.header == b""


def test_headers_are_octet_by_octet_those_of_the_standard() -> None:
    long = "ş" * 100
    for mode, joining, wanted in (
        (Mode.SINGLE, Joining.UDH8, "08 00 03 2a 02 01 24 01 01"),
        (Mode.SINGLE, Joining.UDH16, "09 08 04 01 2a 02 01 24 01 01"),
        (Mode.SINGLE, Joining.SAR, "03 24 01 01"),
        (Mode.UCS2, Joining.UDH8, "05 00 03 2a 02 01"),
    ):
        assert encode(long, mode, reference=0x12A, joining=joining)[0].header.hex(" ") == wanted
    [both] = encode("ş", Mode.BOTH)
    assert both.header.hex(" ") == "06 24 01 01 25 01 01"


def test_what_cannot_be_written_is_refused() -> None:
    with pytest.raises(KervanError, match="alphabet cannot write"):
        encode("ə", Mode.BOTH)
    with pytest.raises(KervanError) as caught:
        encode("a" * (153 * 255 + 1), Mode.GSM)
    assert caught.value.params == {"parts": 256, "most": 255}
    assert len(encode(fold("ə" * 153 * 255), Mode.GSM)) == 255
