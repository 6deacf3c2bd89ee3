"""The official ClickHouse client, unmodified, against the embedded front."""

import asyncio
import http.client
import itertools
import statistics
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from urllib.parse import urlsplit

import clickhouse_connect
import pyarrow as pa
import pytest
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import DatabaseError, Error

_numbers = itertools.count(1)


@pytest.fixture
def url(clickhouse_server: str) -> str:
    """The server under test."""
    return clickhouse_server


@pytest.fixture
def client(url: str) -> Iterator[Client]:
    """A client on a database of its own."""
    with clickhouse_connect.get_client(dsn=url) as admin:
        name = f"front_{time.time_ns()}_{next(_numbers)}"
        admin.command(f"CREATE DATABASE {name}")
        with clickhouse_connect.get_client(dsn=url, database=name) as mine:
            mine.command("CREATE TABLE t (a UInt64, b String) ENGINE = MergeTree ORDER BY a")
            yield mine
        admin.command(f"DROP DATABASE {name} SYNC")


def count(client: Client) -> int:
    return int(str(client.command("SELECT count() FROM t")))


def test_native_insert_with_every_kind_of_column(client: Client) -> None:
    client.command(
        "CREATE TABLE kinds (id FixedString(16), low LowCardinality(String),"
        " at DateTime64(3,'UTC'), n Nullable(Int64), many Array(UInt32), j JSON)"
        " ENGINE = MergeTree ORDER BY low"
    )
    at = datetime(2026, 3, 29, 1, 30, 0, 250_000, tzinfo=UTC)
    rows = [[bytes(range(16)), "ağaç", at, None, [1, 2], {"k": i}] for i in range(9)]
    summary = client.insert(
        "kinds",
        rows,
        column_names=["id", "low", "at", "n", "many", "j"],
        column_type_names=[
            "FixedString(16)",
            "LowCardinality(String)",
            "DateTime64(3,'UTC')",
            "Nullable(Int64)",
            "Array(UInt32)",
            "JSON",
        ],
    )
    assert summary.written_rows == 9
    result = client.query(
        "SELECT id, low, toUnixTimestamp64Milli(at), n, many, j.k.:Int64 FROM kinds"
        " ORDER BY j.k.:Int64"
    )
    assert result.result_rows[3] == (
        bytes(range(16)),
        "ağaç",
        int(at.timestamp() * 1000),
        None,
        [1, 2],
        3,
    )


def test_arrow_both_ways(client: Client) -> None:
    table = pa.table({"a": pa.array(range(1000), pa.uint64()), "b": ["İğdır"] * 1000})
    client.insert_arrow("t", table)
    back = client.query_arrow("SELECT a, b FROM t ORDER BY a", use_strings=True)
    assert back.column("a").to_pylist() == list(range(1000))
    with client.query_arrow_stream("SELECT number FROM numbers(200000)") as stream:
        batches = list(stream)
    assert sum(batch.num_rows for batch in batches) == 200_000


@pytest.mark.parametrize("compression", [False, "lz4", "zstd", "gzip"])
def test_compression_both_ways(url: str, client: Client, compression: str | bool) -> None:
    with clickhouse_connect.get_client(
        dsn=url, database=client.database, compress=compression
    ) as packed:
        rows = [[n, "ı" * (n % 50)] for n in range(20_000)]
        packed.insert("t", rows, column_names=["a", "b"])
        assert packed.query("SELECT a, b FROM t ORDER BY a").result_rows == list(map(tuple, rows))


def test_parameters_reach_selects_and_are_never_sql(client: Client) -> None:
    nasty = "a'; DROP TABLE t; --\\ \t\n İ"
    answer = client.query(
        "SELECT {s:String}, {n:UInt8}, {l:Array(String)}",
        parameters={"s": nasty, "n": 7, "l": ["x", "y'"]},
    )
    assert answer.result_rows == [(nasty, 7, ["x", "y'"])]
    assert client.query("SELECT * FROM {t:Identifier}", parameters={"t": "t"}).result_rows == []


