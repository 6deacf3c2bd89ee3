"""More hands of one worker: they share a backlog, and each event is taken once."""

import json

import psycopg
from clickhouse_connect.driver.client import Client

from kervan.app.hand import Hand
from kervan.collect import intake, keep, sources, store
from kervan.collect.process import Limits, Processor
from kervan.history.event import Events
from kervan.kernel import clock
from kervan.kernel import postgres as state
from kervan.kernel.postgres import Connection
from tests.unit.collect.processing import VAULT

_ROWS, _EVENTS = 30, 20
_OPEN = (
    "select count(*) from kervan.intake where batch is null",
    "select count(*) from kervan.batch",
)


def _poison(conn: Connection, events: Events) -> None:
    if "Poison" in events.name:
        conn.execute("select 'poison'::integer")


def test_hands_share_a_backlog_and_take_each_event_once(
    postgres: Connection, postgres_url: str, clickhouse: Client, workspace: str
) -> None:
    source = sources.Sources()
    sources.create(postgres, workspace, "Shop", "server")
    source.refresh(postgres)
    number = store.workspace_id(postgres, workspace)
    intake.open_days(postgres, [clock.now().date()])
    row = postgres.execute("select id from kervan.source where workspace = %s", (number,))
    server = int(row.fetchall()[0][0])
    for i in range(_ROWS):
        first = i % (_ROWS // 2) * _EVENTS  # each event comes in two rows
        sent = [
            {
                "type": "track",
                "event": "Visited" if one % 50 else "Poison",
                "messageId": f"m{one}",
                "userId": f"u{one % 7}",
                "anonymousId": f"a{one % 5}",
            }
            for one in range(first, first + _EVENTS)
        ]
        body = json.dumps({"batch": sent}).encode()
        intake.append(postgres, VAULT, number, server, body, _EVENTS, bulk=False)
    worker = store.become_worker(postgres)
    postgres.commit()
    keeper = keep.Keeper(
        state.connect(postgres_url, workspace=workspace), clickhouse, VAULT, number
    )

    def ready() -> tuple[Connection, Processor]:
        conn = state.connect(postgres_url, workspace=workspace)
        known = sources.Sources()
        known.refresh(conn)
        conn.commit()
        processor = Processor(
            conn, VAULT, known, workspace, worker=worker, country="TR", hooks=[_poison],
            limits=Limits(events=2 * _EVENTS, intake_rows=4),
        )  # fmt: skip
        conn.commit()
        return conn, processor

    hands = [Hand(ready, keeper, full=1) for _ in range(3)]
    deadline = clock.monotonic() + 60
    while any(_one(postgres, question) for question in _OPEN):
        assert clock.monotonic() < deadline
        for hand in hands:
            hand.check()
            hand.help()  # as the worker does; a batch of repeats only lets it rest
        keeper.check()
        clock.sleep(0.02)
    for hand in hands:
        hand.stop()
    keeper.stop()
    events = _ROWS // 2 * _EVENTS
    for table in ("events", "events_by_person"):
        kept = clickhouse.query(f"select count(), uniqExact(event_id) from {table}").result_rows
        assert kept == [(events - events // 50, events - events // 50)]
    assert _one(postgres, "select count(distinct detail) from kervan.dead_letter") == 1
    assert _one(postgres, "select count(*) from profile") == 7


def _one(conn: psycopg.Connection[tuple[object, ...]], query: str) -> int:
    row = conn.execute(query).fetchone()
    conn.commit()
    assert row is not None
    return int(str(row[0]))
