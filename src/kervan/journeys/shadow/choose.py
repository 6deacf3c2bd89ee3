"""Chooses the text that is put in shadow: one that is given, a draft, or what is live."""

from kervan.journeys import apply, parse
from kervan.journeys.publish import drafts
from kervan.journeys.rehearse.cast import cast
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection


def of_key(conn: Connection, key: str) -> str:
    """The draft under a key, else what is live. Raises journeys.unknown_journey (404)."""
    draft = drafts.find(conn, key) if parse.KEY.fullmatch(key) else None
    return draft.text if draft is not None else apply.live_text(conn, key)


def check(conn: Connection, text: str, zone: str, key: str = "") -> str:
    """The key of a text that can be played; with `key` it must be that one.

    Raises JourneyNotValid, journeys.other_key (422).
    """
    found = parse.parse(text, zone).header.key
    if key and found != key:
        raise KervanError("journeys.other_key", status=422, key=key[:80], given=found)
    cast(conn, text, others=False, zone=zone)
    return found
