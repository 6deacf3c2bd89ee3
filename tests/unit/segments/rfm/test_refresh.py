"""Everybody is scored daily and whoever orders soon; each change of group is told once."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from clickhouse_connect.driver.client import Client

from kervan.collect import store
from kervan.collect.intake import Body, open_days
from kervan.history import link
from kervan.kernel import clock, compress
from kervan.kernel.postgres import Connection
from kervan.segments.rfm import refresh, tally
from kervan.segments.rfm import store as kept
from kervan.segments.rfm.score import Edges
from kervan.segments.rfm.store import Settings
from kervan.segments.zones import DAY_MS

ZONE = "Europe/Istanbul"
AT_MS = int(datetime(2026, 11, 22, 9, tzinfo=UTC).timestamp()) * 1000
"""Noon in Istanbul."""
_BOUGHT = (
    "insert into purchase (hash, order_id, person, placed_at, total_minor, currency, source)"
    " values (gen_random_uuid(), 'x', %s, now(), 5000, 'TRY', 1)"
)


class Shop:
    """A workspace with orders, and its scores."""

    def __init__(self, conn: Connection, client: Client, workspace: str) -> None:
        self.conn = conn
        self.client = client
        self.number = store.workspace_id(conn, workspace)
        self._event = 0

    def people(self, *people: int) -> None:
        """People whom the mirror knows."""
        rows = [[one, 1] for one in people]
        self.client.insert("people", rows, column_names=["person", "version"])
        for one in people:
            self.conn.execute(
                "insert into profile (person, id, key, created_at) overriding system value"
                " values (%s, gen_random_uuid(), '', now()) on conflict do nothing",
                (one,),
            )
        self.mirrored()

    def did(
        self, person: int, days_ago: float, name: str = "Order Completed", minor: int = 1000,
        order: str = "", money: str = "TRY", properties: str = "{}",
    ) -> None:  # fmt: skip
        """Something she did."""
        self._event += 1
        at = clock.from_ms(AT_MS - int(days_ago * DAY_MS))
        self.client.insert(
            "events_in",
            [[name, person, at, self._event.to_bytes(16, "big"), order, money, minor, properties,
              "{}", 1]],
            column_names=[
                "name", "person", "at", "event_id", "order_id", "currency", "value_minor",
                "properties", "context", "batch",
            ],
        )  # fmt: skip

    def run(self, at_ms: int = AT_MS) -> int | None:
        """How many rows were written, None when nothing was due."""
        found = refresh.plan(self.conn, self.client, self.number, ZONE, at_ms)
        self.conn.commit()
        if found is None:
            return None
        refresh.write(self.client, found)
        refresh.done(self.conn, found)
        self.conn.commit()
        return len(found.scores.person)

    def mirrored(self) -> None:
        """The mirror has written everybody's row."""
        self.conn.execute("delete from mirror_mark")
        self.conn.commit()

    def scores(self) -> dict[int, Sequence[object]]:
        """{person: (recency, frequency, monetary, group, stage, level)}"""
        rows = self.client.query(
            "SELECT scores.person, rfm_recency, rfm_frequency, rfm_monetary, rfm_group,"
            " life_cycle, engagement FROM scores FINAL ORDER BY 1"
        ).result_rows
        return {row[0]: tuple(row[1:]) for row in rows}

    def told(self) -> list[tuple[int, object, object]]:
        """(person, group before, group) of the changes that were told, each by its id once."""
        rows = self.conn.execute("select body from kervan.intake order by id").fetchall()
        found: dict[str, tuple[int, object, object]] = {}
        for (raw,) in rows:
            for body in _bodies(raw):
                for one in body:
                    said = one["properties"]
                    found[one["messageId"]] = (one["person"], said["before"], said["group"])
        return list(found.values())

    def touched(self) -> set[int]:
        """Whom live membership hears of."""
        rows = self.conn.execute("select distinct unnest(people) from touched").fetchall()
        return {row[0] for row in rows}


def _bodies(raw: bytes) -> Iterator[list[dict[str, Any]]]:
    for one in msgspec.msgpack.decode(compress.unpack(raw[1:]), type=list[Body]):
        yield msgspec.json.decode(one.body)["batch"]


@pytest.fixture
def shop(postgres: Connection, clickhouse: Client, workspace: str) -> Shop:
    open_days(postgres, [clock.now().date()])
    postgres.commit()
    return Shop(postgres, clickhouse, workspace)


