"""What one event says of who did it, before anybody is looked up."""

from collections.abc import Iterable
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
    """One event's word on a person; `person` is set when Kervan itself knows already.

    `strong` are the claims that count, its anchor first; those of a kind in `verified` were
    checked. `unverified` join nobody, each for its reason. `verifies` is an identifier (kind,
    hash) that `person` proved to be hers.
    """

    at_ms: int
    source: int
    strong: list[Claim]
    unverified: list[tuple[Claim, str]]
    anonymous: bytes | None
    traits: dict[str, Any]
    person: int
    verified: frozenset[int] = frozenset()
    verifies: tuple[int, bytes] | None = None


_REMEMBERED = 16_384
# In this order they anchor an event that names no customer.
_TRAIT_OF = (
    (identifiers.CARD, ("loyalty_card", "loyaltyId", "card")),
    (identifiers.EMAIL, ("email",)),
    (identifiers.PHONE, ("phone",)),
)
_CHANNEL_TRAITS = (
    (identifiers.WHATSAPP, ("whatsapp_id",)),
    (identifiers.INSTAGRAM, ("instagram_id",)),
    (identifiers.TELEGRAM, ("telegram_id",)),
)
# OpenID Connect's names first.
_VERIFIED_TRAITS = (
    ("email_verified", identifiers.EMAIL),
    ("phone_number_verified", identifiers.PHONE),
    ("emailVerified", identifiers.EMAIL),
    ("phoneVerified", identifiers.PHONE),
    ("phone_verified", identifiers.PHONE),
)
_VERIFYING = frozenset(name for name, _ in _VERIFIED_TRAITS)
NAMING = _VERIFYING.union(*(names for _, names in _TRAIT_OF + _CHANNEL_TRAITS))
"""Traits that say who somebody is, or that this is proved."""
NOT_VERIFIED, ALIAS_REFUSED = "not_verified", "alias_refused"


class Reader:
    """Reads sightings for one workspace; keeps its keys and its country.

    `namespaces` are the kinds of customer ids of other systems, by their names.
    """

    def __init__(
        self, vault: WorkspaceVault, country: str, namespaces: dict[str, int] | None = None
    ) -> None:
        self._vault = vault
        self._country = country
        self.namespaces = namespaces or {}
        # A visit repeats its ids event by event.
        self._customer = lru_cache(_REMEMBERED)(self._customer_of)
        self._anonymous = lru_cache(_REMEMBERED)(self._anonymous_of)

    def claim(self, kind: int, value: object) -> Claim | None:
        """The claim that `value` makes, or None when it names nobody."""
        text, _ = identifiers.examine(kind, value, self._country)
        return self._claim(kind, text) if text else None

    def _claim(self, kind: int, text: str) -> Claim:
        name = identifiers.KIND_NAMES.get(kind) or f"customer_id {kind}"
        return Claim(kind, self._vault.blind(name, text), text)

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
        own: bool = False,
        same_id: str | None = None,
        other_ids: Iterable[tuple[str, str]] = (),
        verifies: tuple[int, bytes] | None = None,
    ) -> Sighting:
        """What an event says; a shared device (till, kiosk) says nothing by its anonymous id.

        Only a trusted source's e-mail, phone and card name a person; a browser's are kept apart
        and make a lead of their own. `same_id` is a customer id said to be the same as `user_id`,
        `other_ids` are (namespace, id) pairs of other systems.
        """
        one = Sighting(at_ms, source, [], [], None, traits, person, verifies=verifies)
        if user_id:
            self._add(one, identifiers.CUSTOMER, user_id, self._customer(user_id))
        if same_id and one.strong:
            self._same(one, same_id, trusted=trusted)
        for name, value in sorted(other_ids) if trusted else ():
            kind = self.namespaces.get(name)
            if kind is not None and all(claim.kind != kind for claim in one.strong):
                self._add(one, kind, value, self.examined(kind, value))
        if traits:
            self._traits(one, traits, trusted=trusted, own=own)
        if anonymous_id and not shared:
            one.anonymous = self._anonymous(source, anonymous_id)
        if one.unverified and not one.strong:
            self._lead(one)
        return one

    def examined(self, kind: int, value: object) -> tuple[Claim | None, str]:
        """The claim that `value` makes, or None and the reason why it names nobody."""
        text, reason = identifiers.examine(kind, value, self._country)
        return (self._claim(kind, text), "") if text else (None, reason)

    def _add(
        self, one: Sighting, kind: int, value: object, found: tuple[Claim | None, str]
    ) -> None:
        claim, reason = found
        if claim is not None:
            one.strong.append(claim)
        elif reason:
            one.unverified.append((self._claim(kind, identifiers.shown(value)), reason))

    def _same(self, one: Sighting, same_id: str, *, trusted: bool) -> None:
        claim, _ = self._customer(same_id)
        if claim is None or claim in one.strong:
            return
        if trusted:
            one.strong.append(claim)
        else:
            one.unverified.append((claim, ALIAS_REFUSED))

    def _traits(self, one: Sighting, traits: dict[str, Any], *, trusted: bool, own: bool) -> None:
        for kind, names in _TRAIT_OF + _CHANNEL_TRAITS if own else _TRAIT_OF:
            for name in names:
                if name not in traits:
                    continue
                claim, reason = found = self.examined(kind, traits[name])
                if claim is not None and not trusted:
                    one.unverified.append((claim, NOT_VERIFIED))
                elif claim is not None or reason:
                    self._add(one, kind, traits[name], found)
                if claim is not None:
                    break
        if trusted and not traits.keys().isdisjoint(_VERIFYING):
            sure = {kind for name, kind in _VERIFIED_TRAITS if traits.get(name) is True}
            one.verified = frozenset(sure) if sure else one.verified

    def _lead(self, one: Sighting) -> None:
        """An unverified claim alone makes a lead: of this device, so that nobody joins it."""
        for claim, reason in one.unverified:
            if reason == NOT_VERIFIED:
                device = one.anonymous or b""
                own = b"\0".join((device, str(claim.kind).encode(), claim.hash)).hex()
                hash_ = self._vault.blind(identifiers.KIND_NAMES[identifiers.LEAD], own)
                one.strong.append(Claim(identifiers.LEAD, hash_, claim.value))
                return

    def _customer_of(self, user_id: str) -> tuple[Claim | None, str]:
        return self.examined(identifiers.CUSTOMER, user_id)

    def _anonymous_of(self, source: int, anonymous_id: str) -> bytes | None:
        if identifiers.is_nobody(anonymous_id):
            return None
        return self._vault.blind("anonymous", f"{source}\0{anonymous_id}")
