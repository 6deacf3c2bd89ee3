"""Reads one event in the words of Segment and RudderStack."""

import re
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Raw

from kervan.collect import ecommerce, fields, personal, properties, timestamps
from kervan.collect.arrival import Arrival
from kervan.collect.event import KINDS, MAX_ID_CHARS, Event, RejectedError

_NOTHING = Raw()
_NAMES = {
    "page": "Page Viewed",
    "screen": "Screen Viewed",
    "identify": "Identified",
    "group": "Grouped",
    "alias": "Aliased",
}


class _Wire(msgspec.Struct, gc=False):
    """The fields as the SDKs write them; what differs is read by `_coerced`."""

    type: str | None = None
    event: str | None = None
    name: str | None = None
    category: str | None = None
    user_id: str | None = msgspec.field(default=None, name="userId")
    anonymous_id: str | None = msgspec.field(default=None, name="anonymousId")
    previous_id: str | None = msgspec.field(default=None, name="previousId")
    group_id: str | None = msgspec.field(default=None, name="groupId")
    message_id: str | None = msgspec.field(default=None, name="messageId")
    timestamp: datetime | None = None
    original: datetime | None = msgspec.field(default=None, name="originalTimestamp")
    sent: datetime | None = msgspec.field(default=None, name="sentAt")
    timestamp_ms: int | None = None
    channel: str | None = None
    person: int | None = None
    properties: Raw = _NOTHING
    traits: Raw = _NOTHING
    context: Raw = _NOTHING


_STRONG = re.compile(rb'"(?:email|phone|card|loyalty_card|loyaltyId)" ?: ?["0-9]')


_decode = msgspec.json.Decoder(_Wire).decode
_members = msgspec.json.Decoder(dict[str, Raw]).decode
_any = msgspec.json.Decoder().decode
_encode = msgspec.json.encode


def _coerced(raw: bytes) -> _Wire:
    """Field by field, for events in which some field is not as usual."""
    if raw[:1] != b"{":
        raise RejectedError("collect.not_an_object")
    members = _members(raw)

    def get(field: str) -> Any:
        try:
            return _any(members[field]) if field in members else None
        except msgspec.ValidationError:
            raise RejectedError("collect.wrong_type", field) from None

    def at(field: str) -> datetime | None:
        at_ms = timestamps.read(get(field))
        return None if at_ms is None else timestamps.to_datetime(at_ms)

    def word(field: str) -> str | None:
        value = get(field)
        if value is not None and not isinstance(value, str):
            raise RejectedError("collect.wrong_type", f"{field}: {type(value).__name__}")
        return value

    person = get("person")
    return _Wire(
        type=word("type"),
        event=word("event"),
        name=fields.text(get("name")) or None,
        category=fields.text(get("category")) or None,
        user_id=fields.identifier(get("userId"), "userId"),
        anonymous_id=fields.identifier(get("anonymousId"), "anonymousId"),
        previous_id=fields.identifier(get("previousId"), "previousId"),
        group_id=fields.identifier(get("groupId"), "groupId"),
        message_id=fields.identifier(get("messageId"), "messageId"),
        timestamp=at("timestamp"),
        original=at("originalTimestamp"),
        sent=at("sentAt"),
        channel=fields.text(get("channel")),
        timestamp_ms=timestamps.read(get("timestamp_ms")),
        person=person if isinstance(person, int) else None,
        properties=members.get("properties", _NOTHING),
        traits=members.get("traits", _NOTHING),
        context=members.get("context", _NOTHING),
    )


def _context(raw: bytes, arrival: Arrival) -> tuple[bytes, bytes, str, str, str]:
    """(context without traits and token, the traits found in it, session id, network address,
    push token)."""
    context = fields.an_object(raw, "context")
    traits, session, address, token = b"", "", arrival.ip, ""
    found = b'"traits"' in context or b'"ip"' in context or b'"sessionId"' in context
    if found or b'"token"' in context:
        members = _members(context)
        token = _token(members)
        traits = bytes(members.pop("traits", _NOTHING))
        claimed = members.pop("ip", None)
        if claimed is not None and arrival.trusts_ip:
            address = fields.cut_ip(fields.text(fields.value(bytes(claimed))))
        if "sessionId" in members:
            session = fields.text(fields.value(bytes(members["sessionId"])))
        context = _encode(members)
    return context, traits, session, address, token


