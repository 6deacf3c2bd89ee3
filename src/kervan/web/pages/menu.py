"""The menu of a reader: the places her rights open."""

from typing import Any

from fastapi import Request

from kervan.web.reader import Reader

# (address, the right it takes, the word for it)
_PLACES = (
    ("/console/", "live.read", "web.menu_console"),
    ("/", "live.read", "web.menu_live"),
    ("/people", "people.read", "web.menu_people"),
    ("/calls", "calls.work", "web.menu_calls"),
    ("/store", "stores.work", "web.menu_store"),
    ("/onsite", "journeys.read", "web.menu_onsite"),
    ("/privacy", "privacy.requests", "web.menu_privacy"),
    ("/users", "users.manage", "web.menu_users"),
    ("/keys", "keys.manage", "web.menu_keys"),
    ("/audit", "audit.read", "web.menu_audit"),
    ("/account", "self.manage", "web.menu_account"),
)


def of(request: Request) -> list[dict[str, Any]]:
    """The places that the reader may open; none for who has not signed in."""
    reader: Reader | None = getattr(request.state, "reader", None)
    if reader is None or reader.session is None:
        return []
    return [
        {"href": href, "key": key, "here": request.url.path == href}
        for href, right, key in _PLACES
        if right in reader.rights
    ]
