"""Verimor's SMS API as its public guide describes it, on a real socket.

https://github.com/verimor/SMS-API, user_guide.md: each rule names the heading it stands under.
A simulator: it stands for Verimor in tests and shares no code with Kervan.
"""

import itertools
import json
import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.simulators.http import Call, Reply, Simulator

ISTANBUL = timezone(timedelta(hours=3))
REQUESTS_A_MINUTE = 240  # "GENEL NOTLAR"
REPORTS_A_MINUTE = 20
MOST_BYTES = 10_000_000
PARTS = {"0": (160, 153), "1": (155, 149), "2": (70, 67)}  # "SMS BOY KARAKTER LİMİTLERİ"
MOST = {"0": 1071, "1": 1043, "2": 469}
TURKISH = set("ŞşĞğçıİ")  # Not-2
DOUBLE = set("^{}\\[]~|€")  # Not-1
GSM = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "ÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)


@dataclass
class Sent:
    """A message that was taken, with what will be told of it."""

    campaign: int
    custom_campaign: str
    id: int
    custom: str
    dest: str
    text: str
    source: str
    size: int
    at: datetime
    status: str = "WAITING"
    gsm_error: str = "0"

    def as_json(self) -> dict[str, Any]:
        """A row of a report ("GÖNDERİM RAPORU ALIMI")."""
        final = self.status not in ("SENDING", "WAITING")
        stamp = self.at.astimezone(ISTANBUL).strftime("%Y-%m-%d %H:%M:%S")
        return {
            "campaign_id": self.campaign, "campaign_custom_id": self.custom_campaign,
            "message_id": str(self.id), "message_custom_id": self.custom, "dest": self.dest,
            "size": self.size, "international_multiplier": 1, "credits": self.size,
            "status": self.status, "gsm_error": self.gsm_error,
            "sent_at": stamp if self.status == "DELIVERED" else None,
            "done_at": stamp if final else None,
        }  # fmt: skip


