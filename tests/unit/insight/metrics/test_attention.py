"""Journeys that fail, hold everybody back, let nobody in or are stopped are told of, and why."""

from typing import Any

from clickhouse_connect.driver.client import Client

from kervan.delivery import outbox
from kervan.insight.metrics import attention
from kervan.kernel import clock, i18n
from kervan.kernel.postgres import Connection

_T = 1_795_046_400_000
_DAY = 86_400_000


def _journey(conn: Connection, key: str) -> None:
    row = conn.execute(
        "insert into journey (key, versions) values (%s, 1) returning id", (key,)
    ).fetchone()
    assert row is not None
    version = conn.execute(
        "insert into journey_version (journey, number, text, text_hash, names, templates, state,"
        " created_at) values (%s, 1, 'not a journey', '', '{}', '{}', 'live', %s) returning id",
        (row[0], clock.from_ms(_T - 30 * _DAY)),
    ).fetchone()
    assert version is not None
    conn.execute("update journey set live_version = %s where id = %s", (version[0], row[0]))


def _told(name: str, journey: str, number: int, days_ago: int = 1) -> dict[str, Any]:
    facts = {"journey": journey, "message": f"{journey}{number}", "run": number}
    return {"name": name, "person": 1, "at_ms": _T - days_ago * _DAY, "properties": facts}


def test_each_journey_is_told_of_for_its_own_reason(
    postgres: Connection, clickhouse: Client, tell: Any
) -> None:
    for key in ("failing", "quiet", "stopped", "well"):
        _journey(postgres, key)
    outbox.stop(postgres, "test", clock.from_ms(_T), campaign="journey:stopped")
    tell(
        *(_told("Message Sent", "failing", number) for number in range(36)),
        *(_told("Message Failed", "failing", number) for number in range(36, 40)),
        *(_told("Message Failed", "failing", number, 9) for number in range(50, 90)),
        *(_told("Message Failed", "well", number) for number in range(5)),
        *(_told("Journey Entered", key, 1) for key in ("failing", "stopped", "well")),
        _told("Journey Entered", "quiet", 1, 8),
    )
    found = attention.find(postgres, clickhouse, _T)
    assert [(one.key, one.reason, one.count, one.of) for one in found] == [
        ("stopped", "stopped", 0, 0), ("failing", "failing", 4, 40), ("quiet", "no_entry", 0, 0),
    ]  # fmt: skip
    assert found[1].share == 0.1
    assert found[2].since_ms == _T - 8 * _DAY
    for locale in i18n.LOCALES:
        assert all(one.key in one.say(locale) and "{" not in one.say(locale) for one in found)
    assert attention.names(postgres)["journey:quiet"] == "quiet"
