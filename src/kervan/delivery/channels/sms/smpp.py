"""SMS by SMPP 3.4 to an operator or aggregator: submits in a window, receipts, replies.

A text of several parts goes out first part first; when that is refused nothing was sent. A later
part that is put off is tried again here, since the whole cannot be taken back any more; when it
stays out, the message has failed, whatever becomes of its beginning.
"""

import asyncio
import ssl
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Literal

import msgspec

from kervan.delivery.channels.channel import (
    Capabilities,
    Fate,
    Line,
    News,
    Outcome,
    Outgoing,
    Problem,
    Provider,
    Receipt,
    Secret,
)
from kervan.delivery.channels.sms import smpp_pdu as pdu
from kervan.delivery.channels.sms import smpp_statuses as statuses
from kervan.delivery.channels.sms.smpp_bind import Bind, Server
from kervan.delivery.channels.sms.smpp_ear import Ear
from kervan.delivery.channels.sms.smpp_receipts import Spelling, read, receipt, spelt
from kervan.delivery.channels.sms.smpp_replies import Replies
from kervan.delivery.channels.sms.smpp_session import Answer, Gone, Patience, Session, Unanswered
from kervan.kernel import clock, gsm, ids
from kervan.kernel.errors import KervanError
from kervan.kernel.gsm.decoding import Default
from kervan.kernel.http import Client, Reach

_REGISTERED = 1  # a receipt for the final outcome (SMPP 3.4, 5.2.17)
_AGAIN_SECONDS = 0.5
_LONGEST_NAME, _LONGEST_NUMBER, _SHORTEST_INTERNATIONAL = 11, 20, 8
_MOST_VALID_DAYS = 30
_MOST_LATE = 10_000

Alphabet = Literal["gsm", "turkish_single", "turkish_locking", "turkish_both", "ucs2"]


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """An account at an SMSC; what is not said here is asked for in the contract with it.

    `alphabets` stand in order of preference (kernel/gsm); `reserve_units` is the room for the code
    that Turkish operators append. `response_ids` and `receipt_ids` say how the SMSC spells message
    ids in either place. `statuses` (0x00000401), `unknown_numbers` and `refusals` (error codes of
    receipts) say what codes of its own mean.
    """

    host: str
    port: int = 2775
    tls: bool = False
    tls_ca: str = ""
    system_id: str
    password: Secret = ""
    system_type: str = ""
    bind: Literal["transceiver", "transmitter_and_receiver"] = "transceiver"
    sender: str
    sender_ton: int | None = None
    sender_npi: int | None = None
    service_type: str = ""
    window: int = 50
    connect_seconds: float = 10.0
    response_seconds: float = 30.0
    enquire_seconds: float = 30.0
    reconnect_seconds: float = 1.0
    alphabets: tuple[Alphabet, ...] = ("gsm", "turkish_single", "ucs2")
    fold: Literal["none", "signs", "foreign", "gsm", "ascii"] = "foreign"
    reserve_units: int = 0
    most_parts: int = 6
    joining: Literal["udh8", "udh16", "sar"] = "udh8"
    gsm_data_coding: int = 0
    default_alphabet: Default = "gsm"
    country: str = "TR"
    join_seconds: float = 120.0
    response_ids: Spelling = "text"
    receipt_ids: Spelling = "text"
    statuses: dict[str, Problem] = {}
    unknown_numbers: list[str] = []
    refusals: list[str] = []


@dataclass(frozen=True, slots=True)
class _Errand:
    """A message on its way, and where it goes."""

    message: uuid.UUID
    to: pdu.Address
    validity: str


