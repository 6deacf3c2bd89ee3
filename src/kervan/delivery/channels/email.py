"""E-mail by SMTP submission: its settings, what it can, its letters and its pool of connections."""

import asyncio
import uuid
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

import msgspec

from kervan.delivery.channels import connect, dkim, mime
from kervan.delivery.channels.smtp import Desk, LineLost, Mail, Outcome, Patience, Session
from kervan.kernel import clock, ids, log
from kervan.kernel.config import Config
from kervan.kernel.errors import KervanError

NAME = "email"
_log = log.get("sender")


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What an operator sets; the console draws its form from this schema."""

    smtp_url: str
    mail_from: str
    bounce_domain: str = ""
    connections: int = 16
    mails_per_connection: int = 1000
    dkim_domain: str = ""
    dkim_selector: str = ""
    dkim_key_path: str = ""

    @classmethod
    def of(cls, config: Config) -> "Settings":
        """The settings the installation's configuration holds."""
        return cls(
            smtp_url=config.smtp_url,
            mail_from=config.mail_from,
            connections=config.smtp_connections,
            dkim_domain=config.dkim_domain,
            dkim_selector=config.dkim_selector,
            dkim_key_path=config.dkim_key_path,
        )


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a channel's last word is worth, and its limits."""

    receipts: bool = False  # SMTP's last word is "accepted"
    lookup: bool = False  # nobody can be asked about a mail in doubt
    doubt_window_seconds: float = 20.0
    subject: bool = True
    max_bytes: int = 10_000_000


CAPABILITIES = Capabilities()


class Email:
    """One sending identity with its connections; letters are made and sent by the same object."""

    def __init__(self, settings: Settings, patience: Patience | None = None) -> None:
        """Raises delivery.smtp_url_invalid, delivery.mail_from_invalid, delivery.dkim_…"""
        try:
            self.sender = mime.parse_mailbox(settings.mail_from)
        except KervanError:
            raise KervanError("delivery.mail_from_invalid", given=settings.mail_from) from None
        self.bounce_domain = settings.bounce_domain or self.sender.address.rpartition("@")[2]
        self._server = replace(
            connect.parse(settings.smtp_url, hello=self.bounce_domain),
            mails_per_connection=settings.mails_per_connection,
            patience=patience or Patience(),
        )
        self._signer = dkim.load(
            settings.dkim_domain, settings.dkim_selector, settings.dkim_key_path
        )
        self.pool = Pool(self._server, settings.connections)
        self._authors: dict[tuple[str, str], mime.Address] = {}

    def write(
        self,
        key: object,
        message: uuid.UUID,
        recipient: str,
        subject: str,
        html: str,
        text: str,
        at: datetime,
        *,
        sender_name: str = "",
        sender_address: str = "",
        reply_to: str = "",
        unsubscribe_url: str = "",
        feedback: tuple[str, ...] = (),
    ) -> Mail:
        """One finished mail. The sender's name may be another, and the address too, within the
        sending domain. Raises delivery.address_invalid, delivery.sender_domain, …"""
        author = self._author(sender_name, sender_address)
        to = mime.parse_address(recipient)
        content = mime.build(
            mime.Letter(
                message=message,
                sender=author,
                recipient=to,
                subject=subject,
                html=html,
                text=text,
                at=at,
                unsubscribe_url=unsubscribe_url,
                feedback=feedback,
                reply_to=mime.parse_mailbox(reply_to) if reply_to else None,
            ),
            self._signer,
        )
        if len(content) > CAPABILITIES.max_bytes:
            raise KervanError("delivery.too_large", size_bytes=len(content))
        return Mail(key, mime.verp(message, self.bounce_domain), to.address, content, message.hex)

    def _author(self, name: str, address: str) -> mime.Address:
        if not name and not address:
            return self.sender
        known = self._authors.get((name, address))
        if known is not None:
            return known
        author = mime.parse_address(address or self.sender.address, name or self.sender.name)
        if not _same_organisation(author.address, self.sender.address):
            raise KervanError("delivery.sender_domain", address=author.address)
        self._authors[name, address] = author
        return author


