"""Identifiers and randomness: the one place that makes either."""

import hashlib
import os
import random as _random
import secrets
import uuid
from collections.abc import Callable

from kervan.kernel import clock

Random = _random.Random
"""The type of `random`'s sources, for those who are handed one."""


def uuid7(at_ms: int | None = None) -> uuid.UUID:
    """A UUIDv7 (RFC 9562 §5.7): 48 bits of milliseconds, then 74 random bits."""
    stamp = clock.now_ms() if at_ms is None else at_ms
    tail = int.from_bytes(os.urandom(10), "big")
    value = (stamp & 0xFFFF_FFFF_FFFF) << 80 | tail
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return uuid.UUID(int=value)


def uuid7_bytes(at_ms: int, count: int) -> list[bytes]:
    """`count` UUIDv7 of one instant, as bytes."""
    drawn = os.urandom(10 * count)
    head = (at_ms & 0xFFFF_FFFF_FFFF).to_bytes(6, "big")
    return [
        b"%b%c%c%c%b"
        % (
            head,
            drawn[i] & 0x0F | 0x70,
            drawn[i + 1],
            drawn[i + 2] & 0x3F | 0x80,
            drawn[i + 3 : i + 10],
        )
        for i in range(0, 10 * count, 10)
    ]


def hash16(*parts: bytes) -> bytes:
    """BLAKE2b of `parts`, 16 bytes; each part is length-prefixed, so no two lists collide."""
    text = b"".join([len(part).to_bytes(4, "big") + part for part in parts])
    return hashlib.blake2b(text, digest_size=16).digest()


def hasher16(*parts: bytes) -> Callable[[bytes], bytes]:
    """`hash16` of `parts` and one more, for many of those."""
    head = b"".join([len(part).to_bytes(4, "big") + part for part in parts])
    begun = hashlib.blake2b(head, digest_size=16)

    def of(last: bytes) -> bytes:
        digest = begun.copy()
        digest.update(len(last).to_bytes(4, "big") + last)
        return digest.digest()

    return of


def secret(size_bytes: int = 24) -> str:
    """A URL-safe random text of `size_bytes` bytes of entropy."""
    return secrets.token_urlsafe(size_bytes)


def random_bytes(size_bytes: int) -> bytes:
    """Cryptographically random bytes."""
    return os.urandom(size_bytes)


def random(seed: int | None = None) -> _random.Random:
    """A random source for jitter and simulation (never for secrets); seeded when asked."""
    return _random.Random(seed)
