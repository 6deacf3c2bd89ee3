"""Tests of personal: contact points leave event data, everything else stays as it was."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kervan.collect import personal


def reference(kind: str, value: str) -> str:
    return f"<{kind} {value}>"


@pytest.mark.parametrize(
    ("key", "value", "found"),
    [
        ("note", "yaz: Ali.Veli@Ornek.com.tr!", "yaz: <email ali.veli@ornek.com.tr>!"),
        ("note", "İrem@ornek.com", "<email irem@ornek.com>"),
        ("url", "https://x.com/?e=ali%40x.com&p=1", "https://x.com/?e=<email ali@x.com>&p=1"),
        ("note", "0532 123 45 67'yi ara", "<phone +905321234567>'yi ara"),
        ("note", "+90 (532) 123-4567", "<phone +905321234567>"),
        ("note", "00905321234567", "<phone +905321234567>"),
        ("note", "532 123 45 67", "<phone +905321234567>"),
        ("note", "+994 50 123 45 67", "<phone +994501234567>"),
        ("note", "050 123 45 67", "<phone +994501234567>"),
        ("note", "+44 20 7946 0958", "<phone +442079460958>"),
        ("url", "https://x.com/?p=%2B905321234567", "https://x.com/?p=<phone +905321234567>"),
        ("cep_telefonu", "5321234567", "<phone +905321234567>"),
        ("phone", 5321234567, "<phone +905321234567>"),
        ("note", 905321234567, "<phone +905321234567>"),
        ("card", "4111 1111 1111 1111", "<card 4111111111111111>"),
        ("card", "4111-1111-1111-1111", "<card 4111111111111111>"),
        ("card", 4111111111111111, "<card 4111111111111111>"),
        ("note", "9792030394440796", "<card 9792030394440796>"),
        ("note", "378282246310005", "<card 378282246310005>"),
    ],
)
def test_contact_points_are_replaced(key: str, value: object, found: str) -> None:
    for ascii_only in (True, False):
        data = json.dumps({key: [value], "rest": 1}, ensure_ascii=ascii_only).encode()
        assert json.loads(personal.without(data, reference)) == {key: [found], "rest": 1}


@pytest.mark.parametrize(
    "clean",
    [
        {"order_id": "0532123456"},
        {"order_id": "05321234567"},
        {"orderId": 905321234567},
        {"sku": "8690504012345"},
        {"ean": 4006381333931},
        {"at": 1732233600000},
        {"note": "4111 1111 1111 1112"},
        {"version": "lib@1.2.3"},
        {"ip": "192.168.100.200"},
        {"at": "2026-11-21 10:00:00"},
        {"price": 0.30000000000000004},
        {"n": 1234567890},
        {"id": "550e8400-e29b-41d4-a716-446655440000"},
        {"ref": "ORD-2026-1121-000123"},
        {"hotel": 5321234567},
        {"n": 12345678901234567890123},
    ],
)
def test_what_only_looks_like_one_stays(clean: dict[str, object]) -> None:
    data = json.dumps(clean).encode()
    assert personal.without(data, reference) == data


def test_without_a_reference_only_the_kind_is_told() -> None:
    data = b'{"a@b.co":"c@d.co"}'
    assert personal.without(data, None) == b'{"[email]":"[email]"}'


def test_numbers_no_machine_can_hold_become_null() -> None:
    assert personal.without(b'{"a":1e400,"b":"x@y.co"}', None) == b'{"a":null,"b":"[email]"}'


@given(st.dictionaries(st.text(max_size=8), st.text() | st.integers() | st.booleans()))
def test_the_quick_look_never_misses(properties: dict[str, object]) -> None:
    data = json.dumps(properties).encode()
    if not personal.suspicious(data):
        walk = personal._Walk(reference)
        walk.value(properties)
        assert not walk.found


@given(st.emails())
def test_no_address_survives(address: str) -> None:
    if not address.split("@")[0].replace(".", "").replace("+", "").replace("_", "").isalnum():
        return  # quoted oddities that no shop's form accepts
    data = json.dumps({"text": f"mail {address} now"}).encode()
    assert address.encode() not in personal.without(data, None)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("pattern", ["a", "a@", "a.", "%2B", "1 ", "0", "@a.", "5321234567 "])
def test_no_text_makes_it_slow(pattern: str) -> None:
    text = (pattern * (1_000_000 // len(pattern))) + "@"
    personal.without(json.dumps({"a": text}).encode(), reference)
