"""A shop with figures: mails of two periods, some clicked and one come back, and what they sold.

Mails and clicks are told to the history itself: a past that nobody has to wait for.
"""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import numpy as np

from kervan.history import event, write
from kervan.kernel import clock, ids
from kervan.profiles import read as profiles
from tests.console import sample_shop
from tests.sdk.door import until
from tests.story.running import PATIENCE_SECONDS, Kervan

_HOUR, _DAY = 3_600_000, 86_400_000
_BATCH = 4_000_000_001  # no batch of the intake comes so far
_PEOPLE = 12


def prepare(kervan: Kervan) -> dict[str, str]:
    """The overview of 28 days, and the mark of a sample shop."""
    sample_shop.bring(kervan)
    known = [f"overview-{one}" for one in range(_PEOPLE)]
    for one in known:
        traits = {"firstName": "Günel", "email": f"{one}@ornek.test", "fair": "yes"}
        kervan.send({"type": "identify", "userId": one, "traits": traits})
    outside = [kervan.person(one) for one in known]
    for one in outside[:4]:
        said = {"channel": "email", "status": "granted"}
        assert kervan.api("POST", f"/v1/people/{one}/consents", said).status < 300
    tree = {"kind": "trait", "trait": "fair",
            "test": {"kind": "text", "op": "eq", "values": ["yes"]}}  # fmt: skip
    made = kervan.api(
        "POST",
        "/v1/segments",
        {"key": "overview-fair", "name": "Fuarda tanıştıklarımız", "tree": tree},
    )
    assert made.status < 300, made
    until(
        lambda: kervan.get("/v1/segments/overview-fair/days")[-1]["members"] == _PEOPLE,
        lambda: kervan.log[-2000:],
        PATIENCE_SECONDS,
    )
    with kervan.connection() as conn:
        people = [profiles.by_id(conn, UUID(one)) for one in outside]
    told = list(_told(people, clock.to_ms(clock.now())))
    write.insert(kervan.history(), event.to_block(_rows(told), _BATCH), _BATCH)
    # The first count of a cold start takes seconds; a page's test waits for less.
    kervan.get("/v1/overview?from=2026-01-01&to=2026-01-28")
    # Not the usual 28 days: a desk that signed in before has had these counted, and they are kept.
    first = clock.now() - timedelta(days=26)
    return {"/overview": f"/overview?from={first:%Y-%m-%d}&to={clock.now():%Y-%m-%d}"}


def _told(people: list[int], now_ms: int) -> list[dict[str, Any]]:
    told = []
    for at, who in enumerate(people):
        for ago, channel in ((5, "email"), (12, "sms"), (40, "email")):
            sent = now_ms - ago * _DAY - at * 20 * _HOUR // _PEOPLE
            number = ago * 1_000 + at
            told.append(_letter("Message Sent", who, sent, channel, number, state="accepted"))
            if at == 1:
                told.append(_letter("Message Bounced", who, sent + _HOUR, channel, number))
            if (at + ago) % 3 == 0:
                clicked = sent + _HOUR
                told.append(
                    _letter("Message Clicked", who, clicked, channel, number, machine=False)
                )
                told.append(_order(who, clicked + _HOUR, number, "TRY", 12_990 * (at + 1)))
        money = "AZN" if at == 1 else "TRY"
        told.append(_order(who, now_ms - (at + 20) * _DAY, 100_000 + at, money, 45_050))
    return told


def _letter(
    name: str, who: int, at_ms: int, channel: str, number: int, **more: object
) -> dict[str, Any]:
    facts = {"message": f"019a0000-0000-7000-8000-{number:012}", "journey": "overview-basket",
             "step": "mail", "channel": channel, "run": 1, **more}  # fmt: skip
    return {"name": name, "person": who, "at_ms": at_ms, "channel": channel, "properties": facts}


def _order(who: int, at_ms: int, number: int, currency: str, minor: int) -> dict[str, Any]:
    return {"name": "Order Completed", "person": who, "at_ms": at_ms, "source": 1,
            "order_id": f"overview-{number}", "currency": currency,
            "value_minor": minor}  # fmt: skip


def _rows(told: list[dict[str, Any]]) -> event.Events:
    def column(key: str, nothing: Any) -> list[Any]:
        return [one.get(key, nothing) for one in told]

    at_ms = np.array(column("at_ms", 0), np.int64)
    return event.Events(
        event_id=[ids.random_bytes(16) for _ in told], kind=["track"] * len(told),
        name=column("name", ""), person=np.array(column("person", 0), np.uint32),
        session=np.zeros(len(told), np.uint64), at_ms=at_ms, received_ms=at_ms,
        source=np.array(column("source", 0), np.uint16), channel=column("channel", ""),
        order_id=column("order_id", ""), currency=column("currency", ""),
        value_minor=np.array(column("value_minor", 0), np.int64),
        properties=[json.dumps(one.get("properties", {})).encode() for one in told],
        context=[b"{}" for _ in told], quiet=np.zeros(len(told), np.bool_),
    )  # fmt: skip
