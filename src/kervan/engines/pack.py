"""HTTP content encodings, both ways and piece by piece: lz4, zstd, gzip, deflate."""

import zlib
from collections.abc import Callable, Iterator
from typing import Any

import lz4.frame
import zstandard

# In the order we would rather use them: lz4 costs least on loopback.
SUPPORTED = ("lz4", "zstd", "gzip", "deflate")

_UNPACKERS: dict[str, Callable[[], Any]] = {
    "lz4": lz4.frame.LZ4FrameDecompressor,
    "zstd": lambda: zstandard.ZstdDecompressor().decompressobj(),
    "gzip": lambda: zlib.decompressobj(wbits=31),
    "deflate": lambda: zlib.decompressobj(),
}


class BadEncoding(Exception):
    """The body is not what its Content-Encoding says."""


def choose(accepted: str) -> str:
    """The encoding for an answer, from an Accept-Encoding header; empty for none."""
    offered = {part.split(";")[0].strip().lower() for part in accepted.split(",")}
    return next((name for name in SUPPORTED if name in offered), "")


def unpack(encoding: str, body: Iterator[bytes]) -> Iterator[bytes]:
    """Decompress `body`, which may be several compressed frames behind each other.

    Raises `BadEncoding` for an unknown name, broken data or a missing end.
    """
    if encoding in ("", "identity"):
        yield from body
        return
    if encoding not in _UNPACKERS:
        raise BadEncoding(f"unknown Content-Encoding {encoding}")
    unpacker = None
    for chunk in body:
        rest = chunk
        while rest:
            if unpacker is None:
                unpacker = _UNPACKERS[encoding]()
            try:
                plain = unpacker.decompress(rest)
            except (RuntimeError, zlib.error, zstandard.ZstdError) as error:
                raise BadEncoding(f"broken {encoding} body: {error}") from error
            rest = b""
            if unpacker.eof:
                rest, unpacker = unpacker.unused_data or b"", None
            if plain:
                yield plain
    if unpacker is not None:
        raise BadEncoding(f"the {encoding} body ends too early")


class Packer:
    """Compresses one answer piece by piece into a single frame."""

    def __init__(self, encoding: str) -> None:
        self._begin = b""
        self._compress: Callable[[bytes], bytes]
        self._finish: Callable[[], bytes]
        if encoding == "lz4":
            frame = lz4.frame.LZ4FrameCompressor()
            self._begin = frame.begin()
            self._compress, self._finish = frame.compress, frame.flush
        elif encoding == "zstd":
            zstd = zstandard.ZstdCompressor(level=1).compressobj()
            self._compress, self._finish = zstd.compress, zstd.flush
        elif encoding in ("gzip", "deflate"):
            flate = zlib.compressobj(3, wbits=31 if encoding == "gzip" else 15)
            self._compress, self._finish = flate.compress, flate.flush
        else:
            self._compress, self._finish = bytes, bytes

    def add(self, chunk: bytes) -> bytes:
        """The compressed bytes that are ready; may be empty."""
        begin, self._begin = self._begin, b""
        return begin + self._compress(chunk)

    def end(self) -> bytes:
        """What closes the frame."""
        begin, self._begin = self._begin, b""
        return begin + self._finish()
