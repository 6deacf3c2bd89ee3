"""Tests of fields: small readers that every event passes through."""

import json

import pytest

from kervan.collect import fields


@pytest.mark.parametrize(
    ("address", "cut"),
    [
        ("203.0.113.77", "203.0.113.0"),
        ("2001:db8:aa:bb::1", "2001:db8:aa::"),
        ("::ffff:203.0.113.77", "203.0.113.0"),
        ("", ""),
        ("localhost", ""),
        ("1.2.3", ""),
    ],
)
def test_addresses_are_cut_to_their_network(address: str, cut: str) -> None:
    assert fields.cut_ip(address) == cut


@pytest.mark.parametrize("before", [b"{}", b'{"b":1}', b'{ "b" : 1 }', b"{ }"])
def test_a_member_is_added(before: bytes) -> None:
    after = json.loads(fields.with_member(before, "a", 'say "ş"'))
    assert after == {"a": 'say "ş"', **json.loads(before)}
