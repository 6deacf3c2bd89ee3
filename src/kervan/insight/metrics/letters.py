"""Messages of a period by channel: what became of them, and how many people did what with them."""

from dataclasses import dataclass

from clickhouse_connect.driver.client import Client

from kervan.insight import ask
from kervan.insight.metrics.period import Period
from kervan.insight.metrics.sales import compose
from kervan.insight.metrics.windows import Windows
from kervan.kernel import sql

_SQL = sql.load(__package__, "letters.sql")
OUTCOMES = (
    "delivered", "accepted", "silent", "bounced", "failed", "unknown", "suppressed", "expired",
    "cancelled", "ghost",
)  # fmt: skip
"""How a message ends: `silent` was sent and no
receipt came, `bounced` was accepted first."""
DELIVERED = ("delivered", "accepted")
"""The outcomes that count as delivered."""


@dataclass(frozen=True, slots=True)
class Letters:
    """Messages of one channel ("" all) by outcome, and people who did something with one that was
    delivered: clicked, ordered, unsubscribed, complained."""

    channel: str
    outcomes: dict[str, int]
    clicked: int = 0
    converted: int = 0
    unsubscribed: int = 0
    complained: int = 0

    @property
    def delivered(self) -> int:
        """How many count as delivered."""
        return sum(self.outcomes[one] for one in DELIVERED)


NONE = Letters("", dict.fromkeys(OUTCOMES, 0))


@dataclass(frozen=True, slots=True)
class Both:
    """All channels together and each by itself, of this period and of the one before."""

    now: Letters
    before: Letters
    channels_now: dict[str, Letters]
    channels_before: dict[str, Letters]


def statement(name: str, narrowed: str = "") -> str:
    """A statement of letters.sql with the ones it is made of put into their places.

    `narrowed` is "", or which messages are meant: of_campaign or of_some.
    """
    text: str = getattr(_SQL, name)
    for part in ("judged", "letters"):
        text = text.replace(f"{{{part}}}", getattr(_SQL, part))
    only = getattr(_SQL, narrowed) if narrowed else ""
    # To count messages nobody has to know what they are called.
    spelled = "''" if name in ("figures", "readers") else "any(told_of)"
    return compose(text.replace("{narrowed}", only).replace("{spelled}", spelled))


def read(client: Client, windows: Windows, period: Period, before: Period | None) -> Both:
    """The messages of a period, and of the one right before it where that is wanted."""
    begin_ms = before.begin_ms if before else period.begin_ms
    asked = {
        **windows.asked(),
        "begin_ms": begin_ms,
        "now_ms": period.begin_ms,
        "end_ms": period.end_ms,
        "until_ms": period.end_ms + windows.settle_ms,
    }
    whole: dict[bool, Letters] = {}
    channels: dict[bool, dict[str, Letters]] = {True: {}, False: {}}
    for is_now, is_all, way, *counts in ask.rows(client, statement("figures"), asked):
        outcomes = dict(zip(OUTCOMES, counts[: len(OUTCOMES)], strict=True))
        one = Letters("" if is_all else way, outcomes, *counts[len(OUTCOMES) :])
        if is_all:
            whole[bool(is_now)] = one
        else:
            channels[bool(is_now)][way] = one
    return Both(whole.get(True, NONE), whole.get(False, NONE), channels[True], channels[False])
