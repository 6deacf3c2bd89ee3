"""A strict FCM HTTP v1 with Google's token server beside it, on a real socket.

A simulator: it shares no code with Kervan. Rules are of the Firebase documentation: "Error codes"
(E), "REST: projects.messages" (R); the token server's are RFC 7523 and Google's "Using OAuth 2.0
for server to server applications" (O). Error bodies are built like those in tests/fixtures/fcm.
"""

import base64
import json
import re
import secrets
import time
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.simulators.http import Call, Reply, Simulator

PROJECT = "kervan-test"
EMAIL = f"push@{PROJECT}.iam.gserviceaccount.com"
SCOPE = "https://www.googleapis.com/auth/firebase.messaging"
LIFE_SECONDS = 3599
FOUR_WEEKS = 2_419_200
KEY = rsa.generate_private_key(65537, 2048)

# R: the fields of a message, as deep as senders use them.
_TEXTS = {"*": str}
_SHAPE: dict[str, Any] = {
    "token": str,
    "topic": str,
    "condition": str,
    "name": str,
    "data": _TEXTS,
    "notification": {"title": str, "body": str, "image": str},
    "fcm_options": {"analytics_label": str},
    "android": {
        "collapse_key": str,
        "priority": str,
        "ttl": str,
        "restricted_package_name": str,
        "data": _TEXTS,
        "notification": {
            "title": str, "body": str, "icon": str, "color": str, "sound": str, "tag": str,
            "click_action": str, "channel_id": str, "image": str,
        },
        "fcm_options": {"analytics_label": str},
        "direct_boot_ok": bool,
    },
    "apns": {"headers": _TEXTS, "payload": None, "fcm_options": {"analytics_label": str}},
    "webpush": {"headers": _TEXTS, "data": _TEXTS, "notification": None, "fcm_options": None},
}  # fmt: skip


