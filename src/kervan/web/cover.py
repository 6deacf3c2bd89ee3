"""Covers personal data for readers whose role may not see it.

What is left tells two people apart on a list and helps nobody to reach them.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import msgspec
import phonenumbers

from kervan.profiles import traits
from kervan.profiles.read import Person

REVEAL = "people.reveal"
_COVER = "***"
_NAMES = frozenset(
    {"name", "firstName", "first_name", "lastName", "last_name", "username", "title"}
)
_PHONES = frozenset({"phone"})
_EMAIL = re.compile(r"[^\s@<>\"'(),;:]{1,256}@[^\s@<>\"'(),;:]{1,256}\.[^\W\d_]{2,24}")
# With a plus, or as Turkish and Azerbaijani people write them; an order's number is neither.
_PHONE = re.compile(
    r"(?<!\w)(?:\+\d[\d ().-]{6,18}\d|0\d{2,3}[ .-]?\d{3}[ .-]?\d{2}[ .-]?\d{2})(?!\w)"
)


def email(value: str) -> str:
    """An address by two letters and its last label: k***@o***.com."""
    local, at, domain = value.strip().rpartition("@")
    if not at or not local or not domain:
        return _COVER
    _, dot, last = domain.rpartition(".")
    return f"{local[0]}{_COVER}@{domain[0]}{_COVER}{dot}{last if dot else ''}"


def phone(value: str) -> str:
    """A number by its country and last two digits: +90 *** ** 67."""
    try:
        parsed = phonenumbers.parse(value, "TR")
    except phonenumbers.NumberParseException:
        return _COVER
    digits = str(parsed.national_number)
    return f"+{parsed.country_code} *** ** {digits[-2:]}" if len(digits) > 4 else _COVER


def name(value: str) -> str:
    """A name by its initials: İ. S."""
    return " ".join(f"{word[0]}." for word in value.split()[:3] if word[0].isalpha()) or _COVER


def text(value: str) -> str:
    """Any text, with the addresses and numbers in it covered."""
    if "@" in value:
        value = _EMAIL.sub(lambda found: email(found[0]), value)
    return _PHONE.sub(lambda found: phone(found[0]), value)


def anything(value: Any) -> Any:
    """A JSON value with the addresses and numbers in its texts covered, to any depth."""
    if isinstance(value, str):
        return text(value)
    if isinstance(value, Mapping):
        return {key: anything(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [anything(one) for one in value]
    return value


def raw(value: str) -> str:
    """The text of an event that could not be understood, its personal fields covered."""
    try:
        decoded = msgspec.json.decode(value)
    except msgspec.DecodeError:
        return text(value)
    return msgspec.json.encode(_fields(decoded)).decode()


def _fields(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: trait(key, one) if traits.is_personal(key) else _fields(one)
            for key, one in value.items()
        }
    if isinstance(value, list):
        return [_fields(one) for one in value]
    return anything(value)


def trait(key: str, value: Any) -> Any:
    """One trait: a personal one by its kind, any other as free text."""
    if not traits.is_personal(key):
        return anything(value)
    if isinstance(value, str) and key == "email":
        return email(value)
    if isinstance(value, str) and key in _PHONES:
        return phone(value)
    if isinstance(value, str) and key in _NAMES:
        return name(value)
    return _COVER


def person(one: Person) -> Person:
    """Somebody with all that says who she is covered."""
    return replace(
        one,
        email=email(one.email) if one.email else "",
        phone=phone(one.phone) if one.phone else "",
        first_name=name(one.first_name) if one.first_name else "",
        traits={key: trait(key, value) for key, value in one.traits.items()},
    )
