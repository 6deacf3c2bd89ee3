"""Names come from history with what their values are, and are found by any of their words."""

from clickhouse_connect.driver.client import Client

from kervan.kernel import clock
from kervan.segments import names
from kervan.segments.names import Name

AT_MS = 1_760_000_000_000


def test_names_of_events_and_their_properties(clickhouse: Client) -> None:
    rows = [
        ("Order Completed", '{"total": 12.5, "coupon": "YAZ"}'),
        ("Order Completed", '{"total": 3, "gift": true, "store": {"city": "Bakı"}}'),
        ("Coat Viewed", '{"sku": "a"}'),
    ]
    clickhouse.insert(
        "events_in",
        [
            [name, 1, clock.from_ms(AT_MS), bytes(15) + bytes([place]), said, 1]
            for place, (name, said) in enumerate(rows)
        ],
        column_names=["name", "person", "at", "event_id", "properties", "batch"],
    )
    found = names.events(clickhouse)
    assert [(one.name, one.times) for one in found] == [("Order Completed", 2), ("Coat Viewed", 1)]
    of = names.properties(clickhouse, ["Order Completed"], AT_MS)
    assert {one.name: one.sort for one in of} == {
        "total": "number", "coupon": "text", "gift": "flag", "store.city": "text",
    }  # fmt: skip
    assert "sku" in {one.name for one in names.properties(clickhouse, [], AT_MS)}
    assert names.properties(clickhouse, [], AT_MS + 1) == []


def test_names_of_traits(clickhouse: Client) -> None:
    assert names.traits(clickhouse) == []
    rows = [[1, 1, '{"city": "Ankara", "age": 3}'], [900_000, 1, '{"vip": true}']]
    clickhouse.insert("people", rows, column_names=["person", "version", "traits"])
    assert [(one.name, one.sort) for one in names.traits(clickhouse)] == [
        ("age", "number"), ("city", "text"), ("vip", "flag"),
    ]  # fmt: skip


def test_found_by_any_word_the_whole_name_first() -> None:
    every = [Name("Segment Left"), Name("Left Shop"), Name("store.city"), Name("city_code")]
    assert [one.name for one in names.starting(every, "LEFT", 9)] == ["Left Shop", "Segment Left"]
    assert [one.name for one in names.starting(every, "city", 9)] == ["city_code", "store.city"]
    assert [one.name for one in names.starting(every, " ", 2)] == ["Segment Left", "Left Shop"]
    assert names.starting(every, "*", 9) == []
