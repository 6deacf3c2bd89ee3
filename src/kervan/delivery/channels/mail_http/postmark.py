"""E-mail through Postmark: one call a letter, webhooks that carry our id as metadata.

[3rd] Postmark's documentation (postmarkapp.com/developer: api/email-api, api/overview with its
error codes, webhooks/*, read 2026-11), not tried against its service. Webhooks are not signed;
they may have a name and a password, beside the secret path and the addresses they come from.
"""

import base64
import hmac
from datetime import UTC, datetime
from typing import Any

import msgspec

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

# api/overview, "API error codes": of a letter that is refused before anything is taken.
_CODES = {
    10: (Fate.DEFERRED, Problem.ACCOUNT),  # token
    100: (Fate.DEFERRED, Problem.SERVER),  # maintenance
    300: (Fate.REJECTED, Problem.CONTENT),
    400: (Fate.DEFERRED, Problem.ACCOUNT),  # sender signature: not there, not confirmed
    401: (Fate.DEFERRED, Problem.ACCOUNT),
    402: (Fate.REJECTED, Problem.CONTENT),
    403: (Fate.REJECTED, Problem.CONTENT),
    405: (Fate.DEFERRED, Problem.ACCOUNT),  # no credit
    406: (Fate.REJECTED, Problem.ADDRESS),  # inactive: it bounced, complained or was switched off
    409: (Fate.REJECTED, Problem.CONTENT),
    411: (Fate.REJECTED, Problem.CONTENT),
    412: (Fate.DEFERRED, Problem.ACCOUNT),
    413: (Fate.DEFERRED, Problem.ACCOUNT),
    429: (Fate.DEFERRED, Problem.THROTTLED),
}
# webhooks/bounce-webhook, "Type": those after which nothing more comes, besides HardBounce.
_GONE = frozenset({"HardBounce", "BadEmailAddress"})
_NO_BOUNCE = frozenset({"Transient", "AutoResponder", "Subscribe", "ChallengeVerification"})


class Settings(MailAccount, frozen=True, kw_only=True):
    """A server at Postmark; `stream` is where marketing letters go, `outbound` where others do."""

    server_token: Secret
    stream: str = "broadcast"
    hook_user: str = ""
    hook_password: Secret = ""
    base_url: str = "https://api.postmarkapp.com"


class Postmark:
    """A `Line` to one server."""

    def __init__(self, settings: Settings, client: Client, now: call_http.Now = clock.now) -> None:
        checked(settings)
        self._settings = settings
        self._client = client
        self._now = now

    async def send(self, outgoing: Outgoing) -> Outcome:
        """One letter; its MessageID is the reference."""
        one = letter(outgoing, self._settings)
        if isinstance(one, Outcome):
            return one
        headers = {
            "accept": "application/json",
            "content-type": "application/json",
            "x-postmark-server-token": self._settings.server_token,
        }
        body = msgspec.json.encode(self._body(outgoing, one))
        url = f"{self._settings.base_url}/email"
        answer = await call_http.call(self._client, "POST", url, headers, body)
        return answer if isinstance(answer, Outcome) else self._judged(answer)

    async def close(self) -> None:
        """Nothing is held: the client is its owner's."""

    def _body(self, outgoing: Outgoing, one: Letter) -> dict[str, Any]:
        body = {
            "From": one.from_line,
            "To": one.to,
            "ReplyTo": one.reply_to,
            "Subject": one.subject,
            "HtmlBody": one.html,
            "TextBody": one.text,
            "MessageStream": self._settings.stream if outgoing.marketing else "outbound",
            "Metadata": {_MESSAGE: str(outgoing.message)},
            "Headers": [{"Name": name, "Value": value} for name, value in one.headers.items()],
            "TrackOpens": False,
            "TrackLinks": "None",
        }
        return {name: value for name, value in body.items() if value not in ("", [])}

    def _judged(self, answer: Answer) -> Outcome:
        told = call_http.as_object(answer.body) or {}
        code, name = told.get("ErrorCode"), str(told.get("MessageID") or "")
        if answer.status == 200 and code == 0 and name:
            return Outcome(Fate.ACCEPTED, reference=name)
        if isinstance(code, int) and code in _CODES and answer.status < 500:
            fate, problem = _CODES[code]
            wait = call_http.wait_seconds(answer, self._now)
            return Outcome(fate, problem, str(code), retry_after_seconds=wait)
        refused = call_http.turned_away(answer, self._now)
        if refused is not None:
            return refused
        if 400 <= answer.status < 500:
            return Outcome(Fate.REJECTED, Problem.CONTENT, f"http_{answer.status}")
        return Outcome(Fate.DOUBT, Problem.SERVER, f"http_{answer.status}")


def read(settings: Settings, request: Request) -> Hook:
    """What a webhook says: Delivery, Bounce, SpamComplaint, SubscriptionChange; others are none."""
    call_http.check_source(request, settings.hook_sources)
    if settings.hook_password:
        pair = f"{settings.hook_user}:{settings.hook_password}".encode()
        wanted = b"Basic " + base64.b64encode(pair)
        if not hmac.compare_digest(request.headers.get("authorization", "").encode(), wanted):
            raise KervanError("delivery.hook_forged", 401)
    told = call_http.as_object(request.body)
    if told is None or not isinstance(told.get("RecordType"), str):
        raise call_http.unreadable()
    receipt = _receipt(told, request.at)
    return Hook([] if receipt is None else [receipt])


def _receipt(told: dict[str, Any], otherwise: datetime) -> Receipt | None:
    metadata = told.get("Metadata")
    message = call_http.ours(metadata.get(_MESSAGE)) if isinstance(metadata, dict) else None
    name, record = str(told.get("MessageID") or ""), told["RecordType"]
    if message is None and not name:
        return None  # a suppression by hand, of no letter (webhooks/subscription-change-webhook)
    if record == "Delivery":
        return Receipt("delivered", _time(told.get("DeliveredAt"), otherwise), name, message)
    if record == "SpamComplaint":
        return Receipt("complained", _time(told.get("BouncedAt"), otherwise), name, message)
    if record == "SubscriptionChange":
        at = _time(told.get("ChangedAt"), otherwise)
        wanted = told.get("SuppressSending") is True and told.get("Origin") == "Recipient"
        if not wanted or told.get("SuppressionReason") != "ManualSuppression":
            return None
        return Receipt("refused", at, name, message, Problem.REFUSED, "unsubscribed")
    if record != "Bounce":
        return None
    kind, at = str(told.get("Type", "")), _time(told.get("BouncedAt"), otherwise)
    if kind == "SpamComplaint":
        return Receipt("complained", at, name, message)
    if kind == "Unsubscribe":
        return Receipt("refused", at, name, message, Problem.REFUSED, "unsubscribed")
    if kind in _GONE:
        return Receipt("bounced", at, name, message, Problem.ADDRESS, kind)
    if kind in _NO_BOUNCE:
        return None
    return Receipt("failed", at, name, message, code=kind if kind.isalnum() else "bounce")


def _time(told: Any, otherwise: datetime) -> datetime:
    try:
        at = datetime.fromisoformat(str(told).replace("Z", "+00:00"))
    except ValueError:
        return otherwise
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def _open(settings: Settings, client: Client) -> Line:
    return Postmark(settings, client)


PROVIDER = Provider(
    name="postmark",
    channel="email",
    settings=Settings,
    capabilities=Capabilities(receipts=True),
    open=_open,
    read=read,
)
