"""SendGrid's v3 Mail Send and its signed event webhook, as its documentation describes them.

https://www.twilio.com/docs/sendgrid: each rule names its page. A simulator: it stands for SendGrid
in tests and shares no code with Kervan.
"""

import base64
import json
import re
import uuid
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.simulators.http import Call, Reply, Simulator

ADDRESS = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")


class SendGrid(Simulator):
    """One account; `letters` are those that it took, by X-Message-Id."""

    def __init__(self) -> None:
        super().__init__()
        self.key = "SG.geheim"
        self.domain = "shop.example"
        self.letters: dict[str, dict[str, Any]] = {}
        self._signer = ec.generate_private_key(ec.SECP256R1())

    @property
    def hook_key(self) -> str:
        """The verification key as the console shows it: DER in base64."""
        der = self._signer.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return base64.b64encode(der).decode()

    def answer(self, call: Call) -> Reply:
        """One call (api-reference/mail-send)."""
        if call.headers.get("authorization") != f"Bearer {self.key}":
            return _errors(401, "", "The provided authorization grant is invalid")
        if (call.method, call.target) != ("POST", "/v3/mail/send"):
            return _errors(404, "", "not found")
        try:
            letter = json.loads(call.body)
        except ValueError:
            return _errors(400, "", "Bad Request")
        fault = self._fault(letter)
        if fault:
            return _errors(*fault)
        name = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        self.letters[name] = letter
        return Reply(202, b"", {"X-Message-Id": name})

    def hook(self, name: str, at: int, *events: dict[str, Any]) -> tuple[bytes, dict[str, str]]:
        """Body and headers of a batch (tracking-events/event, its security features)."""
        letter = self.letters[name]["personalizations"][0]
        rows = [
            {
                "email": letter["to"][0]["email"], "timestamp": at, "sg_event_id": "e",
                "sg_message_id": f"{name}.filterdrecv-p3mdw1-756b745b58-kmzbl-18-5F5FC76C-9.0",
                **letter.get("custom_args", {}), **event,
            }
            for event in events
        ]  # fmt: skip
        body = json.dumps(rows, separators=(",", ":")).encode() + b"\r\n"
        return body, self.sign(body, at)

    def sign(self, body: bytes, at: int) -> dict[str, str]:
        """ECDSA with SHA-256 over the timestamp and the raw body, DER in base64."""
        signature = self._signer.sign(str(at).encode() + body, ec.ECDSA(hashes.SHA256()))
        return {
            "x-twilio-email-event-webhook-signature": base64.b64encode(signature).decode(),
            "x-twilio-email-event-webhook-timestamp": str(at),
        }

    def _fault(self, letter: Any) -> tuple[int, str, str] | None:
        people = letter.get("personalizations") or [{}]
        to = [one.get("email", "") for one in people[0].get("to") or []]
        content = letter.get("content") or []
        if not letter.get("from", {}).get("email", "").endswith(f"@{self.domain}"):
            word = "The from address does not match a verified Sender Identity."
            return 403, "from", word
        if not to or not all(ADDRESS.fullmatch(one) for one in to):
            return 400, "personalizations.0.to.0.email", "Does not contain a valid address."
        if not letter.get("subject"):
            return 400, "subject", "The subject is required."
        kinds = [one.get("type") for one in content]
        if not content or not all(one.get("value") for one in content):
            return 400, "content", "The content value must be a string at least one character"
        if kinds != sorted(kinds, reverse=True):  # mail-send: text/plain stands first
            return 400, "content", "The text/plain content must be first."
        return None


def _errors(status: int, field: str, message: str) -> Reply:
    told = {"errors": [{"message": message, "field": field or None, "help": None}]}
    return Reply(status, json.dumps(told).encode())
