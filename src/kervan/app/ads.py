"""Keeps audiences on advertising platforms as segments are, and tells them of orders.

A batch is on disk, and marked as tried, before it leaves; what came of it is written down before
the next one is made. So a kill at any point forgets nobody who has to be taken off, and nothing is
sent twice but what is in doubt, which changes nothing there.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from clickhouse_connect.driver.client import Client as History

from kervan.app.housekeeper import Chore
from kervan.delivery import accounts
from kervan.delivery.accounts import Account
from kervan.delivery.audiences import book, conversions, erase, loop, store
from kervan.delivery.audiences.store import Audience
from kervan.delivery.channels.ads.platform import Platform
from kervan.delivery.choice import learn
from kervan.kernel import clock, log
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.errors import KervanError
from kervan.kernel.http import Client, Reach
from kervan.kernel.postgres import Connection
from kervan.privacy import transfers
from kervan.segments import ask
from kervan.segments.lower import Listed

_log = log.get("ads")
_REST_SECONDS = 2.0
_REST_TIMES = 20
"""A look costs in proportion to the people there are: it rests for so many times what it took."""


@dataclass(slots=True)
class _Look:
    """After whom the look goes on, and when the next may begin."""

    after: int = 0
    next_look: float = 0.0


class Ads:
    """Serves the audiences and feeds of one workspace, one call after the other."""

    def __init__(self, keys: WorkspaceVault, history: History, home: str) -> None:
        self._keys = keys
        self._history = history
        self._home = home
        self._looks: dict[int, _Look] = {}
        self._runner = asyncio.Runner()
        self._clients: dict[Reach, Client] = {}
        self._platforms: dict[tuple[str, datetime], Platform] = {}

    def step(self, conn: Connection, at_ms: int) -> bool:
        """A call at most for each audience and feed; whether there is more to say at once."""
        at = clock.from_ms(at_ms)
        more = False
        erase.give_up(conn, at)
        found, feeds = store.every(conn), conversions.every(conn)
        conn.commit()
        self._looks = {one.number: self._looks.get(one.number, _Look()) for one in found}
        for one in found:
            if one.next_at <= loop.soon(at):
                more |= self._serve(conn, one, at)
        for feed in feeds:
            if feed.next_at <= loop.soon(at):
                more |= self._feed(conn, feed, at)
        return more

    def _serve(self, conn: Connection, one: Audience, at: datetime) -> bool:
        platform = self._platform(conn, one.account)
        if isinstance(platform, str):
            return self._wrong(conn, one, platform, at)
        lacks = self._lacks(conn, one.transfer, at)
        if not lacks and one.problem in transfers.PROBLEMS:
            book.went_well(conn, one, at)  # what it lacked is there
        if one.attempts:  # what cannot be put on stands before nobody who has to go
            self._make(conn, one, platform, at, may_add=False)
        call = loop.prepare(conn, self._keys, one, loop.soon(at), may_add=not lacks)
        conn.commit()  # from here on it may have gone out
        if call is not None:
            reply = self._runner.run(loop.say(platform, one, call))
            went = loop.settle(conn, one, call, reply, at)
            conn.commit()
            if not went:
                _log.warning("audience_failed", audience=one.key, problem=reply.code)
            return went and reply.reference == ""
        made = self._make(conn, one, platform, at, may_add=not lacks)
        more = loop.tend(conn, self._keys, one, platform, at)
        conn.commit()
        if lacks and not made and one.problem != lacks:
            return self._wrong(conn, one, lacks, at)
        return made or more

    def _make(
        self, conn: Connection, one: Audience, platform: Platform, at: datetime, *, may_add: bool
    ) -> bool:
        if loop.make_leaving(conn, one, platform, at):
            return True
        look = self._looks[one.number]
        if look.after == 0 and clock.monotonic() < look.next_look:
            return False
        began = clock.monotonic()
        listed = loop.nobody()
        if one.sort == "list":
            listed = ask.members(self._history, Listed(one.segment), clock.to_ms(at))
        made, look.after = loop.make(
            conn, self._keys, one, platform, listed, look.after, at, may_add=may_add
        )
        ended = clock.monotonic()
        look.next_look = ended + max(_REST_SECONDS, _REST_TIMES * (ended - began))
        return made or look.after > 0

    def _feed(self, conn: Connection, feed: conversions.Feed, at: datetime) -> bool:
        platform = self._platform(conn, feed.account)
        lacks = platform if isinstance(platform, str) else self._lacks(conn, feed.transfer, at)
        if lacks or isinstance(platform, str):
            conversions.went_wrong(conn, feed, lacks, at)
            conn.commit()
            return False
        orders = conversions.prepare(conn, self._keys, feed, platform, at)
        conn.commit()
        if not orders and not feed.reference:
            return False
        reply = self._runner.run(conversions.say(platform, feed, orders))
        went = conversions.settle(conn, feed, orders, reply, at)
        conn.commit()
        if not went:
            _log.warning("conversions_failed", feed=feed.key, problem=reply.code)
        return went and not reply.reference

    def _lacks(self, conn: Connection, transfer: UUID | None, at: datetime) -> str:
        return transfers.problem(conn, self._home, transfer, at)

    def _wrong(self, conn: Connection, one: Audience, problem: str, at: datetime) -> bool:
        loop.wait(conn, one, problem, at)
        conn.commit()
        _log.warning("audience_failed", audience=one.key, problem=problem)
        return False

    def _platform(self, conn: Connection, name: str) -> Platform | str:
        """An open way to the account's platform, or a code of why there is none."""
        try:
            account = accounts.one(conn, self._keys, name)
            if not account.enabled:
                return "account_off"
            known = (account.name, account.changed_at)
            if known not in self._platforms:
                self._platforms = {
                    key: one for key, one in self._platforms.items() if key[0] != name
                }
                self._platforms[known] = self._open(account)
            return self._platforms[known]
        except KervanError as error:
            return error.code

    def _open(self, account: Account) -> Platform:
        made = account.provider.open(account.settings, self._client(account.reach))
        if not isinstance(made, Platform):
            raise KervanError("delivery.audience_account", status=422, account=account.name)
        return made

    def _client(self, reach: Reach) -> Client:
        if reach not in self._clients:
            self._clients[reach] = self._runner.run(loop.open_client(reach))
        return self._clients[reach]

    def close(self) -> None:
        """Hang up."""
        for one in self._clients.values():
            self._runner.run(one.close())
        self._clients = {}
        self._runner.close()


def of_a_house(keys: WorkspaceVault, history: History, home: str, zone: str) -> list[Chore]:
    """What talks to advertising platforms, and what learns how people react: by themselves."""
    return [
        Chore("ads", _REST_SECONDS, Ads(keys, history, home).step),
        Chore("choice", 600, lambda conn, at_ms: learn.step(conn, history, zone, at_ms)),
    ]
