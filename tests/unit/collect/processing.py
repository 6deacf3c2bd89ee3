"""A workspace with sources and a processor, for tests between intake and history."""

import json
from dataclasses import dataclass

import psycopg
from clickhouse_connect.driver.client import Client

from kervan.collect import intake, sources, store
from kervan.collect.process import Block, Limits, Processor, Watched
from kervan.history import link, read, write
from kervan.kernel import clock
from kervan.kernel.crypto import Vault
from kervan.kernel.postgres import Connection
from kervan.profiles import decisions

VAULT = Vault(b"k" * 32)
AT = "2026-10-01T10:00:00Z"
AT_MS = 1_790_848_800_000


@dataclass
class House:
    """A workspace with one server source and one browser source, and its processor."""

    conn: Connection
    history: Client
    workspace: str
    processor: Processor
    server: int
    browser: int

    def take(self, *events: dict[str, object], source: int | None = None) -> None:
        """Store one body of events."""
        now = clock.now()
        body = json.dumps({"batch": events}).encode()
        packed = intake.pack(
            VAULT, now.date(), [intake.Body(source or self.server, clock.to_ms(now), "", body)]
        )
        number = store.workspace_id(self.conn, self.workspace)
        self.conn.execute(
            "insert into kervan.intake (day, workspace, received_at, events, bulk, body)"
            " values (%s, %s, %s, %s, false, %s)",
            (now.date(), number, now, len(events), psycopg.Binary(packed)),
        )

    def process(self) -> Block | None:
        """One step, committed and brought into history."""
        block = self.processor.step()
        self.conn.commit()
        if block is not None:
            if block.rows:
                write.insert(self.history, block.block, block.id)
            link.keep(self.history, block.links, block.heads, block.id)
            link.refresh(self.history)
            store.finish(self.conn, [block.id])
            self.conn.commit()
        return block

    def person(self, kind: int) -> int:
        """The only owner of an identifier of this kind."""
        rows = self.conn.execute(
            "select distinct person from identifier where kind = %s", (kind,)
        ).fetchall()
        assert len(rows) == 1
        return int(rows[0][0])

    def names(self, person: int) -> list[str]:
        """What the person's timeline says, oldest first."""
        visits = decisions.visits(self.conn, [person])
        return [one.name for one in read.timeline(self.history, [person], visits)][::-1]


def open_house(
    conn: Connection, history: Client, workspace: str, watched: Watched = lambda _: frozenset()
) -> House:
    """A new workspace; somebody keeps answers about `watched` events."""
    sources.ensure_own(conn, workspace)
    server_key = sources.create(conn, workspace, "Shop", "server")
    browser_key = sources.create(conn, workspace, "Site", "browser")
    intake.open_days(conn, [clock.now().date()])
    known = sources.Sources()
    known.refresh(conn)
    server, browser = known.find(server_key), known.find(browser_key)
    assert server and browser
    processor = begin(conn, workspace, watched)
    return House(conn, history, workspace, processor, server.id, browser.id)


def begin(conn: Connection, workspace: str, watched: Watched = lambda _: frozenset()) -> Processor:
    """A processor that has seen nothing yet; somebody keeps answers about `watched` events."""
    known = sources.Sources()
    known.refresh(conn)
    worker = store.become_worker(conn)
    conn.commit()
    return Processor(
        conn,
        VAULT,
        known,
        workspace,
        worker=worker,
        country="TR",
        hooks=[],
        watched=watched,
        limits=Limits(event_names=20),
    )


def event(number: str, name: str = "Product Viewed", **more: object) -> dict[str, object]:
    return {
        "type": "track",
        "event": name,
        "messageId": number,
        "timestamp": AT,
        "properties": {"price": 12.5, "product_id": "p1"},
        **more,
    }