def _five(shop: Shop) -> None:
    shop.people(1, 2, 3, 4, 5)
    for person in range(1, 6):
        for k in range(person):
            shop.did(
                person, 100 - person * 19 + k * 0.5, minor=person * 100, order=f"o{person}-{k}"
            )


def test_everybody_is_scored_once_a_day(shop: Shop) -> None:
    _five(shop)
    assert shop.run() == 5
    assert {who: row[:4] for who, row in shop.scores().items()} == {
        1: (1, 1, 1, "lost"), 2: (2, 2, 2, "hibernating"), 3: (3, 3, 3, "need_attention"),
        4: (4, 4, 4, "loyal"), 5: (5, 5, 5, "champions"),
    }  # fmt: skip
    assert shop.told() == [], "nobody changed: these are the first scores there are"
    assert shop.touched() == {1, 2, 3, 4, 5}
    assert shop.run(AT_MS + 3_600_000) is None, "not twice a day"
    midnight = AT_MS + 12 * 3_600_000
    assert shop.run(midnight - 1) is None
    assert shop.run(midnight) is not None, "a new day in Istanbul"


def test_an_order_told_twice_is_one_and_other_money_counts_not(shop: Shop) -> None:
    shop.people(1, 2)
    shop.did(1, 10, minor=500, order="a")
    shop.did(1, 9, minor=900, order="a")
    shop.did(1, 8, minor=300)
    shop.did(1, 8, minor=300)
    shop.did(2, 3, minor=300, money="USD")
    shop.did(7, 3, minor=300)  # somebody the mirror does not know
    found = tally.orders(shop.client, tally.currency(shop.client), 0, AT_MS, None)
    assert (found.person.tolist(), found.frequency.tolist()) == ([1], [3])
    assert found.monetary_minor.tolist() == [500 + 300 + 300]
    assert found.order_days.tolist() == [2]
    shop.run()
    assert set(shop.scores()) == {1}


def test_who_orders_is_scored_soon_by_the_edges_of_the_day(shop: Shop) -> None:
    _five(shop)
    shop.run()
    shop.conn.execute("delete from touched")
    shop.did(1, 0, minor=5_000, order="new")
    for k in range(5):
        shop.did(1, 0, minor=5_000, order=f"new{k}")
    shop.conn.execute(_BOUGHT, (1,))
    shop.conn.execute(
        "insert into kervan.batch (workspace, worker, created_at, day, rows, block, links)"
        " values (%s, 0, now(), current_date, 1, '', '')",
        (shop.number,),
    )
    shop.conn.commit()
    assert shop.run() is None, "history does not have the batch yet"
    shop.conn.execute("delete from kervan.batch")
    shop.conn.execute("insert into mirror_mark (people) values ('{9, 1}')")
    shop.conn.commit()
    assert shop.run() is None, "the mirror has not written her row yet"
    shop.mirrored()
    assert shop.run() == 1
    assert shop.scores()[1][:4] == (5, 5, 5, "champions")
    assert shop.told() == [(1, "lost", "champions")]
    assert shop.touched() == {1}
    assert shop.run() is None, "nobody ordered since"


def test_an_imported_history_makes_edges_anew_and_tells_nobody(shop: Shop) -> None:
    shop.run()
    first = kept.edges(shop.conn)
    assert first is not None and first.customers == 0
    _five(shop)
    shop.conn.execute(_BOUGHT, (1,))
    shop.conn.commit()
    assert shop.run() == 5, "one of them is marked, and there were none before"
    assert shop.scores()[5][:4] == (5, 5, 5, "champions")
    for k in range(9):
        shop.did(1, 50, order=f"old{k}")
    for person in (2, 1):
        shop.conn.execute(_BOUGHT, (person,))
        shop.conn.commit()
        assert shop.run() == (0 if person == 2 else 1)
    assert shop.scores()[1][:4] != (1, 1, 1, "lost")
    assert shop.told() == []
    again = kept.edges(shop.conn)
    assert again is not None and (again.customers, again.since) == (5, 2)
    shop.conn.execute(_BOUGHT, (3,))
    shop.conn.commit()
    shop.run()
    grown = kept.edges(shop.conn)
    assert grown is not None and grown.since == 0 and grown.edges != again.edges
    assert shop.told() == []
    for k in range(30):
        shop.did(2, 0, minor=9_000, order=f"now{k}")
    for marked in ([2, 3], [2, 4]):
        shop.conn.cursor().executemany(_BOUGHT, [(one,) for one in marked])
        shop.conn.commit()
        shop.run()
    last = kept.edges(shop.conn)
    assert last is not None and last.edges != grown.edges
    assert [one for one, _, _ in shop.told()] == [2], "whose own order it was, and she alone"