class Verimor(Simulator):
    """One account; `now` is its clock. `pushes` is what it would push, each a body."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__()
        self.now = now
        self.credits = 1_000
        self.username, self.password = "908501234567", "geheim"
        self.headers = ["MAGAZA"]
        self.ip_allowed = True
        self.brand_code = True
        self.blacklist: set[str] = set()
        self.no_consent: set[str] = set()
        self.unknown: set[str] = set()
        self.sent: list[Sent] = []
        self.inbound: list[dict[str, Any]] = []
        self._numbers = itertools.count(20_121)
        self._asked: dict[str, deque[datetime]] = {"send": deque(), "status": deque()}

    def answer(self, call: Call) -> Reply:
        """One call."""
        split = urlsplit(call.target)
        if call.method == "POST" and split.path == "/v2/send.json":
            return self._limited("send", REQUESTS_A_MINUTE) or self._send(call)
        query = {name: values[0] for name, values in parse_qs(split.query).items()}
        if not self._known(query):
            return _text(401, "Geçersiz kullanıcı adı/şifre")
        if split.path == "/v2/balance":  # "SMS KALAN KREDİ SORGULAMA"
            return _text(200, str(self.credits))
        if split.path == "/v2/status":
            return self._limited("status", REPORTS_A_MINUTE) or self._status(query)
        if split.path == "/v2/inbound_messages":
            return self._inbox(query)
        return _text(404, "")

    def settle(self, dest: str, status: str = "DELIVERED", gsm_error: str = "0") -> list[bytes]:
        """The end of what waits for a number, as the pushes of it."""
        ended = [one for one in self.sent if one.dest == dest and one.status == "WAITING"]
        for one in ended:
            one.status, one.gsm_error = status, gsm_error
        return [push([{"type": "outbound", **one.as_json()}]) for one in ended]

    def pushes(self) -> list[bytes]:
        """What has ended so far, pushed again: it repeats until it is answered with 200."""
        ended = [one for one in self.sent if one.status != "WAITING"]
        return [push([{"type": "outbound", **one.as_json()}]) for one in ended]

    def _known(self, given: dict[str, Any]) -> bool:
        return given.get("username") == self.username and given.get("password") == self.password

    def _limited(self, kind: str, most: int) -> Reply | None:
        now, asked = self.now(), self._asked[kind]
        while asked and now - asked[0] >= timedelta(minutes=1):
            asked.popleft()
        if len(asked) >= most:
            return _text(429, "Too Many Requests")
        asked.append(now)
        return None

    def _send(self, call: Call) -> Reply:
        if len(call.body) > MOST_BYTES:
            return _text(413, "Request Entity Too Large")
        try:
            order = json.loads(call.body.decode("utf-8"))
        except ValueError:
            return _text(400, "INVALID_JSON")
        if not self._known(order):
            return _text(401, "Geçersiz kullanıcı adı/şifre")
        if not self.ip_allowed:  # opening of the guide
            return _text(401, "Hesabınızda izinli IP ayarları yapılmamış")
        fault = self._fault(order)
        if fault:
            return _text(400, fault)
        campaign = next(self._numbers)
        for one in order["messages"]:
            self._take(campaign, order, one)
        return _text(200, str(campaign))

    def _fault(self, order: dict[str, Any]) -> str:
        """Why the whole order is refused ("SMS GÖNDERİMİ POST", "HATA KODLARI")."""
        if order.get("source_addr") and order["source_addr"] not in self.headers:
            return "INVALID_SOURCE_ADDRESS"
        hours, _, minutes = order.get("valid_for", "24:00").partition(":")
        if not 1 <= int(hours) * 60 + int(minutes) <= 2880:
            return "INVALID_PERIOD"
        if order.get("is_commercial"):
            if not self.brand_code:
                return "MISSING_IYS_BRAND_CODE"
            if order.get("iys_recipient_type") not in ("BIREYSEL", "TACIR"):
                return "INVALID_IYS_RECIPIENT_TYPE"
        for one in order.get("messages") or [{}]:
            fault = self._message_fault(order, one)
            if fault:
                return fault
        size = sum(_size(one["msg"], _coding(order, one)) for one in order["messages"])
        return "INSUFFICIENT_CREDITS" if size > self.credits else ""

    def _message_fault(self, order: dict[str, Any], one: dict[str, Any]) -> str:
        text, dest = one.get("msg") or "", one.get("dest") or ""
        if not text:
            return "MISSING_MESSAGE"
        if not dest:
            return "MISSING_DESTINATION_ADDRESS"
        if not re.fullmatch(r"905\d{9}|00[1-9]\d{6,14}", dest):
            return "INVALID_DESTINATION_ADDRESS"
        if dest.startswith("00") and "datacoding" in order:
            return "INVALID_DATACODING"
        coding = _coding(order, one)
        if coding not in PARTS or not _writes(text, coding):
            return "INVALID_DATACODING"
        if _length(text, coding) > MOST[coding]:
            return "MESSAGE_TOO_LONG"
        return "FORBIDDEN_MESSAGE" if "yasak" in text else ""

    def _take(self, campaign: int, order: dict[str, Any], one: dict[str, Any]) -> None:
        text, dest = one["msg"], one["dest"]
        size = _size(text, _coding(order, one))
        today = self.now().astimezone(ISTANBUL).date()
        twice = any(
            (s.text, s.dest, s.source) == (text, dest, order.get("source_addr"))
            and s.at.astimezone(ISTANBUL).date() == today
            and s.status != "DOUBLE_SEND_ERROR"
            for s in self.sent
        )
        status = "WAITING"
        if twice:  # "Mükerrer Gönderim"
            status = "DOUBLE_SEND_ERROR"
        elif dest in self.blacklist:
            status = "BLACKLISTED_DESTINATION_ADDRESS"
        elif order.get("is_commercial") and dest in self.no_consent:
            status = "NOT_ALLOWED_BY_IYS"
        elif dest in self.unknown:
            status = "INVALID_DESTINATION_ADDRESS"
        else:
            self.credits -= size
        self.sent.append(
            Sent(
                campaign, str(order.get("custom_id") or ""), next(self._numbers),
                str(one.get("id") or ""), dest, text, order.get("source_addr"), size, self.now(),
                status,
            )
        )  # fmt: skip

    def _status(self, query: dict[str, str]) -> Reply:
        found = [
            one for one in self.sent
            if str(one.campaign) == query.get("id")
            or (one.custom_campaign and one.custom_campaign == query.get("custom_id"))
        ]  # fmt: skip
        if not found:
            return _text(404, "Bu idye sahip kampanya bulunamadı")
        after = int(query.get("greater_than", 0))
        return _json([one.as_json() for one in found if one.id > after][:100])

    def _inbox(self, query: dict[str, str]) -> Reply:
        after = int(query.get("greater_than", 0))
        first = query.get("from_time", "")
        rows = [one for one in self.inbound if one["message_id"] > after]
        return _json(
            [one for one in rows if one["received_at"][:19].replace("T", " ") >= first][:100]
        )


def push(rows: list[dict[str, Any]]) -> bytes:
    """The body of a push."""
    return json.dumps(rows, ensure_ascii=False).encode()


def _coding(order: dict[str, Any], one: dict[str, Any]) -> str:
    if "datacoding" in order:
        return str(order["datacoding"])
    if _writes(one["msg"], "0"):
        return "0"
    return "1" if _writes(one["msg"], "1") and not one["dest"].startswith("00") else "2"


def _writes(text: str, coding: str) -> bool:
    allowed = GSM | DOUBLE | (TURKISH if coding == "1" else set())
    return coding == "2" or set(text) <= allowed


def _length(text: str, coding: str) -> int:
    if coding == "2":
        return len(text.encode("utf-16-le")) // 2
    return len(text) + sum(char in DOUBLE for char in text)


def _size(text: str, coding: str) -> int:
    single, each = PARTS[coding]
    length = _length(text, coding)
    return 1 if length <= single else -(-length // each)


def _text(status: int, told: str) -> Reply:
    return Reply(status, told.encode(), {"Content-Type": "text/plain; charset=utf-8"})


def _json(told: Any) -> Reply:
    return Reply(200, json.dumps(told).encode(), {"Content-Type": "application/json"})
