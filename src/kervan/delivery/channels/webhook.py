"""A message as a call to a system of the operator's own, signed by Standard Webhooks.

https://www.standardwebhooks.com: the receiver knows the call by `webhook-id`, which is our
message's, so a doubt is sent again; it refuses what is older than minutes, and what it cannot
verify under one of its secrets. The URL is a person's word: it is called with a client of
`Reach.PUBLIC`, whose guard stands where the socket is made.
"""

import binascii
import re
from base64 import b64decode
from collections.abc import Iterator
from urllib.parse import urlsplit

import msgspec
from standardwebhooks import Webhook

from kervan.delivery.channels import call_http
from kervan.delivery.channels.channel import (
    Capabilities,
    Fate,
    Line,
    Outcome,
    Outgoing,
    Problem,
    Provider,
    Secret,
)
from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from kervan.kernel.http import Answer, Client, Reach, check_url

_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_OURS = frozenset(
    {"content-type", "content-length", "host", "connection", "transfer-encoding", "expect", "te"}
)
_SECRET_BYTES = range(24, 65)  # Standard Webhooks, "Signature scheme"
_GONE = 410
_LATER = frozenset({408, 425})  # RFC 9110 §15.5.9, RFC 8470 §5.2: nothing was processed


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """A receiver. While its secret is changed both sign, so that it may change at its own time.

    `headers` are the receiver's own, `Name: value` one a line; a key may stand there, so all of it
    is kept as a secret.
    """

    url: str
    secret: Secret
    previous_secret: Secret = ""
    headers: Secret = ""


class Receiver:
    """A `Line` to one receiver."""

    def __init__(self, settings: Settings, client: Client, now: call_http.Now = clock.now) -> None:
        check_url(settings.url, Reach.ANYWHERE)  # its shape; the client's guard knows its reach
        if urlsplit(settings.url).username is not None:
            raise KervanError("kernel.url_not_allowed")
        self._url = settings.url
        self._signers = [_signer(one) for one in (settings.secret, settings.previous_secret) if one]
        if not settings.secret:
            raise KervanError("delivery.webhook_secret_invalid")
        self._headers = dict(_extra(settings.headers))
        self._client = client
        self._now = now

    async def send(self, outgoing: Outgoing) -> Outcome:
        """One call. 2xx is accepted, whatever the body says; 410 tells that it is gone."""
        body = _body(outgoing)
        if body is None:
            return Outcome(Fate.REJECTED, Problem.CONTENT, "not_json")
        name, at = str(outgoing.message), self._now()
        headers = {
            **self._headers,
            "content-type": "application/json",
            "user-agent": "Kervan",
            "webhook-id": name,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": " ".join(one.sign(name, at, body) for one in self._signers),
        }
        answer = await call_http.call(self._client, "POST", self._url, headers, body.encode())
        if isinstance(answer, Outcome):
            return answer
        return self._judged(answer)

    async def close(self) -> None:
        """Nothing is held: the client is its owner's."""

    def _judged(self, answer: Answer) -> Outcome:
        if 200 <= answer.status < 300:
            return Outcome(Fate.ACCEPTED)
        refused = call_http.turned_away(answer, self._now)
        if refused is not None:
            return refused
        code = f"http_{answer.status}"
        if answer.status == _GONE:
            return Outcome(Fate.REJECTED, Problem.ADDRESS, code)
        if answer.status in _LATER or answer.status >= 500:
            wait = call_http.wait_seconds(answer, self._now)
            return Outcome(Fate.DEFERRED, Problem.SERVER, code, retry_after_seconds=wait)
        return Outcome(Fate.REJECTED, Problem.CONTENT, code)


def _signer(secret: str) -> Webhook:
    try:
        key = b64decode(secret.removeprefix("whsec_") + "==", validate=False)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) not in _SECRET_BYTES:
        raise KervanError("delivery.webhook_secret_invalid")
    return Webhook(secret)


def _extra(lines: str) -> Iterator[tuple[str, str]]:
    """Headers of the operator's own, none of which is one of ours or smuggles another in."""
    for line in lines.splitlines():
        if not line.strip():
            continue
        name, colon, value = line.partition(":")
        name, value = name.strip().lower(), value.strip()
        taken = name in _OURS or name.startswith("webhook-")
        if not colon or taken or not _NAME.fullmatch(name) or not value.isprintable():
            raise KervanError("delivery.webhook_header_invalid", header=name[:40])
        yield name, value


def _body(outgoing: Outgoing) -> str | None:
    """The JSON as it was written, so that it is signed as it goes; None when it is none.

    A message with an `event` is put in Standard Webhooks' envelope of `type` and `data`.
    """
    written = outgoing.fields.get("body", "")
    try:
        decoded = msgspec.json.decode(written)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return None
    event = outgoing.fields.get("event", "")
    if not event:
        return written
    return msgspec.json.encode({"type": event, "data": decoded}).decode()


def _open(settings: Settings, client: Client) -> Line:
    return Receiver(settings, client)


PROVIDER = Provider(
    name="webhook",
    channel="webhook",
    settings=Settings,
    capabilities=Capabilities(idempotent=True, doubt_window_seconds=0.0),
    open=_open,
)
