"""E-mail through SendGrid: one call a letter, signed events that carry our id.

[3rd] SendGrid's documentation (twilio.com/docs/sendgrid: api-reference/mail-send,
for-developers/tracking-events/event) and its own library (github.com/sendgrid/sendgrid-python,
helpers/eventwebhook, read 2026-11), not tried against its service.
"""

import base64
import binascii
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

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
from kervan.delivery.channels.mail_http.letter import Letter, MailAccount, checked, letter
from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from kervan.kernel.http import Answer, Client

_MESSAGE = "message"
_SIGNATURE = "x-twilio-email-event-webhook-signature"
_TIMESTAMP = "x-twilio-email-event-webhook-timestamp"
_FRESH = timedelta(hours=24)
"""It tries for a day to reach us; what is older than that is played back."""

# event, "dropped": why SendGrid itself did not send it.
_DROPPED = {
    "bounced address": ("bounced", Problem.ADDRESS),
    "invalid": ("bounced", Problem.ADDRESS),
    "invalid smtpapi header": ("failed", Problem.CONTENT),
    "unsubscribed address": ("refused", Problem.REFUSED),
    "spam reporting address": ("refused", Problem.REFUSED),
    "spam content (if spam checker app enabled)": ("failed", Problem.CONTENT),
    "recipient list over package quota": ("failed", Problem.ACCOUNT),
}


class Settings(MailAccount, frozen=True, kw_only=True):
    """An account at SendGrid; `hook_key` is the verification key of its signed event webhook."""

    api_key: Secret
    hook_key: str = ""
    base_url: str = "https://api.sendgrid.com"


class SendGrid:
    """A `Line` to one account."""

    def __init__(self, settings: Settings, client: Client, now: call_http.Now = clock.now) -> None:
        checked(settings)
        if settings.hook_key:
            _key(settings.hook_key)
        self._settings = settings
        self._client = client
        self._now = now

    async def send(self, outgoing: Outgoing) -> Outcome:
        """One letter; X-Message-Id is the reference."""
        one = letter(outgoing, self._settings)
        if isinstance(one, Outcome):
            return one
        headers = {
            "authorization": f"Bearer {self._settings.api_key}",
            "content-type": "application/json",
        }
        body = msgspec.json.encode(_body(outgoing, one))
        url = f"{self._settings.base_url}/v3/mail/send"
        answer = await call_http.call(self._client, "POST", url, headers, body)
        return answer if isinstance(answer, Outcome) else self._judged(answer)

    async def close(self) -> None:
        """Nothing is held: the client is its owner's."""

    def _judged(self, answer: Answer) -> Outcome:
        if answer.status == 202:
            return Outcome(Fate.ACCEPTED, reference=answer.headers.get("x-message-id", ""))
        refused = call_http.turned_away(answer, self._now)
        if refused is not None:
            return refused
        code = f"http_{answer.status}"
        if answer.status in (400, 413):
            # Its errors name a field: `from` is the account's, `to` the address.
            named = [str(one.get("field")) for one in _errors(answer)]
            if any(one.startswith("from") for one in named):
                return Outcome(Fate.DEFERRED, Problem.ACCOUNT, "400:from")
            if any(".to." in one for one in named):
                return Outcome(Fate.REJECTED, Problem.ADDRESS, "400:to")
            return Outcome(Fate.REJECTED, Problem.CONTENT, code)
        if 400 <= answer.status < 500:
            return Outcome(Fate.REJECTED, Problem.CONTENT, code)
        return Outcome(Fate.DOUBT, Problem.SERVER, code)


def read(settings: Settings, request: Request) -> Hook:
    """What a batch of events says, verified over its raw bytes where a key is set."""
    call_http.check_source(request, settings.hook_sources)
    if settings.hook_key:
        _verify(settings.hook_key, request)
    told = call_http.decoded(request.body)
    if not isinstance(told, list) or not all(isinstance(one, dict) for one in told):
        raise call_http.unreadable()
    return Hook([receipt for one in told for receipt in _receipts(one, request.at)])


