"""History is cut by person, and begins for each with the first event that may let her in."""

import numpy as np
import pyarrow as pa
from clickhouse_connect.driver.client import Client

from kervan.journeys import parse
from kervan.journeys.rehearse import history
from tests.unit.journeys.rehearse.test_rehearse import BASKET, remember
from tests.unit.journeys.shop import START_MS

ROWS = [
    (1, 10, "Seen"), (1, 20, "Order Completed"), (1, 20, "Product Added"), (1, 30, "Came Back"),
    (2, 10, "Order Completed"), (3, 5, "Product Added"), (3, 6, "Product Added"),
]  # fmt: skip


def test_what_lies_before_the_first_trigger_is_left_out() -> None:
    asked = history.asked([parse.parse(BASKET)], 0, 100)
    assert asked.entries == ("Product Added",)
    known = [one for one in ROWS if one[2] in asked.names]
    table = pa.table({
        "who": pa.array([one[0] for one in known], pa.uint32()),
        "at_ms": pa.array([one[1] for one in known], pa.int64()),
        "event_id": pa.array([bytes([i]) * 16 for i in range(len(known))], pa.binary(16)),
        "code": pa.array([1 + asked.names.index(one[2]) for one in known], pa.uint16()),
        "properties": pa.array([b'{"i":%d}' % i for i in range(len(known))], pa.binary()),
    })  # fmt: skip
    parts = list(history._cut(table, asked, None))
    assert parts[0].properties(0) == {"i": known.index(ROWS[2])}
    for size in (1, 2, None):
        parts = list(history._cut(table, asked, size))
        found = [
            (int(part.person[i]), int(part.at_ms[i]), part.name[i])
            for part in parts
            for i in range(len(part))
        ]
        assert found == [ROWS[2], ROWS[3], *ROWS[5:]], size
        # Nobody's events are torn apart.
        whose = [set(part.person.tolist()) for part in parts]
        assert sum(map(len, whose)) == len(set.union(*whose))


def test_texts_are_opened_by_blocks() -> None:
    texts = [b"%d" % i for i in range(10_000)]
    column = history.ArrowTexts(pa.array(texts, pa.binary()))
    some = np.random.default_rng(1).integers(0, len(texts), 500).tolist()
    assert [column[i] for i in some] == column.some(some) == [texts[i] for i in some]
    assert list(column[4_090:4_100]) == texts[4_090:4_100]


def test_parts_that_are_read_ahead_are_all_of_it(clickhouse: Client) -> None:
    remember(
        clickhouse,
        [(1_000 + one, 1 + one % 97, "Product Added", {"price": 1}) for one in range(400)],
    )
    asked = history.asked([parse.parse(BASKET)], START_MS, START_MS + 10_000)

    def read(most: int) -> list[list[tuple[int, int]]]:
        return [
            list(zip(part.person.tolist(), part.at_ms.tolist(), strict=True))
            for part in history.chunks(clickhouse, asked, 50, most)
        ]

    one, several = read(1_000), read(100)
    assert len(several) > 4 and sum(map(len, several)) == 400
    assert sorted(row for part in several for row in part) == [row for part in one for row in part]
    whose = [{person for person, _ in part} for part in several]
    assert sum(map(len, whose)) == len(set.union(*whose)), "nobody's events are torn apart"