def test_settings_pass_through_and_unknown_ones_are_refused(client: Client) -> None:
    asked = "SELECT getSetting('max_threads'), getSetting('async_insert')"
    assert client.query(asked, settings={"max_threads": 3}).result_rows == [(3, False)]
    with pytest.raises(DatabaseError) as refused:
        client.query("SELECT 1", settings={"no_such_setting": 1}, transport_settings={})
    assert refused.value.code == 115
    with pytest.raises(DatabaseError) as slow:
        client.query(
            "SELECT sleepEachRow(0.2) FROM numbers(100)",
            settings={"max_execution_time": 1, "max_block_size": 1},
        )
    assert slow.value.code == 159


@pytest.mark.parametrize(
    ("sql", "code", "name"),
    [
        ("SELECT foo", 47, "UNKNOWN_IDENTIFIER"),
        ("SELEC 1", 62, "SYNTAX_ERROR"),
        ("SELECT * FROM nowhere", 60, "UNKNOWN_TABLE"),
        ("SELECT throwIf(1)", 395, "FUNCTION_THROW_IF_VALUE_IS_NON_ZERO"),
        ("DROP TABLE nowhere", 60, "UNKNOWN_TABLE"),
    ],
)
def test_errors_carry_clickhouses_code(client: Client, sql: str, code: int, name: str) -> None:
    with pytest.raises(DatabaseError) as refused:
        client.query(sql) if sql.startswith("SELEC") else client.command(sql)
    assert (refused.value.code, refused.value.name) == (code, name)
    assert count(client) == 0, "the connection works on"


def test_an_error_in_the_middle_of_a_stream_is_an_error(client: Client) -> None:
    with pytest.raises(Error, match="non-zero"):
        client.query("SELECT throwIf(number = 700000) FROM numbers(1000000)")
    with (
        pytest.raises(Error),
        client.query_row_block_stream(
            "SELECT number, throwIf(number = 700000) FROM numbers(1000000)"
        ) as blocks,
    ):
        for _ in blocks:
            pass


def test_results_stream_while_the_query_still_runs(url: str) -> None:
    where = urlsplit(url)
    raw = http.client.HTTPConnection(str(where.hostname), where.port)
    begun = time.monotonic()
    raw.request(
        "POST",
        f"/?user={where.username}&password={where.password}&max_block_size=1",
        "SELECT number, sleepEachRow(0.1) FROM numbers(20) SETTINGS max_threads = 1",
    )
    answer = raw.getresponse()
    assert answer.read(4) == b"0\t0\n"
    first_seconds = time.monotonic() - begun
    assert len(answer.read().splitlines()) == 19
    assert first_seconds < time.monotonic() - begun - 1.0
    raw.close()


def test_a_backup_into_a_folder_brings_everything_back(client: Client) -> None:
    client.command("INSERT INTO t SELECT number, 'x' FROM numbers(1000)")
    name = f"{client.database}-backup"
    client.command(f"BACKUP DATABASE {client.database} TO File('{name}')")
    client.command("TRUNCATE TABLE t")
    client.command(
        f"RESTORE TABLE {client.database}.t FROM File('{name}') SETTINGS allow_non_empty_tables=1"
    )
    assert count(client) == 1000


def test_more_than_fits_in_memory_at_once_streams_through(client: Client) -> None:
    with client.query_row_block_stream("SELECT number FROM numbers(3000000)") as blocks:
        assert sum(len(block) for block in blocks) == 3_000_000


def test_a_truncated_or_broken_insert_leaves_nothing(url: str, client: Client) -> None:
    where = urlsplit(url)
    for body in (b"\x02\x05\x01a\x06UInt64", b"nonsense" * 100):
        with pytest.raises(DatabaseError):
            client.raw_insert("t", ["a", "b"], body, fmt="Native")
    half = http.client.HTTPConnection(str(where.hostname), where.port)
    half.putrequest(
        "POST",
        f"/?user={where.username}&password={where.password}"
        f"&database={client.database}&query=INSERT%20INTO%20t%20FORMAT%20TSV",
    )
    half.putheader("Content-Length", "1000")
    half.endheaders(b"1\tone\n2\ttwo\n")
    half.close()
    assert client.query("SELECT 1").result_rows == [(1,)]
    assert count(client) == 0


