"""E-mail through Amazon SES: one call a letter, events by SNS that carry our id as a tag.

[3rd] AWS's documentation (docs.aws.amazon.com: ses API v2 SendEmail, ses event-publishing
contents, sns verify-signature-of-message, read 2026-11), not tried against its service. The
certificate that SNS signs with is a setting, since reading a call asks nobody.
"""

import base64
import binascii
from datetime import UTC, datetime
from typing import Any

import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

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
from kervan.delivery.channels.mail_http.aws_signature import Keys, signed
from kervan.delivery.channels.mail_http.letter import Letter, MailAccount, checked, letter
from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from kervan.kernel.http import Answer, Client

_MESSAGE = "message"

# API v2, SendEmail, "Errors": all of it took nothing.
_ERRORS = {
    "AccountSuspendedException": (Fate.DEFERRED, Problem.ACCOUNT),
    "SendingPausedException": (Fate.DEFERRED, Problem.ACCOUNT),
    "MailFromDomainNotVerifiedException": (Fate.DEFERRED, Problem.ACCOUNT),
    "NotFoundException": (Fate.DEFERRED, Problem.ACCOUNT),  # the configuration set
    "LimitExceededException": (Fate.DEFERRED, Problem.THROTTLED),
    "TooManyRequestsException": (Fate.DEFERRED, Problem.THROTTLED),
    "BadRequestException": (Fate.REJECTED, Problem.CONTENT),
    "MessageRejected": (Fate.REJECTED, Problem.CONTENT),
}
# sns verify-signature-of-message: what is signed, in this order.
_SIGNED = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")


class Settings(MailAccount, frozen=True, kw_only=True):
    """An account at SES. `topic_arn` is the only topic whose messages are read.

    `topic_certificate` is the PEM (or several, while it changes) at SNS's SigningCertURL; without
    one the secret path alone vouches for a call. The topic has to sign with SHA-256
    (SignatureVersion 2).
    """

    region: str
    access_key: str
    secret_key: Secret
    topic_arn: str
    topic_certificate: str = ""
    configuration_set: str = ""
    base_url: str = ""


class Ses:
    """A `Line` to one account."""

    def __init__(self, settings: Settings, client: Client, now: call_http.Now = clock.now) -> None:
        checked(settings)
        _certificates(settings.topic_certificate)
        self._settings = settings
        self._keys = Keys(settings.access_key, settings.secret_key, settings.region, "ses")
        self._client = client
        self._now = now

    async def send(self, outgoing: Outgoing) -> Outcome:
        """One letter; its MessageId is the reference."""
        settings = self._settings
        one = letter(outgoing, settings)
        if isinstance(one, Outcome):
            return one
        root = settings.base_url or f"https://email.{settings.region}.amazonaws.com"
        url = f"{root}/v2/email/outbound-emails"
        body = msgspec.json.encode(_body(outgoing, one, settings.configuration_set))
        kind = {"content-type": "application/json"}
        headers = signed(self._keys, "POST", url, kind, body, self._now())
        answer = await call_http.call(self._client, "POST", url, headers, body)
        return answer if isinstance(answer, Outcome) else self._judged(answer)

    async def close(self) -> None:
        """Nothing is held: the client is its owner's."""

    def _judged(self, answer: Answer) -> Outcome:
        told = call_http.as_object(answer.body) or {}
        name = str(told.get("MessageId") or "")
        if answer.status == 200 and name:
            return Outcome(Fate.ACCEPTED, reference=name)
        # The error's name stands in a header, with an address behind a colon.
        error = answer.headers.get("x-amzn-errortype", "").partition(":")[0]
        if error in _ERRORS and 400 <= answer.status < 500:
            fate, problem = _ERRORS[error]
            wait = call_http.wait_seconds(answer, self._now)
            return Outcome(fate, problem, error, retry_after_seconds=wait)
        refused = call_http.turned_away(answer, self._now)
        if refused is not None:
            return refused
        if 400 <= answer.status < 500:
            return Outcome(Fate.REJECTED, Problem.CONTENT, f"http_{answer.status}")
        return Outcome(Fate.DOUBT, Problem.SERVER, f"http_{answer.status}")


def read(settings: Settings, request: Request) -> Hook:
    """What a message of our topic says, verified under its certificate where one is set."""
    call_http.check_source(request, settings.hook_sources)
    told = call_http.as_object(request.body)
    if told is None or not isinstance(told.get("Type"), str):
        raise call_http.unreadable()
    if told.get("TopicArn") != settings.topic_arn:
        raise KervanError("delivery.hook_forged", 401)
    if told["Type"] != "Notification":
        return Hook([])  # a subscription is confirmed at SNS by its operator
    if settings.topic_certificate:
        _verify(settings.topic_certificate, told)
    event = call_http.decoded(str(told.get("Message", "")).encode("utf-8", "replace"))
    if not isinstance(event, dict):
        raise call_http.unreadable()
    receipt = _receipt(event, request.at)
    return Hook([] if receipt is None else [receipt])


