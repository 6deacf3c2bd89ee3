"""A segment whose members agreed to be matched, and a platform that keeps an audience of them."""

from datetime import date, datetime, timedelta

import numpy as np
from clickhouse_connect.driver.client import Client

from kervan.app.ads import Ads
from kervan.consent import ledger
from kervan.delivery import accounts
from kervan.delivery.audiences import store
from kervan.delivery.audiences.store import New
from kervan.kernel import clock
from kervan.kernel.postgres import Connection
from kervan.privacy import register
from kervan.segments.live import store as membership
from tests.unit.delivery.world import VAULT, add_people

SIGNED = date(2026, 1, 5)


class Ground:
    """People, their words, and the loop that serves them; time goes by `ahead`."""

    def __init__(self, conn: Connection, history: Client) -> None:
        self.conn, self.history = conn, history
        self.ahead = timedelta(0)
        self.ads = Ads(VAULT, history, "TR")
        self.emails: dict[int, str] = {}
        conn.execute(
            "insert into segment (number, key, name, sort, state, version, created_at, created_by,"
            " changed_at, changed_by) values (1, 'vip', 'VIP', 'tree', 'active', 1, %(at)s, '',"
            " %(at)s, '')", {"at": clock.now()},
        )  # fmt: skip
        entry = register.Processor(
            "Meta", "processor", "IE", "ads", "hashes", "customers", SIGNED,
            transfer_basis="standard_contract", contract_signed_on=SIGNED, notified_on=SIGNED,
        )  # fmt: skip
        self.transfer = register.keep(conn, entry, clock.now(), "me")

    @property
    def now(self) -> datetime:
        """The instant at which the loop is asked."""
        return clock.now() + self.ahead

    def people(self, *emails: str, agree: bool = True) -> list[int]:
        """People with these addresses, in the segment."""
        found = add_people(self.conn, list(emails), consenting=False)
        self.emails |= dict(zip(found, emails, strict=True))
        if agree:
            self.word("granted", *found)
        return found

    def word(self, status: str, *people: int, brand: str = "") -> None:
        """What these say of being matched for advertising."""
        at = clock.now()
        changes = [
            ledger.Change(
                "ads", status, at, one, VAULT.blind("email", self.emails[one]), "email",
                purpose="ads_matching", brand=brand,
            )
            for one in people
        ]  # fmt: skip
        ledger.record(self.conn, VAULT, changes)
        self.conn.commit()

    def members(self, *people: int) -> None:
        """Have these in the segment and no others."""
        self.conn.execute("delete from membership")
        inside = np.full((len(people), 1), 2, np.uint8)
        flips = np.full(len(people), 1 << 60, np.int64)
        membership.keep(self.conn, np.array(people, np.uint32), inside, flips)
        membership.filled(self.conn, {1: b"0" * 16})
        self.conn.commit()

    def account(self, provider: str, **settings: object) -> None:
        """The account at the platform, which lies in our own network here."""
        accounts.save(self.conn, VAULT, "ads", provider, settings, self.now, is_private=True)
        self.conn.commit()

    def audience(self, target: str) -> None:
        """Keep the segment as this audience."""
        new = New("vip", "VIP", "ads", target, "vip", transfer=self.transfer)
        store.put(self.conn, VAULT, new, "me", clock.now())
        self.conn.commit()

    def restart(self) -> None:
        """A process that remembers nothing."""
        self.ads.close()
        self.ads = Ads(VAULT, self.history, "TR")

    def settle(self, *, restarted: bool = True, most: int = 40) -> int:
        """As a process that has just started: until nothing is left to say; how many turns."""
        if restarted:
            self.restart()
        for turn in range(most):
            if not self.ads.step(self.conn, clock.to_ms(self.now)):
                return turn
        raise AssertionError("there is always more to say")

    def one(self) -> store.Audience:
        """The audience as it stands."""
        return store.one(self.conn, "vip")

    def counts(self) -> store.Counts:
        """How many it holds, are coming and leaving."""
        return store.counts(self.conn, self.one())
