"""Reads one event in the words of PostHog, whose own facts are properties that begin with $."""

from typing import Any

import msgspec
from msgspec import Raw

from kervan.collect import ecommerce, fields, personal, properties, timestamps
from kervan.collect.arrival import Arrival
from kervan.collect.event import Event, RejectedError

_KINDS = {
    "$pageview": ("page", "Page Viewed"),
    "$screen": ("screen", "Screen Viewed"),
    "$identify": ("identify", "Identified"),
    "$set": ("identify", "Identified"),
    "$groupidentify": ("group", "Grouped"),
    "$create_alias": ("alias", "Aliased"),
    "$merge_dangerously": ("alias", "Aliased"),
}
# PostHog's word, where it stands in a context of ours, and under which name.
_CONTEXT = (
    ("$current_url", "page", "url"),
    ("$pathname", "page", "path"),
    ("$referrer", "page", "referrer"),
    ("title", "page", "title"),
    ("$lib", "library", "name"),
    ("$lib_version", "library", "version"),
    ("$os", "os", "name"),
    ("$os_version", "os", "version"),
    ("$device_type", "device", "type"),
    ("$device_model", "device", "model"),
    ("$app_version", "app", "version"),
    ("$raw_user_agent", "", "userAgent"),
    ("$timezone", "", "timezone"),
    ("$browser_language", "", "locale"),
)
_DROPPED = frozenset(
    {
        "token",
        "distinct_id",
        "$set",
        "$set_once",
        "$ip",
        "$session_id",
        "$device_id",
        "$anon_distinct_id",
        "$group_set",
        *(word for word, _, _ in _CONTEXT if word[0] == "$"),
    }
)

_NOTHING = Raw()


class _Wire(msgspec.Struct, gc=False):
    event: Any = None
    distinct_id: Any = None
    uuid: Any = None
    timestamp: Any = None
    offset: Any = None
    sent_at: Any = None
    session_id: Any = None
    options: Raw = _NOTHING
    properties: Raw = _NOTHING
    set: Raw = msgspec.field(default=_NOTHING, name="$set")
    set_once: Raw = msgspec.field(default=_NOTHING, name="$set_once")


_decode = msgspec.json.Decoder(_Wire).decode
_members = msgspec.json.Decoder(dict[str, Raw]).decode
_encode = msgspec.json.encode


class _Said:
    """The properties, one value at a time; the v1 wire moves a few of them into `options`."""

    def __init__(self, wire: _Wire) -> None:
        self.members = _members(fields.an_object(bytes(wire.properties), "properties"))
        options = bytes(wire.options)
        if options[:1] == b"{":
            for key, value in _members(options).items():
                self.members.setdefault("$" + key, value)

    def raw(self, key: str) -> bytes:
        """The JSON text of one property, or nothing."""
        return bytes(self.members.get(key, _NOTHING))

    def value(self, key: str) -> Any:
        """One property."""
        return fields.value(self.raw(key))

    def id(self, key: str) -> str | None:
        """One property as an identifier."""
        return fields.identifier(self.value(key), key)


def _people(kind: str, distinct: str | None, said: _Said) -> tuple[str | None, ...]:
    """(user id, anonymous id, previous id): one distinct_id plays all three parts."""
    if kind == "alias":
        return said.id("alias"), None, distinct
    device = said.id("$device_id")
    anonymous = said.id("$anon_distinct_id") or device
    if kind == "identify":
        return distinct, anonymous, None
    identified = said.value("$is_identified")
    if not isinstance(identified, bool):
        identified = said.value("$process_person_profile") is not False and distinct != device
    return (distinct, anonymous, None) if identified else (None, distinct, None)