class SmppLine:
    """The binds of one account. It binds with the first send or hearing."""

    def __init__(self, settings: Settings, reach: Reach) -> None:
        """`reach` is where its host may lead. Raises delivery.smpp_settings_invalid."""
        self._settings = settings
        self._rules = _rules(settings)
        self._source = _sender(settings)
        server = _server(settings, reach)
        if settings.bind == "transceiver":
            self._out = Bind(server, "transceiver", self._told)
            self._binds = [self._out]
        else:
            self._out = Bind(server, "transmitter", self._told)
            self._binds = [self._out, Bind(server, "receiver", self._told)]
        self._window = asyncio.Semaphore(settings.window)
        meanings = dict.fromkeys(settings.unknown_numbers, Problem.ADDRESS)
        self._meanings = meanings | dict.fromkeys(settings.refusals, Problem.REFUSED)
        self._ear = Ear(Replies(settings.country, settings.default_alphabet, settings.join_seconds))
        self._named_late: dict[str, uuid.UUID] = {}
        self._reference = ids.random().randrange(65_536)

    async def send(self, outgoing: Outgoing) -> Outcome:
        """Submit a message, all its parts; its reference are their ids with blanks between."""
        count = gsm.count(outgoing.fields.get("text", ""), self._rules)
        if (unfit := _unfit(count, self._settings.most_parts)) is not None:
            return unfit
        self._reference = (self._reference + 1) % 65_536
        parts = gsm.encode(
            count.text,
            count.mode,
            reference=self._reference,
            joining=self._rules.joining,
            reserve_units=self._rules.reserve_units,
        )
        errand = _Errand(
            message=outgoing.message,
            to=pdu.Address(1, 1, outgoing.to.removeprefix("+")),
            validity=_validity(outgoing.expires_at, clock.now()),
        )
        self._listen()
        first = await self._try(errand, parts[0])
        if first.fate is not Fate.ACCEPTED or len(parts) == 1:
            return first
        others = await asyncio.gather(*[self._follow(errand, part) for part in parts[1:]])
        return self._together(errand, [first, *others])

    async def _submit(self, errand: _Errand, part: gsm.Part) -> Outcome:
        """Hand one part over. Raises Gone and Unanswered for what went out all the same."""
        session = await self._out.ready()
        if isinstance(session, Outcome):
            return session
        late = partial(self._late, errand) if part.place.total == 1 else None
        async with self._window:
            try:
                asked = session.ask(partial(self._unit, errand, part), late)
            except Gone:
                return Outcome(Fate.DEFERRED, Problem.LINE, "line_lost")
            return self._heed(await asked)

    async def _try(self, errand: _Errand, part: gsm.Part) -> Outcome:
        try:
            return await self._submit(errand, part)
        except Gone:
            return Outcome(Fate.DOUBT, Problem.LINE, "line_lost")
        except Unanswered:
            return Outcome(Fate.DOUBT, Problem.LINE, "unanswered")

    async def _follow(self, errand: _Errand, part: gsm.Part) -> Outcome:
        """Hand a further part over, again and again while it is put off, as long as is patient."""
        until = clock.monotonic() + self._settings.response_seconds
        wait = _AGAIN_SECONDS
        while True:
            outcome = await self._try(errand, part)
            if outcome.fate is not Fate.DEFERRED or clock.monotonic() >= until or self._ear.closed:
                break
            await asyncio.sleep(max(outcome.retry_after_seconds, wait))
            wait *= 2
        return outcome

    def _together(self, errand: _Errand, outcomes: list[Outcome]) -> Outcome:
        """What a message of several parts has come to, whose first was accepted.

        Its beginning is out, so it is never sent again as a whole. Without a reference no receipt
        of a part can make it look delivered.
        """
        for one in outcomes:
            if one.fate in (Fate.DEFERRED, Fate.REJECTED):
                code = f"part:{one.code}"
                failed = Receipt(
                    "failed", clock.now(), "", errand.message, _of_a_part(one.problem), code
                )
                self._ear.tell(failed)
                return Outcome(Fate.DOUBT, one.problem, code)
        for one in outcomes:
            if one.fate is Fate.DOUBT:
                return Outcome(Fate.DOUBT, one.problem, f"part:{one.code}")
        return Outcome(Fate.ACCEPTED, reference=" ".join([one.reference for one in outcomes]))

    def _unit(self, errand: _Errand, part: gsm.Part, sequence: int) -> bytes:
        tlvs = {}
        if self._rules.joining is gsm.Joining.SAR and part.place.total > 1:
            reference, total, number = part.place
            tlvs = {
                pdu.SAR_REFERENCE: reference.to_bytes(2, "big"),
                pdu.SAR_TOTAL: bytes((total,)),
                pdu.SAR_NUMBER: bytes((number,)),
            }
        return pdu.submit(
            sequence,
            self._source,
            errand.to,
            part.short_message,
            esm_class=part.esm_class,
            data_coding=part.data_coding or self._settings.gsm_data_coding,
            registered_delivery=_REGISTERED,
            validity_period=errand.validity,
            service_type=self._settings.service_type,
            tlvs=tlvs,
        )

    def _heed(self, answer: Answer) -> Outcome:
        if answer.status != pdu.OK:
            return statuses.refused(answer.status, self._settings.statuses)
        return Outcome(Fate.ACCEPTED, reference=spelt(answer.text, self._settings.response_ids))

    def _late(self, errand: _Errand, answer: Answer) -> None:
        """An answer after the message was given up: the doubt is over."""
        outcome, message = self._heed(answer), errand.message
        if outcome.fate is Fate.ACCEPTED:
            self._named_late[outcome.reference] = message
            while len(self._named_late) > _MOST_LATE:
                del self._named_late[next(iter(self._named_late))]
            told = Receipt("accepted", clock.now(), outcome.reference, message)
        else:
            told = Receipt("failed", clock.now(), "", message, outcome.problem, outcome.code)
        self._ear.tell(told)

    async def hear(self) -> list[News]:
        """Receipts and replies; asking again answers the deliveries that brought the former."""
        self._listen()
        return await self._ear.take()

    async def close(self) -> None:
        """Unbind; what was heard can still be taken."""
        self._ear.closed = True
        await asyncio.gather(*[bind.close() for bind in self._binds])
        self._ear.close()

    def _listen(self) -> None:
        if not self._ear.closed:
            for bind in self._binds:
                bind.start()

    def _told(self, session: Session, delivered: pdu.Delivered, sequence: int) -> None:
        """A delivery came: it is answered when nothing of it can be lost any more."""
        if self._ear.full:
            session.answer(pdu.DELIVER_SM, sequence, statuses.QUEUE_FULL)
            return
        token = (session, sequence)
        report = read(delivered, self._settings.receipt_ids)
        if report is None:
            self._ear.read(delivered, token)
            return
        told = receipt(report, clock.now(), self._meanings)
        if told is not None and (message := self._named_late.get(report.id)) is not None:
            told = replace(told, message=message)
        self._ear.tell(told, token)


