"""Content encodings: whatever is packed comes out again, however it is cut."""

import gzip

import lz4.frame
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from kervan.engines import pack

_PIECES = st.lists(st.binary(max_size=300), max_size=6)


@given(st.sampled_from(["", *pack.SUPPORTED]), _PIECES, st.integers(1, 50))
def test_packed_pieces_come_out_again(encoding: str, pieces: list[bytes], cut: int) -> None:
    packer = pack.Packer(encoding)
    packed = b"".join(packer.add(piece) for piece in pieces) + packer.end()
    chunks = (packed[at : at + cut] for at in range(0, len(packed), cut))
    assert b"".join(pack.unpack(encoding, chunks)) == b"".join(pieces)


@given(st.sampled_from(["lz4", "zstd", "gzip"]), _PIECES, st.integers(1, 50))
def test_several_frames_behind_each_other_are_one_body(
    encoding: str, pieces: list[bytes], cut: int
) -> None:
    one = {"lz4": lz4.frame.compress, "zstd": zstandard.compress, "gzip": gzip.compress}[encoding]
    packed = b"".join(one(piece) for piece in pieces)
    chunks = (packed[at : at + cut] for at in range(0, len(packed), cut))
    assert b"".join(pack.unpack(encoding, chunks)) == b"".join(pieces)


@pytest.mark.parametrize("encoding", pack.SUPPORTED)
def test_a_body_cut_off_or_broken_is_refused(encoding: str) -> None:
    packer = pack.Packer(encoding)
    packed = packer.add(bytes(range(256)) * 50) + packer.end()
    with pytest.raises(pack.BadEncoding):
        list(pack.unpack(encoding, iter([packed[:-8]])))
    with pytest.raises(pack.BadEncoding):
        list(pack.unpack(encoding, iter([b"no such thing" + packed])))


def test_an_unknown_encoding_is_refused() -> None:
    with pytest.raises(pack.BadEncoding):
        list(pack.unpack("rot13", iter([b"x"])))


def test_the_cheapest_common_encoding_is_chosen() -> None:
    assert pack.choose("gzip, zstd;q=0.5 , LZ4") == "lz4"
    assert pack.choose("br, gzip") == "gzip"
    assert pack.choose("identity") == ""
