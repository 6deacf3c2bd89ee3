"""Pictures for tests, drawn here: no file of anybody's."""

import io
from typing import IO, Any

from PIL import Image

HERE = 0x8825
"""The tag of EXIF below which the place is that a photo was taken at."""


def picture(width: int = 900, height: int = 600, mode: str = "RGB") -> Image.Image:
    """Something with edges and soft slopes, as a photo has both."""
    slope = Image.linear_gradient("L").resize((width, height))
    turned = Image.radial_gradient("L").resize((width, height))
    found = Image.merge("RGB", (slope, turned, slope.transpose(Image.Transpose.ROTATE_180)))
    if mode == "RGBA":
        found.putalpha(turned)
    return found


def written(image: Image.Image, kind: str = "JPEG", **how: Any) -> bytes:
    """The picture as a file's bytes."""
    into = io.BytesIO()
    image.save(into, kind, **how)
    return into.getvalue()


def photo(width: int = 900, height: int = 600, orientation: int = 6) -> bytes:
    """A photo of a phone that lay on its side, with the place where it was."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Telefon"
    exif.get_ifd(HERE)[2] = (40.0, 22.0, 9.0)
    return written(picture(width, height), exif=exif, comment=b"secret")


def moving(width: int, height: int, frames: int, kind: str = "GIF") -> bytes:
    """A picture that moves."""
    first, *others = [picture(width, height).rotate(9 * one) for one in range(frames)]
    return written(first, kind, save_all=True, append_images=others, duration=80, loop=0)


def file(body: bytes) -> IO[bytes]:
    """The bytes as an upload."""
    return io.BytesIO(body)
