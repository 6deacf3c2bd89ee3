"""Messages by outcome, and people by what they did, are what a slow reference counts."""

from datetime import date
from typing import Any

import pytest
from clickhouse_connect.driver.client import Client

from kervan.insight.metrics import letters, period
from kervan.insight.metrics.windows import Windows
from tests.reference import metrics as reference
from tests.unit.insight.metrics.world import RULES, make

_DAYS = {
    "Europe/Istanbul": ("2026-11-17", "2026-11-20"),
    "Asia/Baku": ("2026-11-19", "2026-11-19"),
    "Europe/London": ("2026-11-14", "2026-11-25"),
}


@pytest.mark.parametrize(("seed", "zone"), list(enumerate(_DAYS)))
def test_the_figures_are_those_of_the_reference(
    clickhouse: Client, tell: Any, seed: int, zone: str
) -> None:
    told = make(seed, tell, clickhouse)
    first, last = (date.fromisoformat(day) for day in _DAYS[zone])
    now = period.of(first, last, zone)
    before = period.before(now, zone)
    found = letters.read(clickhouse, Windows(), now, before)
    for mine, whole, channels in (
        (now, found.now, found.channels_now), (before, found.before, found.channels_before),
    ):  # fmt: skip
        for channel in ("", "email", "sms", "push", "telegram"):
            wanted = reference.shares(told, RULES, mine.begin_ms, mine.end_ms, channel)
            got = channels.get(channel, letters.NONE) if channel else whole
            shown = {key: count for key, count in got.outcomes.items() if count}
            shown |= {
                "clicked": got.clicked, "converted": got.converted,
                "unsubscribed": got.unsubscribed, "complained": got.complained,
            }  # fmt: skip
            assert shown == wanted, (mine.first, channel)
            assert got.clicked <= got.delivered
