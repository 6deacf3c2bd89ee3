"""A bind that is kept: connected, introduced, and made again after a pause when it is lost."""

import asyncio
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal

from kervan.delivery.channels.channel import Fate, Outcome, Problem
from kervan.delivery.channels.sms import smpp_pdu as pdu
from kervan.delivery.channels.sms import smpp_statuses as statuses
from kervan.delivery.channels.sms.smpp_session import Gone, Patience, Session, Unanswered
from kervan.kernel import clock, ids, log
from kervan.kernel.http import Reach, is_public

_log = log.get("sender")
_LONGEST_PAUSE_SECONDS = 60.0
_FAREWELL_SECONDS = 2.0

Kind = Literal["transceiver", "transmitter", "receiver"]
_COMMANDS: dict[Kind, int] = {
    "transceiver": pdu.BIND_TRANSCEIVER,
    "transmitter": pdu.BIND_TRANSMITTER,
    "receiver": pdu.BIND_RECEIVER,
}


@dataclass(frozen=True, slots=True)
class Server:
    """Where to bind, as whom, and how patiently; `tls` is None for a plain connection."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    system_type: str
    tls: ssl.SSLContext | None
    patience: Patience
    connect_seconds: float
    reach: Reach
    pause_seconds: float
    """After the first failure; it doubles with each further one, up to a minute."""


class _Forbidden(Exception):
    """The account's host leads where it may not."""


async def _allowed(server: Server) -> str:
    """What to connect to: the very address that was looked at, since a name may turn meanwhile."""
    if server.reach is Reach.ANYWHERE:
        return server.host
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(server.host, server.port, type=socket.SOCK_STREAM)
    addresses = [str(target[0]) for *_, target in found]
    if not all(is_public(one) for one in addresses):
        raise _Forbidden
    return addresses[0]


class Bind:
    """One bind of an account. It begins with the first `ready` and ends with `close`."""

    def __init__(
        self, server: Server, kind: Kind, told: Callable[[Session, pdu.Delivered, int], None]
    ) -> None:
        self._server = server
        self._kind = kind
        self._told = told
        self._session: Session | None = None
        self._problem = Outcome(Fate.DEFERRED, Problem.LINE, "not_bound")
        self._retry_at = 0.0
        self._failures = 0
        self._jitter = ids.random()
        self._settled = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._closing = False

    def start(self) -> None:
        """Begin to keep the bind, if that has not begun."""
        if self._task is None and not self._closing:
            self._task = asyncio.create_task(self._keep())

    async def ready(self) -> Session | Outcome:
        """A bound session, or why there is none and when it is tried again."""
        self.start()
        if self._session is not None and self._session.usable:
            return self._session
        with suppress(TimeoutError):
            async with asyncio.timeout(self._server.connect_seconds):
                await self._settled.wait()
        if self._session is not None and self._session.usable:
            return self._session
        wait = max(0.0, self._retry_at - clock.monotonic())
        problem = self._problem
        return Outcome(problem.fate, problem.problem, problem.code, retry_after_seconds=wait)

    async def close(self) -> None:
        """Unbind, and keep nothing any more."""
        self._closing = True
        session, self._session = self._session, None
        if session is not None:
            await session.unbind(_FAREWELL_SECONDS)
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def _keep(self) -> None:
        while True:
            self._settled.clear()
            session = await self._open()
            if isinstance(session, Session):
                self._session = session
                self._settled.set()
                await session.ended
                self._session = None
                # Who is thrown out as soon as he is let in should not knock at once again.
                self._failures = 0 if session.answers > 1 else self._failures + 1
                session = Outcome(Fate.DEFERRED, Problem.LINE, "line_lost")
            else:
                self._failures += 1
            self._say(session)
            pause = self._server.pause_seconds * 2 ** min(max(self._failures - 1, 0), 12)
            pause = min(_LONGEST_PAUSE_SECONDS, pause) * (0.75 + self._jitter.random() / 2)
            self._retry_at = clock.monotonic() + pause
            self._settled.set()
            await asyncio.sleep(pause)

    def _say(self, problem: Outcome) -> None:
        if problem.code != self._problem.code and not self._closing:
            _log.warning(
                "smpp_not_bound", problem=problem.code, host=self._server.host, bind=self._kind
            )
        self._problem = problem

    async def _open(self) -> Session | Outcome:
        server = self._server
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(server.connect_seconds):
                _, session = await loop.create_connection(
                    lambda: Session(server.patience, self._told),
                    await _allowed(server),
                    server.port,
                    ssl=server.tls,
                    server_hostname=server.host if server.tls else None,
                )
        except _Forbidden:
            return Outcome(Fate.DEFERRED, Problem.ACCOUNT, "address_not_allowed")
        except ssl.SSLCertVerificationError:
            return Outcome(Fate.DEFERRED, Problem.ACCOUNT, "tls_not_trusted")
        except ssl.SSLError:
            return Outcome(Fate.DEFERRED, Problem.LINE, "tls_failed")
        except TimeoutError:
            return Outcome(Fate.DEFERRED, Problem.LINE, "connect_timeout")
        except OSError:
            return Outcome(Fate.DEFERRED, Problem.LINE, "connect_refused")
        try:
            return await self._introduce(session)
        except BaseException:
            session.cut()
            raise

    async def _introduce(self, session: Session) -> Session | Outcome:
        server = self._server
        try:
            async with asyncio.timeout(server.connect_seconds):
                answer = await session.ask(
                    lambda sequence: pdu.bind(
                        _COMMANDS[self._kind],
                        sequence,
                        server.user,
                        server.password,
                        server.system_type,
                    )
                )
        except (TimeoutError, Unanswered):
            session.cut()
            return Outcome(Fate.DEFERRED, Problem.LINE, "bind_timeout")
        except Gone:
            return Outcome(Fate.DEFERRED, Problem.LINE, "bind_cut")
        if answer.status != pdu.OK:
            session.cut()
            code = statuses.code_of(answer.status)
            return Outcome(Fate.DEFERRED, statuses.unbound(answer.status), code)
        return session
