"""A file of past events is imported once, whatever happens, and tells what it refused."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kervan.collect import importing
from kervan.collect.read_files import Columns, columns_of
from kervan.kernel.errors import KervanError

_AT_MS = 1_795_000_000_000


class _Door:
    """Takes bodies as the import door does, and can break at the n-th."""

    def __init__(self, breaks_at: int = 0) -> None:
        self.bodies: list[dict[str, Any]] = []
        self.breaks_at = breaks_at

    def __call__(self, body: bytes) -> None:
        if self.breaks_at and len(self.bodies) + 1 == self.breaks_at:
            self.breaks_at = 0
            raise ConnectionError("gone")
        self.bodies.append(json.loads(body))

    @property
    def events(self) -> list[dict[str, Any]]:
        return [event for body in self.bodies for event in body["batch"]]


def _lines(path: Path, *rows: object) -> Path:
    texts = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    path.write_text("\n".join(texts) + "\n", encoding="utf-8")
    return path


def _refused(path: Path) -> list[dict[str, Any]]:
    text = path.with_name(path.name + ".refused.ndjson").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def _event(number: int) -> dict[str, Any]:
    return {
        "type": "track",
        "event": "Seen",
        "userId": f"u{number}",
        "timestamp": "2025-01-01T10:00:00Z",
    }


def test_refused_rows_are_kept_with_their_reasons(tmp_path: Path) -> None:
    path = _lines(
        tmp_path / "e.ndjson",
        _event(1),
        "{broken",
        "[1]",
        {"type": "track", "event": "Timeless", "userId": "u"},
        {"type": "track", "userId": "u", "timestamp": "2025-01-01"},
        {"type": "track", "event": "Nobody's", "timestamp": "2025-01-01"},
        {"userId": "u2", "traits": {"city": "İzmir"}},
    )
    door = _Door()
    result = importing.run(path, door, _AT_MS)
    refused = _refused(tmp_path / "e.ndjson")
    assert [row["row"] for row in refused] == [2, 3, 4, 5, 6]
    assert refused[0]["raw"] == "{broken"
    assert refused[0]["code"] == "collect.import_not_json"
    assert refused[2]["code"] == "collect.import_no_time"
    assert (result.rows_sent, result.rows_refused, result.rows_total) == (2, 5, 7)
    assert [event["type"] for event in door.events] == ["track", "identify"]
    assert "trigger" not in door.bodies[0]


def test_a_broken_import_goes_on_where_it_was(tmp_path: Path) -> None:
    rows: list[object] = [_event(number) for number in range(1_300)]
    rows[700] = "nonsense"
    path = _lines(tmp_path / "e.ndjson", *rows)
    door = _Door(breaks_at=2)
    with pytest.raises(ConnectionError):
        importing.run(path, door, _AT_MS)
    result = importing.run(path, door, _AT_MS, trigger=True)
    assert len(door.events) == 1_299
    assert len({event["messageId"] for event in door.events}) == 1_299
    assert (result.rows_done, result.rows_sent, result.rows_refused) == (1_300, 1_299, 1)
    assert (tmp_path / "e.ndjson.refused.ndjson").read_bytes().count(b"\n") == 1
    assert door.bodies[-1]["trigger"] is True
    before = len(door.bodies)
    assert importing.run(path, door, _AT_MS).rows_done == 1_300
    assert len(door.bodies) == before


def test_message_ids_stay_the_same_when_everything_is_sent_again(tmp_path: Path) -> None:
    path = _lines(tmp_path / "e.ndjson", _event(1), _event(1))
    first, second = _Door(), _Door()
    importing.run(path, first, _AT_MS)
    (tmp_path / "e.ndjson.import.json").unlink()
    importing.run(path, second, _AT_MS)
    sent = [event["messageId"] for event in first.events]
    assert sent == [event["messageId"] for event in second.events]
    assert len(set(sent)) == 2  # two equal rows are two events


def test_a_spreadsheet_becomes_orders(tmp_path: Path) -> None:
    path = tmp_path / "satış.csv"
    path.write_bytes(
        "\ufeffMüşteri;Tarih;order_id;revenue;size;Not\n"
        "7;2025-01-01T10:00:00Z;0012;12.50;042;\n"
        "8;2025-01-02T10:00:00Z;0013;çok;1;x\n"
        "9;2025-01-03T10:00:00Z\n".encode()
        + b"10;2025-01-04T10:00:00Z;0015;1;1;\xdd\n"
    )
    columns = Columns(
        names={"Müşteri": "userId", "Tarih": "timestamp", "Not": "properties.note"},
        constants={"event": "Order Completed", "properties.currency": "TRY"},
    )
    door = _Door()
    result = importing.run(path, door, _AT_MS, columns=columns)
    (event,) = door.events
    assert event["userId"] == "7"
    assert event["type"] == "track"
    assert event["properties"] == {
        "order_id": "0012",
        "revenue": 12.5,
        "size": "042",
        "currency": "TRY",
    }
    refused = _refused(path)
    assert result.rows_refused == 3
    assert [row["code"] for row in refused] == [
        "collect.import_value",
        "collect.import_width",
        "collect.import_encoding",
    ]


def test_parquet_keeps_its_types(tmp_path: Path) -> None:
    path = tmp_path / "e.parquet"
    pq.write_table(
        pa.table(
            {
                "userId": pa.array([7, 8]),
                "event": ["Order Completed"] * 2,
                "timestamp": pa.array(
                    [datetime(2025, 1, 1, 9, tzinfo=UTC)] * 2, pa.timestamp("us")
                ),
                "revenue": pa.array([Decimal("12.50"), None], pa.decimal128(10, 2)),
                "products": [[{"sku": "a", "price": 1.5}], []],
                "note": pa.array([b"x", None]),
            }
        ),
        path,
    )
    door = _Door()
    result = importing.run(path, door, _AT_MS)
    assert result.rows_total == 2
    assert door.events[0]["userId"] == "7"
    assert door.events[0]["timestamp"] == "2025-01-01T09:00:00+00:00"
    assert door.events[0]["properties"] == {
        "revenue": 12.5,
        "products": [{"sku": "a", "price": 1.5}],
        "note": "x",
    }
    assert "revenue" not in door.events[1]["properties"]


@pytest.mark.parametrize(
    "make", [lambda path: None, lambda path: path.write_bytes(b"PAR1 but not really")]
)
def test_files_that_cannot_be_read_say_so(tmp_path: Path, make: Callable[[Path], None]) -> None:
    path = tmp_path / "e.parquet"
    make(path)
    with pytest.raises(KervanError, match=r"collect\.import_missing|e\.parquet"):
        importing.run(path, _Door(), _AT_MS)
    with pytest.raises(KervanError):
        importing.run(tmp_path / "e.xlsx", _Door(), _AT_MS)


def test_another_kervan_gets_the_file_from_its_beginning(tmp_path: Path) -> None:
    path = _lines(tmp_path / "e.ndjson", _event(1))
    importing.run(path, _Door(), _AT_MS, destination="a")
    again, other = _Door(), _Door()
    importing.run(path, again, _AT_MS, destination="a")
    importing.run(path, other, _AT_MS, destination="b")
    assert not again.bodies
    assert len(other.events) == 1


def test_columns_from_words_of_a_command_line() -> None:
    columns = columns_of(["Müşteri=userId", "x=properties.size:text"], ["event=Order Completed"])
    assert columns.place("Müşteri") == ("userId", "")
    assert columns.place("x") == ("properties.size", "text")
    assert columns.constants == {"event": "Order Completed"}
    with pytest.raises(KervanError, match="two sides"):
        columns_of(["Müşteri"], [])
    with pytest.raises(KervanError, match="number, text"):
        columns_of(["a=b:date"], []).place("a")
