"""Turns the bytes of a request into the raw events in it, whatever its headers claim."""

import base64
import binascii
import zlib
from typing import Any
from urllib.parse import parse_qs

import msgspec
import zstandard
from msgspec import Raw

from kervan.collect import mend
from kervan.kernel.errors import KervanError

BODY_LIMIT_BYTES = 5 * 1024 * 1024
"""The largest body, unpacked."""
RATIO_LIMIT = 250
"""Real batches pack 5 to 50 times; a bomb of zeros 1,000 times."""
_RATIO_FROM_BYTES = 512 * 1024

_NOTHING = Raw()


class Envelope(msgspec.Struct, gc=False):
    """What surrounds the events, and `body` as valid JSON.

    `door` says by which kind of path they came ("" = batch), `trigger` that imported history
    shall set off journeys.
    """

    body: bytes
    write_key: str | None
    sent_at: Any
    events: list[bytes]
    door: str
    trigger: bool


class _Body(msgspec.Struct, gc=False):
    batch: Raw = _NOTHING
    write_key: Raw = msgspec.field(default=_NOTHING, name="writeKey")
    api_key: Raw = _NOTHING
    token: Raw = _NOTHING
    sent_at: Raw = msgspec.field(default=_NOTHING, name="sentAt")
    sent_at_posthog: Raw = msgspec.field(default=_NOTHING, name="sent_at")
    trigger: Raw = _NOTHING
    properties: Raw = _NOTHING
    door: Raw = msgspec.field(default=_NOTHING, name="_door")


class _Keyed(msgspec.Struct, gc=False):
    api_key: Raw = _NOTHING
    token: Raw = _NOTHING
    properties: Raw = _NOTHING


_body = msgspec.json.Decoder(_Body).decode
_list = msgspec.json.Decoder(list[Raw]).decode
_any = msgspec.json.Decoder().decode
_keyed = msgspec.json.Decoder(_Keyed).decode
_raw = msgspec.json.Decoder(Raw).decode


def unpack(
    raw: bytes, content_encoding: str | None = None, *, limit_bytes: int = BODY_LIMIT_BYTES
) -> bytes:
    """The plain body: gzip and zstd are known by their first bytes, not by a header.

    Raises KervanError collect.too_large (413), collect.bomb (413), collect.broken_gzip (400)
    and collect.unknown_encoding (400).
    """
    if raw[:2] == b"\x1f\x8b":
        return _inflated(raw, 31, limit_bytes)
    if raw[:4] == b"\x28\xb5\x2f\xfd":
        return _expanded(raw, limit_bytes)
    encoding = (content_encoding or "").strip().lower()
    if encoding == "deflate" and raw[:1] not in (b"{", b"["):
        return _inflated(raw, 15 if raw[:1] == b"\x78" else -15, limit_bytes)
    if encoding in ("br", "zstd", "compress") and raw[:1] not in (b"{", b"["):
        raise KervanError("collect.unknown_encoding", encoding=encoding)
    if len(raw) > limit_bytes:
        raise KervanError("collect.too_large", status=413, limit=limit_bytes)
    return raw


def _expanded(raw: bytes, limit_bytes: int) -> bytes:
    try:
        machine = zstandard.ZstdDecompressor(max_window_size=limit_bytes * 2)
        with machine.stream_reader(raw) as stream:
            plain = stream.read(limit_bytes + 1)
    except zstandard.ZstdError:
        raise KervanError("collect.broken_gzip") from None
    if len(plain) > limit_bytes:
        raise KervanError("collect.too_large", status=413, limit=limit_bytes)
    return plain


def unformed(body: bytes) -> bytes:
    """The JSON inside an old PostHog form (`data=` JSON or base64 of it); else `body` itself.

    Raises KervanError collect.not_json (400) for a form whose data is neither.
    """
    if not body.startswith((b"data=", b"compression=", b"ip=", b"ver=")):
        return body
    fields = parse_qs(body.decode("latin-1"), max_num_fields=16)
    data = fields.get("data", [""])[0].encode("latin-1", "replace")
    if data[:1] in (b"{", b"["):
        return data
    try:
        return unpack(base64.b64decode(data.replace(b" ", b"+"), validate=True))
    except binascii.Error:
        raise KervanError("collect.not_json", detail="data") from None


