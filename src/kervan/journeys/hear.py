"""Notes the events that some journey cares about, in the transaction that processes them."""

import msgspec
import numpy as np

from kervan.history.event import Events
from kervan.journeys import shelf
from kervan.journeys.seal import SIGNAL, Seal
from kervan.journeys.triggers.trigger import CALLED, ENTERED, LEFT
from kervan.kernel import clock, sql
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "hear.sql")
_BY_MACHINES = frozenset({"Message Opened", "Message Clicked"})
_OURS_ALONE = frozenset({CALLED, ENTERED, LEFT})
"""What lets people into journeys and only Kervan may say: anybody can write to a public key."""


class Ear:
    """The hook for one workspace's processing: knows which event names matter right now.

    `own` is the number of the source of Kervan's own events; None takes every source for it.
    """

    def __init__(self, vault: WorkspaceVault, own: int | None = None) -> None:
        self._seal = Seal(vault)
        self._own = own
        self._edition = -1
        self._names: frozenset[str] = frozenset()

    def __call__(self, conn: Connection, events: Events) -> None:
        """Keep what concerns a known person and some journey; the caller commits.

        Whether names changed is asked in this transaction, so a batch is judged by exactly what
        was published when it is committed to. Opens and clicks made by machines move nobody.
        """
        if not len(events) or not events.person.any():
            return
        edition = shelf.read_edition(conn)
        if edition != self._edition:
            rows = conn.execute(_SQL.live_names).fetchall()
            self._names = frozenset(str(name) for (name,) in rows)
            self._edition = edition
        names = self._names
        if not names:
            return
        chosen = [
            int(i)
            for i in np.flatnonzero(events.person)
            if events.name[i] in names
            and not _by_machine(events, int(i))
            and not self._is_forged(events, int(i))
        ]
        if not chosen:
            return
        sealed = self._seal.many(
            SIGNAL, [(events.event_id[i], events.properties[i]) for i in chosen]
        )
        with conn.cursor() as cursor, cursor.copy(_SQL.add_signals) as copy:
            copy.set_types(["timestamptz", "int4", "int2", "text", "bytea", "bytea"])
            for i, properties in zip(chosen, sealed, strict=True):
                person = int(events.person[i])
                copy.write_row(
                    (
                        clock.from_ms(int(events.at_ms[i])),
                        person,
                        person % 256,
                        events.name[i],
                        events.event_id[i],
                        properties,
                    )
                )

    def _is_forged(self, events: Events, i: int) -> bool:
        if self._own is None or events.name[i] not in _OURS_ALONE:
            return False
        return int(events.source[i]) != self._own


def _by_machine(events: Events, i: int) -> bool:
    if events.name[i] not in _BY_MACHINES:
        return False
    properties = msgspec.json.decode(events.properties[i])
    return isinstance(properties, dict) and properties.get("machine") is True
