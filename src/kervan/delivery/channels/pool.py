"""Connections that call at a desk for messages: what every way out offers, and the one for lines.

A `LinePool` keeps what a provider allows: so many hand-overs a second, so many at once. A provider
that fails rests, and comes back with one message first; others do not wait for it.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from contextlib import suppress
from typing import Any, Protocol, TypeVar

from kervan.delivery.channels.channel import (
    Capabilities,
    Fate,
    Hears,
    Line,
    LineLost,
    News,
    Outcome,
    Outgoing,
    Problem,
)
from kervan.kernel import clock, ids, log

_log = log.get("sender")
_FIRST_REST_SECONDS = 0.5
_LONGEST_REST_SECONDS = 60.0
# Who refuses the account will not think better of it at once: another way is taken meanwhile.
_ACCOUNT_SECONDS = 5.0
# A wait as short as this is waited for; for a longer one messages go back or another way.
_SHORT_SECONDS = 2.0
_FAILURES = 5
"""So many hand-overs put off one after another, and the provider rests."""


class Parcel(Protocol):
    """What a connection hands over; `key` is the desk's own."""

    @property
    def key(self) -> object:
        """What the desk knows it by."""


P = TypeVar("P", bound=Parcel)


class Desk(Protocol[P]):
    """Where connections take messages from and report to."""

    def waiting(self) -> int:
        """How many messages no connection has taken yet."""

    def take(self) -> P | None:
        """The next message, or None when there is none right now."""

    def journal(self, parcel: P) -> "asyncio.Future[None]":
        """Make this hand-over durable; it may leave after that. LineLost withholds it."""

    def report(self, parcel: P, outcome: Outcome) -> None:
        """Take note of an outcome; called exactly once per message taken."""


class Pool(Protocol[P]):
    """Some connections to one provider."""

    problem: str
    retry_seconds: float

    @property
    def healthy(self) -> bool:
        """Whether messages may be brought now."""

    def start(self, desk: Desk[P], failed: Callable[[BaseException], None]) -> None:
        """Begin sending; `failed` hears of journal errors."""

    def bring(self, count: int) -> None:
        """Say that `count` more messages are on the desk."""

    async def stop(self, grace_seconds: float = 5.0) -> None:
        """Let what is on the line come to an answer, then hang up."""

    def cut(self) -> None:
        """Hang up everywhere at once."""


