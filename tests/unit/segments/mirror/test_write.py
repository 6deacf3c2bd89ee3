"""Rows of people reach ClickHouse as they are."""

from typing import Any

import pytest
from clickhouse_connect.driver.client import Client

from kervan.segments.mirror import write
from kervan.segments.mirror.read import Row

_KIND = "SELECT dynamicType(traits.said), toString(traits.said) FROM people FINAL"


@pytest.mark.parametrize(
    ("said", "kind", "text"),
    [
        ("2024-01-01", "String", "2024-01-01"),
        ("2024-1-1", "String", "2024-1-1"),
        ("2024-01-01 10:00:00", "String", "2024-01-01 10:00:00"),
        ("12", "String", "12"),
        (12, "Int64", "12"),
        (2.5, "Float64", "2.5"),
        (True, "Bool", "true"),
        (None, "None", "ᴺᵁᴸᴸ"),
    ],
)
def test_a_trait_stays_what_was_said(clickhouse: Client, said: Any, kind: str, text: str) -> None:
    write.write(clickhouse, [Row(5, gone=False, traits={"said": said})], 1)
    found = clickhouse.query(_KIND).result_rows[0]
    assert found[0] == kind
    assert kind == "None" or found[1] == text


def test_all_that_is_known_of_somebody_is_kept(clickhouse: Client) -> None:
    one = Row(
        5,
        gone=False,
        known_since_ms=1_541_298_600_001,
        zone="Europe/Istanbul",
        language="tr",
        country="TR",
        birthday=229,
        address=3,
        verified=1,
        suppressed=2,
        consents={"email/marketing//": 0, "sms/marketing/news/": 253_402_300_799_000},
        traits={"a b": {"c`d": "İ'\"\\"}},
        moments={"renewal": -1},
    )
    write.write(clickhouse, [one, Row(6)], 7)
    asked = (
        "SELECT gone, toUnixTimestamp64Milli(known_since), zone, language, country, birthday,"
        " address, verified, suppressed, consents, toJSONString(traits), moments, version"
        " FROM people FINAL WHERE person = {person:UInt32}"
    )
    assert clickhouse.query(asked, parameters={"person": 5}).result_rows == [
        (0, one.known_since_ms, "Europe/Istanbul", "tr", "TR", 229, 3, 1, 2, one.consents,
         '{"a b":{"c`d":"İ\'\\"\\\\"}}', one.moments, 7),
    ]  # fmt: skip
    nobody = clickhouse.query(asked, parameters={"person": 6}).result_rows[0]
    assert nobody[:2] == (1, 0)
    assert nobody[-2:] == ({}, 7)
