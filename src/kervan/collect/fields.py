"""Reads single fields of an event as SDKs really write them: absent, null, empty, a number."""

import re
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

import msgspec

from kervan.collect.event import MAX_ID_CHARS, MAX_NAME_CHARS, RejectedError


def identifier(value: Any, field: str) -> str | None:
    """An id as text; None for absent, null and blank; whole numbers become text.

    Raises RejectedError collect.wrong_type and collect.id_too_long.
    """
    if value is None:
        return None
    if type(value) is str:  # the usual case, four times an event
        text = value.strip()
    elif isinstance(value, bool) or not isinstance(value, int | float) or value != value // 1:
        raise RejectedError("collect.wrong_type", f"{field}: {type(value).__name__}")
    else:
        text = str(int(value))
    if len(text) > MAX_ID_CHARS:
        raise RejectedError("collect.id_too_long", field)
    return text or None


def name(value: Any) -> str:
    """The name of a track event. Raises collect.no_name, .wrong_type and .name_too_long."""
    if value is None:
        raise RejectedError("collect.no_name")
    if not isinstance(value, str):
        raise RejectedError("collect.wrong_type", f"event: {type(value).__name__}")
    text = value.strip()
    if not text:
        raise RejectedError("collect.no_name")
    if len(text) > MAX_NAME_CHARS:
        raise RejectedError("collect.name_too_long", text[:40])
    return text


def text(value: Any) -> str:
    """A short word such as a channel or a session id; "" for anything that is none."""
    if isinstance(value, str):
        return value[:MAX_ID_CHARS]
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)[:MAX_ID_CHARS]
    return ""


def value(raw: bytes) -> Any:
    """Any JSON value; None for nothing and for a number no machine can hold."""
    try:
        return msgspec.json.decode(raw) if raw else None
    except msgspec.ValidationError:
        return None


def with_member(json_object: bytes, key: str, text: str) -> bytes:
    """The JSON object with one more member, put in front."""
    head = b'{"' + key.encode() + b'":' + msgspec.json.encode(text)
    inside = json_object[1:].lstrip()
    return head + (inside if inside[:1] == b"}" else b"," + inside)


def an_object(raw: bytes, field: str) -> bytes:
    """A JSON object as bytes; `{}` for absent and null. Raises collect.wrong_type."""
    if raw[:1] == b"{":
        return raw
    if not raw or raw == b"null":
        return b"{}"
    raise RejectedError("collect.wrong_type", f"{field}: not an object")


def dictionary(raw: bytes, field: str) -> dict[str, Any]:
    """A JSON object as a dict. Raises collect.wrong_type."""
    try:
        found: dict[str, Any] = msgspec.json.decode(an_object(raw, field))
    except msgspec.ValidationError as error:
        raise RejectedError("collect.wrong_type", f"{field}: {error}"[:120]) from None
    return found


# Types of Segment's externalIds that name no customer of another system.
_NO_SYSTEMS = re.compile(
    r"(user_id|email|phone|anonymous_id|group_id|ga_client_id|cross_domain_id|(android|ios)\..*)"
)
_SYSTEM = re.compile(r"[a-z0-9][a-z0-9_.-]{0,39}")


MOST_EXTERNAL_IDS = 10
"""So many ids of other systems one event may name."""


def system(name: str) -> str:
    """The name of another system whose customer ids are known, in its one form; "" for none."""
    folded = name.strip().lower()
    good = _SYSTEM.fullmatch(folded) and not _NO_SYSTEMS.fullmatch(folded)
    return folded if good else ""


def external_ids(context: bytes) -> list[tuple[str, str]]:
    """The (type, id) pairs of a context's `externalIds`; what is no such pair is left out."""
    found = value(context)
    pairs = []
    for one in found.get("externalIds") or [] if isinstance(found, dict) else []:
        if not isinstance(one, dict) or one.get("collection", "users") != "users":
            continue
        kind, id_ = system(text(one.get("type"))), text(one.get("id")).strip()
        if id_ and kind:
            pairs.append((kind, id_))
    return pairs[:MOST_EXTERNAL_IDS]


@lru_cache(maxsize=65_536)
def cut_ip(address: str) -> str:
    """The network an address lies in: /24 of IPv4, /48 of IPv6; "" for what is no address."""
    try:
        ip = ip_address(address.strip())
    except ValueError:
        return ""
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped is not None:
        ip = ip.ipv4_mapped
    bits = 24 if isinstance(ip, IPv4Address) else 48
    return str(ip_network((ip, bits), strict=False).network_address)
