"""Twilio's Messages resource as its documentation describes it, on a real socket.

https://www.twilio.com/docs: each rule names its page. A simulator: it stands for Twilio in tests
and shares no code with Kervan.
"""

import base64
import email.utils
import hashlib
import hmac
import itertools
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from tests.simulators.http import Call, Reply, Simulator

E164 = re.compile(r"\+[1-9]\d{7,14}")
MOST_CHARACTERS = 1600  # api/errors/21617
PAGE = 50
WORDS = {
    20003: "Authenticate", 20404: "The requested resource was not found",
    20429: "Too Many Requests", 21211: "Invalid 'To' Phone Number",
    21602: "Message body is required", 21606: "The 'From' phone number is not valid",
    21609: "Invalid 'StatusCallback'", 21610: "Attempt to send to unsubscribed recipient",
    21614: "'To' number is not a valid mobile number", 21617: "The body exceeds the limit",
    90007: "Invalid validity period value",
}  # fmt: skip


@dataclass
class Message:
    """A message as the resource shows it (messaging/api/message-resource)."""

    sid: str
    to: str
    sender: str
    body: str
    callback: str
    at: datetime
    status: str = "queued"
    error: int | None = None
    direction: str = "outbound-api"

    def as_json(self) -> dict[str, Any]:
        """Its JSON."""
        stamp = email.utils.format_datetime(self.at)
        return {
            "sid": self.sid, "to": self.to, "from": self.sender, "body": self.body,
            "status": self.status, "error_code": self.error, "error_message": None,
            "direction": self.direction, "num_segments": "1", "date_created": stamp,
            "date_sent": stamp if self.status != "queued" else None, "date_updated": stamp,
        }  # fmt: skip


class Twilio(Simulator):
    """One account; `now` is its clock."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__()
        self.now = now
        self.account, self.token = "AC" + "0" * 31 + "1", "geheim"
        self.senders = ["+15005550006", "MG" + "0" * 31 + "2"]
        self.stopped: set[str] = set()
        self.landlines: set[str] = set()
        self.most_calls = 10_000
        self.messages: list[Message] = []
        self._numbers = itertools.count(1)

    def answer(self, call: Call) -> Reply:
        """One call."""
        split = urlsplit(call.target)
        pair = base64.b64encode(f"{self.account}:{self.token}".encode()).decode()
        if call.headers.get("authorization") != f"Basic {pair}":
            return _error(401, 20003)
        root = f"/2010-04-01/Accounts/{self.account}/Messages"
        if (call.method, split.path) == ("GET", root.replace("Messages", "Balance.json")):
            balance = {"account_sid": self.account, "balance": "12.3400", "currency": "USD"}
            return Reply(200, json.dumps(balance).encode())
        if len(self.calls) > self.most_calls:
            return _error(429, 20429)
        if (call.method, split.path) == ("POST", f"{root}.json"):
            form = dict(parse_qsl(call.body.decode(), keep_blank_values=True, strict_parsing=True))
            return self._create(form)
        if (call.method, split.path) == ("GET", f"{root}.json"):
            return self._list(root, {k: v[0] for k, v in parse_qs(split.query).items()})
        found = re.fullmatch(re.escape(root) + r"/(SM\w+)\.json", split.path)
        if found and call.method == "GET":
            for one in self.messages:
                if one.sid == found[1]:
                    return Reply(200, json.dumps(one.as_json()).encode())
        return _error(404, 20404)

    def settle(self, status: str, error: int | None = None) -> None:
        """The end of everything that is queued."""
        for one in self.messages:
            if one.status == "queued":
                one.status, one.error = status, error

    def callback(self, message: Message, status: str, error: int = 0) -> tuple[str, bytes, str]:
        """Address, body and signature of a status callback (track-outbound-message-status)."""
        form = {
            "SmsSid": message.sid, "SmsStatus": status, "MessageStatus": status, "To": message.to,
            "MessageSid": message.sid, "AccountSid": self.account, "From": message.sender,
            "ApiVersion": "2010-04-01", "NewlyAdded": "",
        }  # fmt: skip
        if error:
            form["ErrorCode"] = str(error)
        return message.callback, urlencode(form).encode(), self.sign(message.callback, form)

    def inbound(self, url: str, sender: str, body: str, **more: str) -> tuple[str, bytes, str]:
        """The same of a text that comes in (messaging/guides/webhook-request)."""
        sid = f"SM{next(self._numbers):032x}"
        form = {
            "ToCountry": "US", "SmsMessageSid": sid, "NumMedia": "0", "SmsSid": sid,
            "SmsStatus": "received", "Body": body, "To": self.senders[0], "NumSegments": "1",
            "MessageSid": sid, "AccountSid": self.account, "From": sender,
            "ApiVersion": "2010-04-01", **more,
        }  # fmt: skip
        self.messages.append(
            Message(sid, self.senders[0], sender, body, "", self.now(), "received", None, "inbound")
        )
        return url, urlencode(form).encode(), self.sign(url, form)

    def sign(self, url: str, form: dict[str, str]) -> str:
        """usage/security, "Validating requests": the address, then each name with its value."""
        text = url
        for name in sorted(form):
            text += name + form[name]
        return base64.b64encode(
            hmac.new(self.token.encode(), text.encode(), hashlib.sha1).digest()
        ).decode()

    def _create(self, form: dict[str, str]) -> Reply:
        sender = form.get("From") or form.get("MessagingServiceSid") or ""
        to, body, callback = form.get("To", ""), form.get("Body", ""), form.get("StatusCallback")
        if not E164.fullmatch(to):
            return _error(400, 21211)
        if sender not in self.senders or sender.startswith("MG") != ("From" not in form):
            return _error(400, 21606)
        if not body:
            return _error(400, 21602)
        if len(body) > MOST_CHARACTERS:
            return _error(400, 21617)
        if not 1 <= int(form.get("ValidityPeriod", 36_000)) <= 36_000:
            return _error(400, 90007)
        if callback and not re.fullmatch(r"https?://[A-Za-z0-9.:-]+/\S*", callback):
            return _error(400, 21609)
        if to in self.stopped:
            return _error(400, 21610)
        if to in self.landlines:
            return _error(400, 21614)
        sid = f"SM{next(self._numbers):032x}"
        message = Message(sid, to, sender, body, callback or "", self.now())
        self.messages.append(message)
        return Reply(201, json.dumps(message.as_json()).encode())

    def _list(self, root: str, query: dict[str, str]) -> Reply:
        after = query.get("DateSent>", "")
        first = datetime.fromisoformat(after.replace("Z", "+00:00")) if after else None
        page = int(query.get("Page", 0))
        found = [
            one for one in reversed(self.messages)
            if one.status != "queued" and (first is None or one.at >= first)
        ]  # fmt: skip
        rows = found[page * PAGE : (page + 1) * PAGE]
        more = len(found) > (page + 1) * PAGE
        uri = f"{root}.json?{urlencode({**query, 'Page': page + 1})}" if more else None
        told = {"messages": [one.as_json() for one in rows], "page": page, "next_page_uri": uri}
        return Reply(200, json.dumps(told).encode())


def _error(status: int, code: int) -> Reply:
    """usage/twilios-response: code, message, more_info, status."""
    told = {
        "code": code, "message": WORDS[code], "status": status,
        "more_info": f"https://www.twilio.com/docs/errors/{code}",
    }  # fmt: skip
    return Reply(status, json.dumps(told).encode(), {"Content-Type": "application/json"})
