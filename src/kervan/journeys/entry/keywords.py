"""Knows the words by which people write themselves into a journey."""

from kervan.consent.refusal_words import fold
from kervan.journeys import shelf
from kervan.journeys.entry import calling
from kervan.journeys.parse import ZONE
from kervan.kernel.postgres import Connection


class Keywords:
    """A hook of `delivery.inbound`: the words of what is live, read anew after a publication."""

    def __init__(self) -> None:
        self._known: tuple[str, int, frozenset[str]] = ("", -1, frozenset())

    def __call__(self, conn: Connection) -> frozenset[str]:
        """The words, folded, for this transaction."""
        edition = shelf.read_edition(conn)
        # One process may serve several databases, one after the other.
        place = f"{conn.info.host}:{conn.info.port}/{conn.info.dbname}"
        if self._known[:2] != (place, edition):
            said = [one.definition.header.trigger.message for one in calling.read(conn, ZONE)]
            words = {fold(word) for one in said if one is not None for word in one.keywords}
            self._known = (place, edition, frozenset(words))
        return self._known[2]
