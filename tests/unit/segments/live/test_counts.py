"""All segments are counted in one look: every bit of every word, lists, and what came and went."""

import numpy as np
from clickhouse_connect.driver.client import Client

from kervan.kernel import clock
from kervan.kernel.postgres import Connection
from kervan.segments.live import counts
from kervan.segments.live.tick import ENTERED, LEFT
from kervan.segments.mirror import memberships

AT_MS = 1_760_000_000_000


def test_every_bit_of_every_word_is_counted(clickhouse: Client) -> None:
    draw = np.random.default_rng(7)
    words = draw.integers(0, 2**64, (500, 3), np.uint64, endpoint=False)
    people = np.arange(1, 501, dtype=np.uint32)
    memberships.write(clickhouse, people, words, 1)
    # What was written before does not count any more.
    memberships.write(clickhouse, people[:1], np.zeros((1, 3), np.uint64), 2)
    words[0] = 0
    bits = np.unpackbits(words.view(np.uint8), axis=1, bitorder="little").sum(axis=0)
    assert counts.members(clickhouse) == {
        number: int(count) for number, count in enumerate(bits) if count
    }


def test_nothing_is_nothing(postgres: Connection, clickhouse: Client) -> None:
    assert counts.filled(postgres) == set()
    assert counts.members(clickhouse) == {} == counts.listed(clickhouse)
    assert counts.grown(clickhouse, 0) == {}


def test_lists_count_profiles_and_growth_counts_both_ways(clickhouse: Client) -> None:
    clickhouse.insert("people", [[1, 1, 0], [2, 1, 0], [3, 1, 1]],
                      column_names=["person", "version", "gone"])  # fmt: skip
    rows = [[7, 1, 1, 0], [7, 2, 1, 0], [7, 2, 2, 1], [7, 3, 1, 0], [9, 2, 1, 0]]
    clickhouse.insert("list_members", rows, column_names=["list", "person", "version", "gone"])
    assert counts.listed(clickhouse) == {7: 1, 9: 1}
    names = ["name", "person", "at", "event_id", "properties", "batch"]
    happened = [
        (ENTERED, "a", 1),
        (ENTERED, "a", 2),
        (LEFT, "a", 3),
        (LEFT, "b", 3),
        (LEFT, "a", -1),
    ]
    clickhouse.insert(
        "events_in",
        [
            [name, 1, clock.from_ms(AT_MS + at), bytes(15) + bytes([place]),
             f'{{"segment": "{key}"}}', 1]
            for place, (name, key, at) in enumerate(happened)
        ],
        column_names=names,
    )  # fmt: skip
    assert counts.grown(clickhouse, AT_MS) == {"a": 1, "b": -1}
