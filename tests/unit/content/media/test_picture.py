"""Uploads become small upright pictures; what is no picture, or a trap, is told."""

import io
import struct
import zlib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from kervan.content.media import picture
from kervan.content.media.picture import read, recognise
from kervan.kernel.errors import KervanError
from tests.unit.content.media import drawn


def opened(body: bytes) -> Image.Image:
    return Image.open(io.BytesIO(body))


def refused(body: bytes) -> tuple[str, int]:
    with pytest.raises(KervanError) as caught:
        read(drawn.file(body))
    return caught.value.code, caught.value.status


def test_a_photo_loses_its_place_and_stands_upright() -> None:
    raw = drawn.photo(1600, 1000)
    assert opened(raw).getexif().get_ifd(drawn.HERE) and b"secret" in raw
    made = read(drawn.file(raw))
    assert (made.width, made.height, made.moving) == (1000, 1600, False)
    assert [(one.width, one.height) for one in made.files] == [(200, 320), (600, 960), (1000, 1600)]
    for one in made.files:
        assert one.kind == "jpg"
        again = opened(one.body)
        assert again.size == (one.width, one.height)
        assert not again.getexif() and not {"exif", "comment", "icc_profile"} & again.info.keys()
        assert b"Telefon" not in one.body and b"secret" not in one.body


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "JPEG"])
@pytest.mark.parametrize("width", [150, 900])
def test_nothing_of_a_file_stays_but_its_pixels(kind: str, width: int) -> None:
    exif = Image.Exif()
    exif[0x010F] = "Telefon"
    exif.get_ifd(drawn.HERE)[2] = (40.0, 22.0, 9.0)
    note = PngImagePlugin.PngInfo()
    note.add_text("Comment", "secret")
    more = {"pnginfo": note} if kind == "PNG" else {}
    raw = drawn.written(drawn.picture(width, 100), kind, exif=exif, xmp=b"secret xmp", **more)
    assert b"Telefon" in raw
    for one in read(drawn.file(raw)).files:
        assert not any(word in one.body for word in (b"Telefon", b"secret", b"Exif", b"eXIf"))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation(orientation: int) -> None:
    made = read(drawn.file(drawn.photo(40, 20, orientation)))
    assert (made.width, made.height) == ((20, 40) if orientation > 4 else (40, 20))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_every_format_in_its_widths(kind: str) -> None:
    made = read(drawn.file(drawn.written(drawn.picture(2000, 500), kind)))
    assert [(one.width, one.height) for one in made.files] == [(200, 50), (600, 150), (1200, 300)]
    assert {one.kind for one in made.files} <= {"jpg", "png"}
    small = read(drawn.file(drawn.written(drawn.picture(64, 64), kind)))
    assert [one.width for one in small.files] == [64]


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16", "CMYK"])
def test_every_way_of_colours(mode: str) -> None:
    base = drawn.picture(300, 100, "RGBA" if mode in ("LA", "RGBA") else "RGB")
    image = Image.new("I;16", (300, 100), 40_000) if mode == "I;16" else base.convert(mode)
    kind = "JPEG" if mode == "CMYK" else "PNG"
    made = read(drawn.file(drawn.written(image, kind)))
    shines = mode in ("LA", "RGBA")
    assert opened(made.files[-1].body).mode in (("RGBA",) if shines else ("RGB",))
    if mode == "I;16":
        pixel = opened(made.files[-1].body).getpixel((9, 9))
        assert isinstance(pixel, tuple) and pixel[0] == pytest.approx(40_000 >> 8, abs=2)


@pytest.mark.parametrize("kind", ["GIF", "WEBP"])
def test_what_moves_goes_on_moving(kind: str) -> None:
    made = read(drawn.file(drawn.moving(1000, 400, 4, kind)))
    assert made.moving
    assert [(one.width, one.kind == "gif") for one in made.files] == [
        (200, False), (600, True), (1000, True),
    ]  # fmt: skip
    again = opened(made.files[1].body)
    assert (getattr(again, "n_frames", 1), again.info["loop"], again.info["duration"]) == (4, 0, 80)


def test_a_moving_one_may_not_be_endless() -> None:
    many = drawn.moving(8, 8, picture.MOST_FRAMES + 1)
    assert refused(many) == ("content.media_moving", 422)


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it has this size."""

    def chunk(name: bytes, data: bytes) -> bytes:
        tail = struct.pack(">I", zlib.crc32(name + data))
        return struct.pack(">I", len(data)) + name + data + tail

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(bytes(1_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("body", "code", "status"),
    [
        (b"", "content.media_kind", 415),
        (b"GIF8", "content.media_kind", 415),
        (b"%PDF-1.7", "content.media_kind", 415),
        (b"RIFF\x00\x00\x00\x00WAVE", "content.media_kind", 415),
        (b"<svg onload='alert(1)'/>", "content.media_svg", 415),
        (b"\xef\xbb\xbf <?xml version='1.0'?><svg/>", "content.media_svg", 415),
        (b"<!-- x --><SVG/>", "content.media_svg", 415),
        (b"\x89PNG\r\n\x1a\n", "content.media_broken", 422),
        (b"\xff\xd8\xff\xe0 no jpeg", "content.media_broken", 422),
        (drawn.written(drawn.picture())[:4_000], "content.media_broken", 422),
        (bomb(5_000, 5_000), "content.media_large", 422),
        (bomb(60_000, 60_000), "content.media_broken", 422),
        (bomb(500, 500), "content.media_broken", 422),
    ],
)
def test_what_is_refused(body: bytes, code: str, status: int) -> None:
    assert refused(body) == (code, status)


@given(st.binary(max_size=400), st.sampled_from(["PNG", "JPEG", "GIF", "WEBP"]), st.integers(0, 99))
def test_damage_is_told_and_never_a_crash(noise: bytes, kind: str, at: int) -> None:
    sound = drawn.written(drawn.picture(60, 40), kind)
    place = len(sound) * at // 100
    made = None
    with suppress(KervanError):
        made = read(drawn.file(sound[:place] + noise + sound[place + len(noise) :]))
    assert made is None or 0 < made.files[-1].width <= 1200


def test_the_name_proves_nothing() -> None:
    assert recognise(drawn.written(drawn.picture(9, 9), "PNG")) == "PNG"
