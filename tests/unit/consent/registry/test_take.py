"""What the registry must be told is taken from the ledger, and nothing else."""

from datetime import timedelta
from typing import Any

import pytest

from kervan.consent.registry import account as accounts
from kervan.consent.registry import take
from kervan.kernel.postgres import Connection
from tests.unit.consent.registry.world import NOON, World, deadline, world

AYSE = "+905321112233"


def taken(w: World) -> list[tuple[Any, ...]]:
    """The rows after taking in what is behind the last place."""
    account = w.account()
    take.take(w.conn, account, accounts.progress(w.conn, ""), deadline, w.at)
    rows = w.conn.execute(
        "select type, recipient_type, status, source from registry_outbox order by id"
    ).fetchall()
    w.conn.commit()
    return rows


def test_the_words_of_turkish_commercial_channels(postgres: Connection) -> None:
    with world(postgres) as w:
        ayse = w.person(AYSE, "ayse@shop.example")
        for channel in ("sms", "email", "call", "whatsapp"):
            w.say(ayse, "granted", NOON - timedelta(minutes=9), channel)
        w.say(ayse, "denied", NOON - timedelta(minutes=8), "call")
        assert taken(w) == [
            ("MESAJ", "BIREYSEL", "ONAY", "HS_WEB"),
            ("EPOSTA", "BIREYSEL", "ONAY", "HS_WEB"),
            ("ARAMA", "BIREYSEL", "ONAY", "HS_WEB"),
            ("ARAMA", "BIREYSEL", "RET", "HS_WEB"),
        ]
        assert len(taken(w)) == 4  # nothing twice


@pytest.mark.parametrize(
    "more",
    [
        {"purpose": "profiling"},
        {"brand": "sister"},
        {"status": "pending"},
        {"status": "withdrawn", "topic": "shoes"},
        {"jurisdiction": "AZ"},
        {"source": "registry_web"},
        {"occurred_at": NOON - timedelta(days=60)},
    ],
)
def test_what_is_not_for_the_registry(postgres: Connection, more: dict[str, Any]) -> None:
    with world(postgres) as w:
        status = more.pop("status", "granted")
        at = more.pop("occurred_at", NOON - timedelta(minutes=9))
        w.say(w.person(AYSE), status, at, **more)
        assert taken(w) == []


def test_merchants_and_consents_from_before_the_law(postgres: Connection) -> None:
    with world(postgres) as w:
        w.say(w.person(AYSE), "granted", NOON - timedelta(minutes=9), recipient_type="merchant")
        w.say(w.person("+905320000001"), "granted", NOON - timedelta(days=3800),
              source="before_2015")  # fmt: skip
        assert taken(w) == [
            ("MESAJ", "TACIR", "ONAY", "HS_WEB"),
            ("MESAJ", "BIREYSEL", "ONAY", "HS_2015"),
        ]
        w.settle()
        assert w.held(AYSE, who="TACIR") == "ONAY"
        assert w.held("+905320000001") == "ONAY"
