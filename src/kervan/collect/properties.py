"""Brings properties into a form that history's JSON column takes, whatever was sent.

The column stores paths. A path that occurs twice in one object (a key twice, or `a.b` beside an
`a` that holds `b`) is an error that would cost the whole batch, so it is settled here.
"""

from typing import Any

import msgspec

from kervan.collect import mend, personal
from kervan.collect.personal import Reference

_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.encode


def _paths(value: dict[str, Any], before: str, found: list[str]) -> None:
    for key, item in value.items():
        if isinstance(item, dict) and item:
            _paths(item, f"{before}{key}.", found)
        else:
            found.append(before + key)


def _collide(value: dict[str, Any]) -> bool:
    found: list[str] = []
    _paths(value, "", found)
    return len(found) != len(set(found))


def _undotted(value: dict[str, Any]) -> dict[str, Any]:
    """`value` with dots in keys replaced, for an object whose paths collide."""
    plain = {key: item for key, item in value.items() if "." not in key}
    for key, item in value.items():
        if "." in key:
            plain.setdefault(key.replace(".", "_"), item)
    return plain


def _settled(value: Any) -> Any:
    if isinstance(value, list):
        return [_settled(item) for item in value]
    if not isinstance(value, dict):
        return value
    settled = {key: _settled(item) for key, item in value.items()}
    # Only a dot in a key can make two paths of different objects equal.
    return _undotted(settled) if "." in "".join(settled) and _collide(settled) else settled


def _nested_dots(data: bytes, value: dict[str, Any]) -> bool:
    return data.count(b"{") > 1 or "." in "".join(value)


def settle(data: bytes) -> dict[str, Any]:
    """The JSON object `data` with every path once and finite numbers.

    Of a key that occurs twice the last value stays, as every JSON parser has it; a dotted key
    that collides with a nested one is kept under its name with underscores. Product lines with
    something else between them lose that: ClickHouse would give the lines of all other events of
    the batch another type for it, and then no question would see them.
    """
    try:
        value: dict[str, Any] = _decode(data)
    except msgspec.ValidationError:
        data = mend.finite(data)
        value = _decode(data)
    if _nested_dots(data, value):
        value = _settled(value)
    lines = value.get("products")
    if type(lines) is list:
        kept = [one for one in lines if type(one) is dict]
        if len(kept) < len(lines) and (kept or None in lines):  # null may become an empty line
            value["products"] = kept
    return value


def write(value: dict[str, Any], reference: Reference | None, *, suspicious: bool) -> bytes:
    """A settled object as JSON; where `personal.suspicious` says so, without contact points."""
    return _encode(personal.replaced(value, reference) if suspicious else value)
