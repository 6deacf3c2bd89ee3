"""Tests of decode: bodies of every packing and shape, and those that mean harm."""

import base64
import gzip
import json
import zlib
from urllib.parse import quote_plus

import pytest
import zstandard

from kervan.collect import decode
from kervan.kernel.errors import KervanError

EVENT = b'{"type":"track","event":"Cart Viewed","userId":"u1"}'


@pytest.mark.parametrize("claimed", [None, "gzip", "deflate", "identity", "br"])
def test_gzip_is_known_by_its_first_bytes(claimed: str | None) -> None:
    assert decode.unpack(gzip.compress(EVENT), claimed) == EVENT


def test_other_packings() -> None:
    assert decode.unpack(EVENT, "gzip") == EVENT
    assert decode.unpack(zlib.compress(EVENT), "deflate") == EVENT
    assert decode.unpack(zlib.compress(EVENT)[2:-4], "deflate") == EVENT
    assert decode.unpack(zstandard.compress(EVENT), None) == EVENT
    assert decode.unpack(gzip.compress(EVENT[:9]) + gzip.compress(EVENT[9:])) == EVENT


def refused(raw: bytes, encoding: str | None = None) -> tuple[str, int]:
    with pytest.raises(KervanError) as caught:
        decode.unpack(raw, encoding)
    return caught.value.code, caught.value.status


def test_bombs_and_broken_bodies_are_refused() -> None:
    assert refused(gzip.compress(b"0" * 4_000_000)) == ("collect.bomb", 413)
    assert refused(gzip.compress(b"0" * 50_000_000)) == ("collect.too_large", 413)
    assert refused(zstandard.compress(b"0" * 50_000_000)) == ("collect.too_large", 413)
    assert refused(b"x" * (decode.BODY_LIMIT_BYTES + 1)) == ("collect.too_large", 413)
    numbers = b",".join(str(number * number).encode() for number in range(600_000))
    assert refused(gzip.compress(numbers)) == ("collect.too_large", 413)
    assert refused(gzip.compress(EVENT)[:-9]) == ("collect.broken_gzip", 400)
    assert refused(b"\x1f\x8b garbage") == ("collect.broken_gzip", 400)
    assert refused(b"\x28\xb5\x2f\xfd garbage") == ("collect.broken_gzip", 400)
    assert refused(b"\x0b\x02\x80", "br") == ("collect.unknown_encoding", 400)


def test_a_large_honest_batch_is_no_bomb() -> None:
    events = [EVENT.replace(b"u1", b"u%d" % number) for number in range(50_000)]
    batch = b'{"batch":[' + b",".join(events) + b"]}"
    assert decode.unpack(gzip.compress(batch)) == batch


def test_old_forms() -> None:
    packed = base64.b64encode(EVENT)
    assert decode.unformed(EVENT) == EVENT
    assert decode.unformed(b"data=" + quote_plus(EVENT).encode()) == EVENT
    assert decode.unformed(b"data=" + quote_plus(packed).encode()) == EVENT
    assert decode.unformed(b"compression=base64&data=" + quote_plus(packed).encode()) == EVENT
    with pytest.raises(KervanError, match="JSON"):
        decode.unformed(b"data=n%nsense")


@pytest.mark.parametrize(
    ("body", "key", "count"),
    [
        (b'{"writeKey":"k","batch":[{},{}]}', "k", 2),
        (b'{"api_key":"k","batch":[]}', "k", 0),
        (b'{"token":"k","event":"x"}', "k", 1),
        (b'{"event":"x","properties":{"token":"k"}}', "k", 1),
        (b'[{"event":"x","properties":{"token":"k"}},{}]', "k", 2),
        (b'[{"api_key":"k"}]', "k", 1),
        (b'{"writeKey":5,"batch":[1,"x",null]}', None, 3),
        (b'{"batch":null,"event":"x"}', None, 0),
        (b' \n{"event":"x"} ', None, 1),
        (b'{"writeKey":1e400}', None, 1),
        (b"[]", None, 0),
    ],
)
def test_envelopes(body: bytes, key: str | None, count: int) -> None:
    envelope = decode.envelope(body)
    assert (envelope.write_key, len(envelope.events)) == (key, count)


def test_the_envelope_keeps_what_a_strict_parser_would_refuse() -> None:
    envelope = decode.envelope(b'{"batch":[{"a":NaN},{"b":"\\ud83d"}],"sentAt":"x"}')
    assert [json.loads(event) for event in envelope.events] == [{"a": None}, {"b": "�"}]
    assert envelope.sent_at == "x"
    assert json.loads(envelope.body)["batch"] == [{"a": None}, {"b": "�"}]


@pytest.mark.parametrize("body", [b"", b" ", b"{", b"nope", b"a=b&c=d", b"{'a':1}", b'{"a":1}x'])
def test_not_json(body: bytes) -> None:
    with pytest.raises(KervanError) as caught:
        decode.envelope(body)
    assert (caught.value.code, caught.value.status) == ("collect.not_json", 400)


@pytest.mark.parametrize("body", [b"5", b'"text"', b"null", b"true", b'{"batch":{"a":1}}'])
def test_json_without_events(body: bytes) -> None:
    with pytest.raises(KervanError) as caught:
        decode.envelope(body)
    assert caught.value.code == "collect.not_events"


@pytest.mark.parametrize("body", [EVENT, b"{}", b" { } ", b'[{"a":1}]', b"[]"])
def test_the_door_is_noted_without_changing_the_events(body: bytes) -> None:
    before, after = decode.envelope(body), decode.envelope(decode.enclose("posthog", body))
    assert after.door == "posthog"
    assert len(after.events) == len(before.events)
    for old, new in zip(before.events, after.events, strict=True):
        assert {**json.loads(new), "_door": 0} == {**json.loads(old), "_door": 0}