def test_inserts_by_query_body_values_and_select(client: Client) -> None:
    client.command("INSERT INTO t VALUES (1, 'FORMAT Native'), (2, 'x')")
    client.command("INSERT INTO t (a, b) FORMAT TSV\n3\tc\n4\td\n")
    client.command("INSERT INTO t SELECT number, 'FORMAT' FROM numbers(10)")
    client.raw_insert("t", ["a", "b"], '{"a":5,"b":"ə"}\n{"a":6,"b":"İ"}\n', fmt="JSONEachRow")
    client.command("INSERT INTO t SELECT a + 100, b FROM t WHERE a = 5 AND b = 'ə'")
    assert count(client) == 17


def test_one_insert_is_one_part_and_a_token_stops_its_retry(client: Client) -> None:
    client.command(
        "CREATE TABLE d (a UInt64) ENGINE = MergeTree ORDER BY a"
        " SETTINGS non_replicated_deduplication_window = 100"
    )
    for _ in range(2):
        client.insert(
            "d",
            [[n] for n in range(5000)],
            column_names=["a"],
            settings={"insert_deduplication_token": "batch-1"},
        )
    parts = (
        "SELECT count(), sum(rows) FROM system.parts WHERE table = 'd' AND active"
        " AND database = currentDatabase()"
    )
    assert client.query(parts).result_rows == [(1, 5000)]


def test_sessions_keep_state_and_refuse_two_at_once(url: str) -> None:
    with clickhouse_connect.get_client(dsn=url, session_id="s-1") as one:
        one.command("CREATE TEMPORARY TABLE tmp (a UInt8)")
        one.insert("tmp", [[1], [2]], column_names=["a"])
        assert one.command("SELECT count() FROM tmp") == 2
        with (
            clickhouse_connect.get_client(dsn=url, session_id="s-2") as two,
            pytest.raises(DatabaseError),
        ):
            two.query("SELECT * FROM tmp")
        with (
            clickhouse_connect.get_client(dsn=url, session_id="s-1") as same,
            ThreadPoolExecutor() as pool,
        ):
            slow = pool.submit(one.command, "SELECT sleep(1)")
            time.sleep(0.3)
            with pytest.raises(DatabaseError) as locked:
                same.command("SELECT 1")
            assert locked.value.code == 373
            slow.result()


def test_external_tables_and_long_parameters_come_as_forms(url: str, client: Client) -> None:
    external = clickhouse_connect.driver.external.ExternalData(
        file_name="ids", data=b"1\n2\n3\n", fmt="TSV", structure="id UInt64"
    )
    assert client.query("SELECT sum(id) FROM ids", external_data=external).result_rows == [(6,)]
    with clickhouse_connect.get_client(dsn=url, form_encode_query_params=True) as forms:
        text = "ü" * 100_000
        assert forms.query("SELECT length({s:String})", parameters={"s": text}).result_rows == [
            (200_000,)
        ]


def test_query_id_is_answered(client: Client) -> None:
    result = client.query("SELECT 1", settings={"query_id": "mine-1"})
    assert result.query_id == "mine-1"


def test_nothing_without_the_secret(url: str) -> None:
    where = urlsplit(url)
    for user, key in (("kervan", "wrong"), ("default", ""), ("kervan", "")):
        with pytest.raises(DatabaseError) as refused:
            clickhouse_connect.get_client(
                host=where.hostname, port=where.port, username=user, password=key
            )
        assert refused.value.code == 516
    raw = http.client.HTTPConnection(str(where.hostname), where.port)
    for headers, status in (
        ({}, 403),
        ({"X-ClickHouse-User": "kervan", "X-ClickHouse-Key": "no"}, 403),
        ({"X-ClickHouse-User": "kervan", "X-ClickHouse-Key": str(where.password)}, 200),
    ):
        raw.request("POST", "/", "SELECT 1", headers)
        answer = raw.getresponse()
        assert answer.status == status
        answer.read()
    raw.close()


