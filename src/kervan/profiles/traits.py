"""Traits of a person: which are personal, and whose word is the last."""

from typing import Any

# Traits that say who somebody is; they are sealed, and never reach ClickHouse.
PERSONAL = frozenset(
    {
        "email",
        "phone",
        "name",
        "firstName",
        "first_name",
        "lastName",
        "last_name",
        "address",
        "birthday",
        "username",
        "avatar",
        "title",
        "description",
        "card",
        "loyalty_card",
        "loyaltyId",
        "street",
        "postalCode",
        "postal_code",
        "identityNumber",
        "identity_number",
    }
)
LIMIT = 500
"""Traits a person may have; later names are left out."""

Traits = dict[str, tuple[Any, int]]
"""{name: (value, at_ms of the event that said so)}"""


def stamp(traits: dict[str, Any], at_ms: int) -> Traits:
    """The traits one event gives, each with its time; a null takes a trait away."""
    return {str(name)[:100]: (value, at_ms) for name, value in traits.items()}


def merge(into: Traits, new: Traits) -> bool:
    """Put `new` into `into`, the latest event time winning; gives whether anything changed.

    Of two with the same time the greater text wins, so that the order of arrival is no matter.
    """
    changed = False
    for name, (value, at_ms) in new.items():
        old = into.get(name)
        if old is None:
            if len(into) >= LIMIT:
                continue
        elif (old[1], repr(old[0])) >= (at_ms, repr(value)):
            continue
        into[name] = (value, at_ms)
        changed = True
    return changed


def split(traits: Traits) -> tuple[Traits, Traits]:
    """(personal, the rest)."""
    personal = {name: entry for name, entry in traits.items() if name in PERSONAL}
    return personal, {name: entry for name, entry in traits.items() if name not in PERSONAL}


def plain(traits: Traits) -> dict[str, Any]:
    """Names and values only."""
    return {name: entry[0] for name, entry in traits.items() if entry[0] is not None}
