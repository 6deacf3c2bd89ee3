"""A campaign for tests, changed where a test says so."""

from typing import Any

from kervan.onsite.definition import Campaign, read

WORDS: list[dict[str, Any]] = [
    {"type": "heading", "text": "Hediyeniz hazır"},
    {"type": "button", "text": "Devam", "url": "https://shop.example/coats"},
]


def plain(**changed: Any) -> dict[str, Any]:
    """The data of a sound campaign."""
    whole = {
        "key": "winter", "name": "Winter", "kind": "popup", "link_hosts": ["shop.example"],
        "blocks": {"tr": WORDS}, **changed,
    }  # fmt: skip
    return {name: one for name, one in whole.items() if one is not None}


def campaign(**changed: Any) -> Campaign:
    """The campaign itself."""
    return read(plain(**changed))
