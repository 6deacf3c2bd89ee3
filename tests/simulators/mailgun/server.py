"""Mailgun's messages and webhooks as its documentation describes them, on a real socket.

https://documentation.mailgun.com: each rule names its page. A simulator: it stands for Mailgun in
tests and shares no code with Kervan.
"""

import base64
import hashlib
import hmac
import itertools
import json
import re
from typing import Any
from urllib.parse import parse_qsl

from tests.simulators.http import Call, Reply, Simulator

ADDRESS = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+")
PARAMETERS = re.compile(r"from|to|subject|text|html|[hv]:[\w-]+|o:tracking")


class Mailgun(Simulator):
    """One domain; `letters` are those that it took, by message id without brackets."""

    def __init__(self) -> None:
        super().__init__()
        self.key, self.signing_key = "geheim", "unterschrift"
        self.domain = "mg.shop.example"
        self.paid = True
        self.letters: dict[str, dict[str, str]] = {}
        self._numbers = itertools.count(1)

    def answer(self, call: Call) -> Reply:
        """One call (send/mailgun/messages)."""
        pair = base64.b64encode(f"api:{self.key}".encode()).decode()
        if call.headers.get("authorization") != f"Basic {pair}":
            return Reply(401, b"Forbidden", {"Content-Type": "text/html"})
        if (call.method, call.target) != ("POST", f"/v3/{self.domain}/messages"):
            return _say(404, "Domain not found")
        if not self.paid:
            return _say(402, "Account disabled")
        form = dict(parse_qsl(call.body.decode(), keep_blank_values=True, strict_parsing=True))
        if not all(PARAMETERS.fullmatch(name) for name in form):
            return _say(400, "unknown parameter")
        if not form.get("from"):
            return _say(400, "from parameter is missing")
        if not ADDRESS.fullmatch(form.get("to", "")):
            return _say(400, "'to parameter is not a valid address. please check documentation")
        if not form.get("text") and not form.get("html"):
            return _say(400, "Need at least one of 'text' or 'html' parameters specified")
        name = f"2026112210{next(self._numbers):04}@{self.domain}"
        self.letters[name] = form
        return Reply(200, json.dumps({"id": f"<{name}>", "message": "Queued. Thank you."}).encode())

    def hook(self, name: str, at: int, event: str, **more: Any) -> bytes:
        """The body of a webhook call (webhooks, events)."""
        letter = self.letters[name]
        data = {
            "event": event, "id": "e", "timestamp": at + 0.25, "recipient": letter["to"],
            "message": {"headers": {"message-id": name, "to": letter["to"]}},
            "user-variables": {k[2:]: v for k, v in letter.items() if k.startswith("v:")}, **more,
        }  # fmt: skip
        return json.dumps({"signature": self.sign(at), "event-data": data}).encode()

    def sign(self, at: int, token: str = "t" * 50) -> dict[str, str]:
        """securing-webhooks: HMAC-SHA256 of timestamp and token, in hex."""
        digest = hmac.new(self.signing_key.encode(), f"{at}{token}".encode(), hashlib.sha256)
        return {"timestamp": str(at), "token": token, "signature": digest.hexdigest()}


def _say(status: int, message: str) -> Reply:
    return Reply(status, json.dumps({"message": message}).encode())
