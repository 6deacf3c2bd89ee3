"""What segments and topics are called, for sentences about them."""

from kervan.consent import preferences
from kervan.kernel.postgres import Connection
from kervan.segments.definitions import store
from kervan.segments.describe import Names


def names(conn: Connection, locale: str) -> Names:
    """The names of segments, archived ones too, and of topics in a language (tr, az, en)."""
    topics = {one.key: one.names.get(locale, one.key) for one in preferences.topics(conn)}
    return Names(segments=store.names(conn), topics=topics)