def _body(outgoing: Outgoing, one: Letter, configuration_set: str) -> dict[str, Any]:
    parts = {"Text": one.text, "Html": one.html}
    body: dict[str, Any] = {
        "FromEmailAddress": one.from_line,
        "Destination": {"ToAddresses": [one.to]},
        "Content": {
            "Simple": {
                "Subject": {"Data": one.subject, "Charset": "UTF-8"},
                "Body": {
                    name: {"Data": value, "Charset": "UTF-8"}
                    for name, value in parts.items()
                    if value.strip()
                },
                "Headers": [{"Name": name, "Value": value} for name, value in one.headers.items()],
            }
        },
        "EmailTags": [{"Name": _MESSAGE, "Value": str(outgoing.message)}],
    }
    if one.reply_to:
        body["ReplyToAddresses"] = [one.reply_to]
    if configuration_set:
        body["ConfigurationSetName"] = configuration_set
    return body


def _verify(pem: str, told: dict[str, Any]) -> None:
    """RSA over the named parts, each with its name. Raises delivery.hook_forged."""
    text = "".join(f"{name}\n{told[name]}\n" for name in _SIGNED if told.get(name) is not None)
    try:
        signature = base64.b64decode(str(told.get("Signature", "")), validate=True)
    except (binascii.Error, ValueError):
        signature = b""
    keys = _certificates(pem) if str(told.get("SignatureVersion")) == "2" else []
    if not any(_fits(key, signature, text.encode("utf-8", "replace")) for key in keys):
        raise KervanError("delivery.hook_forged", 401)


def _fits(key: rsa.RSAPublicKey, signature: bytes, text: bytes) -> bool:
    try:
        key.verify(signature, text, padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return False
    return True


def _certificates(pem: str) -> list[rsa.RSAPublicKey]:
    """The keys of the certificates. Raises delivery.hook_key_invalid."""
    if not pem:
        return []
    try:
        keys = [one.public_key() for one in x509.load_pem_x509_certificates(pem.encode())]
    except ValueError:
        raise KervanError("delivery.hook_key_invalid") from None
    found = [key for key in keys if isinstance(key, rsa.RSAPublicKey)]
    if not found:
        raise KervanError("delivery.hook_key_invalid")
    return found


def _receipt(event: dict[str, Any], otherwise: datetime) -> Receipt | None:
    """event-publishing contents: eventType, and a part of that name beside `mail`."""
    mail, kind = _inner(event, "mail"), str(event.get("eventType", ""))
    name, tags = str(mail.get("messageId") or ""), _inner(mail, "tags").get(_MESSAGE)
    message = call_http.ours(tags[0]) if isinstance(tags, list) and tags else None
    if not name and message is None:
        return None
    part = _inner(event, kind[:1].lower() + kind[1:])
    at = _time(part.get("timestamp") or mail.get("timestamp"), otherwise)
    if kind == "Send":
        return Receipt("accepted", at, name, message)
    if kind == "Delivery":
        return Receipt("delivered", at, name, message)
    if kind == "Complaint":
        return Receipt("complained", at, name, message)
    if kind == "Subscription":
        return Receipt("refused", at, name, message, Problem.REFUSED, "unsubscribed")
    if kind in ("Reject", "Rendering Failure"):
        return Receipt("failed", at, name, message, Problem.CONTENT, kind.lower())
    if kind != "Bounce":
        return None
    code = str(part.get("bounceSubType", ""))
    code = code if code.isalnum() and len(code) < 40 else "bounce"
    if part.get("bounceType") == "Permanent":
        return Receipt("bounced", at, name, message, Problem.ADDRESS, code)
    return Receipt("failed", at, name, message, code=code)


def _inner(told: dict[str, Any], name: str) -> dict[str, Any]:
    inner = told.get(name)
    return inner if isinstance(inner, dict) else {}


def _time(told: Any, otherwise: datetime) -> datetime:
    try:
        at = datetime.fromisoformat(str(told).replace("Z", "+00:00"))
    except ValueError:
        return otherwise
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def _open(settings: Settings, client: Client) -> Line:
    return Ses(settings, client)


PROVIDER = Provider(
    name="ses",
    channel="email",
    settings=Settings,
    # A new account's rate; the account's own is set where the account is.
    capabilities=Capabilities(receipts=True, per_second=14.0),
    open=_open,
    read=read,
)
