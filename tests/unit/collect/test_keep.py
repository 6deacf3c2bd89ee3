"""Batches of dead workers are finished once, and a row that history refuses holds nobody up."""

import psycopg
import pyarrow as pa
import pytest
import zstandard

from kervan.collect import dead_letters, intake, keep, store
from kervan.collect.process import Block
from kervan.history import write
from kervan.kernel import clock, compress
from kervan.kernel.errors import KervanError
from tests.unit.collect.processing import AT_MS, VAULT, House, event


@pytest.mark.parametrize("kept", [0, 1])
def test_a_batch_of_a_dead_worker_is_finished_exactly_once(
    house: House, postgres_url: str, kept: int
) -> None:
    house.take(*[event(f"m{i}", userId="u1") for i in range(50)])
    block = house.processor.step()
    house.conn.execute("update kervan.batch set created_at = now() - interval '1 minute'")
    house.conn.commit()
    assert block is not None
    if kept:  # the worker died after the first table, or in the middle of an insert
        write.insert(house.history, block.block, block.id)
        house.history.command(
            "alter table events_by_person delete where cityHash64(event_id) % 2"
            " settings mutations_sync = 2"
        )
    number = store.workspace_id(house.conn, house.workspace)
    with psycopg.connect(postgres_url) as other:
        other.execute(f"set search_path to ws_{house.workspace}")
        assert keep.recover(other, house.history, VAULT, number, 999_999) == 0  # alive
        other.commit()
        house.conn.execute("select pg_advisory_unlock_all()")
        house.conn.commit()
        assert keep.recover(other, house.history, VAULT, number, 999_999) == 1
        other.commit()
        assert keep.recover(other, house.history, VAULT, number, 999_999) == 0
    for table in write.TABLES:
        rows = house.history.query(f"select count(), uniqExact(event_id) from {table}").result_rows
        assert rows == [(50, 50)]


def _break(house: House, block: Block, row: int) -> None:
    """Make one row of a kept block such that history refuses it, and let its worker be gone."""
    # As it was before `collect/properties.py` settled such paths: one object with a path twice.
    broken = pa.ipc.open_stream(block.block).read_all()
    texts = broken["properties"].to_pylist()
    texts[row] = b'{"a":1,"a":{"b":2}}'
    column = broken.column_names.index("properties")
    broken = broken.set_column(column, "properties", pa.array(texts, pa.binary()))
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, broken.schema) as writer:
        writer.write_table(broken)
    store.replace_block(house.conn, VAULT, block.id, len(texts), sink.getvalue().to_pybytes())
    house.conn.execute("update kervan.batch set worker = 0, created_at = '2026-01-01'")
    house.conn.commit()


def test_a_row_that_history_refuses_is_set_aside_and_the_others_go_on(house: House) -> None:
    house.take(*[event(f"m{i}", userId="u1") for i in range(20)])
    block = house.processor.step()
    assert block is not None
    _break(house, block, 7)
    number = store.workspace_id(house.conn, house.workspace)
    assert keep.recover(house.conn, house.history, VAULT, number, 999_999) == 1
    house.conn.commit()
    assert len(house.names(house.person(1))) == 19
    letters = dead_letters.find(house.conn, VAULT, number)
    assert [one.reason for one in letters] == ["collect.history_refused"]
    assert '"a":{"b":2}' in letters[0].raw


def test_what_history_refused_is_sent_again_and_counts_once(house: House) -> None:
    house.take(event("m1", userId="u1"))
    house.process()
    person = house.person(1)
    number = store.workspace_id(house.conn, house.workspace)
    own = intake.OwnEvent(
        message_id="own", event="Message Sent", timestamp_ms=AT_MS, person=person, properties={}
    )
    heard: list[str] = []
    house.processor._hooks.append(lambda _, events: heard.extend(events.name))
    for told in ("own", "known", "anonymous"):
        if told == "own":
            intake.append_own(house.conn, [own])
        elif told == "known":
            house.take(event("m3", "Order Refunded", userId="u1"))
        else:
            house.take(event("m2", "Cart Viewed", anonymousId="a1"), source=house.browser)
        block = house.processor.step()
        assert block is not None
        _break(house, block, 0)
        assert keep.recover(house.conn, house.history, VAULT, number, 999_999) == 1
        (letter,) = dead_letters.find(house.conn, VAULT, number)
        for _ in range(2):
            house.conn.execute(
                "update kervan.dead_letter set resent_at = null where id = %s", (letter.id,)
            )
            assert dead_letters.resend(house.conn, VAULT, number, [letter.id]) == 1
            house.process()
        assert dead_letters.find(house.conn, VAULT, number) == []
    # What hears of events heard of each once: a refund must not count again.
    assert heard == ["Message Sent", "Order Refunded", "Cart Viewed"]
    assert sorted(house.names(person)) == ["Message Sent", "Order Refunded", "Product Viewed"]
    rows = house.history.query("select name, count() from events group by name order by name")
    assert [(str(name), int(many)) for name, many in rows.result_rows] == [
        ("Cart Viewed", 1),
        ("Message Sent", 1),
        ("Order Refunded", 1),
        ("Product Viewed", 1),
    ]


def test_a_block_on_its_way_is_sealed_and_one_of_before_is_still_finished(house: House) -> None:
    said = {"search": "kırmızı bisiklet"}
    for number in ("m1", "m2"):
        house.take(event(number, "Searched", userId="u1", properties=said))
        assert house.processor.step() is not None
        house.conn.commit()
    rows = house.conn.execute("select id, day, block from kervan.batch order by id").fetchall()
    assert [day for _, day, _ in rows] == [clock.now().date()] * 2
    for _, day, block in rows:
        with pytest.raises(zstandard.ZstdError):
            compress.unpack(block)
        for other in (clock.from_ms(0).date(), day):
            with pytest.raises(KervanError):
                VAULT.open_intake(other, block, b"batch 0")
    number, day, block = rows[0]
    plain = VAULT.open_intake(day, block, b"batch %d" % number)
    assert b"bisiklet" in compress.unpack(plain)
    house.conn.execute("update kervan.batch set worker = 0, created_at = '2026-01-01'")
    # As a Kervan wrote it that did not seal.
    house.conn.execute(
        "update kervan.batch set day = null, block = %s where id = %s", (plain, number)
    )
    house.conn.commit()
    workspace = store.workspace_id(house.conn, house.workspace)
    assert keep.recover(house.conn, house.history, VAULT, workspace, 999_999) == 2
    house.conn.commit()
    assert house.names(house.person(1)) == ["Searched", "Searched"]
