"""Makes an uploaded picture fit for messages: known by its bytes, set upright, made small.

Only pixels are kept. They are written anew by our own encoder, so the place a photo was taken at
(EXIF), comments, and whatever else hides in a file stay behind. Sizes are looked at before anything
is decoded. `confined.read` does it in a process of its own; this module is what runs there.
"""

import io
import struct
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from PIL import Image, ImageCms, ImageOps, ImageSequence

from kervan.kernel.errors import KervanError

THUMB_WIDTH = 200
WIDTHS = (THUMB_WIDTH, 600, 1200)
"""A list's small one; a mail is 600 points wide, and good screens have two dots for each."""
MOST_BYTES = 32 * 1024 * 1024
MOST_PIXELS = 24_000_000
MOST_JPEG_PIXELS = 80_000_000
"""A JPEG is decoded small at once; of all else every pixel takes its place in memory first."""
MOST_MOVING_PIXELS = 32_000_000
"""Of all the frames of a moving picture together."""
MOST_FRAMES = 300
KINDS = {"png": "image/png", "jpg": "image/jpeg", "gif": "image/gif"}
"""What is sent out, with its media type: every mail program shows these, and no other for sure."""
_HEAD_BYTES = 512
_JPEG_QUALITY = 84
_FRAME_MS = 100
_BROKEN = (
    OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, TypeError, OverflowError,
    struct.error, Image.DecompressionBombError, Image.DecompressionBombWarning,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class File:
    """A picture in one width, in pixels; `kind` is a key of KINDS."""

    width: int
    height: int
    kind: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Picture:
    """What an upload became: its own size in pixels, set upright, and its files, small to large."""

    width: int
    height: int
    moving: bool
    files: tuple[File, ...]


def recognise(head: bytes) -> str:
    """The format by the first bytes, as Pillow calls it; a name proves nothing.

    Raises content.media_svg (415) and content.media_kind (415).
    """
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if head.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if head[:6] in (b"GIF87a", b"GIF89a"):
        return "GIF"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    # A drawing may hold programs and load from elsewhere; mail programs do not show it anyway.
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    drawn = text.startswith((b"<svg", b"<?xml", b"<!doctype svg")) or b"<svg" in text
    raise KervanError("content.media_svg" if drawn else "content.media_kind", status=415)


def read(file: IO[bytes]) -> Picture:
    """The picture in `file`, in each width up to its own.

    Raises what `recognise` raises, content.media_large (422) where it has too many pixels,
    and content.media_broken (422) where it cannot be decoded.
    """
    file.seek(0)
    kind = recognise(file.read(_HEAD_BYTES))
    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(file, formats=[kind]) as image:
                return _made(image)
    except _BROKEN:
        raise KervanError("content.media_broken", status=422) from None


def _made(image: Image.Image) -> Picture:
    most = MOST_JPEG_PIXELS if image.format == "JPEG" else MOST_PIXELS
    if image.width * image.height > most:
        facts = {"width": image.width, "height": image.height, "most": most // 1_000_000}
        raise KervanError("content.media_large", status=422, **facts)
    frames = getattr(image, "n_frames", 1) if image.format in ("GIF", "WEBP") else 1
    if frames > 1:
        return _moving(image, frames)
    size = image.size
    # A JPEG can be decoded small at once: a photo of 30 MB costs the memory of a small one.
    image.draft(None, (WIDTHS[-1], WIDTHS[-1]))
    drafted = image.size
    pixels = _pixels(image)
    turned = pixels.size != drafted and pixels.size == drafted[::-1]
    width, height = size[::-1] if turned else size
    lossless = image.format != "JPEG"
    files = [_still(pixels, one, height, width, lossless) for one in _widths(width)]
    return Picture(width, height, False, tuple(files))


def _widths(width: int) -> list[int]:
    """The widths a picture is kept in; a small one is never made larger."""
    return [*(one for one in WIDTHS[:-1] if one < width), min(width, WIDTHS[-1])]


def _pixels(image: Image.Image) -> Image.Image:
    """RGB, or RGBA where something shines through: upright, in the colours of the web."""
    profile = image.info.get("icc_profile")
    # In its place, as all below: each copy of a large picture takes as much memory again.
    ImageOps.exif_transpose(image, in_place=True)
    if image.has_transparency_data:
        plain = _as(image, "RGBA")
        lowest = plain.getchannel("A").getextrema()[0]
        return plain if lowest != 255 else plain.convert("RGB")
    if image.mode.startswith("I"):
        # Sixteen bits: the upper eight are what is seen.
        image = image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if profile and image.mode in ("RGB", "CMYK", "L"):
        image = _of_the_web(image, profile)
    return _as(image, "RGB")


def _as(image: Image.Image, mode: str) -> Image.Image:
    return image if image.mode == mode else image.convert(mode)


def _of_the_web(image: Image.Image, profile: bytes) -> Image.Image:
    """The same colours in sRGB: phones write others, and mails name none."""
    try:
        given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        web = ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(image, given, web, outputMode="RGB") or image
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image  # a profile that cannot be read says nothing


def _size(width: int, height: int, own_width: int) -> tuple[int, int]:
    return width, max(1, round(height * width / own_width))


def _still(pixels: Image.Image, width: int, height: int, own: int, lossless: bool) -> File:
    """One width; what was lossless stays so unless that is more than twice as large."""
    size = _size(width, height, own)
    small = pixels if pixels.size == size else pixels.resize(size, Image.Resampling.LANCZOS)
    small.info = {}
    if small.mode == "RGBA":
        return File(*size, "png", _written(small, "PNG", optimize=True))
    photo = _written(small, "JPEG", quality=_JPEG_QUALITY, optimize=True, progressive=True)
    if lossless:
        exact = _written(small, "PNG", optimize=True)
        if len(exact) <= 2 * len(photo):
            return File(*size, "png", exact)
    return File(*size, "jpg", photo)


def _moving(image: Image.Image, frames: int) -> Picture:
    width, height = image.size
    if frames > MOST_FRAMES or frames * width * height > MOST_MOVING_PIXELS:
        raise KervanError("content.media_moving", status=422, frames=frames, most=MOST_FRAMES)
    widths = _widths(width)
    thumb, rest = (widths[0], widths[1:]) if len(widths) > 1 else (0, widths)
    shown: dict[int, list[Image.Image]] = {one: [] for one in rest}
    durations: list[int] = []
    files: list[File] = []
    for frame in _frames(image, durations):
        if thumb and not files:
            files.append(_still(_pixels(frame), thumb, height, width, True))
        for one, kept in shown.items():
            kept.append(frame.resize(_size(one, height, width), Image.Resampling.LANCZOS))
            kept[-1].info = {}
    loop = {"loop": int(image.info["loop"])} if "loop" in image.info else {}
    for one, kept in shown.items():
        body = _written(
            kept[0], "GIF", save_all=True, append_images=kept[1:], duration=durations,
            disposal=2, **loop,
        )  # fmt: skip
        files.append(File(*_size(one, height, width), "gif", body))
    return Picture(width, height, True, tuple(files))


def _frames(image: Image.Image, durations: list[int]) -> Iterator[Image.Image]:
    for frame in ImageSequence.Iterator(image):
        whole = frame.convert("RGBA")  # which reads how long it is shown, too
        durations.append(int(frame.info.get("duration") or _FRAME_MS))
        yield whole


def _written(image: Image.Image, kind: str, **how: Any) -> bytes:
    into = io.BytesIO()
    image.save(into, kind, **how)
    return into.getvalue()
