"""Computes the facts of one profile from its history: where she was seen, what she bought."""

import json
from dataclasses import dataclass
from typing import Any

from clickhouse_connect.driver.client import Client

from kervan.insight import ask
from kervan.kernel import sql
from kervan.profiles.facts import Heard

_SQL = sql.load("kervan.insight", "reports/person.sql")
_MESSAGES = ("Message Sent", "Message Opened", "Message Clicked")
BEHAVIOUR_MS = 180 * 86_400_000
"""How far back her behaviour tells which channel she prefers."""
_USUAL_SENT, _USUAL_ANSWERED = 10, 1
"""What a channel is taken to have shown before the first message: one of ten was answered."""
NOT_HERS = (
    "Message Sent",
    "Message Delivered",
    "Message Failed",
    "Message Suppressed",
    "Message Bounced",
    "Journey Entered",
    "Journey Exited",
    "Goal Reached",
    "Consent Changed",
)


@dataclass(frozen=True, slots=True)
class Seen:
    """When she was first and last seen in one channel (ms UTC), and in how many events."""

    channel: str
    first_ms: int
    last_ms: int
    events: int


@dataclass(frozen=True, slots=True)
class Bought:
    """Her orders in one currency; money in minor units, `revenue` before what was refunded."""

    currency: str
    orders: int
    revenue_minor: int
    refunded_minor: int
    last_ms: int

    @property
    def basket_minor(self) -> int:
        """What an order brings on average, rounded to the minor unit."""
        return round(self.revenue_minor / self.orders) if self.orders else 0


@dataclass(frozen=True, slots=True)
class Viewed:
    """The product she looked at last, and when (ms UTC)."""

    at_ms: int
    product_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Answers:
    """Messages she got in one channel lately, how many she opened or followed, and followed."""

    channel: str
    sent: int
    answered: int
    clicked: int


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything computed of one profile, and how many events it has.

    `preferred` is the channel she answers best in.
    """

    seen: list[Seen]
    bought: list[Bought]
    viewed: Viewed | None
    answers: list[Answers]
    heard: list[Heard]
    events: int = 0

    @property
    def preferred(self) -> Answers | None:
        """The channel in which she answers most of what she gets, if she ever answers.

        Few messages tell little: each channel counts as if one of ten more had been answered.
        """
        answered = [one for one in self.answers if one.answered]
        return max(answered, key=_share) if answered else None


def _share(one: Answers) -> tuple[float, int, str]:
    sent = max(one.sent, one.answered)
    share = (one.answered + _USUAL_ANSWERED) / (sent + _USUAL_SENT)
    return share, one.clicked, one.channel


def facts(history: Client, atoms: list[int], sessions: list[int], at_ms: int) -> Facts:
    """The facts of the profile with these atoms and visits, as of `at_ms` (UTC)."""
    scope: dict[str, Any] = {"atoms": atoms, "sessions": sessions or [0]}
    since = {**scope, "since_ms": at_ms - BEHAVIOUR_MS}
    not_hers = {**scope, "not_hers": list(NOT_HERS)}

    def rows(report: str, facts: dict[str, Any]) -> list[tuple[Any, ...]]:
        return ask.rows(history, report.replace("{hers}", _SQL.hers), facts)

    did = dict(rows(_SQL.deeds, scope))

    def told(report: str, facts: dict[str, Any], *names: str) -> list[tuple[Any, ...]]:
        return rows(report, facts) if did.keys() & set(names) else []

    refunds = dict(told(_SQL.refunds, scope, "Order Refunded"))
    orders = told(_SQL.orders, scope, "Order Completed")
    return Facts(
        seen=[Seen(*row) for row in told(_SQL.channels, not_hers, *did)],
        bought=[
            Bought(currency, number, revenue, refunds.get(currency, 0), last_ms)
            for currency, number, revenue, last_ms in orders
        ],
        viewed=_viewed(told(_SQL.last_viewed, scope, "Product Viewed")),
        answers=[Answers(*row) for row in told(_SQL.answers, since, *_MESSAGES)],
        heard=[Heard(*row) for row in told(_SQL.devices, not_hers, *did)],
        events=sum(did.values()),
    )


def _viewed(rows: list[tuple[Any, ...]]) -> Viewed | None:
    if not rows:
        return None
    ((at_ms, properties),) = rows
    said = json.loads(properties or "{}")
    product = said.get("product_id") or said.get("sku") or ""
    return Viewed(at_ms, str(product)[:200], str(said.get("name") or "")[:200])