def _times(wire: _Wire, arrival: Arrival) -> tuple[int, int, int]:
    sent_ms = timestamps.read(wire.sent_at) or arrival.sent_ms
    original_ms = timestamps.read(wire.timestamp)
    if original_ms is None:
        original_ms = sent_ms or arrival.received_ms
        if isinstance(wire.offset, int | float) and not isinstance(wire.offset, bool):
            original_ms -= int(wire.offset)
    at_ms = timestamps.placed(original_ms, sent_ms, arrival.received_ms, keep=arrival.keeps_time)
    return at_ms, original_ms, sent_ms


def _context(said: _Said, arrival: Arrival) -> bytes:
    context: dict[str, Any] = {}
    for word, group, name in _CONTEXT:
        if word in said.members:
            place = context.setdefault(group, {}) if group else context
            place[name] = said.members[word]
    rest = {
        key: value for key, value in said.members.items() if key[:1] == "$" and key not in _DROPPED
    }
    if rest:
        context["posthog"] = rest
    encoded = personal.without(_encode(context), arrival.reference)
    address = arrival.ip
    if arrival.trusts_ip:
        address = fields.cut_ip(fields.text(said.value("$ip")))
    return fields.with_member(encoded, "ip", address) if address else encoded


def _properties(said: _Said, kind: str) -> bytes:
    if kind == "group":
        group_id = fields.text(said.value("$group_key"))
        return fields.with_member(b"{}", "groupId", group_id)
    if kind in ("identify", "alias"):
        return b"{}"
    own = {
        key: value for key, value in said.members.items() if key[:1] != "$" and key not in _DROPPED
    }
    if kind == "page":
        for word, name in (
            ("$current_url", "url"),
            ("$pathname", "path"),
            ("$referrer", "referrer"),
        ):
            if word in said.members:
                own.setdefault(name, said.members[word])
    elif kind == "screen" and "$screen_name" in said.members:
        own.setdefault("name", said.members["$screen_name"])
    return _encode(own)


def _traits(wire: _Wire, said: _Said, kind: str) -> dict[str, Any]:
    if kind == "group":
        return fields.dictionary(said.raw("$group_set"), "$group_set")
    traits: dict[str, Any] = {}
    for part in (bytes(wire.set_once), said.raw("$set_once"), bytes(wire.set), said.raw("$set")):
        if part:
            traits.update(fields.dictionary(part, "$set"))
    return traits


def read(raw: bytes, arrival: Arrival) -> Event:
    """The event in `raw` (a JSON value). Raises RejectedError with the reason why not."""
    if raw[:1] != b"{":
        raise RejectedError("collect.not_an_object")
    wire = _decode(raw)
    said = _Said(wire)
    name = fields.name(wire.event)
    kind, name = _KINDS.get(name, ("track", ecommerce.modern(name)))
    distinct = fields.identifier(wire.distinct_id, "distinct_id") or said.id("distinct_id")
    user_id, anonymous_id, previous_id = _people(kind, distinct, said)
    if user_id is None and anonymous_id is None:
        raise RejectedError("collect.no_ids")
    at_ms, original_ms, sent_ms = _times(wire, arrival)
    sent_properties = _properties(said, kind)
    settled = properties.settle(sent_properties)
    order_id, currency, value_minor = ("", "", 0)
    if kind == "track":
        order_id, currency, value_minor = ecommerce.read(name, settled)
    return Event(
        message_id=fields.identifier(wire.uuid, "uuid") or arrival.message_id(raw),
        kind=kind,
        name=name,
        user_id=user_id,
        anonymous_id=anonymous_id,
        previous_id=previous_id,
        at_ms=at_ms,
        original_ms=original_ms,
        sent_ms=sent_ms,
        received_ms=arrival.received_ms,
        properties=properties.write(
            settled, arrival.reference, suspicious=personal.suspicious(sent_properties)
        ),
        context=_context(said, arrival),
        traits=_traits(wire, said, kind),
        order_id=order_id,
        currency=currency,
        value_minor=value_minor,
        session_hint=fields.text(said.value("$session_id") or wire.session_id),
        quiet=arrival.quiet,
        raw=raw,
        door="posthog",
    )
