"""Zstandard for what we store: events repeat themselves, so a tenth of the bytes is written."""

import threading

import zstandard

_LEVEL = 1
_machines = threading.local()


def pack(plain: bytes) -> bytes:
    """`plain` compressed; fast rather than small."""
    machine = getattr(_machines, "packer", None)
    if machine is None:
        machine = _machines.packer = zstandard.ZstdCompressor(level=_LEVEL)
    packed: bytes = machine.compress(plain)
    return packed


def unpack(packed: bytes) -> bytes:
    """What `pack` was given."""
    machine = getattr(_machines, "unpacker", None)
    if machine is None:
        machine = _machines.unpacker = zstandard.ZstdDecompressor()
    plain: bytes = machine.decompress(packed)
    return plain
