"""What one event says of who did it, before anybody is looked up."""

from functools import lru_cache
from typing import Any

import msgspec

from kervan.kernel.crypto import WorkspaceVault
from kervan.profiles import identifiers


class Claim(msgspec.Struct, frozen=True, gc=False, cache_hash=True):
    """One identifier: its kind, its normalised value and the blind hash it is looked up by."""

    kind: int
    hash: bytes
    value: str


class Sighting(msgspec.Struct, gc=False):
    """One event's word on a person; `person` is set when Kervan itself knows already."""

    at_ms: int
    source: int
    strong: list[Claim]
    unverified: list[Claim]
    anonymous: bytes | None
    traits: dict[str, Any]
    person: int


_REMEMBERED = 16_384
_TRAIT_OF = (
    (identifiers.EMAIL, ("email",)),
    (identifiers.PHONE, ("phone",)),
    (identifiers.CARD, ("loyalty_card", "loyaltyId", "card")),
)


class Reader:
    """Reads sightings for one workspace; keeps its keys and its country."""

    def __init__(self, vault: WorkspaceVault, country: str) -> None:
        self._vault = vault
        self._country = country
        # A visit repeats its ids event by event.
        self._customer = lru_cache(_REMEMBERED)(self._customer_of)
        self._anonymous = lru_cache(_REMEMBERED)(self._anonymous_of)

    def claim(self, kind: int, value: object) -> Claim | None:
        """The claim that `value` makes, or None when it names nobody."""
        text = identifiers.normalise(kind, value, self._country)
        if text is None:
            return None
        return Claim(kind, self._vault.blind(identifiers.KIND_NAMES[kind], text), text)

    def read(
        self,
        *,
        at_ms: int,
        source: int,
        trusted: bool,
        shared: bool,
        user_id: str | None,
        anonymous_id: str | None,
        traits: dict[str, Any],
        person: int,
    ) -> Sighting:
        """What an event says; a shared device (till, kiosk) says nothing by its anonymous id.

        Only a trusted source's e-mail, phone and card name a person; a browser's are kept apart.
        """
        strong: list[Claim] = []
        unverified: list[Claim] = []
        if user_id and (customer := self._customer(user_id)):
            strong.append(customer)
        if traits:
            for kind, names in _TRAIT_OF:
                for name in names:
                    found = self.claim(kind, traits[name]) if name in traits else None
                    if found:
                        (strong if trusted else unverified).append(found)
                        break
        anonymous = None
        if anonymous_id and not shared:
            anonymous = self._anonymous(source, anonymous_id)
        return Sighting(at_ms, source, strong, unverified, anonymous, traits, person)

    def _customer_of(self, user_id: str) -> Claim | None:
        return self.claim(identifiers.CUSTOMER, user_id)

    def _anonymous_of(self, source: int, anonymous_id: str) -> bytes:
        return self._vault.blind("anonymous", f"{source}\0{anonymous_id}")
