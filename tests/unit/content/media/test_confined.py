"""A picture made to hurt its reader ends a process of its own, and nothing else."""

import io
import resource
import struct
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

import pytest
from PIL import Image

from kervan.content.media import confined, picture
from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from tests.unit.content.media import drawn

_SIDE = 8_800


@contextmanager
def upload(body: bytes) -> Iterator[IO[bytes]]:
    with tempfile.TemporaryFile() as file:
        file.write(body)
        yield file


def refused(body: bytes, **limits: int) -> tuple[str, int]:
    with upload(body) as file, pytest.raises(KervanError) as caught:
        confined.read(file, **limits)
    return caught.value.code, caught.value.status


def slow(scans: int) -> bytes:
    """A progressive JPEG (ITU-T T.81 §G) of one grey, whose every scan says: nothing new.

    A few bytes a scan make the decoder walk over all blocks of the largest picture there may be.
    """

    def part(mark: int, body: bytes) -> bytes:
        return struct.pack(">BBH", 0xFF, mark, len(body) + 2) + body

    def table(place: int, symbol: int) -> bytes:
        return part(0xC4, bytes([place, 1, *[0] * 15, symbol]))

    blocks = (_SIDE // 8) ** 2
    runs = (blocks >> 15) + 1
    # Of each run: the code 0, then fourteen ones. 0xFF is followed by a zero in the data.
    bits = "011111111111111" * runs
    packed = int(bits, 2).to_bytes((len(bits) + 7) // 8, "big").replace(b"\xff", b"\xff\x00")
    one = part(0xDA, bytes([1, 1, 0x00, 1, 63, 0])) + packed
    return b"".join([
        b"\xff\xd8", part(0xDB, bytes([0, *[1] * 64])),
        part(0xC2, struct.pack(">BHHB", 8, _SIDE, _SIDE, 1) + bytes([1, 0x11, 0])),
        table(0x00, 0), table(0x10, 0xE0),
        part(0xDA, bytes([1, 1, 0x00, 0, 0, 0])) + bytes(blocks // 8 + 1),
        one * scans, b"\xff\xd9",
    ])  # fmt: skip


def test_what_is_honest_is_read_as_ever() -> None:
    for body in (drawn.photo(1000, 800), drawn.moving(400, 300, 3)):
        with upload(body) as file:
            assert confined.read(file) == picture.read(io.BytesIO(body))


def test_what_is_refused_says_why() -> None:
    assert refused(b"<svg/>") == ("content.media_svg", 415)
    assert refused(drawn.photo()[:900]) == ("content.media_broken", 422)


def test_too_much_memory_or_time_hurts_nobody_else() -> None:
    """This process grows by nothing, and goes on."""
    bomb = slow(2_000)
    assert len(bomb) < picture.MOST_BYTES
    wide = drawn.written(Image.new("RGB", (4_000, 3_000)), "PNG")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun = clock.monotonic()
    assert refused(bomb, cpu_seconds=1) == ("content.media_heavy", 422)
    assert clock.monotonic() - begun < 10
    assert refused(wide, room_bytes=30_000_000) == ("content.media_heavy", 422)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000
    with upload(drawn.photo()) as file:
        assert confined.read(file).files, "the next picture is read"
