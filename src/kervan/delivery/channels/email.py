"""E-mail by SMTP submission: its settings, what it can, its letters and its pool of connections."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import msgspec

from kervan.delivery.channels import channel, connect, dkim, mime, return_path, smtp
from kervan.delivery.channels.channel import WITHHELD, Capabilities, Fate, LineLost, Problem
from kervan.delivery.channels.pool import Crew, Desk
from kervan.delivery.channels.smtp import Mail, Patience, Session
from kervan.kernel import clock, ids, log
from kervan.kernel.config import Config
from kervan.kernel.errors import KervanError

NAME = "email"
CAPABILITIES = Capabilities(per_second=100_000.0)  # SMTP's last word is "accepted"
MAX_BYTES = 10_000_000
_log = log.get("sender")
# What says that the mailbox is not there (RFC 3463 §3.2): nothing will ever arrive.
_GONE = ("5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10")
_GONE_CODES = (550, 551, 553)


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
            bounce_domain=config.bounce_domain,
            connections=config.smtp_connections,
            dkim_domain=config.dkim_domain,
            dkim_selector=config.dkim_selector,
            dkim_key_path=config.dkim_key_path,
        )


class Email:
    """One sending identity with its connections; letters are made and sent by the same object."""

    def __init__(
        self, settings: Settings, patience: Patience | None = None, return_key: bytes = b""
    ) -> None:
        """`return_key` (return_path.key_of) lets bounces be believed.

        Raises delivery.smtp_url_invalid, delivery.mail_from_invalid, delivery.dkim_…
        """
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
        self._return_key = return_key
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
        if len(content) > MAX_BYTES:
            raise KervanError("delivery.too_large", size_bytes=len(content))
        back = return_path.address(message, self.bounce_domain, self._return_key)
        return Mail(key, back, to.address, content, message.hex)

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
        self._crew = Crew()
        self._open = 0
        self._failures = 0
        self._retry_at = 0.0
        self._jitter = ids.random()

    @property
    def healthy(self) -> bool:
        """Whether mails may be brought: something is open, or it is time to try again."""
        return self._open > 0 or clock.monotonic() >= self._retry_at

    def start(self, desk: Desk[Mail], failed: Callable[[BaseException], None]) -> None:
        """Begin sending; `failed` hears of journal errors."""
        letters = _Letters(desk)
        self._crew.begin((self._serve(letters, desk.waiting) for _ in range(self._size)), failed)

    def bring(self, count: int) -> None:
        """Say that `count` more mails are on the desk."""
        self._crew.bring(count)

    async def stop(self, grace_seconds: float = 5.0) -> None:
        """Let mails on the line come to an answer, then hang up."""
        await self._crew.stop(grace_seconds)

    def cut(self) -> None:
        """Hang up everywhere at once; what is not terminated is not delivered."""
        self._crew.cut()

    async def _serve(self, desk: smtp.Desk, waiting: Callable[[], int]) -> None:
        session: Session | None = None
        try:
            while not self._crew.stopping.is_set():
                if not waiting():
                    await self._crew.call()
                    if self._crew.stopping.is_set() or not waiting():
                        continue
                if session is None or not session.usable:
                    session = await self._replace(session)
                if session is not None:
                    await session.pump(desk)
        finally:
            if session is not None:
                self._open -= 1
                await session.quit()

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
        await self._crew.pause(self.retry_seconds)


class _Letters:
    """A desk as an SMTP session knows it: it reports in SMTP's own words."""

    def __init__(self, desk: Desk[Mail]) -> None:
        self.take = desk.take
        self.journal = desk.journal
        self._report = desk.report

    def report(self, mail: Mail, outcome: smtp.Outcome) -> None:
        """Pass an outcome on in the words of all channels."""
        self._report(mail, outcome_of(outcome))


def outcome_of(outcome: smtp.Outcome) -> channel.Outcome:
    """An SMTP outcome in the words of all channels: codes, and never the server's words."""
    fate, problem = outcome.fate, Problem.NONE
    if fate is Fate.ACCEPTED:
        return channel.Outcome(fate, reference=outcome.reference)
    if fate is Fate.REJECTED:
        problem = Problem.ADDRESS if _gone(outcome) else Problem.CONTENT
    elif outcome.reference == WITHHELD:
        problem = Problem.WITHHELD
    else:
        problem = Problem.LINE if outcome.stage == "line" else Problem.SERVER
    code = f"{outcome.code} {outcome.enhanced}".strip() if outcome.code else outcome.reference
    return channel.Outcome(fate, problem, code)


def _gone(outcome: smtp.Outcome) -> bool:
    """Whether a refusal is about the mailbox itself, for good, not about us or the content."""
    if outcome.enhanced:
        return outcome.enhanced in _GONE
    return outcome.stage == "rcpt" and outcome.code in _GONE_CODES
