"""Asks consent and the registry about messages at the gate, by the address each would go to."""

from datetime import datetime

import numpy as np

from kervan.consent import judge, look_up, packs
from kervan.consent.judge import Answer, Asked, Judged, Places, Registered
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
    topics: list[str] | None = None,
    brands: list[str] | None = None,
) -> Judged:
    """What consent says of messages to `addresses` (blind hashes, b"" for none) at `at`.

    `commercial` is each message's class, `topics` and `brands` what each is about and who speaks
    ("" for the whole channel, for the only brand); `country` (ISO 3166) stands in where nobody
    said whose law it is. A registry that is not connected is not asked.
    """
    wanted = [one if ad else b"" for one, ad in zip(addresses, commercial, strict=True)]
    count = len(wanted)
    brands = brands or [""] * count
    said = look_up.words_each(
        conn, wanted, topics or [""] * count, brands, channel, _PURPOSE, country
    )
    places = look_up.places()
    asked = Asked(
        at_ms=np.full(count, clock.to_ms(at), np.int64),
        commercial=np.array(commercial, np.bool_),
        needed=judge.needed_of(channel, places, said.place, said.merchant),
        merchant=said.merchant,
        status=said.status,
        expires_ms=said.expires_ms,
        event=said.event,
        topical=said.topical,
        branded=np.fromiter(map(bool, brands), np.bool_, count),
        checked=np.zeros(count, np.bool_),
        registered=np.zeros(count, np.uint8),
        fresh=np.zeros(count, np.bool_),
    )
    judged = judge.judge(asked)
    with_registry = np.array([packs.needs_registry(one) for one in places])
    # Whoever may not get it anyway is no business of the registry's.
    open_ = asked.commercial & (judged.answer == Answer.ALLOWED) & with_registry[said.place]
    rows = np.flatnonzero(open_ & (np.fromiter(map(len, wanted), np.int64, count) > 0))
    told = False
    for brand in {brands[row] for row in rows.tolist()}:
        mine = rows[[brands[row] == brand for row in rows.tolist()]]
        contacts = [wanted[row] for row in mine.tolist()]
        standing = fresh.standings(conn, brand, channel, contacts, at)
        if brand and not standing:  # without an account of its own it speaks under the company's
            standing = fresh.standings(conn, "", channel, contacts, at)
        if standing:
            _tell(asked, mine, contacts, standing)
            told = True
    return judge.judge(asked) if told else judged


def _tell(
    asked: Asked, rows: Places, contacts: list[bytes], standing: dict[bytes, fresh.Standing]
) -> None:
    """Put the registry's answers for `rows` in; few kinds of them are shared by many."""
    kinds = {held: 2 * int(_registered(held)) + held.fresh for held in set(standing.values())}
    told = np.array([kinds[standing[one]] for one in contacts], np.uint8)
    asked.checked[rows] = True
    asked.registered[rows] = told >> 1
    asked.fresh[rows] = told & 1


def _registered(held: fresh.Standing) -> Registered:
    return Registered.NOT_ASKED if held.status is None else _REGISTERED[held.status]
