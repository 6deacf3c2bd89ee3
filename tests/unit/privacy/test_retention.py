"""Each kind of data goes when its own time is over, and no other does."""

from datetime import timedelta

import pytest
from clickhouse_connect.driver.client import Client

from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.privacy import retention


def test_a_workspaces_own_rule_goes_before_ours(postgres: Connection) -> None:
    before = {rule.kind: rule for rule in retention.rules(postgres)}
    assert all(rule.source for rule in before.values()) and before["consent"].days is None
    retention.set_rule(postgres, "visits", 60, "our lawyer", clock.now(), "ayla")
    retention.set_rule(postgres, "history", None, "our lawyer", clock.now(), "ayla")
    after = {rule.kind: rule.days for rule in retention.rules(postgres)}
    assert after["visits"] == 60 and after["history"] is None
    for kind, days, source in (("dreams", 1, "x"), ("visits", 0, "x"), ("visits", 5, " ")):
        with pytest.raises(KervanError):
            retention.set_rule(postgres, kind, days, source, clock.now(), "ayla")


def test_old_visits_and_old_months_go(postgres: Connection, clickhouse: Client) -> None:
    now = clock.now()
    for days in (500, 10):
        at = now - timedelta(days=days)
        for person in (0, 3):
            postgres.execute(
                "insert into session (anonymous, first_at, last_at, person)"
                " values (gen_random_uuid(), %(at)s, %(at)s, %(person)s)",
                {"at": at, "person": person},
            )
    for days in (3_000, 10):
        clickhouse.command(
            "INSERT INTO events_in (name, person, at, event_id, batch, properties, context)"
            " VALUES ('Seen', 1, {at:DateTime64(3)}, '0123456789abcdef', 1, '{}', '{}')",
            parameters={"at": now - timedelta(days=days)},
        )
    assert not retention.step(postgres, clickhouse, clock.to_ms(now))
    left = postgres.execute("select person from session order by last_at, person").fetchall()
    assert left == [(3,), (0,), (3,)], "a known person's visits are hers, not time's"
    for table in ("events", "events_by_person"):
        assert clickhouse.query(f"SELECT count() FROM {table}").result_rows == [(1,)]
    assert not retention.step(postgres, clickhouse, clock.to_ms(now)), "again changes nothing"


def test_what_would_go_is_what_goes(
    postgres: Connection, clickhouse: Client, workspace: str
) -> None:
    now = clock.now()
    postgres.execute(
        "insert into privacy_request (id, kind, person_id, jurisdiction, received_at, due_at,"
        " channel, identity_proof, actor, state, closed_at) select gen_random_uuid(), 'access',"
        " gen_random_uuid(), 'TR', %(at)s, %(at)s, 'web', 'none', '', 'done', %(at)s - n * interval"
        " '1 day' from generate_series(1, 5) n",
        {"at": now},
    )
    postgres.execute(
        "insert into gate_decision (message, attempt, at, channel, verdict, reason) select"
        " gen_random_uuid(), 1, %s - n * interval '1 day', 'email', 0, 0 from"
        " generate_series(1, 7) n",
        (now,),
    )
    postgres.commit()
    for kind, count in (("requests", 3), ("decisions", 5)):
        for _ in range(2):
            found = retention.touched(postgres, clickhouse, kind, 2, now)
            postgres.rollback()
            assert (found.count, found.months, found.is_all) == (count, False, True)
    assert retention.touched(postgres, clickhouse, "history", 2, now).months
    with pytest.raises(KervanError, match="dead_letters"):
        retention.touched(postgres, clickhouse, "consent", 2, now)
