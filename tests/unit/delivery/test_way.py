"""Jobs are shared among the ways of a channel: the first healthy one with room that takes them."""

import asyncio
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from kervan.delivery import accounts, books, way
from kervan.delivery.channels.channel import Capabilities, Outgoing
from kervan.delivery.channels.pool import Desk
from kervan.delivery.desk import Job
from kervan.delivery.outbox import Subject
from kervan.delivery.reach import Reached
from kervan.delivery.states import State
from kervan.delivery.way import Way
from kervan.kernel.postgres import Connection
from kervan.profiles.read import Person

AT = datetime(2026, 5, 4, 12, tzinfo=UTC)
SHE = Person(1, uuid.uuid4(), b"", "", b"", "", "", "tr", "", {})


class Pool:
    """A pool that is as healthy as it is told."""

    def __init__(self, *, healthy: bool, retry_seconds: float = 7.0) -> None:
        self.healthy = healthy
        self.retry_seconds = retry_seconds
        self.problem = ""

    def start(self, desk: Desk[Outgoing], failed: Callable[[BaseException], None]) -> None:
        """Nothing starts."""

    def bring(self, count: int) -> None:
        """Nobody waits."""

    async def stop(self, grace_seconds: float = 5.0) -> None:
        """Nothing to stop."""
        await asyncio.sleep(0)

    def cut(self) -> None:
        """Nothing to cut."""


class Composer:
    """Writes nothing: these jobs only go to a desk."""

    def load(self, conn: Connection, jobs: list[Job]) -> None:
        """Nothing to fetch."""

    def write(self, job: Job) -> Outgoing:
        """Never asked."""
        raise AssertionError


def open_way(name: str, prefix: str = "", *, healthy: bool = True, slow: bool = False) -> Way[Any]:
    """A way that takes addresses with this beginning."""
    able = Capabilities(per_second=0.1 if slow else 1000.0)
    return way.open_way(
        name, Pool(healthy=healthy), Composer(), able, takes=lambda to: to.startswith(prefix)
    )


def job(to: str, routes: tuple[tuple[str, int], ...] = ()) -> Job:
    """A message to this address."""
    subject = Subject(uuid.uuid4(), 1, "j", 1, "s", 1, "push")
    claim = books.Claim(
        subject, 1, 0, "", "marketing", 7, b"", AT, AT + timedelta(days=1), routes=routes
    )
    return Job(claim, Reached(SHE, to, b""), 0)


def names(shared: way.Shared) -> dict[str, int]:
    """{way: how many jobs it got}."""
    return {one.name: len(jobs) for one, jobs in shared}


def test_the_first_healthy_one_that_takes_an_address_gets_it() -> None:
    ways = [open_way("fcm", "fcm:"), open_way("apns", "apns:"), open_way("rest")]
    shared, refused = way.share(ways, [job("fcm:1"), job("apns:2"), job("other")], 1000, AT)
    assert names(shared) == {"fcm": 1, "apns": 1, "rest": 1}
    assert refused == []
    ways[0] = open_way("fcm", "fcm:", healthy=False)
    assert names(way.share(ways, [job("fcm:1")], 1000, AT)[0]) == {"rest": 1}


def test_a_desk_holds_what_its_provider_takes_in_seconds_and_the_next_way_the_rest() -> None:
    ways = [open_way("slow", slow=True), open_way("other")]
    assert ways[0].room(1000) == 10
    shared, _ = way.share(ways, [job("x") for _ in range(25)], 1000, AT)
    assert names(shared) == {"slow": 10, "other": 15}
    for one, jobs in shared:
        one.desk.put(jobs)
    assert ways[0].room(1000) == 0


def test_what_has_to_wait_waits_as_long_as_its_way_rests() -> None:
    resting = [open_way("fcm", "fcm:", healthy=False), open_way("apns", "apns:")]
    shared, [later] = way.share(resting, [job("fcm:1")], 1000, AT)
    assert shared == []
    assert isinstance(later, books.PutOff)
    assert later.due_at == AT + timedelta(seconds=7)
    full = [open_way("slow", slow=True)]
    _, refused = way.share(full, [job("x") for _ in range(11)], 1000, AT)
    [busy] = refused
    assert isinstance(busy, books.PutOff)
    assert (busy.reason, busy.due_at) == ("delivery.provider_busy", AT + timedelta(seconds=1))


def test_what_no_way_takes_goes_by_its_next_channel_or_fails() -> None:
    ways = [open_way("fcm", "fcm:")]
    _, [end] = way.share(ways, [job("apns:1")], 1000, AT)
    assert isinstance(end, books.End)
    assert (end.state, end.reason) == (State.FAILED, "delivery.no_way")
    _, [on] = way.share(ways, [job("apns:1", (("push", 7), ("sms", 8)))], 1000, AT)
    assert isinstance(on, books.Reroute)
    assert (on.route, on.reason) == (1, "delivery.no_way")


def test_what_names_its_account_goes_by_that_alone() -> None:
    ways = [open_way("erp"), open_way("crm")]
    call = job("someone")
    subject = replace(call.claim.subject, channel="webhook")
    call.claim = replace(call.claim, subject=subject, contact=accounts.mark("crm"))
    assert names(way.share(ways, [call], 1000, AT)[0]) == {"crm": 1}
    _, [end] = way.share(ways[:1], [call], 1000, AT)
    assert isinstance(end, books.End) and end.reason == "delivery.no_way"
    mail = job("a@home.example")
    subject = replace(call.claim.subject, channel="email")
    mail.claim = replace(mail.claim, subject=subject, contact=b"?" * 16)
    assert names(way.share(ways, [mail], 1000, AT)[0]) == {"erp": 1}