def _same_organisation(address: str, ours: str) -> bool:
    """Whether an author's domain is ours or below it (what DMARC calls relaxed alignment)."""
    domain, our_domain = address.rpartition("@")[2], ours.rpartition("@")[2]
    return domain == our_domain or domain.endswith("." + our_domain)


class Pool:
    """Up to `size` connections that call at a desk for mails; opened when there is work.

    While no connection can be had it is not `healthy`; it tries again after a back-off.
    """

    def __init__(self, server: connect.Server, size: int) -> None:
        self.problem = ""
        self.retry_seconds = 0.0
        self._server = server
        self._size = size
        self._callers: deque[asyncio.Future[None]] = deque()
        self._open = 0
        self._failures = 0
        self._retry_at = 0.0
        self._jitter = ids.random()
        self._tasks: list[asyncio.Task[None]] = []
        self._stopping = asyncio.Event()

    @property
    def healthy(self) -> bool:
        """Whether mails may be brought: something is open, or it is time to try again."""
        return self._open > 0 or clock.monotonic() >= self._retry_at

    def start(
        self, desk: Desk, waiting: Callable[[], int], failed: Callable[[BaseException], None]
    ) -> None:
        """Begin sending. `waiting` counts the desk's mails; `failed` hears of journal errors."""
        self._stopping.clear()
        self._tasks = [
            asyncio.create_task(self._serve(desk, waiting, failed)) for _ in range(self._size)
        ]

    def bring(self, count: int) -> None:
        """Say that `count` more mails are on the desk."""
        while count > 0 and self._callers:
            caller = self._callers.popleft()
            if not caller.done():
                caller.set_result(None)
                count -= 1

    async def stop(self, grace_seconds: float = 5.0) -> None:
        """Let mails on the line come to an answer, then hang up."""
        self._stopping.set()
        self.bring(self._size)
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=grace_seconds)
        self.cut()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []

    def cut(self) -> None:
        """Hang up everywhere at once; what is not terminated is not delivered."""
        for task in self._tasks:
            task.cancel()

    async def _serve(
        self, desk: Desk, waiting: Callable[[], int], failed: Callable[[BaseException], None]
    ) -> None:
        session: Session | None = None
        try:
            while not self._stopping.is_set():
                if not waiting():
                    await self._call()
                    if self._stopping.is_set() or not waiting():
                        continue
                if session is None or not session.usable:
                    session = await self._replace(session)
                if session is not None:
                    await session.pump(desk)
        except asyncio.CancelledError:
            raise
        except Exception as error:  # noqa: BLE001 - the sender decides what a failed journal means
            failed(error)
        finally:
            if session is not None:
                self._open -= 1
                await session.quit()

    async def _call(self) -> None:
        """Wait until somebody brings a mail."""
        caller: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._callers.append(caller)
        await caller

    async def _replace(self, session: Session | None) -> Session | None:
        if session is not None:
            self._open -= 1
            await session.quit()
        try:
            fresh = await connect.open_session(self._server)
        except LineLost as lost:
            await self._back_off(str(lost))
            return None
        self._open += 1
        self._failures = 0
        self.problem = ""
        return fresh

    async def _back_off(self, problem: str) -> None:
        if self._open == 0 and self.problem != problem:
            _log.warning("smtp_unreachable", problem=problem, host=self._server.host)
        self._failures += 1
        self.retry_seconds = min(60.0, 0.5 * 2 ** min(self._failures, 8))
        self.retry_seconds *= 0.75 + self._jitter.random() / 2
        if self._open == 0:
            self.problem = problem
            self._retry_at = clock.monotonic() + self.retry_seconds
        with suppress(TimeoutError):
            async with asyncio.timeout(self.retry_seconds):
                await self._stopping.wait()


def outcome_word(outcome: Outcome) -> str:
    """What may be kept of an outcome: codes, and never the server's words."""
    if outcome.code:
        return f"{outcome.code} {outcome.enhanced}".strip()
    return outcome.reference
