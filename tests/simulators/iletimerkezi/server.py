"""İleti Merkezi's JSON API as its pages describe it, on a real socket.

https://github.com/iletimerkezi/apidocs-website, docs/: each rule names its page. What is assumed
beyond them says so. A simulator: it stands for İleti Merkezi in tests and shares no code with
Kervan.
"""

import itertools
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any

from tests.simulators.http import Call, Reply, Simulator

ISTANBUL = timezone(timedelta(hours=3))
WORDS = {  # status-codes.mdx
    200: "İşlem başarılı", 400: "İstek çözümlenemedi", 401: "Üyelik bilgileri hatalı",
    402: "Bakiye yetersiz", 404: "API istek yapılan yönteme sahip değil",
    422: "İstek içerisindeki değerler doğrulanamadı.",
    450: "Gönderilen başlık kullanıma uygun değil", 451: "Tekrar eden sipariş",
    452: "Mesaj alıcıları hatalı", 453: "Sipariş boyutu aşıldı", 454: "Mesaj metni boş",
    455: "Sipariş bulunamadı", 457: "Mesaj gönderim tarihinin formatı hatalı",
    458: "Tarih aralığı hatalı", 468: "IYS üzerinden sorgulama yapılıp, yapılmayacağı",
    469: "IYS listenizi seçmelisiniz", 470: "IYS kodunuzu ayarlamalısınız.",
    503: "Sunucu geçici olarak servis dışı",
}  # fmt: skip
SENDING, SENT, NOT_SENT = 110, 111, 112  # sms/report/json.mdx
PAGE = 30  # github.com/iletimerkezi/iletimerkezi-python, summary_response.py, get_total_pages


@dataclass
class Order:
    """An order that was taken."""

    id: int
    sender: str
    text: str
    numbers: list[str]
    iys: str
    at: datetime
    state: int = SENDING


class IletiMerkezi(Simulator):
    """One account; `now` is its clock."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__()
        self.now = now
        self.key, self.hash = "anahtar", "geheim"
        self.senders = ["MAGAZA"]
        self.balance = 1_000
        self.iys_code = True
        self.out_of_service = False
        self.orders: list[Order] = []
        self._numbers = itertools.count(104_525_848)

    def answer(self, call: Call) -> Reply:
        """One call."""
        verb = re.fullmatch(r"/v1/([a-z-]+)/json", call.target)
        if call.method != "POST" or verb is None:
            return _say(404)
        if self.out_of_service:
            return _say(503)
        try:
            request = json.loads(call.body)["request"]
            sign_in = request["authentication"]
        except (ValueError, KeyError, TypeError):
            return _say(400)
        if (sign_in.get("key"), sign_in.get("hash")) != (self.key, self.hash):
            return _say(401)
        if verb[1] == "send-sms":
            return self._send(request.get("order"))
        if verb[1] == "get-report":
            return self._report(request.get("order"))
        if verb[1] == "get-reports":
            return self._reports(request.get("filter"))
        if verb[1] == "get-balance":  # account/balance/json.mdx
            return _say(200, balance={"amount": str(self.balance), "sms": "0"})
        return _say(404)

    def settle(self, order: int, state: int) -> None:
        """The end of an order."""
        for one in self.orders:
            if one.id == order:
                one.state = state

    def hook(self, order: int, status: str) -> bytes:
        """The body of a webhook call (sms/report/webhook.mdx); it has the text and the number."""
        [one] = [one for one in self.orders if one.id == order]
        report = {
            "id": order * 10 + 1, "packet_id": order, "status": status, "to": one.numbers[0],
            "body": one.text,
        }  # fmt: skip
        return json.dumps({"report": report}, ensure_ascii=False).encode()

    def _send(self, order: Any) -> Reply:
        """sms/send/json.mdx."""
        if not isinstance(order, dict) or not isinstance(order.get("message"), dict):
            return _say(400)
        code = self._fault(order)
        if code:
            return _say(code)
        message = order["message"]
        number = next(self._numbers)
        self.balance -= len(message["receipents"]["number"])
        self.orders.append(
            Order(
                number, order["sender"], message["text"], message["receipents"]["number"],
                order["iys"], self.now(),
            )
        )  # fmt: skip
        return _say(200, order={"id": str(number)})

    def _fault(self, order: dict[str, Any]) -> int:
        message = order["message"]
        numbers = (message.get("receipents") or {}).get("number") or []
        if order.get("sender") not in self.senders:
            return 450
        if order.get("iys") not in ("0", "1"):
            return 468
        if order["iys"] == "1" and order.get("iysList") not in ("BIREYSEL", "TACIR"):
            return 469
        if order["iys"] == "1" and not self.iys_code:
            return 470
        if not message.get("text"):
            return 454
        if not numbers or not all(re.fullmatch(r"(\+?90)?5\d{9}|\+\d{8,15}", n) for n in numbers):
            return 452
        for stamp in order.get("sendDateTime") or []:
            if not re.fullmatch(r"\d\d/\d\d/\d{4} \d\d:\d\d", stamp):
                return 457
        if self.balance < len(numbers):
            return 402
        recent = self.now() - timedelta(minutes=5)  # assumed: the page names no time
        return 451 if any(
            (one.sender, one.text, one.numbers) == (order["sender"], message["text"], numbers)
            and one.at > recent
            for one in self.orders
        ) else 0  # fmt: skip

    def _report(self, asked: Any) -> Reply:
        """sms/report/json.mdx; its sample writes numbers without a sign, as numbers."""
        found = [one for one in self.orders if str(one.id) == str((asked or {}).get("id"))]
        if not found:
            return _say(455)
        order = found[0]
        rows = [{"number": int(one[-10:]), "status": order.state} for one in order.numbers]
        status = 113 if order.state == SENDING else 114
        return _say(200, order={"id": order.id, "status": status, "message": rows})

    def _reports(self, asked: Any) -> Reply:
        """sms/report-packets/json.mdx."""
        try:
            first, last = date.fromisoformat(asked["start"]), date.fromisoformat(asked["end"])
            page = int(asked.get("page", 1))
        except (KeyError, ValueError, TypeError):
            return _say(458)
        if first > last or page < 1:
            return _say(458)
        found = [o for o in self.orders if first <= o.at.astimezone(ISTANBUL).date() <= last]
        rows = [_row(one) for one in found[(page - 1) * PAGE : page * PAGE]]
        return _say(200, count=len(found), orders=rows)


def _row(one: Order) -> dict[str, Any]:
    total = len(one.numbers)
    stamp = one.at.astimezone(ISTANBUL).strftime("%Y-%m-%d %H:%M:%S")
    return {
        "id": one.id, "status": 113 if one.state == SENDING else 114, "total": total,
        "delivered": total if one.state == SENT else 0,
        "undelivered": total if one.state == NOT_SENT else 0,
        "waiting": total if one.state == SENDING else 0,
        "submitAt": stamp, "sendAt": stamp, "sender": one.sender,
    }  # fmt: skip


def _say(code: int, **more: Any) -> Reply:
    """The code stands in the body; the HTTP status follows it where HTTP knows it (assumed)."""
    told = {"response": {"status": {"code": code, "message": WORDS[code]}, **more}}
    raw = json.dumps(told, ensure_ascii=False).encode()
    return Reply(code if code in (200, 401, 404, 503) else 400 if code >= 400 else 200, raw)
