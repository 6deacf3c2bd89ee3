"""Postmark's e-mail API as its documentation describes it, on a real socket.

https://postmarkapp.com/developer: each rule names its page. A simulator: it stands for Postmark in
tests and shares no code with Kervan.
"""

import email.utils
import json
import re
import uuid
from typing import Any

from tests.simulators.http import Call, Reply, Simulator

WORDS = {  # api/overview, "API error codes"
    10: "Bad or missing API token", 300: "Invalid email request",
    400: "Sender Signature not found", 402: "Invalid JSON", 405: "Not allowed to send",
    406: "Inactive recipient", 429: "Rate Limit Exceeded",
}  # fmt: skip
FIELDS = {  # api/email-api
    "From", "To", "Cc", "Bcc", "Subject", "Tag", "HtmlBody", "TextBody", "ReplyTo", "Headers",
    "TrackOpens", "TrackLinks", "Metadata", "Attachments", "MessageStream",
}  # fmt: skip
ADDRESS = re.compile(r"[a-z0-9.!#$%&'`*+/=^_{|}~-]+@[a-z0-9.-]+", re.IGNORECASE)


class Postmark(Simulator):
    """One server; `letters` are those that it took, by MessageID."""

    def __init__(self) -> None:
        super().__init__()
        self.token = "geheim"
        self.domain = "shop.example"
        self.streams = {"outbound", "broadcast"}
        self.inactive: set[str] = set()
        self.allowed = True
        self.letters: dict[str, dict[str, Any]] = {}

    def answer(self, call: Call) -> Reply:
        """One call."""
        if call.headers.get("x-postmark-server-token") != self.token:
            return _say(401, 10)
        if (call.method, call.target) != ("POST", "/email"):
            return Reply(404, b"<html>not found</html>")
        try:
            letter = json.loads(call.body)
        except ValueError:
            return _say(422, 402)
        code = self._fault(letter)
        if code:
            return _say(422, code)
        name = str(uuid.uuid4())
        self.letters[name] = letter
        told = {
            "To": letter["To"], "SubmittedAt": "2026-11-22T10:00:00.0000000Z", "MessageID": name,
            "ErrorCode": 0, "Message": "OK",
        }  # fmt: skip
        return Reply(200, json.dumps(told).encode())

    def hook(self, name: str, record: str, **more: Any) -> bytes:
        """The body of a webhook call (webhooks/*)."""
        letter = self.letters[name]
        times = {"Delivery": "DeliveredAt", "SubscriptionChange": "ChangedAt"}
        told = {
            "RecordType": record, "ServerID": 23, "MessageID": name,
            "MessageStream": letter["MessageStream"], "Metadata": letter.get("Metadata", {}),
            "Email": letter["To"], "Recipient": letter["To"], "Details": "550 no such user",
            times.get(record, "BouncedAt"): "2026-11-22T05:00:00.1234567-05:00", **more,
        }  # fmt: skip
        return json.dumps(told).encode()

    def _fault(self, letter: Any) -> int:
        if not isinstance(letter, dict) or set(letter) - FIELDS:
            return 300
        if not letter.get("HtmlBody") and not letter.get("TextBody"):
            return 300
        if letter.get("MessageStream", "outbound") not in self.streams:
            return 300
        if not ADDRESS.fullmatch(letter.get("To", "")):
            return 300
        if not email.utils.parseaddr(letter.get("From", ""))[1].endswith(f"@{self.domain}"):
            return 400
        if not self.allowed:
            return 405
        return 406 if letter["To"] in self.inactive else 0


def _say(status: int, code: int) -> Reply:
    return Reply(status, json.dumps({"ErrorCode": code, "Message": WORDS[code]}).encode())