def _body(outgoing: Outgoing, one: Letter) -> dict[str, Any]:
    sender = {"email": one.sender, **({"name": one.sender_name} if one.sender_name else {})}
    parts = (("text/plain", one.text), ("text/html", one.html))
    body: dict[str, Any] = {
        "personalizations": [
            {"to": [{"email": one.to}], "custom_args": {_MESSAGE: str(outgoing.message)}}
        ],
        "from": sender,
        "subject": one.subject,
        "content": [{"type": kind, "value": value} for kind, value in parts if value.strip()],
        "tracking_settings": {
            "click_tracking": {"enable": False},
            "open_tracking": {"enable": False},
            "subscription_tracking": {"enable": False},
        },
    }
    if one.reply_to:
        body["reply_to"] = {"email": one.reply_to}
    if one.headers:
        body["headers"] = one.headers
    return body


def _verify(key: str, request: Request) -> None:
    """ECDSA with SHA-256 over timestamp and body. Raises delivery.hook_forged."""
    stamp = request.headers.get(_TIMESTAMP, "")
    try:
        signature = base64.b64decode(request.headers.get(_SIGNATURE, ""), validate=True)
        _key(key).verify(signature, stamp.encode() + request.body, ec.ECDSA(hashes.SHA256()))
        age = request.at - datetime.fromtimestamp(int(stamp), UTC)
    except (InvalidSignature, binascii.Error, ValueError, OverflowError):
        raise KervanError("delivery.hook_forged", 401) from None
    if abs(age) > _FRESH:
        raise KervanError("delivery.hook_forged", 401)


def _key(text: str) -> ec.EllipticCurvePublicKey:
    """The verification key as the console shows it. Raises delivery.hook_key_invalid."""
    try:
        key = serialization.load_der_public_key(base64.b64decode(text, validate=True))
    except (ValueError, binascii.Error):
        raise KervanError("delivery.hook_key_invalid") from None
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise KervanError("delivery.hook_key_invalid")
    return key


def _receipts(told: dict[str, Any], otherwise: datetime) -> Iterator[Receipt]:
    """An event; sg_message_id begins with what X-Message-Id was."""
    name = str(told.get("sg_message_id") or "").partition(".")[0]
    message, event = call_http.ours(told.get(_MESSAGE)), str(told.get("event"))
    if not name and message is None:
        return
    stamp = told.get("timestamp")
    at = otherwise
    if isinstance(stamp, int) and 0 < stamp < 1 << 40:
        at = datetime.fromtimestamp(stamp, UTC)
    if event == "processed":
        yield Receipt("accepted", at, name, message)
    elif event == "delivered":
        yield Receipt("delivered", at, name, message)
    elif event == "spamreport":
        yield Receipt("complained", at, name, message)
    elif event in ("unsubscribe", "group_unsubscribe"):
        yield Receipt("refused", at, name, message, Problem.REFUSED, event)
    elif event == "bounce":
        yield _bounce(told, at, name, message)
    elif event == "dropped":
        reason = str(told.get("reason", "")).lower()
        kind, problem = _DROPPED.get(reason, ("failed", Problem.NONE))
        code = "dropped"
        if kind == "refused":
            yield Receipt("refused", at, name, message, problem, code)
        elif kind == "bounced":
            yield Receipt("bounced", at, name, message, problem, code)
        else:
            yield Receipt("failed", at, name, message, problem, code)


def _bounce(told: dict[str, Any], at: datetime, name: str, message: Any) -> Receipt:
    """`blocked` is a refusal of this letter, not of the address (event, "bounce")."""
    status = str(told.get("status", ""))
    code = status if status.replace(".", "").isdigit() and len(status) < 12 else "bounce"
    if told.get("type") == "blocked":
        return Receipt("failed", at, name, message, code=code)
    return Receipt("bounced", at, name, message, Problem.ADDRESS, code)


def _errors(answer: Answer) -> list[dict[str, Any]]:
    told = call_http.as_object(answer.body) or {}
    errors = told.get("errors")
    return [one for one in errors if isinstance(one, dict)] if isinstance(errors, list) else []


def _open(settings: Settings, client: Client) -> Line:
    return SendGrid(settings, client)


PROVIDER = Provider(
    name="sendgrid",
    channel="email",
    settings=Settings,
    capabilities=Capabilities(receipts=True),
    open=_open,
    read=read,
)
