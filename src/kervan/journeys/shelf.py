"""Keeps the definitions in reach: read once, and again only when something was published."""

from collections.abc import Iterable

import msgspec

from kervan.journeys import stored
from kervan.journeys.columns import Book, Kept, Version
from kervan.journeys.definition import ZONE, Definition
from kervan.journeys.publish import gate
from kervan.kernel import sql
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "run.sql")


class Shelf:
    """One workspace's journeys as one process knows them; `zone` is the workspace's."""

    def __init__(self, zone: str = ZONE) -> None:
        self._zone = zone
        self._edition = -1
        self._book = Book({}, {})
        self._texts: dict[int, Definition] = {}

    def book(self, conn: Connection) -> Book:
        """What is live for this transaction: asked of the database, read when it changed."""
        edition = read_edition(conn)
        if edition != self._edition:
            live = {int(j): int(v) for j, v in conn.execute(_SQL.live).fetchall()}
            self._book = Book({}, live)
            self.need(conn, live.values())
            self._edition = edition
        return self._book

    def need(self, conn: Connection, versions: Iterable[int]) -> None:
        """Bring these versions into the book too, whatever their state."""
        missing = [one for one in versions if one not in self._book.versions]
        if not missing:
            return
        for id_, journey, number, text, templates, stopped, paused in conn.execute(
            _SQL.versions, {"ids": missing}
        ).fetchall():
            definition = self._texts.get(id_)
            if definition is None:
                definition = self._texts[id_] = stored.read(text, self._zone)
            sent = msgspec.convert(templates, dict[str, int | Kept])
            gated = definition
            if not stored.is_held(definition):
                gated = gate.gated(definition, held=paused)
            self._book.versions[id_] = Version(id_, journey, number, gated, stopped, sent, paused)


def read_edition(conn: Connection) -> int:
    """The number of the last publication this transaction can see."""
    row = conn.execute(_SQL.edition).fetchone()
    return int(row[0]) if row else 0
