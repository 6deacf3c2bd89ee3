"""A line's pool: its pace, its rest after failures, and what a kill or a provider's fault costs."""

import asyncio
import uuid
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime

from kervan.delivery.channels.channel import (
    Capabilities,
    Fate,
    LineLost,
    Outcome,
    Outgoing,
    Problem,
)
from kervan.delivery.channels.pool import LinePool

GOOD = Outcome(Fate.ACCEPTED, reference="r")
BUSY = Outcome(Fate.DEFERRED, Problem.SERVER, "503")
EXPIRES = datetime(2030, 1, 1, tzinfo=UTC)


class Desk:
    """A desk of so many messages; `journal` may be told what to answer."""

    def __init__(self, count: int, journal: Callable[[int], BaseException | None] | None = None):
        self.todo = deque(
            Outgoing(number, uuid.uuid4(), "+90", {"text": "x"}, True, "tr", EXPIRES)
            for number in range(count)
        )
        self.said: dict[int, list[Outcome]] = {}
        self.journalled: list[int] = []
        self._journal = journal
        self.first = asyncio.Event()
        self.done = asyncio.Event()
        self._count = count

    def waiting(self) -> int:
        return len(self.todo)

    def take(self) -> Outgoing | None:
        return self.todo.popleft() if self.todo else None

    def journal(self, parcel: Outgoing) -> "asyncio.Future[None]":
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        number = int(str(parcel.key))
        error = self._journal(number) if self._journal else None
        if error is None:
            self.journalled.append(number)
            done.set_result(None)
        else:
            done.set_exception(error)
        return done

    def report(self, parcel: Outgoing, outcome: Outcome) -> None:
        self.said.setdefault(int(str(parcel.key)), []).append(outcome)
        self.first.set()
        if len(self.said) == self._count:
            self.done.set()


class Provider:
    """A line that says what it is told to, one answer a message, and counts who is under way."""

    def __init__(self, answer: Callable[[int], Outcome | Exception]) -> None:
        self.sent: list[int] = []
        self.most = 0
        self._now = 0
        self._answer = answer

    async def send(self, outgoing: Outgoing) -> Outcome:
        self._now += 1
        self.most = max(self.most, self._now)
        await asyncio.sleep(0)
        self._now -= 1
        self.sent.append(int(str(outgoing.key)))
        said = self._answer(len(self.sent))
        if isinstance(said, Exception):
            raise said
        return said

    async def close(self) -> None:
        self.sent.append(-1)


def run(desk: Desk, line: Provider, able: Capabilities | None = None) -> tuple[LinePool, list[str]]:
    """Send until the desk has heard of every message; gives the pool and journal errors."""
    failures: list[str] = []
    pool = LinePool("test", lambda: line, able or Capabilities(per_second=10_000, in_flight=4))

    async def main() -> None:
        pool.start(desk, lambda error: failures.append(type(error).__name__))
        pool.bring(desk.waiting())
        async with asyncio.timeout(20):
            await desk.done.wait()
        await pool.stop(1.0)

    asyncio.run(main())
    return pool, failures


def test_each_is_journalled_sent_and_reported_once_and_never_more_at_once_than_allowed() -> None:
    async def make() -> Desk:
        return Desk(200)

    desk = asyncio.run(make())
    line = Provider(lambda _: GOOD)
    pool, failures = run(desk, line)
    assert [len(said) for said in desk.said.values()] == [1] * 200
    assert sorted(line.sent[:-1]) == sorted(desk.journalled) == list(range(200))
    assert line.most == 4
    assert line.sent[-1] == -1, "the line was closed"
    assert pool.healthy
    assert not failures


def test_what_is_withheld_does_not_leave() -> None:
    desk = Desk(3, lambda number: LineLost("withheld") if number == 1 else None)
    line = Provider(lambda _: GOOD)
    pool, _ = run(desk, line)
    assert desk.said[1] == [Outcome(Fate.DEFERRED, Problem.WITHHELD, "withheld")]
    assert sorted(line.sent[:-1]) == [0, 2]
    assert pool.healthy, "that says nothing about the provider"


def test_a_providers_own_fault_costs_one_message_only() -> None:
    desk = Desk(10)
    line = Provider(lambda count: ValueError("bug") if count == 3 else GOOD)
    run(desk, line)
    fates = [said[0].fate for said in desk.said.values()]
    assert fates.count(Fate.DOUBT) == 1
    assert fates.count(Fate.ACCEPTED) == 9


def test_after_failures_one_goes_first_and_then_all_go_on() -> None:
    desk = Desk(40)
    line = Provider(lambda count: BUSY if count <= 6 else GOOD)
    pool, _ = run(desk, line)
    said = [outcomes[0] for outcomes in desk.said.values()]
    # Those under way at the fifth failure come to their answers, and one that tries.
    assert 5 <= said.count(BUSY) <= 9
    assert said.count(GOOD) == 40 - said.count(BUSY)
    assert pool.problem == ""


def test_an_account_that_is_refused_rests_at_once() -> None:
    refused = Outcome(Fate.DEFERRED, Problem.ACCOUNT, "401", retry_after_seconds=60)
    line = Provider(lambda _: refused)
    pool = LinePool("test", lambda: line, Capabilities(per_second=10_000, in_flight=1))

    async def main() -> int:
        desk = Desk(5)
        pool.start(desk, lambda _: None)
        pool.bring(5)
        await desk.first.wait()
        await asyncio.sleep(0)
        healthy = pool.healthy
        await pool.stop(1.0)
        assert not healthy
        return desk.waiting()

    assert asyncio.run(main()) == 4
    assert pool.problem == "account 401"
    assert pool.retry_seconds >= 60


def test_what_had_left_when_it_is_cut_is_in_doubt_and_what_had_not_is_not() -> None:
    async def main() -> dict[int, list[Outcome]]:
        desk = Desk(3)
        hanging = asyncio.Event()

        class Hanging(Provider):
            async def send(self, outgoing: Outgoing) -> Outcome:
                hanging.set()
                await asyncio.Event().wait()
                return GOOD

        able = Capabilities(per_second=10_000, in_flight=1)
        pool = LinePool("test", lambda: Hanging(lambda _: GOOD), able)
        pool.start(desk, lambda _: None)
        pool.bring(3)
        await hanging.wait()
        await pool.stop(0.01)
        return desk.said

    said = asyncio.run(main())
    assert [said[0][0].fate] == [Fate.DOUBT]
    assert list(said) == [0]
