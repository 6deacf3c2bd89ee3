"""Asks consent and the registry about messages at the gate, by the address each would go to."""

from datetime import datetime

import numpy as np

from kervan.consent import judge, packs, store
from kervan.consent.judge import NEVER_MS, STATUS_OF, Asked, Judged, Registered
from kervan.consent.registry import fresh
from kervan.consent.store import Word
from kervan.kernel import clock
from kervan.kernel.postgres import Connection

_PURPOSE = "marketing"
_REGISTERED = {"ONAY": Registered.YES, "RET": Registered.NO, "": Registered.NOTHING}
_NOBODY = Word()


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
    wanted = sorted({one for one, ad in zip(addresses, commercial, strict=True) if ad and one})
    said = store.words(conn, wanted, channel, _PURPOSE, brand=brand) if wanted else {}
    rows = [said.get(one, _NOBODY) for one in addresses]
    otherwise = packs.of_country(country)
    places = [one.jurisdiction or otherwise for one in rows]
    asked = sorted(
        {
            address
            for address, place in zip(addresses, places, strict=True)
            if address in said and packs.needs_registry(place)
        }
    )
    standing = fresh.standings(conn, brand, channel, asked, at) if asked else {}
    held = [standing.get(one) for one in addresses]
    merchants = [one.merchant for one in rows]
    count = len(rows)
    return judge.judge(
        Asked(
            at_ms=np.full(count, clock.to_ms(at), np.int64),
            commercial=np.array(commercial, np.bool_),
            needed=judge.needed_of(places, channel, merchants),
            merchant=np.array(merchants, np.bool_),
            status=np.array([STATUS_OF[one.status] for one in rows], np.uint8),
            expires_ms=np.array([_ms(one.expires_at) for one in rows], np.int64),
            event=np.array([one.event for one in rows], np.int64),
            checked=np.array([one is not None for one in held], np.bool_),
            registered=np.array([_registered(one) for one in held], np.uint8),
            fresh=np.array([one is not None and one.fresh for one in held], np.bool_),
        )
    )


def _registered(held: fresh.Standing | None) -> Registered:
    if held is None or held.status is None:
        return Registered.NOT_ASKED
    return _REGISTERED[held.status]


def _ms(at: datetime | None) -> int:
    return NEVER_MS if at is None else clock.to_ms(at)
