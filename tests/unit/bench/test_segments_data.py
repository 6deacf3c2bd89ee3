"""The bench's shop on a handful of people: the same for the same seed, through either door."""

import pytest
from clickhouse_connect.driver.client import Client

from kervan.bench import segments_data
from kervan.bench.segments_data import Size

_SIZE = Size(12_000, 300)
_TABLES = ("events", "events_by_person", "people", "scores", "person_link", "session_link")
_DIGEST = "SELECT count(), sum(cityHash64({columns})) FROM {table}"
_COLUMNS = {
    "events": "person, at, session, name, event_id, channel, order_id, value_minor, "
    "toJSONString(properties), batch, who",
    "people": "person, gone, known_since, zone, address, suppressed, consents, "
    "toJSONString(traits), moments",
    "scores": "*",
    "person_link": "person, head",
    "session_link": "session, person",
}


def _digests(client: Client) -> dict[str, tuple[int, int]]:
    return {
        table: tuple(client.query(_DIGEST.format(table=table, columns=columns)).result_rows[0])
        for table, columns in _COLUMNS.items()
    }


def _forget(client: Client) -> None:
    for table in (*_TABLES, "session_link_young", "person_link_young", "link_settled"):
        client.command(f"TRUNCATE TABLE {table}")


def test_the_same_seed_makes_the_same_shop_and_another_does_not(clickhouse: Client) -> None:
    segments_data.fill(clickhouse, _SIZE)
    first = _digests(clickhouse)
    assert first["events"][0] == 12_000
    _forget(clickhouse)
    segments_data.fill(clickhouse, _SIZE, by_person=True)
    assert _digests(clickhouse) == first
    assert clickhouse.query("SELECT count() FROM events_by_person").result_rows == [(12_000,)]
    _forget(clickhouse)
    segments_data.fill(clickhouse, Size(12_000, 300, seed=8))
    assert not set(_digests(clickhouse).values()) & (set(first.values()) - {first["person_link"]})


def test_it_is_as_uneven_as_a_shop(clickhouse: Client) -> None:
    segments_data.fill(clickhouse, _SIZE)
    names, strays, later = clickhouse.query(
        "SELECT uniqExact(name), countIf(who = 0),"
        f" countIf(toUnixTimestamp64Milli(at) > {segments_data.AT_MS}) FROM events"
    ).result_rows[0]
    assert names == 10
    assert 0 < strays < 1_200
    assert 0 < later < 120
    people, gone = clickhouse.query("SELECT count(), countIf(gone) FROM people").result_rows[0]
    assert (people, gone) == (300, 8)
    share = clickhouse.query(
        "SELECT sum(times) / 12000 FROM (SELECT count() AS times FROM events WHERE who != 0"
        " GROUP BY who ORDER BY times DESC LIMIT 30)"
    ).result_rows[0][0]
    assert share == pytest.approx(0.4, abs=0.15)  # a tenth of the people
    linked = "SELECT countIf(person = 0 AND who != 0), countIf(who != atom) FROM events"
    assert min(clickhouse.query(linked).result_rows[0]) > 0
