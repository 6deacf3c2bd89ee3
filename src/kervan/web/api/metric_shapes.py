"""The shapes of the answers about the business in figures: what the overview is drawn from."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from kervan.insight.metrics.definitions import Good, Unit


class Definition(BaseModel):
    """What a figure means, in the reader's language; `denominator` is "" where there is none."""

    key: str
    name: str
    definition: str
    numerator: str
    denominator: str
    unit: Unit
    good: Good
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "key": "ctr",
                    "name": "Click rate",
                    "definition": "People who clicked a message sent in the period, divided by …",
                    "numerator": "People with a human click",
                    "denominator": "Messages delivered",
                    "unit": "share",
                    "good": "up",
                }
            ]
        }
    )


class Amount(BaseModel):
    """What a figure was in one period.

    `value` is a share (0 to 1), money in minor units or a count; null where there is nothing to
    divide by. `low` and `high` are the 95 % interval (Wilson) of a share; of a share and of an
    average `denominator` is the size of the sample.
    """

    value: float | None
    numerator: int
    denominator: int | None
    low: float | None
    high: float | None


class Links(BaseModel):
    """Where the definition, the people and the messages behind a figure are; null without any."""

    definition: str
    people: str | None
    messages: str | None


class Figure(BaseModel):
    """One figure in this period and in the one it is compared with.

    Money has one figure for each currency, the workspace's first. `change` is relative: 0.1 is a
    tenth more than before.
    """

    key: str
    unit: Unit
    currency: str
    now: Amount
    before: Amount | None
    change: float | None
    links: Links
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "key": "ctr",
                    "unit": "share",
                    "currency": "",
                    "now": {
                        "value": 0.042,
                        "numerator": 420,
                        "denominator": 10_000,
                        "low": 0.0382,
                        "high": 0.0461,
                    },
                    "before": {
                        "value": 0.04,
                        "numerator": 360,
                        "denominator": 9_000,
                        "low": 0.0361,
                        "high": 0.0443,
                    },
                    "change": 0.05,
                    "links": {
                        "definition": "/v1/metrics#ctr",
                        "people": "/v1/metrics/ctr/people?from=2026-11-01&to=2026-11-30",
                        "messages": "/v1/metrics/ctr/messages?from=2026-11-01&to=2026-11-30",
                    },
                }
            ]
        }
    )


class Period(BaseModel):
    """Whole days of the workspace's zone, both ends included, and the instants they lie between."""

    first: date
    last: date
    begin: datetime
    end: datetime


class Money(BaseModel):
    """An amount in one currency's minor units, and of how many orders."""

    currency: str
    orders: int
    revenue_minor: int


class ChannelRow(BaseModel):
    """The figures of one channel: what its messages of the period brought.

    The shares have the same definitions as the figures; `revenue` is what orders placed in the
    period are worth that belong to a message of this channel.
    """

    channel: str
    messages: int
    figures: list[Figure]
    revenue: list[Money]


class OutcomeRow(BaseModel):
    """How many messages of a channel met one outcome; `before` in the period before.

    Outcomes: delivered, accepted (the provider gives no receipts), silent (no receipt came),
    bounced, failed, suppressed, expired, cancelled, ghost, unknown.
    """

    channel: str
    outcome: str
    messages: int
    before: int | None
    link: str


class DaySeries(BaseModel):
    """Revenue of each of `days` of one channel and currency, in minor units.

    Channel "" is the revenue that belongs to no message, so the series of a currency add up to all.
    """

    channel: str
    currency: str
    revenue_minor: list[int]


class CampaignRow(BaseModel):
    """Revenue that belongs to the messages of one journey or broadcast, or to one step of it.

    `kind` is journey or broadcast; `step` is "" in `campaigns` and the step in `steps`. `name` is
    the title it has now, its key where it is gone.
    """

    kind: Literal["journey", "broadcast"]
    key: str
    name: str
    step: str
    channel: str
    people: int
    currency: str
    orders: int
    revenue_minor: int
    link: str


class SegmentRow(BaseModel):
    """Revenue after a message of who was in a segment when she clicked it, or when it arrived.

    Somebody may have been in several, so rows do not add up. `people` are those with an order;
    `link` opens them.
    """

    key: str
    name: str
    people: int
    currency: str
    orders: int
    revenue_minor: int
    link: str


class ConsentRow(BaseModel):
    """Addresses of one channel that agreed and that no longer do; `granted` are those now.

    `before` is the net growth of the period before.
    """

    channel: str
    gained: int
    lost: int
    net: int
    granted: int
    before: int | None


class Attention(BaseModel):
    """A journey that needs somebody: why, in a sentence, and since when.

    Reasons: failing (messages that failed), no_entry, holding (people held at a send), stopped.
    """

    key: str
    name: str
    reason: Literal["failing", "no_entry", "holding", "stopped"]
    sentence: str
    share: float | None
    count: int
    of: int | None
    since: datetime | None
    link: str


class Check(BaseModel):
    """One thing looked at of the system: whether it is well, in a sentence."""

    key: str
    ok: bool
    sentence: str


class Overview(BaseModel):
    """Everything the overview shows, of one period and the one before it.

    `open_until` says until when figures of the period may still grow, because what people do with
    its messages still counts; null when that time is over. `counted_at` is how fresh they are;
    while `renewing` they are being counted anew, and another look in a moment finds newer ones.
    """

    period: Period
    before: Period | None
    zone: str
    counted_at: datetime
    renewing: bool = False
    currency: str
    currencies: list[str]
    open_until: datetime | None
    figures: list[Figure]
    channels: list[ChannelRow]
    outcomes: list[OutcomeRow]
    days: list[date]
    revenue_by_day: list[DaySeries]
    campaigns: list[CampaignRow]
    steps: list[CampaignRow]
    segments: list[SegmentRow]
    consents: list[ConsentRow]
    attention: list[Attention]
    health: list[Check]


class Behind(BaseModel):
    """One person behind a figure: who she is (as the reader may see her), and what made her count.

    `at` is her latest such instant, `count` how often; money is hers in `currency`.
    """

    person: UUID
    name: str
    email: str
    at: datetime
    count: int
    currency: str
    value_minor: int


class People(BaseModel):
    """A piece of the people behind a figure, the latest first; `cursor` asks for the next piece."""

    people: list[Behind]
    cursor: str | None


class MessageRow(BaseModel):
    """One message behind a figure: what became of it, and what it brought.

    `campaign` is journey:<key> or broadcast:<key>. Orders are those that belong to it.
    """

    message: str
    person: UUID | None
    channel: str
    campaign: str
    step: str
    at: datetime
    outcome: str
    clicked_at: datetime | None
    orders: int
    currency: str
    revenue_minor: int


class Messages(BaseModel):
    """A piece of the messages behind a figure, the latest first; `cursor` asks for the next."""

    messages: list[MessageRow]
    cursor: str | None


Seconds = Annotated[int, Field(ge=0, le=90 * 86_400)]


class Window(BaseModel, extra="forbid"):
    """How long after a click, and after a delivery alone, an order belongs to a message; seconds.

    0 means never.
    """

    channel: Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,40}$")]
    click_seconds: Seconds
    delivered_seconds: Seconds