class Fcm(Simulator):
    """One project. `registered` tokens get messages; the others are refused as `refused` says."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        super().__init__()
        self.now = now
        self.registered: set[str] = set()
        self.refused: dict[str, tuple[int, dict[str, Any]]] = {}
        self.messages: list[dict[str, Any]] = []
        self.tokens: dict[str, float] = {}
        self.granted = 0
        self.token_fault = 0
        self.said: list[Reply] = []

    def account(self, **more: str) -> str:
        """The service account's file."""
        pem = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        return json.dumps(
            {
                "type": "service_account",
                "project_id": PROJECT,
                "private_key_id": "0a1b",
                "private_key": pem,
                "client_email": EMAIL,
                "token_uri": f"{self.url}/token",
                **more,
            }
        )

    def revoke(self) -> None:
        """All access tokens end before their time."""
        self.tokens.clear()

    def say(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        """The next message is answered so, and not taken."""
        text = body if isinstance(body, str) else json.dumps(body)
        self.said.append(Reply(status, text.encode(), headers or {}))

    def answer(self, call: Call) -> Reply:
        """One call to either server."""
        if call.target == "/token":
            return self._grant(call)
        if self.said:
            return self.said.pop(0)
        if (call.method, call.target) != ("POST", f"/v1/projects/{PROJECT}/messages:send"):
            return Reply(404, b"<html>Not Found</html>", {"Content-Type": "text/html"})
        bearer = call.headers.get("authorization", "").removeprefix("Bearer ")
        if self.tokens.get(bearer, 0) <= self.now():
            return _error(401, "UNAUTHENTICATED")
        return self._send(call)

    def _grant(self, call: Call) -> Reply:
        if self.token_fault:
            return Reply(self.token_fault, b"{}")
        form = {name: one[0] for name, one in parse_qs(call.body.decode()).items()}
        wrong = _assertion_fault(form, f"{self.url}/token", self.now())
        if wrong:
            return Reply(400, json.dumps({"error": wrong}).encode())
        self.granted += 1
        token = f"ya29.{secrets.token_hex(8)}"
        self.tokens[token] = self.now() + LIFE_SECONDS
        told = {"access_token": token, "expires_in": LIFE_SECONDS, "token_type": "Bearer"}
        return Reply(200, json.dumps(told).encode())

    def _send(self, call: Call) -> Reply:
        try:
            asked = json.loads(call.body)
            message = asked["message"]
        except (ValueError, KeyError):
            return _violation("", "Invalid JSON payload received.")
        wrong = _fault(asked, {"message": _SHAPE, "validate_only": bool}, "") or _limits(message)
        if wrong:
            return _violation(*wrong)
        token = message.get("token", "")
        if token in self.refused:
            status, body = self.refused[token]
            return Reply(status, json.dumps(body).encode())
        if token not in self.registered:  # E: a token that never was one
            return _error(400, "INVALID_ARGUMENT", "INVALID_ARGUMENT")
        self.messages.append(message)
        name = f"projects/{PROJECT}/messages/0:{uuid.uuid4().hex}"
        return Reply(200, json.dumps({"name": name}).encode())


def _assertion_fault(form: dict[str, str], place: str, now: float) -> str:
    """O: what is wrong with a signed request for a token, "" for nothing."""
    if form.get("grant_type") != "urn:ietf:params:oauth:grant-type:jwt-bearer":
        return "unsupported_grant_type"
    head, _, signature = form.get("assertion", "").rpartition(".")
    try:
        KEY.public_key().verify(_raw(signature), head.encode(), padding.PKCS1v15(), SHA256())
        header, claims = (json.loads(_raw(part)) for part in head.split("."))
    except (ValueError, InvalidSignature):
        return "invalid_grant"
    if header.get("alg") != "RS256" or claims.get("iss") != EMAIL or claims.get("aud") != place:
        return "invalid_grant"
    if SCOPE not in claims.get("scope", "").split():
        return "invalid_scope"
    begins, ends = claims.get("iat", 0), claims.get("exp", 0)
    good = begins <= now + 300 and now < ends <= begins + 3600  # O: an hour at most
    return "" if good else "invalid_grant"


def _raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _fault(value: Any, shape: Any, path: str) -> tuple[str, str] | None:
    """R: the first field that is unknown or of another kind."""
    if shape is None:
        return None
    if not isinstance(shape, dict):
        return None if isinstance(value, shape) else (path, f"Invalid value at '{path}'")
    if not isinstance(value, dict):
        return path, f"Invalid value at '{path}'"
    for name, inner in value.items():
        below = f"{path}.{name}".lstrip(".")
        known = shape.get(name, shape.get("*"))
        if name not in shape and "*" not in shape:
            return path, f"Unknown name \"{name}\" at '{path}': Cannot find field."
        if (wrong := _fault(inner, known, below)) is not None:
            return wrong
    return None


def _limits(message: dict[str, Any]) -> tuple[str, str] | None:
    """E, R: target, lifetime, priority, names and size."""
    if sum(one in message for one in ("token", "topic", "condition")) != 1:
        return "message", "Exactly one target"
    android = message.get("android", {})
    ttl = android.get("ttl", "0s")
    if not re.fullmatch(r"\d+(\.\d{1,9})?s", ttl) or float(ttl[:-1]) > FOUR_WEEKS:
        return "message.android.ttl", "Invalid TTL"
    if android.get("priority", "NORMAL").upper() not in ("NORMAL", "HIGH"):
        return "message.android.priority", "Invalid priority"
    data = message.get("data", {})
    for name in data:
        if name in ("from", "message_type") or name.startswith(("google", "gcm")):
            return "message.data", f"Invalid data payload key: {name}"
    apple = message.get("apns", {}).get("headers", {})
    if len(apple.get("apns-collapse-id", "").encode()) > 64:
        return "message.apns.headers", "apns-collapse-id"
    if apple.get("apns-push-type") == "background" and apple.get("apns-priority") != "5":
        return "message.apns.headers", "apns-priority"
    texts = [*data.items(), *message.get("notification", {}).items()]
    if sum(len(name.encode()) + len(text.encode()) for name, text in texts) > 4096:
        return "message", "Android message is too big"
    return None


def _error(status: int, word: str, fcm: str = "", *more: dict[str, Any]) -> Reply:
    details: list[dict[str, Any]] = list(more)
    if fcm:
        kind = "type.googleapis.com/google.firebase.fcm.v1.FcmError"
        details.append({"@type": kind, "errorCode": fcm})
    error: dict[str, Any] = {"code": status, "message": word.lower(), "status": word}
    if details:
        error["details"] = details
    return Reply(status, json.dumps({"error": error}).encode())


def _violation(field: str, why: str) -> Reply:
    broken = {
        "@type": "type.googleapis.com/google.rpc.BadRequest",
        "fieldViolations": [{"field": field, "description": why}],
    }
    return _error(400, "INVALID_ARGUMENT", "", broken)
