"""A workspace with people, an account and a simulated registry, for the tests of the registry."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from typing import Any

from kervan.app.speaker import Speaker
from kervan.consent import ledger
from kervan.consent.ledger import Change
from kervan.consent.registry import account as accounts
from kervan.consent.registry.account import Account
from kervan.consent.registry.wire import TURKEY
from kervan.kernel import clock, ids
from kervan.kernel.crypto import Vault, WorkspaceVault
from kervan.kernel.postgres import Connection
from kervan.profiles import identifiers
from tests.simulators.iys.registry import Registry
from tests.simulators.iys.server import Simulator

NOON = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
"""A Wednesday, 12:00 in Turkey, far from holidays."""
VAULT = Vault(b"registry" * 4).workspace("world")
PATIENCE = 400


def deadline(at: datetime, days: int) -> datetime:
    """The end of so many weekdays after an instant, in Turkey; holidays are the ledger's matter."""
    day = at.astimezone(TURKEY).date()
    while days:
        day += timedelta(days=1)
        days -= day.weekday() < 5
    return datetime.combine(day + timedelta(days=1), time(), TURKEY)


def settings(url: str, **more: Any) -> dict[str, Any]:
    """An account at a simulator."""
    return {
        "base_url": url, "allow_private": True, "iys_code": 100, "brand_code": 200,
        "username": "api", "password": "geheim", "timeout_seconds": 2.0, **more,
    }  # fmt: skip


class World:
    """`at` is the time of everybody."""

    def __init__(self, conn: Connection, simulator: Simulator, vault: WorkspaceVault) -> None:
        self.conn = conn
        self.simulator = simulator
        self.registry = simulator.registry
        self.vault = vault
        self.at = NOON
        self.registry.now = lambda: self.at
        self.speaker = Speaker(conn, vault, deadline)

    def sign_up(self, **more: Any) -> Account:
        """Make the account."""
        found = settings(self.simulator.url, **more)
        accounts.save(self.conn, self.vault, "", "iys", found, self.at - timedelta(days=30))
        self.conn.commit()
        return self.account()

    def account(self) -> Account:
        """The account as it is now."""
        return accounts.accounts(self.conn, self.vault)[0]

    def person(self, phone: str, email: str = "") -> int:
        """Somebody with a phone and perhaps an e-mail."""
        key = self.vault.new_person_key()
        row = self.conn.execute(
            "insert into profile (id, key, created_at) values (%s, %s, %s) returning person",
            (ids.uuid7(), key, NOON),
        ).fetchone()
        assert row is not None
        for kind, value in ((identifiers.PHONE, phone), (identifiers.EMAIL, email)):
            if value:
                self.conn.execute(
                    "insert into identifier (kind, hash, person, sealed, claimed_at, source)"
                    " values (%s, %s, %s, %s, %s, 0)",
                    (
                        kind,
                        uuid.UUID(bytes=self.hash(value)),
                        row[0],
                        self.vault.seal(key, value.encode(), b"identifier"),
                        NOON - timedelta(days=100),
                    ),
                )
        self.conn.commit()
        return int(row[0])

    def hash(self, value: str) -> bytes:
        """The blind hash of a phone or an e-mail."""
        kind = identifiers.EMAIL if "@" in value else identifiers.PHONE
        return self.vault.blind(identifiers.KIND_NAMES[kind], value)

    def say(
        self, person: int, status: str, at: datetime, channel: str = "sms", **more: Any
    ) -> None:
        """A word of hers, now in the ledger."""
        said = {"jurisdiction": "TR", "source": "web", **more}
        word = Change(channel, status, at, person, **said)
        ledger.record(self.conn, self.vault, [word], max(self.at, at))
        self.conn.commit()

    def step(self) -> bool:
        """One step at the world's time."""
        return self.speaker.step(clock.to_ms(self.at))

    def settle(self, minutes: float = 1.0) -> None:
        """Step, and let time go on, until nothing is under way."""
        for _ in range(PATIENCE):
            if not self.step():
                if not self.open_rows():
                    return
                self.at += timedelta(minutes=minutes)
        raise AssertionError(f"still under way: {self.rows()}")

    def open_rows(self) -> int:
        """How many rows are not at their end."""
        return sum(state in ("waiting", "sending", "pending", "doubt") for state, _ in self.rows())

    def rows(self) -> list[tuple[str, str]]:
        """(state, reason) of each row, in the order of the ledger."""
        found = self.conn.execute(
            "select state, reason from registry_outbox order by consent_event"
        ).fetchall()
        self.conn.commit()
        return [(state, reason) for state, reason in found]

    def held(self, recipient: str, kind: str = "MESAJ", who: str = "BIREYSEL") -> str:
        """What the simulated registry holds, "" for nothing."""
        record = self.registry.records.get((recipient, who, kind))
        return record.status if record else ""


@contextmanager
def world(conn: Connection, **more: Any) -> Iterator[World]:
    """A world with an account; `more` are its settings."""
    with Simulator(Registry()) as simulator:
        one = World(conn, simulator, VAULT)
        one.sign_up(**more)
        yield one
        one.conn.rollback()
        one.speaker.close()
