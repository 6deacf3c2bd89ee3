"""Which kind of address each channel needs, and the identifier that holds it."""

from functools import lru_cache

import phonenumbers

from kervan.profiles.identifiers import EMAIL, PHONE

KIND_OF = {
    "email": "email",
    "sms": "phone",
    "call": "phone",
    "whatsapp": "phone",
    "push": "push",
    "web_push": "push",
    "post": "postal",
    "telegram": "telegram",
    "instagram": "instagram",
    "messenger": "messenger",
    "ads": "email",
}
"""Channel -> kind of contact point."""

ABOUT_HERSELF = frozenset({"push", "telegram", "instagram", "messenger"})
"""Kinds of contact point whose words are about the person, whatever her devices and chats are."""

IDENTIFIER_OF = {"email": EMAIL, "phone": PHONE}
"""Kind of contact point -> kind of identifier (identifiers.py), where a profile has one."""


@lru_cache(maxsize=4096)
def country_of(kind: str, value: str) -> str:
    """The ISO 3166 country an address is of, "" where it does not say: a phone number does."""
    if kind != "phone":
        return ""
    try:
        parsed = phonenumbers.parse(value, None)
    except phonenumbers.NumberParseException:
        return ""
    return phonenumbers.region_code_for_number(parsed) or ""