def _of_a_part(problem: Problem) -> Problem:
    """The problem of a message whose beginning was taken: it is not with its address."""
    return Problem.CONTENT if problem is Problem.ADDRESS else problem


def _unfit(count: gsm.Count, most_parts: int) -> Outcome | None:
    """Why a text cannot go out at all."""
    if not count.text.strip():
        return Outcome(Fate.REJECTED, Problem.CONTENT, "empty")
    if count.unsendable:
        return Outcome(Fate.REJECTED, Problem.CONTENT, "unsendable")
    if count.parts > most_parts:
        return Outcome(Fate.REJECTED, Problem.CONTENT, "too_long")
    return None


def _validity(expires_at: datetime, now: datetime) -> str:
    """How long the SMSC may try, as a relative time (SMPP 3.4, 7.1.1); "" is its own default."""
    left = expires_at - now
    if left >= timedelta(days=_MOST_VALID_DAYS):
        return ""
    seconds = max(60, int(left.total_seconds()))
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    return f"0000{days:02}{hours:02}{minutes:02}{seconds:02}000R"


def _sender(settings: Settings) -> pdu.Address:
    """The sender's address: its type and plan by its form, unless the account says them.

    A name has at most 11 characters (3GPP TS 23.040, 9.1.2.5).
    """
    text = settings.sender.strip()
    digits = text.removeprefix("+")
    if digits.isdigit() and digits.isascii():
        long = len(digits) >= _SHORTEST_INTERNATIONAL
        ton, npi = (1, 1) if long else (3, 0)
        text, good = digits, len(digits) <= _LONGEST_NUMBER
    else:
        ton, npi = 5, 0
        good = text.isascii() and text.isprintable() and 0 < len(text) <= _LONGEST_NAME
    if not good:
        raise KervanError("delivery.smpp_settings_invalid", problem="sender")
    return pdu.Address(
        ton if settings.sender_ton is None else settings.sender_ton,
        npi if settings.sender_npi is None else settings.sender_npi,
        text,
    )


def _rules(settings: Settings) -> gsm.Rules:
    try:
        return gsm.Rules(
            modes=tuple(gsm.Mode(one) for one in settings.alphabets),
            fold=gsm.Fold(settings.fold),
            reserve_units=settings.reserve_units,
            joining=gsm.Joining(settings.joining),
        )
    except ValueError:
        raise KervanError("delivery.smpp_settings_invalid", problem="alphabets") from None


def _server(settings: Settings, reach: Reach) -> Server:
    faults = {
        "host": not settings.host.strip(),
        "port": not 0 < settings.port < 65_536,
        "system_id": "\0" in settings.system_id or not settings.system_id,
        "password": "\0" in settings.password,
        "window": settings.window < 1,
        "response_seconds": settings.response_seconds <= 0,
        "connect_seconds": settings.connect_seconds <= 0,
        "most_parts": not 0 < settings.most_parts <= gsm.MOST_PARTS,
    }
    for name, wrong in faults.items():
        if wrong:
            raise KervanError("delivery.smpp_settings_invalid", problem=name)
    return Server(
        host=settings.host.strip(),
        port=settings.port,
        user=settings.system_id,
        password=settings.password,
        system_type=settings.system_type,
        tls=_tls(settings),
        patience=Patience(settings.response_seconds, settings.enquire_seconds),
        connect_seconds=settings.connect_seconds,
        reach=reach,
        pause_seconds=settings.reconnect_seconds,
    )


def _tls(settings: Settings) -> ssl.SSLContext | None:
    """The machine's authorities, or the one whose certificate (PEM) the account names."""
    if not settings.tls:
        return None
    try:
        return ssl.create_default_context(cadata=settings.tls_ca or None)
    except (ssl.SSLError, ValueError):
        raise KervanError("delivery.smpp_settings_invalid", problem="tls_ca") from None


def _open(settings: Settings, client: Client) -> Line:
    return SmppLine(settings, client.reach)


def _parts(settings: Settings, _: str, fields: Mapping[str, str]) -> int:
    return gsm.count(fields.get("text", ""), _rules(settings)).parts


PROVIDER = Provider(
    name="smpp",
    channel="sms",
    settings=Settings,
    # No key makes a submit_sm count once. A late response may still end a doubt, a receipt cannot:
    # its id is not known to us.
    capabilities=Capabilities(receipts=True, doubt_window_seconds=60.0, in_flight=64),
    open=_open,
    parts=_parts,
)
