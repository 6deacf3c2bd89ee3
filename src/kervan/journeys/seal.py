"""Seals what journeys carry along of events: PostgreSQL holds no event in the clear.

Under a key of the workspace and the day, so that no key seals too much, and each text for its own
place only. What a Kervan wrote that did not seal is JSON and read as it is.
"""

from collections.abc import Iterable, Sequence

from kervan.kernel import clock
from kervan.kernel.crypto import WorkspaceVault

SIGNAL, CONTEXT = b"journey signal ", b"journey context "
_SEALED = b"\x01"
_DAY_BYTES = 3
_MS_PER_DAY = 86_400_000


class Seal:
    """Seals and opens for one workspace."""

    def __init__(self, vault: WorkspaceVault) -> None:
        self._vault = vault
        self._purposes: dict[bytes, str] = {}

    def many(self, place: bytes, texts: Iterable[tuple[bytes, bytes]]) -> list[bytes]:
        """(whose, text) pairs sealed for `place` and each for whose it is."""
        pairs = list(texts)
        day = clock.now_ms() // _MS_PER_DAY
        head = _SEALED + day.to_bytes(_DAY_BYTES, "big")
        sealed = self._vault.seal_under(
            _purpose(day), [text for _, text in pairs], [place + whose for whose, _ in pairs]
        )
        return [head + one for one in sealed]

    def open(self, place: bytes, whose: bytes, sealed: bytes) -> bytes:
        """What was sealed. Raises kernel.sealed_data_broken."""
        if sealed[:1] != _SEALED:
            return sealed
        day, rest = sealed[1 : 1 + _DAY_BYTES], sealed[1 + _DAY_BYTES :]
        purpose = self._purposes.get(day)
        if purpose is None:
            purpose = self._purposes[day] = _purpose(int.from_bytes(day, "big"))
        return self._vault.open_under(purpose, rest, place + whose)

    def open_many(
        self, place: bytes, whose: Sequence[bytes], sealed: Sequence[bytes]
    ) -> list[bytes]:
        """The same for many of one place; cheap where they were sealed on one day."""
        heads = {one[: 1 + _DAY_BYTES] for one in sealed}
        if len(heads) != 1 or (head := heads.pop())[:1] != _SEALED:
            pairs = zip(whose, sealed, strict=True)
            return [self.open(place, who, one) for who, one in pairs]
        return self._vault.open_many_under(
            _purpose(int.from_bytes(head[1:], "big")),
            [one[1 + _DAY_BYTES :] for one in sealed],
            [place + one for one in whose],
        )


def _purpose(day: int) -> str:
    return f"journeys {day}"