def test_a_get_cannot_write(url: str, client: Client) -> None:
    where = urlsplit(url)
    raw = http.client.HTTPConnection(str(where.hostname), where.port)
    raw.request(
        "GET",
        f"/?user={where.username}&password={where.password}"
        f"&database={client.database}&query=DROP%20TABLE%20t",
    )
    answer = raw.getresponse()
    assert (answer.status, answer.headers["X-ClickHouse-Exception-Code"]) == (403, "164")
    raw.close()


def test_eight_clients_at_once(url: str, client: Client) -> None:
    def work(worker: int) -> int:
        with clickhouse_connect.get_client(dsn=url, database=client.database) as own:
            for turn in range(10):
                own.insert("t", [[worker * 1000 + turn, "x"]] * 10, column_names=["a", "b"])
                own.query("SELECT count() FROM t")
            return int(
                str(own.command("SELECT count() FROM t WHERE intDiv(a, 1000) = " + str(worker)))
            )

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(work, range(8))) == [100] * 8
    assert count(client) == 800


def test_a_long_report_does_not_delay_a_short_question(url: str, client: Client) -> None:
    report = (
        "SELECT count() FROM numbers_mt(100000000000) WHERE sipHash64(number) = 1"
        " SETTINGS max_execution_time = 3"
    )
    ended = threading.Event()

    def run() -> None:
        with clickhouse_connect.get_client(dsn=url) as own, pytest.raises(DatabaseError):
            own.query(report)
        ended.set()

    def ask() -> float:
        begun = time.monotonic()
        client.command("SELECT 1")
        return time.monotonic() - begun

    def usual(times: list[float]) -> float:
        """The lower quartile: what is above it, others on this machine may have caused."""
        return statistics.quantiles(times, n=4)[0]

    alone = usual([ask() for _ in range(20)])
    thread = threading.Thread(target=run)
    thread.start()
    time.sleep(0.2)
    waits = []
    while not ended.is_set():
        waits.append(ask())
        time.sleep(0.01)
    thread.join()
    # Against the same machine's own pace just before: a busy machine is slow without a report.
    assert len(waits) >= 4, "the questions waited for the report"
    assert usual(waits) - alone < 0.05
    assert max(waits) < 1.5, "somebody waited for the report's end"


def test_a_query_dies_with_its_client(url: str, client: Client) -> None:
    where = urlsplit(url)
    running = (
        "SELECT count() FROM system.processes WHERE query LIKE '%123456789123%'"
        " AND query NOT LIKE '%system.processes%'"
    )
    for sql in (
        "SELECT count() FROM numbers(123456789123) WHERE sipHash64(number) = 1",
        "SELECT sleepEachRow(0.1), 123456789123 FROM numbers(9999)"
        " SETTINGS max_block_size = 1 FORMAT JSON",
    ):
        raw = http.client.HTTPConnection(str(where.hostname), where.port)
        raw.request("POST", f"/?user={where.username}&password={where.password}", sql)
        deadline = time.monotonic() + 30
        while client.command(running) != 1:
            assert time.monotonic() < deadline
        raw.close()
        deadline = time.monotonic() + 30
        while client.command(running) != 0:
            assert time.monotonic() < deadline, "still running"
            time.sleep(0.02)


def test_the_async_client_works_too(url: str) -> None:
    async def work() -> list[tuple[int]]:
        client = await clickhouse_connect.get_async_client(dsn=url)
        try:
            results = await asyncio.gather(*(client.query(f"SELECT {n}") for n in range(8)))
            return [row for result in results for row in result.result_rows]
        finally:
            await client.close()

    assert asyncio.run(work()) == [(n,) for n in range(8)]
