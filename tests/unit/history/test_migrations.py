"""History's tables are made over again without a row lost, and the door leads into the new ones."""

from clickhouse_connect.driver.client import Client

from kervan.history import write
from kervan.kernel import migrate
from kervan.kernel.postgres import Connection
from tests.unit.history.telling import tell


def test_migrations_that_were_cut_off_are_repeated(
    postgres: Connection, clickhouse: Client, workspace: str
) -> None:
    tell(clickhouse, (1, 0, 0), (2, 0, 5), (0, 9, 40_000_000_000))
    before = clickhouse.query("SELECT * FROM events_by_person ORDER BY event_id").result_rows
    postgres.execute(
        "delete from kervan.migration where place = %s and name in ('history/0006_whole',"
        " 'segments/0013_near_people')",
        (f"history:{clickhouse.database}",),
    )
    assert migrate.migrate(postgres, clickhouse, [workspace]) == 2
    after = clickhouse.query("SELECT * FROM events_by_person ORDER BY event_id").result_rows
    assert after == before
    assert len(after) == 3
    tell(clickhouse, (1, 0, 7), (3, 0, 1), batch=2)
    for table in write.TABLES:
        assert clickhouse.query(f"SELECT count() FROM {table}").result_rows == [(5,)]


def test_a_persons_history_lies_in_one_place(clickhouse: Client) -> None:
    asked = "SELECT name, partition_key FROM system.tables WHERE database = currentDatabase()"
    keys = dict(clickhouse.query(asked).result_rows)
    assert keys["events_by_person"] in ("", "tuple()")
    assert keys["events"] == "toYYYYMM(at)"
