"""E-mail through Mailgun: one call a letter, signed webhooks that carry our id as a variable.

[3rd] Mailgun's documentation (documentation.mailgun.com: send/mailgun/messages,
user-manual/webhooks/securing-webhooks and events, quickstart-guide/responses, read 2026-11), not
tried against its service. Its signature covers a time and a token, not what is said; so the path
stays secret as well.
"""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from kervan.delivery.channels import call_http
from kervan.delivery.channels.channel import (
    Capabilities,
    Fate,
    Hook,
    Line,
    Outcome,
    Outgoing,
    Problem,
    Provider,
    Receipt,
    Request,
    Secret,
)
from kervan.delivery.channels.mail_http.letter import MailAccount, checked, letter
from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from kervan.kernel.http import Answer, Client

_MESSAGE = "message"
_FRESH = timedelta(hours=9)
"""It tries for eight hours to reach us; what is older than that is played back."""

# events, "reason" of a permanent failure.
_REASONS = {
    "bounce": Problem.ADDRESS,
    "suppress-bounce": Problem.ADDRESS,
    "suppress-unsubscribe": Problem.REFUSED,
    "suppress-complaint": Problem.REFUSED,
}
# RFC 3463 and RFC 5321: the codes of a mailbox that is not there.
_NO_MAILBOX = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"})


class Settings(MailAccount, frozen=True, kw_only=True):
    """A sending domain at Mailgun; in Europe `base_url` is https://api.eu.mailgun.net."""

    domain: str
    api_key: Secret
    signing_key: Secret
    base_url: str = "https://api.mailgun.net"


class Mailgun:
    """A `Line` to one domain."""

    def __init__(self, settings: Settings, client: Client, now: call_http.Now = clock.now) -> None:
        checked(settings)
        self._settings = settings
        self._client = client
        self._now = now

    async def send(self, outgoing: Outgoing) -> Outcome:
        """One letter; the id in angle brackets, without them, is the reference."""
        one = letter(outgoing, self._settings)
        if isinstance(one, Outcome):
            return one
        form = {
            "from": one.from_line,
            "to": one.to,
            "subject": one.subject,
            "text": one.text,
            "html": one.html,
            "h:Reply-To": one.reply_to,
            **{f"h:{name}": value for name, value in one.headers.items()},
            f"v:{_MESSAGE}": str(outgoing.message),
            "o:tracking": "no",
        }
        pair = base64.b64encode(f"api:{self._settings.api_key}".encode()).decode()
        headers = {
            "authorization": f"Basic {pair}",
            "content-type": "application/x-www-form-urlencoded",
        }
        url = f"{self._settings.base_url}/v3/{quote(self._settings.domain, safe='')}/messages"
        body = urlencode({name: value for name, value in form.items() if value}).encode()
        answer = await call_http.call(self._client, "POST", url, headers, body)
        return answer if isinstance(answer, Outcome) else self._judged(answer)

    async def close(self) -> None:
        """Nothing is held: the client is its owner's."""

    def _judged(self, answer: Answer) -> Outcome:
        told = call_http.as_object(answer.body) or {}
        name = str(told.get("id") or "").strip("<>")
        if answer.status == 200 and name:
            return Outcome(Fate.ACCEPTED, reference=name)
        refused = call_http.turned_away(answer, self._now)
        if refused is not None:
            return refused
        code = f"http_{answer.status}"
        if answer.status in (402, 404):  # nothing paid; no such domain
            return Outcome(Fate.DEFERRED, Problem.ACCOUNT, code)
        if 400 <= answer.status < 500:
            to = "to parameter" in str(told.get("message", ""))
            return Outcome(Fate.REJECTED, Problem.ADDRESS if to else Problem.CONTENT, code)
        return Outcome(Fate.DOUBT, Problem.SERVER, code)


def read(settings: Settings, request: Request) -> Hook:
    """What a webhook says of one event, verified by its signature."""
    call_http.check_source(request, settings.hook_sources)
    told = call_http.as_object(request.body)
    event = told.get("event-data") if told else None
    if told is None or not isinstance(event, dict):
        raise call_http.unreadable()
    _verify(settings, told.get("signature"), request.at)
    receipt = _receipt(event, request.at)
    return Hook([] if receipt is None else [receipt])


def _verify(settings: Settings, signature: Any, at: datetime) -> None:
    """HMAC-SHA256 over timestamp and token, in hex. Raises delivery.hook_forged."""
    parts = signature if isinstance(signature, dict) else {}
    stamp, token = str(parts.get("timestamp", "")), str(parts.get("token", ""))
    key = settings.signing_key.encode()
    wanted = hmac.new(key, f"{stamp}{token}".encode("utf-8", "replace"), hashlib.sha256)
    given = str(parts.get("signature", "")).encode("utf-8", "replace")
    fresh = stamp.isdecimal() and len(stamp) < 12
    fresh = fresh and abs(at - datetime.fromtimestamp(int(stamp), UTC)) <= _FRESH
    if not hmac.compare_digest(given, wanted.hexdigest().encode()) or not fresh or not key:
        raise KervanError("delivery.hook_forged", 401)


def _receipt(event: dict[str, Any], otherwise: datetime) -> Receipt | None:
    variables, kind = event.get("user-variables"), event.get("event")
    message = call_http.ours(variables.get(_MESSAGE)) if isinstance(variables, dict) else None
    name = _inner(_inner(event, "message"), "headers").get("message-id")
    name = str(name or "").strip("<>")
    if message is None and not name:
        return None
    at = _time(event.get("timestamp"), otherwise)
    if kind == "accepted":
        return Receipt("accepted", at, name, message)
    if kind == "delivered":
        return Receipt("delivered", at, name, message)
    if kind == "complained":
        return Receipt("complained", at, name, message)
    if kind == "unsubscribed":
        return Receipt("refused", at, name, message, Problem.REFUSED, "unsubscribed")
    if kind == "rejected":
        return Receipt("failed", at, name, message, Problem.CONTENT, "rejected")
    if kind != "failed" or event.get("severity") != "permanent":
        return None
    reason, status = str(event.get("reason", "")), _inner(event, "delivery-status")
    problem = _REASONS.get(reason, Problem.NONE)
    code = str(status.get("enhanced-code") or status.get("code") or "")
    code = code if code.replace(".", "").isdigit() and len(code) < 12 else "failed"
    if problem is Problem.REFUSED:
        return Receipt("refused", at, name, message, problem, reason)
    if problem is Problem.ADDRESS and (code in _NO_MAILBOX or reason == "suppress-bounce"):
        return Receipt("bounced", at, name, message, problem, code)
    return Receipt("failed", at, name, message, code=code)


def _inner(told: dict[str, Any], name: str) -> dict[str, Any]:
    inner = told.get(name)
    return inner if isinstance(inner, dict) else {}


def _time(told: Any, otherwise: datetime) -> datetime:
    if isinstance(told, int | float) and 0 < told < 1 << 40:
        return datetime.fromtimestamp(told, UTC)
    return otherwise


def _open(settings: Settings, client: Client) -> Line:
    return Mailgun(settings, client)


PROVIDER = Provider(
    name="mailgun",
    channel="email",
    settings=Settings,
    capabilities=Capabilities(receipts=True),
    open=_open,
    read=read,
)
