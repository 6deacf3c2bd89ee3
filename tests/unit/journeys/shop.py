"""A workspace with journeys on a real PostgreSQL, on a clock that the test turns."""

from collections import Counter
from datetime import timedelta
from typing import Any

import msgspec
import numpy as np

from kervan.collect import intake
from kervan.delivery.outbox import context_place
from kervan.history.event import Events
from kervan.journeys import apply
from kervan.journeys.hear import Ear
from kervan.journeys.run import Journeys, WorkDone
from kervan.kernel import clock, ids
from kervan.kernel.crypto import Vault
from kervan.kernel.postgres import Connection
from kervan.profiles import store as profiles

START_MS = 1_780_000_000_000
ALL = list(range(256))
MASTER = Vault(b"k" * 32)
VAULT = MASTER.workspace("test")
Event = tuple[int, int, str, dict[str, Any]]
"""(ms after START_MS, person, name, properties)"""


def events(rows: list[Event]) -> Events:
    """A batch of track events; equal rows have equal event ids."""
    count = len(rows)
    encoded = [msgspec.json.encode(row[3]) for row in rows]
    return Events(
        event_id=[ids.hash16(repr(row).encode()) for row in rows],
        kind=["track"] * count,
        name=[row[2] for row in rows],
        person=np.array([row[1] for row in rows], np.uint32),
        session=np.zeros(count, np.uint64),
        at_ms=np.array([START_MS + row[0] for row in rows], np.int64),
        received_ms=np.array([START_MS + row[0] for row in rows], np.int64),
        source=np.ones(count, np.uint16),
        channel=["web"] * count,
        order_id=[""] * count,
        currency=[""] * count,
        value_minor=np.zeros(count, np.int64),
        properties=encoded,
        context=[b"{}"] * count,
        quiet=np.zeros(count, np.bool_),
    )


class Shop:
    """Everything one worker has, and what the test wants to know."""

    def __init__(self, conn: Connection) -> None:
        self.conn = conn
        self.ear = Ear(VAULT)
        self.journeys = Journeys(conn, VAULT)
        today = clock.now().date()
        intake.open_days(conn, [today, today + timedelta(days=1)])

    def people(self, numbers: list[int]) -> None:
        """Make people with these numbers."""
        profiles.create_people(self.conn, VAULT, numbers, START_MS)

    def publish(self, text: str) -> apply.Plan:
        """Make a journey text live."""
        return apply.apply(self.conn, text, clock.from_ms(START_MS))

    def happen(self, *rows: Event) -> None:
        """Let events come through the processing hook."""
        self.ear(self.conn, events(list(rows)))

    def work(
        self, after_ms: int, *, buckets: list[int] | None = None, limit: int = 20_000
    ) -> WorkDone:
        """One turn of work at a time."""
        mine = ALL if buckets is None else buckets
        return self.journeys.work(mine, START_MS + after_ms, limit)

    def work_all(self, after_ms: int, limit: int = 20_000) -> None:
        """Turns of work until nothing is due."""
        while True:
            done = self.work(after_ms, limit=limit)
            if not done.signals and not done.timers:
                return

    def runs(self) -> list[tuple[Any, ...]]:
        """(person, version, step, visit, state, due in ms) of all runs, but for their numbers."""
        rows = self.conn.execute(
            "select person, version, step, visit, state,"
            " case when due_at < 'infinity' then due_at end from journey_run order by person, run"
        ).fetchall()
        return [(*row[:5], row[5] and clock.to_ms(row[5]) - START_MS) for row in rows]

    def messages(self) -> list[tuple[int, str, int, int, dict[str, Any]]]:
        """(person, step, state, ms after start, context) of all messages."""
        rows = self.conn.execute("select person, key from profile").fetchall()
        keys: dict[int, bytes] = dict(rows)
        rows = self.conn.execute(
            "select id, person, step, state, intended_at, context from message order by person,"
            " intended_at"
        ).fetchall()
        return [
            (
                person,
                step,
                state,
                clock.to_ms(at) - START_MS,
                msgspec.json.decode(VAULT.open(keys[person], bytes(sealed), context_place(id_))),
            )
            for id_, person, step, state, at, sealed in rows
        ]

    def own_events(self) -> list[tuple[int, str, int, dict[str, Any]]]:
        """(person, name, ms after start, properties) of what Kervan told about itself."""
        told = []
        for day, body in self.conn.execute("select day, body from kervan.intake").fetchall():
            for one in intake.unpack(MASTER, day, bytes(body)):
                told += [
                    (e["person"], e["event"], e["timestamp_ms"] - START_MS, e["properties"])
                    for e in msgspec.json.decode(one.body)["batch"]
                ]
        return sorted(told, key=lambda one: (one[2], one[0], one[1]))

    def counts(self) -> Counter[str]:
        """How often each own event was told."""
        return Counter(one[1] for one in self.own_events())

    def left(self) -> dict[str, int]:
        """How often people left, by the author's word of an exit or the reason."""
        ends = [one[3] for one in self.own_events() if one[1] == "Journey Exited"]
        return dict(Counter(str(one.get("outcome") or one["reason"]) for one in ends))
