"""The machinery says what waits, since when, and what of it is late."""

from datetime import timedelta
from pathlib import Path

from clickhouse_connect.driver.client import Client

from kervan.insight import system
from kervan.kernel import clock, i18n
from kervan.kernel.postgres import Connection


def test_what_waits_is_counted_and_what_is_late_is_said(
    postgres: Connection, clickhouse: Client, workspace: str, tmp_path: Path
) -> None:
    now = clock.now()
    well = system.look(postgres, clickhouse, tmp_path / "not" / "there", workspace, now)
    assert all(one.version and one.bytes >= 0 for one in well.engines)
    assert not any(one.waiting or one.is_late(now) for one in well.queues)
    assert 0 < well.space.free <= well.space.total
    postgres.execute(
        "insert into journey_timer (due_at, bucket, runs) values (%s, 1, '{1,2,3}')",
        (now - timedelta(minutes=9),),
    )
    postgres.execute(
        "insert into kervan.batch (workspace, worker, created_at, rows, block, links)"
        " select id, 1, %s, 40, '', '' from kervan.workspace where key = %s",
        (now, workspace),
    )
    queues = {
        one.key: one for one in system.look(postgres, clickhouse, tmp_path, workspace, now).queues
    }
    assert queues["history"].waiting == 40
    assert queues["journeys"].waiting == 3
    assert [key for key, one in queues.items() if one.is_late(now)] == ["journeys"]
    for locale in i18n.LOCALES:
        assert "9" in queues["journeys"].say(now, locale)
