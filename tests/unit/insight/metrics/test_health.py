"""What is ill is said so, with what to do; a system at rest is well."""

from datetime import timedelta

from clickhouse_connect.driver.client import Client

from kervan.delivery import outbox
from kervan.insight.metrics import health
from kervan.kernel import clock, i18n
from kervan.kernel.postgres import Connection


def test_a_stop_and_waiting_events_are_seen(
    postgres: Connection, clickhouse: Client, workspace: str
) -> None:
    now = clock.now()
    well = health.examine(postgres, clickhouse, workspace, now)
    assert all(one.ok for one in well)
    postgres.execute(
        "insert into kervan.batch (workspace, worker, created_at, rows, block, links)"
        " select id, 1, %s, 1, '', '' from kervan.workspace where key = %s",
        (now - timedelta(minutes=7), workspace),
    )
    outbox.stop(postgres, "test", now, channel="sms")
    ill = {one.key: one for one in health.examine(postgres, clickhouse, workspace, now)}
    assert {key for key, one in ill.items() if not one.ok} == {"events", "stops"}
    for locale in i18n.LOCALES:
        assert "7" in ill["events"].say(locale)
        assert "channel:sms" in ill["stops"].say(locale)
