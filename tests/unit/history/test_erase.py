"""Erased history keeps numbers and loses every text, in both orderings, for her only."""

import json

from clickhouse_connect.driver.client import Client

from kervan.history import erase

_OWN = 9
_ROWS = (
    ("Order Completed", 7, 3, "S-1", {"total": 25, "note": "SECRET", "coupon": {"x": "SECRET"},
     "products": [{"product_id": "p-1", "price": 12.5, "quantity": 2, "name": "SECRET"},
                  {"product_id": "SECRET words", "price": "SECRET"}]}, 0),
    ("Order Completed", 7, 4, "S-1", {"total": 25, "products": []}, 0),
    ("Wish", 7, 3, "", {"product_id": "a" * 60 + "SECRET", "currency": "TRY", "price": "SECRET"},
     0),
    ("Page Seen", 0, 3, "", {"reason": "SECRET", "step": "SECRET"}, 55),
    ("Message Accepted", 7, _OWN, "",
     {"journey": "wish", "state": "accepted", "message": "SECRET"}, 0),
    ("Wish", 8, 3, "S-2", {"note": "KEPT"}, 0),
    ("Page Seen", 0, 3, "", {"note": "KEPT"}, 56),
)  # fmt: skip


def _fill(client: Client) -> None:
    for number, (name, person, source, order, properties, session) in enumerate(_ROWS):
        page = "SECRET" if (person, session) in ((7, 0), (0, 55)) else "KEPT"
        client.command(
            "INSERT INTO events_in (name, person, at, event_id, source, order_id, properties,"
            " context, batch, session) VALUES ({n:String}, {p:UInt32}, now64(3), {i:String},"
            " {s:UInt16}, {o:String}, {r:String}, {c:String}, 1, {v:UInt64})",
            parameters={
                "n": name, "p": person, "i": f"{number:016d}", "s": source, "o": order,
                "r": json.dumps(properties), "v": session,
                "c": json.dumps({"page": page}),
            },
        )  # fmt: skip
    client.command(
        "INSERT INTO session_link (session, person, version) VALUES (55, 7, 1), (56, 8, 1)"
    )


def _text(client: Client, table: str) -> str:
    rows = client.query(
        f"SELECT * REPLACE (toString(properties) AS properties) FROM {table} ORDER BY event_id"
    )
    return str(rows.result_rows)


def test_texts_go_and_figures_stay(clickhouse: Client) -> None:
    _fill(clickhouse)
    for table in ("events", "events_by_person"):
        assert _text(clickhouse, table).count("SECRET") > 8, "the fixture can show a failure"
    assert erase.erase(clickhouse, [7], _OWN) == 5
    for table in ("events", "events_by_person"):
        said = _text(clickhouse, table)
        assert "SECRET" not in said and said.count("KEPT") == 4
        orders = clickhouse.query(
            f"SELECT DISTINCT order_id FROM {table} WHERE name = 'Order Completed'"
        ).result_rows
        assert len(orders) == 1 and orders[0][0].startswith("erased-"), "one order, told twice"
    kept = clickhouse.query(
        "SELECT properties FROM events_by_person WHERE name = 'Message Accepted'"
    ).result_rows
    assert json.loads(kept[0][0]) == {"journey": "wish", "state": "accepted"}
    sold = clickhouse.query(
        "SELECT product_id, toFloat64(price), toFloat64(quantity) FROM order_line"
    )
    assert ("p-1", 12.5, 2.0) in sold.result_rows


def test_again_changes_nothing_and_nobody_costs_nothing(clickhouse: Client) -> None:
    _fill(clickhouse)
    erase.erase(clickhouse, [7], _OWN)
    before = _text(clickhouse, "events_by_person")
    erase.erase(clickhouse, [7], _OWN)
    assert _text(clickhouse, "events_by_person") == before
    assert erase.erase(clickhouse, [], _OWN) == 0


def test_old_parts_go_when_asked(clickhouse: Client) -> None:
    _fill(clickhouse)
    erase.erase(clickhouse, [7], _OWN)
    assert erase.old_parts(clickhouse) > 0
    erase.settle(clickhouse)
    erase.unsettle(clickhouse)
