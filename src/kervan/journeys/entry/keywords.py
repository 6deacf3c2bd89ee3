"""Tells those who read what people write by which words one comes into a journey."""

from kervan.consent.refusal_words import fold
from kervan.delivery import inbound
from kervan.journeys import shelf
from kervan.journeys.entry import calling
from kervan.journeys.parse import ZONE
from kervan.kernel.postgres import Connection


class Keywords:
    """The keywords of what is live, told anew after a publication."""

    def __init__(self) -> None:
        self._edition = -1

    def step(self, conn: Connection, _at_ms: int) -> bool:
        """Tell them if anything was published since; the caller commits, nothing more waits."""
        edition = shelf.read_edition(conn)
        if edition != self._edition:
            said = [one.definition.header.trigger.message for one in calling.read(conn, ZONE)]
            words = {fold(word) for one in said if one is not None for word in one.keywords}
            inbound.listen_for(conn, words)
            self._edition = edition
        return False