def _token(members: dict[str, Raw]) -> str:
    """Take the push token out of `device`, where the SDKs for phones put it."""
    device = fields.value(bytes(members.get("device", _NOTHING)))
    if not isinstance(device, dict) or "token" not in device:
        return ""
    token = device.pop("token")
    members["device"] = Raw(_encode(device))
    return token if isinstance(token, str) else ""


def _times(wire: _Wire, arrival: Arrival) -> tuple[int, int, int]:
    """(at, original, sent) in milliseconds."""
    said = wire.original or wire.timestamp
    sent_ms = arrival.sent_ms if wire.sent is None else timestamps.of_datetime(wire.sent)
    original_ms = arrival.received_ms
    if said is not None:
        original_ms = timestamps.of_datetime(said)
    elif wire.timestamp_ms is not None:
        original_ms = wire.timestamp_ms
    elif sent_ms:
        original_ms = sent_ms
    at_ms = timestamps.placed(original_ms, sent_ms, arrival.received_ms, keep=arrival.keeps_time)
    return at_ms, original_ms, sent_ms


def _properties(wire: _Wire, kind: str) -> bytes:
    found = fields.an_object(bytes(wire.properties), "properties")
    if kind in ("page", "screen"):
        for name, value in (("category", wire.category), ("name", wire.name)):
            if value and b'"' + name.encode() + b'"' not in found:
                found = fields.with_member(found, name, value)
    elif kind == "group":
        return fields.with_member(b"{}", "groupId", wire.group_id or "")
    elif kind != "track":
        return b"{}"
    return found


def _kind(wire: _Wire, door: str) -> str:
    kind = (wire.type or door or ("track" if wire.event else "")).lower()
    if kind not in KINDS:
        raise RejectedError("collect.unknown_type", kind[:40])
    return kind


def read(raw: bytes, door: str, arrival: Arrival) -> Event:
    """The event in `raw` (a JSON value). `door` is the type its path named, or "".

    Raises RejectedError with the reason why it cannot be understood.
    """
    try:
        wire = _decode(raw)
    except msgspec.ValidationError:
        wire = _coerced(raw)
    kind = _kind(wire, door)
    user_id = fields.identifier(wire.user_id, "userId")
    anonymous_id = fields.identifier(wire.anonymous_id, "anonymousId")
    person = (wire.person or 0) if arrival.own else 0
    at_ms, original_ms, sent_ms = _times(wire, arrival)
    name = ecommerce.modern(fields.name(wire.event)) if kind == "track" else _NAMES[kind]
    context, inner_traits, session, address, token = _context(bytes(wire.context), arrival)
    other_ids: list[tuple[str, str]] = []
    if b'"externalIds"' in context and arrival.trusts_ip:
        other_ids = fields.external_ids(context)
    sent_properties = _properties(wire, kind)
    suspicious = personal.suspicious(sent_properties + b"\n" + context)
    if suspicious:
        context = personal.without(context, arrival.reference)
    said = properties.settle(sent_properties)
    order_id, currency, value_minor = ("", "", 0)
    if kind == "track":
        order_id, currency, value_minor = ecommerce.read(name, said)
    traits = bytes(wire.traits) or inner_traits
    named = user_id is not None or anonymous_id is not None or person
    # A till knows a card, a list of people an e-mail: that names somebody too.
    if not (named or other_ids or (arrival.trusts_ip and _STRONG.search(traits))):
        raise RejectedError("collect.no_ids")
    return Event(  # by place: by name it costs six times as much, as an event has many fields
        fields.identifier(wire.message_id, "messageId") or arrival.message_id(raw),
        kind,
        name,
        user_id,
        anonymous_id,
        fields.identifier(wire.previous_id, "previousId"),
        at_ms,
        original_ms,
        sent_ms,
        arrival.received_ms,
        properties.write(said, arrival.reference, suspicious=suspicious),
        fields.with_member(context, "ip", address) if address else context,
        fields.dictionary(traits, "traits") if traits else {},
        order_id,
        currency,
        value_minor,
        session,
        (wire.channel or "")[:MAX_ID_CHARS],
        person,
        arrival.quiet,
        raw,
        door,
        other_ids,
        token,
    )
