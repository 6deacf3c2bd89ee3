"""Instagram's part of Meta's Send API as its public pages describe it, on a real socket.

developers.facebook.com/docs/messenger-platform: [s] instagram/features/send-message, [e] codes as
several public clients map them, [p] policy/policy-overview, [w] instagram/features/webhook, [i]
discovery/ig-me-links. A simulator: it stands for Instagram in tests and shares no code with Kervan.
"""

import hashlib
import hmac
import itertools
import json
from datetime import datetime, timedelta
from typing import Any

from tests.simulators.http import Call, Reply, Simulator

WINDOW = timedelta(hours=24)  # [p] standard messaging
HUMAN = timedelta(days=7)  # [p] HUMAN_AGENT, for answers of people


class Instagram(Simulator):
    """One professional account; `wrote` is when somebody last wrote to it."""

    about = "instagram"

    def __init__(self, now: datetime) -> None:
        super().__init__()
        self.now = now
        self.id, self.token, self.secret = "17841400000000001", "EAAG" + "x" * 40, "app-secret"
        self.wrote: dict[str, datetime] = {}
        self.blocked: set[str] = set()
        self.busy = False
        self.ill = 0
        self.sent: list[dict[str, Any]] = []
        self._mids = itertools.count(1)

    def answer(self, call: Call) -> Reply:
        """[s] POST /{version}/{account}/messages with a bearer token."""
        if call.headers.get("authorization") != f"Bearer {self.token}":
            return error(401, 190)  # [e] access token
        if not call.target.endswith(f"/{self.id}/messages") or call.method != "POST":
            return error(400, 100)
        if self.busy:
            return error(429, 613)  # [e] calls within one hour exceeded
        if self.ill:
            return error(500, self.ill)  # [e] 1 unknown error, 2 temporary issue
        said = json.loads(call.body)
        who, text = said["recipient"]["id"], said["message"].get("text", "")
        if not text or not self.fits(text):
            return error(400, 100)
        if who in self.blocked:
            return error(400, 551, 1545041)  # [e] this person is not available
        if who not in self.wrote:
            return error(400, 100, 2018001)  # [e] no matching user found
        span = HUMAN if said.get("tag") == "HUMAN_AGENT" else WINDOW
        if self.now - self.wrote[who] > span:
            return error(403, 10, 2018278)  # [e] outside of the allowed window
        self.sent.append(said)
        mid = f"mid.{next(self._mids)}"
        return Reply(200, json.dumps({"recipient_id": who, "message_id": mid}).encode())

    def fits(self, text: str) -> bool:
        """[s] At most 1000 bytes of UTF-8."""
        return len(text.encode()) <= 1000

    def hook(self, *messaging: dict[str, Any]) -> tuple[bytes, dict[str, str]]:
        """[w] A call: entry, messaging, and the signature over the raw bytes."""
        entry = {"id": self.id, "time": 1_790_000_000_000, "messaging": list(messaging)}
        body = json.dumps({"object": self.about, "entry": [entry]}).encode()
        signed = hmac.new(self.secret.encode(), body, hashlib.sha256).hexdigest()
        return body, {"x-hub-signature-256": f"sha256={signed}"}

    def said(self, who: str, **more: Any) -> dict[str, Any]:
        """[w] One of messaging."""
        return {
            "sender": {"id": who}, "recipient": {"id": self.id},
            "timestamp": 1_790_000_000_000, **more,
        }  # fmt: skip


def error(status: int, code: int, subcode: int = 0) -> Reply:
    """[e] The form of an error."""
    told: dict[str, Any] = {"message": "(words)", "type": "OAuthException", "code": code}
    if subcode:
        told["error_subcode"] = subcode
    return Reply(status, json.dumps({"error": told}).encode())