def _inflated(raw: bytes, window: int, limit_bytes: int) -> bytes:
    # Output is asked for in steps, so that a bomb is seen before it has been unpacked.
    machine = zlib.decompressobj(window)
    plain = bytearray()
    rest = raw
    try:
        while True:
            plain += machine.decompress(rest, _RATIO_FROM_BYTES)
            if len(plain) > limit_bytes:
                raise KervanError("collect.too_large", status=413, limit=limit_bytes)
            if len(plain) >= _RATIO_FROM_BYTES and len(plain) > RATIO_LIMIT * len(raw):
                raise KervanError("collect.bomb", status=413, ratio=RATIO_LIMIT)
            rest = machine.unconsumed_tail
            if machine.eof and machine.unused_data[:2] == b"\x1f\x8b":
                rest, machine = machine.unused_data, zlib.decompressobj(window)
            elif machine.eof:
                return bytes(plain)
            elif not rest:
                raise KervanError("collect.broken_gzip")
    except zlib.error:
        raise KervanError("collect.broken_gzip") from None


def _value(raw: Raw) -> Any:
    try:
        return _any(raw) if bytes(raw) else None
    except msgspec.ValidationError:
        return None  # a number no machine can hold, where none belongs


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _token(properties: Raw) -> str | None:
    if bytes(properties)[:1] != b"{":
        return None
    return _text(_value(_keyed(properties).token))


def tidy(body: bytes) -> bytes:
    """`body` as JSON a strict parser takes; unchanged where it already was.

    Raises KervanError collect.not_json (400).
    """
    body = mend.tidy(body)
    try:
        _raw(body)
    except (msgspec.DecodeError, RecursionError):
        body = mend.lenient(body)
        try:
            _raw(body)
        except (msgspec.DecodeError, RecursionError) as error:
            raise KervanError("collect.not_json", detail=str(error)[:120]) from None
    return body


def envelope(body: bytes) -> Envelope:
    """The parts of a body (single event, batch, or bare array), each event still raw.

    Raises KervanError collect.not_json (400) and collect.not_events (400).
    """
    try:
        return _envelope(mend.tidy(body))
    except (msgspec.DecodeError, RecursionError):
        return _envelope(tidy(body))


def _envelope(body: bytes) -> Envelope:
    first = body.lstrip()[:1]
    if first == b"[":
        return _listed(body)
    try:
        head = _body(body)
    except msgspec.ValidationError:
        raise KervanError("collect.not_events") from None
    batch = bytes(head.batch)
    if not batch or batch == b"null":
        events = [] if batch else [body]
    elif batch[:1] == b"[":
        events = [bytes(event) for event in _list(batch)]
    else:
        raise KervanError("collect.not_events")
    key = _text(_value(head.write_key)) or _text(_value(head.api_key)) or _text(_value(head.token))
    if key is None and not batch:
        key = _token(head.properties)
    return Envelope(
        body=body,
        write_key=key,
        sent_at=_value(head.sent_at) or _value(head.sent_at_posthog),
        events=events,
        door=_text(_value(head.door)) or "",
        trigger=bytes(head.trigger) == b"true",
    )


def _listed(body: bytes) -> Envelope:
    events = [bytes(event) for event in _list(body)]
    key = None
    if events and events[0][:1] == b"{":
        first = _keyed(events[0])
        key = _text(_value(first.api_key)) or _text(_value(first.token))
        key = key or _token(first.properties)
    return Envelope(body=body, write_key=key, sent_at=None, events=events, door="", trigger=False)


def enclose(door: str, body: bytes) -> bytes:
    """`body` with a note of the door it came by, which its own text may lack.

    Doors: a Segment type such as `track`, or `posthog`. An object gets one more member, an array
    becomes a batch. The body must be JSON (see `envelope`).
    """
    body = body.strip()
    mark = b'{"_door":' + msgspec.json.encode(door)
    if body[:1] == b"[":
        return mark + b',"batch":' + body + b"}"
    inside = body[1:].lstrip()
    return mark + (b"" if inside == b"}" else b",") + inside