class Crew:
    """Tasks that work while there is something to do, and else wait to be called."""

    def __init__(self) -> None:
        self.stopping = asyncio.Event()
        self.size = 0
        self._callers: deque[asyncio.Future[None]] = deque()
        self._tasks: list[asyncio.Task[None]] = []

    def begin(
        self, works: Iterable[Coroutine[Any, Any, None]], failed: Callable[[BaseException], None]
    ) -> None:
        """Start a task for each of `works`; `failed` hears what one of them ends with."""
        self.stopping.clear()

        def ended(task: asyncio.Task[None]) -> None:
            if not task.cancelled() and (error := task.exception()) is not None:
                failed(error)

        self._tasks = [asyncio.create_task(one) for one in works]
        self.size = len(self._tasks)
        for task in self._tasks:
            task.add_done_callback(ended)

    def bring(self, count: int) -> None:
        """Call as many who wait."""
        while count > 0 and self._callers:
            caller = self._callers.popleft()
            if not caller.done():
                caller.set_result(None)
                count -= 1

    async def call(self) -> None:
        """Wait until somebody brings something."""
        caller: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._callers.append(caller)
        await caller

    async def pause(self, seconds: float) -> None:
        """Wait, unless everything stops."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.stopping.wait()

    async def stop(self, grace_seconds: float) -> None:
        """Let what is under way come to an end, then cut it."""
        self.stopping.set()
        self.bring(self.size)
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=grace_seconds)
        self.cut()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []

    def cut(self) -> None:
        """End everything at once."""
        for task in self._tasks:
            task.cancel()


class NoPool:
    """The pool of a list in our own database: always there, and nobody is on a line."""

    problem = ""
    retry_seconds = 0.0
    healthy = True

    def start(self, desk: Desk[Outgoing], failed: Callable[[BaseException], None]) -> None:
        """Nothing to open."""

    def bring(self, count: int) -> None:
        """Nobody to call."""

    async def stop(self, grace_seconds: float = 5.0) -> None:
        """Nothing to wait for."""

    def cut(self) -> None:
        """Nothing to hang up."""


class LinePool:
    """Hands messages to one provider's line, `in_flight` at once, `per_second` a second."""

    def __init__(
        self,
        name: str,
        open_line: Callable[[], Line],
        able: Capabilities,
        heard: Callable[[list[News]], Awaitable[None]] | None = None,
    ) -> None:
        """`heard` keeps what a line is told (channel.Hears), whatever it takes."""
        self.problem = ""
        self.retry_seconds = 0.0
        self._name = name
        self._open_line = open_line
        self._able = able
        self._heard = heard
        self._line: Line | None = None
        self._crew = Crew()
        self._failures = 0
        self._resting = False
        self._rest_until = 0.0
        self._next_at = 0.0
        self._jitter = ids.random()

    @property
    def healthy(self) -> bool:
        """Whether messages may be brought: it does not rest, or soon no more."""
        return self._rest_until - clock.monotonic() < _SHORT_SECONDS

    def start(self, desk: Desk[Outgoing], failed: Callable[[BaseException], None]) -> None:
        """Open the line and begin sending; `failed` hears of journal errors."""
        self._line = self._open_line()
        works = [self._serve(number, desk) for number in range(self._able.in_flight)]
        if self._heard is not None and isinstance(self._line, Hears):
            works.append(self._listen(self._line, self._heard))
        self._crew.begin(works, failed)

    def bring(self, count: int) -> None:
        """Say that `count` more messages are on the desk."""
        # While it rests only one of them will go on, and that one must hear.
        self._crew.bring(self._crew.size if self._resting else count)

    async def stop(self, grace_seconds: float = 5.0) -> None:
        """Let what is under way come to an answer, then hang up."""
        await self._crew.stop(grace_seconds)
        line, self._line = self._line, None
        if line is not None:
            await line.close()

    def cut(self) -> None:
        """Give up everything under way; what had left is in doubt."""
        self._crew.cut()

    async def _serve(self, number: int, desk: Desk[Outgoing]) -> None:
        while not self._crew.stopping.is_set():
            # After failures one message goes first; the others wait for its answer.
            if not desk.waiting() or (self._resting and number):
                await self._crew.call()
            elif (pause := self._due_at() - clock.monotonic()) > 0:
                await self._crew.pause(pause)
            elif (parcel := desk.take()) is not None:
                self._next_at += 1 / self._able.per_second
                await self._hand_over(desk, parcel)

    async def _listen(self, line: Hears, heard: Callable[[list[News]], Awaitable[None]]) -> None:
        while news := await line.hear():
            await heard(news)

    def _due_at(self) -> float:
        """When the next hand-over may begin; unused seconds are not saved up beyond a tenth."""
        self._next_at = max(self._next_at, clock.monotonic() - 0.1)
        return max(self._next_at, self._rest_until)

    async def _hand_over(self, desk: Desk[Outgoing], parcel: Outgoing) -> None:
        outcome = Outcome(Fate.DEFERRED, Problem.LINE, "not_journalled")
        try:
            await desk.journal(parcel)
            outcome = Outcome(Fate.DOUBT, Problem.LINE, "cut")
            outcome = await self._send(parcel)
        except LineLost as withheld:
            outcome = Outcome(Fate.DEFERRED, Problem.WITHHELD, str(withheld))
        finally:
            desk.report(parcel, outcome)
        self._learn(outcome)

    async def _send(self, parcel: Outgoing) -> Outcome:
        assert self._line is not None
        [said] = await asyncio.gather(self._line.send(parcel), return_exceptions=True)
        if isinstance(said, BaseException):  # a provider's own fault costs its own message only
            _log.error("provider_failed", provider=self._name, error=type(said).__name__)
            return Outcome(Fate.DOUBT, Problem.LINE, "provider_failed")
        return said

    def _learn(self, outcome: Outcome) -> None:
        """Rest when the provider fails or asks for it; go on when it answers again."""
        if outcome.fate in (Fate.ACCEPTED, Fate.REJECTED):
            self._failures = 0
            if self._resting:
                self._resting = False
                self.problem = ""
                self._crew.bring(self._crew.size)
            return
        if outcome.problem in (Problem.WITHHELD, Problem.WINDOW):
            return
        self._failures += 1
        at_once = outcome.problem in (Problem.ACCOUNT, Problem.THROTTLED)
        if not at_once and self._failures < _FAILURES and not self._resting:
            return
        self._rest(outcome)

    def _rest(self, outcome: Outcome) -> None:
        now = clock.monotonic()
        if now < self._rest_until:  # others of the same moment have said it already
            return
        grown = _FIRST_REST_SECONDS * 2 ** min(max(self._failures - _FAILURES, 0), 8)
        seconds = min(_LONGEST_REST_SECONDS, grown) * (0.75 + self._jitter.random() / 2)
        asked = min(outcome.retry_after_seconds, 3600.0)
        least = _ACCOUNT_SECONDS if outcome.problem is Problem.ACCOUNT else 0.0
        self.retry_seconds = max(seconds, asked, least)
        self._rest_until = now + self.retry_seconds
        self._resting = True
        problem = f"{outcome.problem.value} {outcome.code}".strip()
        if problem != self.problem:
            _log.warning("provider_rests", provider=self._name, problem=problem)
        self.problem = problem
