"""Opens the people and the messages behind a figure, piece by piece, the latest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from clickhouse_connect.driver.client import Client

from kervan.insight import ask
from kervan.insight.metrics import consents, crowd, letters, sales, segments
from kervan.insight.metrics.period import Period
from kervan.insight.metrics.windows import Windows
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection

FAR_MS = 9_999_999_999_999
_LAST = 2**32 - 1
_MORE = "\U0010ffff"
_DID = {
    "messages": "sent_ms",
    "ctr": "clicked",
    "cr": "bought_ms",
    "unsubscribe_rate": "unsubscribed",
    "complaint_rate": "complained",
}
"""Which column of a message says when somebody did what a figure counts."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which part of a figure: a channel, a campaign (journey:<key> or broadcast:<key>), a currency,
    an outcome and a segment narrow it down where they are not ""."""

    key: str
    channel: str = ""
    campaign: str = ""
    currency: str = ""
    outcome: str = ""
    segment: str = ""


class Place(NamedTuple):
    """Where in a list one stands, to go on from there; the latest are first."""

    at_ms: int = FAR_MS
    id: str = ""


class Behind(NamedTuple):
    """One person: when last, how often, and what it was worth in one currency."""

    person: int
    at_ms: int
    times: int
    currency: str
    minor: int


@dataclass(frozen=True, slots=True)
class Message:
    """One message: whose, what became of it, and what it brought in the currency it brought most.

    `listed_ms` is its place in the list: when it was sent, or when its latest order was placed.
    """

    message: str
    person: int
    channel: str
    campaign: str
    step: str
    sent_ms: int
    outcome: str
    clicked_ms: int
    orders: int
    currency: str
    minor: int
    listed_ms: int


def people(
    conn: Connection,
    client: Client,
    rules: Windows,
    period: Period,
    asked: Asked,
    limit: int,
    after: Place | None = None,
) -> list[Behind]:
    """Who is behind a figure of a period, by her number.

    By segment the revenue of messages alone is told: as she was when a message was clicked. Raises
    insight.nothing_behind (404) for another figure, insight.no_such_segment (404).
    """
    place = after or Place()
    if asked.segment:
        return _of_segment(conn, client, rules, period, asked, place)[:limit]
    facts: dict[str, Any] = {
        **_facts(rules, period, asked, limit), "after_ms": place.at_ms,
        "after": int(place.id) if place.id else _LAST,
    }  # fmt: skip
    if asked.key == "consent_growth":
        return [Behind(*row, "", 0) for row in consents.people(conn, period, facts)]
    if asked.key in _DID:
        text = letters.statement("readers", "of_campaign" if asked.campaign else "")
        text = text.replace("{did}", _DID[asked.key])
    elif asked.key in ("new_people", "active_people"):
        text = crowd.statement("newcomers" if asked.key == "new_people" else "doers")
    else:
        whose = "caused" if asked.key == "attributed_revenue" else "orders"
        text = sales.statement("buyers", whose)
        facts["least"] = 2 if asked.key == "repeat" else 1
    return [Behind(*row) for row in ask.rows(client, text, facts)]


def _of_segment(
    conn: Connection, client: Client, rules: Windows, period: Period, asked: Asked, place: Place
) -> list[Behind]:
    if asked.key != "attributed_revenue":
        raise KervanError("insight.nothing_behind", status=404, metric=asked.key, kind="segments")
    sold = sales.read(client, rules, period.begin_ms, period.end_ms)
    rows = sold.caused.copy()
    for words, wanted in (
        (sold.currency, asked.currency), (sold.channel, asked.channel),
        (sold.campaign, asked.campaign),
    ):  # fmt: skip
        if wanted:
            rows &= words.codes == (words.words.index(wanted) if wanted in words.words else -1)
    limit_of_number = int(place.id) if place.id else _LAST
    return [
        one
        for one in (
            Behind(*row) for row in segments.buyers(conn, client, sold, rows, asked.segment)
        )
        if (one.at_ms, one.person) < (place.at_ms, limit_of_number)
    ]


def messages(
    client: Client,
    rules: Windows,
    period: Period,
    asked: Asked,
    limit: int,
    after: Place | None = None,
) -> list[Message]:
    """Which messages are behind a figure of a period. Raises insight.nothing_behind (404)."""
    place = after or Place()
    facts: dict[str, Any] = {
        **_facts(rules, period, asked, limit), "after_ms": place.at_ms,
        "after": place.id or _MORE,
    }  # fmt: skip
    if asked.key == "attributed_revenue":
        text = sales.statement("causes")
    elif asked.key in _DID:
        text = letters.statement("listed", "of_campaign" if asked.campaign else "")
        text = text.replace("{did}", _DID[asked.key])
        # Without an outcome those are meant that the figure counts: the delivered ones.
        facts["any"] = int(asked.key == "messages" and asked.outcome != "")
    else:
        raise KervanError("insight.nothing_behind", status=404, metric=asked.key, kind="messages")
    chosen = ask.rows(client, text, facts)
    return _details(client, facts, rules, period, chosen) if chosen else []


def _details(
    client: Client,
    facts: dict[str, Any],
    rules: Windows,
    period: Period,
    chosen: Sequence[tuple[Any, ...]],
) -> list[Message]:
    # What an order belongs to may have been sent long before it, and be clicked just before.
    begin_ms = period.begin_ms - rules.longest_ms - rules.settle_ms
    about = {**facts, "ids": [row[0] for row in chosen], "begin_ms": begin_ms}
    known = {
        row[0]: row for row in ask.rows(client, letters.statement("details", "of_some"), about)
    }
    named = {row[0]: row[1:] for row in ask.rows(client, letters.statement("named"), about)}
    brought: dict[str, tuple[int, int, str]] = {}
    sold = {**about, "begin_ms": period.begin_ms}
    for message, money, orders, minor in ask.rows(client, sales.statement("brought"), sold):
        best = (minor, orders, money)
        brought[message] = max(brought.get(message, best), best)
    found = []
    for message, at_ms in chosen:
        _, reader, way, sent_ms, outcome, clicked = known.get(
            message, (message, 0, "", at_ms, "", 0)
        )
        campaign, step = named.get(message, ("", ""))
        minor, orders, money = brought.get(message, (0, 0, ""))
        found.append(
            Message(message, reader, way, campaign, step, sent_ms, outcome, clicked, orders, money,
                    minor, at_ms)
        )  # fmt: skip
    return found


def _facts(rules: Windows, period: Period, asked: Asked, limit: int) -> dict[str, Any]:
    sent = asked.key in _DID
    return {
        **rules.asked(),
        "begin_ms": period.begin_ms,
        "now_ms": period.begin_ms,
        "end_ms": period.end_ms,
        "until_ms": period.end_ms + (rules.settle_ms if sent else 0),
        "channel": asked.channel,
        "campaign": asked.campaign,
        "currency": asked.currency,
        "outcome": asked.outcome,
        "limit": limit,
    }
