"""A receiver of Standard Webhooks as its page describes one, with its own HMAC code.

https://github.com/standard-webhooks/standard-webhooks, spec/standard-webhooks.md: the rules below
name its headings. A simulator: it stands for an operator's system and shares no code with Kervan.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from tests.simulators.http import Call, Reply, Simulator

TOLERANCE_SECONDS = 300  # "Verifying signatures": reject what is too old or too new


class Receiver(Simulator):
    """Takes each call once. `now` is its clock, `secrets` those under which it verifies."""

    def __init__(self, secrets: list[str], now: Callable[[], datetime]) -> None:
        super().__init__()
        self.secrets = secrets
        self.now = now
        self.taken: dict[str, Any] = {}
        """Bodies by webhook-id."""
        self.again: list[str] = []
        """Ids that came although they had been taken: answered, not worked on a second time."""
        self.reply = Reply(204)

    def answer(self, call: Call) -> Reply:
        """Verify, then take."""
        name = call.headers.get("webhook-id", "")
        stamp = call.headers.get("webhook-timestamp", "")
        if call.method != "POST" or call.headers.get("content-type") != "application/json":
            return Reply(415)
        if not name or "." in name or not stamp.isdigit():  # "Webhook headers"
            return Reply(400, b"headers")
        if abs(self.now().timestamp() - int(stamp)) > TOLERANCE_SECONDS:
            return Reply(400, b"timestamp")
        if not self.verified(name, stamp, call.headers.get("webhook-signature", ""), call.body):
            return Reply(401, b"signature")
        body = json.loads(call.body)
        if name in self.taken:  # "Replay": webhook-id is the idempotency key
            assert self.taken[name] == body, "the same id with another body"
            self.again.append(name)
            return Reply(200)
        self.taken[name] = body
        return self.reply

    def verified(self, name: str, stamp: str, header: str, body: bytes) -> bool:
        """Whether one of the signatures is ours: `v1,` and base64 of HMAC-SHA256 over id.t.body."""
        signed = name.encode() + b"." + stamp.encode() + b"." + body
        wanted = {
            "v1," + base64.b64encode(hmac.digest(key(one), signed, hashlib.sha256)).decode()
            for one in self.secrets
        }
        return any(one in wanted for one in header.split(" "))  # "Signature scheme"


def key(secret: str) -> bytes:
    """The bytes of a secret as it is written: `whsec_` and base64."""
    assert secret.startswith("whsec_")
    found = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    assert 24 <= len(found) <= 64
    return found