def test_who_is_another_today_takes_her_orders_along(shop: Shop) -> None:
    _five(shop)
    shop.run()
    shop.conn.execute("update profile set traits = '{}' where person = 1")
    shop.mirrored()
    assert shop.run() is None, "nobody moved"
    shop.conn.execute("update profile set merged_into = 5 where person = 1")
    shop.client.command("INSERT INTO people (person, version, gone) VALUES (1, 2, 1)")
    link.insert(shop.client, [], [(1, 5)], 7)
    link.refresh(shop.client)
    shop.mirrored()
    assert shop.run() == 1, "the other one had the best scores already"
    assert shop.scores()[1] == (0, 0, 0, "", "", "")
    some = tally.Some([5], [1, 5], [])
    found = tally.orders(shop.client, "TRY", 0, AT_MS, some)
    assert (found.person.tolist(), found.frequency.tolist()) == ([5], [6])


def test_cut_off_anywhere_a_change_is_told_once_and_written(shop: Shop) -> None:
    _five(shop)
    shop.run()
    shop.conn.execute("delete from touched")
    shop.conn.commit()
    tomorrow = AT_MS + 100 * DAY_MS
    shop.did(1, -99)
    shop.did(1, -99.5)
    found = refresh.plan(shop.conn, shop.client, shop.number, ZONE, tomorrow)
    assert found is not None
    shop.conn.commit()
    refresh.write(shop.client, found)  # and killed before it is done
    told = shop.told()
    assert told
    assert shop.run(tomorrow) == 0
    assert shop.told() == told and shop.touched() == set(found.scores.person.tolist())
    # killed before it is written
    for k in range(9):
        shop.did(2, -101 - k, minor=9_000)
    found = refresh.plan(shop.conn, shop.client, shop.number, ZONE, tomorrow + 200 * DAY_MS)
    assert found is not None and len(found.scores.person)
    shop.conn.commit()
    assert len(shop.told()) > len(told)
    told = shop.told()
    assert shop.run(tomorrow + 200 * DAY_MS) == len(found.scores.person)
    assert shop.told() == told


def test_who_has_no_orders_any_more_has_an_empty_row_and_others_scores_stay(shop: Shop) -> None:
    _five(shop)
    shop.run()
    shop.client.command(
        "ALTER TABLE scores UPDATE scores = map('x', 7.5) WHERE person = 1"
        " SETTINGS mutations_sync = 2"
    )
    shop.client.command("INSERT INTO people (person, version, gone) VALUES (1, 2, 1)")
    shop.run(AT_MS + DAY_MS)
    assert shop.scores()[1] == (0, 0, 0, "", "", "")
    kept_scores = "SELECT scores FROM scores FINAL WHERE person = 1"
    assert shop.client.query(kept_scores).result_rows == [({"x": 7.5},)]


def test_messages_make_the_level(shop: Shop) -> None:
    shop.people(1, 2, 3)
    for k in range(6):
        shop.did(1, 10 - k, "Message Sent")
        shop.did(2, 10 - k, "Message Sent")
    shop.did(1, 9.5, "Message Clicked", properties='{"machine": false}')
    shop.did(2, 9.5, "Message Opened", properties='{"machine": true}')
    shop.did(3, 5.5, "Message Sent")
    shop.run()
    assert {who: row[5] for who, row in shop.scores().items()} == {1: "cooling", 2: "unengaged"}


def test_edges_stay_for_a_month_or_as_they_are_given(shop: Shop) -> None:
    _five(shop)
    kept.save_settings(shop.conn, Settings(edges="monthly"))
    shop.run()
    first = kept.edges(shop.conn)
    assert first is not None
    for k in range(9):
        shop.did(1, 1, order=f"more{k}")
    shop.run(AT_MS + DAY_MS)
    again = kept.edges(shop.conn)
    assert again is not None and again.edges == first.edges
    shop.run(AT_MS + 20 * DAY_MS)
    later = kept.edges(shop.conn)
    assert later is not None and later.edges != first.edges, "another month"
    fixed = Edges((10, 20, 30, 40), (1, 2, 3, 4), (100, 200, 300, 400))
    kept.save_settings(shop.conn, Settings(window_days=50, edges="fixed", fixed=fixed))
    shop.run(AT_MS + 20 * DAY_MS)
    used = kept.edges(shop.conn)
    assert used is not None and used.edges == fixed
    assert shop.scores()[2][:4] == (0, 0, 0, ""), "ordered before the window only"
