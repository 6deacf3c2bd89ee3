"""The business in figures done the slow way: each order and each message looked at by itself.

Shares no code with the house: lists, loops and the standard library's zones. Written from the
definitions in docs/how-to/metrics.md alone.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

DAY = 86_400_000
MESSAGE_ENDS = ("Message Sent", "Message Delivered", "Message Failed", "Message Suppressed")


@dataclass
class Told:
    """One event as it is in history: `who` is whose it is today, 0 for nobody."""

    name: str
    who: int
    at_ms: int
    event_id: bytes
    channel: str = ""
    order_id: str = ""
    currency: str = ""
    value_minor: int = 0
    properties: dict[str, Any] = field(default_factory=dict)


@dataclass
class Rules:
    """Windows in ms by channel, the usual one, and how long a message's news count."""

    click_ms: dict[str, int]
    delivered_ms: dict[str, int]
    usual_ms: int
    settle_ms: int


@dataclass
class Order:
    """One order and the message it belongs to, "" for none."""

    number: str
    buyer: int
    placed_ms: int
    currency: str
    net_minor: int
    message: str = ""
    channel: str = ""
    campaign: str = ""
    step: str = ""


@dataclass
class Letter:
    """One message: when it was sent or given up, and what became of it."""

    message: str
    reader: int
    channel: str
    sent_ms: int
    outcome: str
    clicked: bool
    unsubscribed: bool
    complained: bool


def first_instant(day: date, zone: str) -> int:
    """The first millisecond of a local day, found minute by minute around its midnight."""
    place = ZoneInfo(zone)
    at = datetime.combine(day, time(), UTC) - timedelta(hours=15)
    while at.astimezone(place).date() < day:
        at += timedelta(minutes=1)
    return int(at.timestamp()) * 1000


def orders(told: list[Told], rules: Rules) -> list[Order]:
    """Every order there is, whenever it was placed."""
    tellings: dict[str, list[Told]] = {}
    for one in told:
        if one.name == "Order Completed":
            tellings.setdefault(one.order_id or f"#{one.event_id.hex().upper()}", []).append(one)
    cancelled = {one.order_id for one in told if one.name == "Order Cancelled" and one.order_id}
    found = []
    for number, each in tellings.items():
        if number in cancelled:
            continue
        each.sort(key=lambda one: (one.at_ms, one.event_id))
        known = [one.who for one in each if one.who]
        first = each[0]
        back = 0
        for one in told:
            same = one.order_id and one.order_id == number and one.currency == first.currency
            if one.name == "Order Refunded" and same:
                back += one.value_minor
        net = max(first.value_minor - back, 0)
        order = Order(number, known[0] if known else 0, first.at_ms, first.currency, net)
        _attribute(order, told, rules)
        found.append(order)
    return found


def _attribute(order: Order, told: list[Told], rules: Rules) -> None:
    best: tuple[bool, int, str] | None = None
    for one in told:
        message = one.properties.get("message")
        if not message or not one.who or one.who != order.buyer or one.at_ms > order.placed_ms:
            continue
        click = one.name == "Message Clicked"
        if click:
            if one.properties.get("machine"):
                continue
            window = rules.click_ms.get(one.channel, rules.usual_ms)
        elif one.name == "Message Delivered" or (
            one.name == "Message Sent" and one.properties.get("state") == "accepted"
        ):
            window = rules.delivered_ms.get(one.channel, 0)
        else:
            continue
        if order.placed_ms >= one.at_ms + window:
            continue
        strength = (click, one.at_ms, message)
        if best is None or strength > best:
            best = strength
            order.message, order.channel = message, one.channel
            broadcast = one.properties.get("broadcast")
            order.campaign = (
                f"broadcast:{broadcast}" if broadcast else f"journey:{one.properties['journey']}"
            )
            order.step = one.properties.get("step", "")


