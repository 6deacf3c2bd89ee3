"""Seals what journeys carry along of events: PostgreSQL holds no event in the clear.

AES-256-GCM under a key of the workspace and the day, so that no key seals too much, and each text
for its own place only. What a Kervan wrote that did not seal is JSON and read as it is.
"""

from collections.abc import Iterable
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kervan.kernel import clock, ids
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.errors import KervanError

SIGNAL, CONTEXT = b"journey signal ", b"journey context "
_SEALED = 1
_NONCE_BYTES = 12
_DAYS_KEPT = 8
_MS_PER_DAY = 86_400_000


class Seal:
    """Seals and opens for one workspace."""

    def __init__(self, vault: WorkspaceVault) -> None:
        self._vault = vault
        self._cipher = lru_cache(maxsize=_DAYS_KEPT)(self._cipher_of)

    def many(self, place: bytes, texts: Iterable[tuple[bytes, bytes]]) -> list[bytes]:
        """(whose, text) pairs sealed for `place` and each for whose it is."""
        pairs = list(texts)
        day = clock.now_ms() // _MS_PER_DAY
        encrypt = self._cipher(day).encrypt
        head = b"\x01" + day.to_bytes(3, "big")
        nonces = ids.random_bytes(_NONCE_BYTES * len(pairs))
        sealed, at = [], 0
        for whose, text in pairs:
            nonce = nonces[at : (at := at + _NONCE_BYTES)]
            sealed.append(head + nonce + encrypt(nonce, text, place + whose))
        return sealed

    def open(self, place: bytes, whose: bytes, sealed: bytes) -> bytes:
        """What was sealed. Raises kernel.sealed_data_broken."""
        if not sealed or sealed[0] != _SEALED:
            return sealed
        day = int.from_bytes(sealed[1:4], "big")
        try:
            return self._cipher(day).decrypt(sealed[4:16], sealed[16:], place + whose)
        except (InvalidTag, ValueError):
            raise KervanError("kernel.sealed_data_broken", status=500) from None

    def _cipher_of(self, day: int) -> AESGCM:
        return AESGCM(self._vault.derive(f"journeys {day}"))
