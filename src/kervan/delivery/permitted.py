"""Asks consent and the registry about messages at the gate, by the address each would go to."""

from datetime import datetime

import numpy as np

from kervan.consent import judge, look_up, packs
from kervan.consent.judge import Asked, Codes, Judged, Registered
from kervan.consent.registry import fresh
from kervan.kernel import clock
from kervan.kernel.postgres import Connection

_PURPOSE = "marketing"
_REGISTERED = {"ONAY": Registered.YES, "RET": Registered.NO, "": Registered.NOTHING}


def ask(
    conn: Connection,
    channel: str,
    addresses: list[bytes],
    commercial: list[bool],
    at: datetime,
    country: str,
    brand: str = "",
) -> Judged:
    """What consent says of messages to `addresses` (blind hashes, b"" for none) at `at`.

    `commercial` is each message's class; `country` (ISO 3166) stands in where nobody said whose
    law it is. A registry that is not connected is not asked.
    """
    wanted = [one if ad else b"" for one, ad in zip(addresses, commercial, strict=True)]
    said = look_up.words(conn, wanted, channel, _PURPOSE, brand=brand, country=country)
    places = look_up.places()
    standing = _standing(conn, channel, wanted, said.place, at, brand)
    count = len(wanted)
    checked, registered, is_fresh = (
        np.zeros(count, np.bool_), np.zeros(count, np.uint8), np.zeros(count, np.bool_),
    )  # fmt: skip
    if standing:
        held = [standing.get(one) for one in wanted]
        checked = np.array([one is not None for one in held], np.bool_)
        registered = np.array([_registered(one) for one in held], np.uint8)
        is_fresh = np.array([one is not None and one.fresh for one in held], np.bool_)
    return judge.judge(
        Asked(
            at_ms=np.full(count, clock.to_ms(at), np.int64),
            commercial=np.array(commercial, np.bool_),
            needed=judge.needed_of(channel, places, said.place, said.merchant),
            merchant=said.merchant,
            status=said.status,
            expires_ms=said.expires_ms,
            event=said.event,
            checked=checked,
            registered=registered,
            fresh=is_fresh,
        )
    )


def _standing(
    conn: Connection, channel: str, wanted: list[bytes], place: Codes, at: datetime, brand: str
) -> dict[bytes, fresh.Standing]:
    """What the registry holds of those whose law has one; {} while none is connected."""
    with_registry = np.array([packs.needs_registry(one) for one in look_up.places()])
    rows = np.flatnonzero(with_registry[place]).tolist()
    if not rows or fresh.known_facts(conn, brand) is None:
        return {}
    asked = {wanted[i] for i in rows if wanted[i]}
    return fresh.standings(conn, brand, channel, sorted(asked), at)


def _registered(held: fresh.Standing | None) -> Registered:
    if held is None or held.status is None:
        return Registered.NOT_ASKED
    return _REGISTERED[held.status]
