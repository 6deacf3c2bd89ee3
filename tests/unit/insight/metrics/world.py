"""Random shops: orders, refunds, messages, clicks of people and machines, merges and late news."""

import random
from collections.abc import Callable
from typing import Any

from clickhouse_connect.driver.client import Client

from kervan.history import link
from tests.reference.metrics import DAY, Rules, Told

T = 1_795_046_400_000  # 2026-11-19 00:00 UTC
RULES = Rules(
    {"email": 5 * DAY, "sms": DAY, "whatsapp": 5 * DAY, "push": 5 * DAY, "web_push": 5 * DAY},
    {"sms": DAY // 2},
    5 * DAY,
    7 * DAY,
)
_PEOPLE = 9
_CHANNELS = ("email", "sms", "push", "telegram")
_STEPS = [0, 1, 60_000, 3_600_000, DAY // 2, DAY - 1, DAY, 5 * DAY - 1, 5 * DAY, 7 * DAY]


def make(seed: int, tell: Callable[..., None], history: Client) -> list[Told]:
    """Puts a world of its own into history; gives its events with whose they are today."""
    chance = random.Random(seed)
    raw = _orders(chance) + _messages(chance)
    # visits of nobody that turn out to be somebody's, and two people who are one
    sessions = {100 + i: chance.randint(1, _PEOPLE) for i in range(4)}
    heads = {9: 2, 8: 8}
    for one in raw:
        if chance.random() < 0.15:
            one["person"], one["session"] = 0, chance.choice([0, *sessions, 999])
        one["event_id"] = chance.randbytes(16)
    chance.shuffle(raw)  # what comes late comes after what followed it
    half = len(raw) // 2
    tell(*raw[:half])
    link.keep(history, list(sessions.items()), list(heads.items()), 7)
    link.refresh(history)
    tell(*raw[half:])
    return [_told(one, sessions, heads) for one in raw]


def _told(one: dict[str, Any], sessions: dict[int, int], heads: dict[int, int]) -> Told:
    atom = one["person"] or sessions.get(one.get("session", 0), 0)
    rest = {key: value for key, value in one.items() if key not in ("person", "session", "source")}
    return Told(who=heads.get(atom, atom), **rest)


def _at(chance: random.Random) -> int:
    return T + chance.choice([0, 1, -1, 60_000]) + chance.randint(-12, 12) * DAY // 2


def _orders(chance: random.Random) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for i in range(40):
        number = chance.choice([f"o{i}", f"o{i}", ""])
        at, person = _at(chance), chance.randint(1, _PEOPLE)
        money = chance.choice(["TRY", "TRY", "AZN"])
        order = {"name": "Order Completed", "person": person, "at_ms": at, "order_id": number,
                 "currency": money, "value_minor": chance.randint(0, 50) * 100}  # fmt: skip
        found.append(order)
        if chance.random() < 0.3:  # another source tells of it, too, perhaps of somebody else
            again = {**order, "at_ms": at + chance.choice([0, 5, 3 * DAY, -3 * DAY]), "source": 2,
                     "value_minor": chance.randint(0, 50) * 100}  # fmt: skip
            again["currency"] = chance.choice([money, "AZN"])
            again["person"] = chance.choice([person, 0, chance.randint(1, _PEOPLE)])
            found.append(again)
        if chance.random() < 0.3:
            found += [
                {"name": "Order Refunded", "person": person, "at_ms": at + 6 * DAY,
                 "order_id": number, "currency": chance.choice([money, "AZN"]),
                 "value_minor": chance.randint(0, 30) * 100}
                for _ in range(chance.randint(1, 2))
            ]  # fmt: skip
        if chance.random() < 0.1:
            found.append({"name": "Order Cancelled", "person": person, "at_ms": at + DAY,
                          "order_id": number})  # fmt: skip
    return found


def _messages(chance: random.Random) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for i in range(60):
        channel, person = chance.choice(_CHANNELS), chance.randint(1, _PEOPLE)
        about: dict[str, Any] = {"message": f"m{i:03}", "step": f"s{i % 3}", "channel": channel}
        about["broadcast" if i % 4 == 0 else "journey"] = f"c{i % 5}"
        at = _at(chance)

        def say(name: str, at_ms: int, channel: str = channel, person: int = person,
                about: dict[str, Any] = about, **more: object) -> None:  # fmt: skip
            found.append({"name": name, "person": person, "at_ms": at_ms, "channel": channel,
                          "source": 0, "properties": {**about, **more}})  # fmt: skip

        fate = chance.random()
        if fate < 0.15:
            say("Message Suppressed", at, state=chance.choice(
                ["suppressed", "expired", "cancelled", "ghost"]))  # fmt: skip
            continue
        if fate < 0.25:
            say("Message Failed", at, state=chance.choice(["failed", "unknown"]))
            continue
        handed = chance.random() < 0.6
        say("Message Sent", at, state="handed" if handed else "accepted")
        later = at + chance.choice(_STEPS)
        if handed and fate < 0.8:
            say("Message Delivered", later, state="delivered")
        elif handed and fate < 0.85:
            say("Message Failed", later, state="failed")
        elif not handed and chance.random() < 0.2:
            say("Message Bounced", later, kind="hard")
        for _ in range(chance.choice([0, 0, 1, 2])):
            say("Message Clicked", at + chance.choice(_STEPS), machine=chance.random() < 0.3)
        if chance.random() < 0.15:
            say("Unsubscribed", at + chance.choice(_STEPS), purpose="marketing")
        if chance.random() < 0.1:
            say("Message Complained", at + chance.choice(_STEPS), kind="complaint")
    return found