def letters(told: list[Told], rules: Rules) -> list[Letter]:
    """Every message there is, whenever it was sent."""
    about: dict[str, list[Told]] = {}
    for one in told:
        if one.properties.get("message"):
            about.setdefault(one.properties["message"], []).append(one)
    found = []
    for message, all_news in about.items():
        ends = [one.at_ms for one in all_news if one.name in MESSAGE_ENDS]
        if not ends:
            continue
        sent_ms = min(ends)
        news = [one for one in all_news if one.at_ms < sent_ms + rules.settle_ms]
        names = {one.name for one in news}
        clicked = any(
            one.name == "Message Clicked" and not one.properties.get("machine") for one in news
        )
        accepted = any(
            one.name == "Message Sent" and one.properties.get("state") == "accepted" for one in news
        )
        if "Message Delivered" in names:
            outcome = "delivered"
        elif "Message Failed" in names:
            states = [o.properties.get("state") for o in news if o.name == "Message Failed"]
            outcome = "unknown" if "unknown" in states else "failed"
        elif accepted:
            outcome = "bounced" if "Message Bounced" in names else "accepted"
        elif "Message Sent" in names:
            outcome = "delivered" if clicked else "silent"
        else:
            outcome = max(one.properties["state"] for one in news
                          if one.name == "Message Suppressed")  # fmt: skip
        found.append(
            Letter(
                message, max(one.who for one in all_news), min(one.channel for one in all_news),
                sent_ms, outcome, clicked, "Unsubscribed" in names, "Message Complained" in names,
            )
        )  # fmt: skip
    return found


def shares(
    told: list[Told], rules: Rules, begin_ms: int, end_ms: int, channel: str = ""
) -> dict[str, int]:
    """Messages by outcome, and people by what they did, of one channel or all."""
    bought: dict[str, int] = {}
    for one in orders(told, rules):
        if one.message:
            at = bought.get(one.message, one.placed_ms)
            bought[one.message] = min(at, one.placed_ms)
    found: dict[str, int] = {}
    people: dict[str, set[int]] = {
        key: set() for key in ("clicked", "converted", "unsubscribed", "complained")
    }
    for each in letters(told, rules):
        if not begin_ms <= each.sent_ms < end_ms or (channel and each.channel != channel):
            continue
        found[each.outcome] = found.get(each.outcome, 0) + 1
        if each.outcome not in ("delivered", "accepted") or not each.reader:
            continue
        did = {
            "clicked": each.clicked,
            "converted": bought.get(each.message, 1 << 62) < each.sent_ms + rules.settle_ms,
            "unsubscribed": each.unsubscribed,
            "complained": each.complained,
        }
        for key, yes in did.items():
            if yes:
                people[key].add(each.reader)
    return found | {key: len(who) for key, who in people.items()}


@dataclass
class Word:
    """One word of one address about a channel: when, which, and its key to break ties."""

    contact: str
    channel: str
    status: str
    at_ms: int
    key: bytes


def agrees(words: list[Word], contact: str, channel: str, until_ms: int) -> bool:
    """Whether the latest word before an instant is a yes; a no at the same instant wins."""
    mine = [
        one for one in words
        if (one.contact, one.channel) == (contact, channel)
        and one.at_ms < until_ms and one.status != "pending"
    ]  # fmt: skip
    if not mine:
        return False
    last = max(one.at_ms for one in mine)
    return all(one.status == "granted" for one in mine if one.at_ms == last)


def growth(words: list[Word], channel: str, begin_ms: int, end_ms: int) -> tuple[int, int]:
    """How many addresses were gained and lost."""
    gained = lost = 0
    for contact in sorted({one.contact for one in words}):
        was = agrees(words, contact, channel, begin_ms)
        now = agrees(words, contact, channel, end_ms)
        gained += now and not was
        lost += was and not now
    return gained, lost


def active(told: list[Told], begin_ms: int, end_ms: int) -> set[int]:
    """Who did something herself, where all but messages' news comes from sources of the shop."""
    found = set()
    for one in told:
        if not begin_ms <= one.at_ms < end_ms or not one.who:
            continue
        news = one.name.startswith("Message ")
        human = one.name == "Message Clicked" and not one.properties.get("machine")
        if not news or human:
            found.add(one.who)
    return found
