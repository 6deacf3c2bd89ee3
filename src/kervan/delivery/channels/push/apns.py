"""Apple Push Notification service: HTTP/2 with a signed token, one connection for many messages.

The rules are Apple's: "Establishing a token-based connection to APNs" (T), "Sending notification
requests to APNs" (S), "Generating a remote notification" (G), "Handling notification responses
from APNs" (R), all in the UserNotifications documentation.
"""

import base64
import hashlib
import json
import re
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import msgspec
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from kervan.delivery.channels.call_http import as_object, wait_seconds
from kervan.delivery.channels.channel import (
    Capabilities,
    Fate,
    Outcome,
    Outgoing,
    Problem,
    Provider,
    Secret,
)
from kervan.delivery.channels.push.answers import Standing, deferred, rejected, seconds_left
from kervan.delivery.channels.push.http2 import Http2
from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from kervan.kernel.http import Answer, Client, Unanswered, Unreachable

PREFIX = "apns:"
MOST_BYTES = 4096  # G
_LONGEST_SECONDS = 2_592_000  # S: stored for 30 days or less
# T: a new token at most every 20 minutes and at least every 60; all tell the same in between.
_TOKEN_SECONDS = 1800
_YOUNGEST_SECONDS = 1200
_ID = re.compile(r"[A-Za-z0-9]{10}")
_TOPIC = re.compile(r"[A-Za-z0-9.-]{1,200}")
_DEVICE = re.compile(r"([0-9a-f]{2}){8,100}")  # S: hexadecimal; no length may be relied on
_REASON = re.compile(r"[A-Za-z]{1,60}")

# R, by whose fault it is.
_GONE = ("Unregistered", "ExpiredToken")
_NOT_OURS = ("BadDeviceToken", "DeviceTokenNotForTopic")
_ACCOUNT = (
    "BadTopic", "MissingTopic", "TopicDisallowed", "TopicMismatch", "BadEnvironmentKeyIdInToken",
)  # fmt: skip


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What an operator sets.

    `key`: the .p8 file's text; `key_id`, `team_id`: ten letters each; `topic`: the app's bundle
    id; `environment`: "development" for apps that Xcode installs.
    """

    key: Secret
    key_id: str
    team_id: str
    topic: str
    environment: Literal["production", "development"] = "production"
    sound: str = "default"


@dataclass(frozen=True)
class Place:
    """A server and what it is trusted by."""

    host: str
    port: int = 443
    tls: ssl.SSLContext | None = None


_PLACES = {
    "production": Place("api.push.apple.com"),
    "development": Place("api.sandbox.push.apple.com"),
}


class Apns:
    """An open line to one app; `place` stands in for Apple in tests, `now` is the clock."""

    def __init__(
        self,
        settings: Settings,
        place: Place | None = None,
        now: Callable[[], datetime] = clock.now,
        timeout_seconds: float = 30.0,
    ) -> None:
        """Raises delivery.push_apple_key_invalid, delivery.push_apple_ids_invalid."""
        self._settings = settings
        self._signer = Signer(settings, now)
        self._now = now
        self._standing = Standing()
        found = place or _PLACES[settings.environment]
        tls = found.tls or ssl.create_default_context()
        tls.minimum_version = ssl.TLSVersion.TLSv1_2  # S
        tls.set_alpn_protocols(["h2"])
        self._authority = found.host if found.port == 443 else f"{found.host}:{found.port}"
        self._http = Http2(found.host, found.port, tls, timeout_seconds)

    async def send(self, outgoing: Outgoing) -> Outcome:
        """Hand over; once more with a new token where Apple finds ours too old."""
        device = outgoing.to.removeprefix(PREFIX).lower()
        if not outgoing.to.startswith(PREFIX) or not _DEVICE.fullmatch(device):
            return rejected(Problem.ADDRESS, "token_invalid")
        quiet = not (outgoing.fields.get("title") or outgoing.fields.get("body"))
        try:
            body = payload_of(outgoing, self._settings.sound, quiet=quiet)
        except ValueError as error:
            return rejected(Problem.CONTENT, str(error))
        headers = self._headers(outgoing, device, quiet=quiet)
        token = self._signer.token()
        answer = await self._post(headers, token, body)
        if isinstance(answer, Answer) and _reason(answer) == "ExpiredProviderToken":
            fresh = self._signer.renewed(token)
            if not fresh:
                return deferred(Problem.ACCOUNT, "ExpiredProviderToken")  # our clock is wrong
            answer = await self._post(headers, fresh, body)
        return answer if isinstance(answer, Outcome) else self._read(answer)

    async def close(self) -> None:
        """Hang up."""
        await self._http.close()

    async def _post(
        self, headers: list[tuple[str, str]], token: str, body: bytes
    ) -> Answer | Outcome:
        signed = [*headers, ("authorization", f"bearer {token}")]
        try:
            return await self._http.request(signed, body)
        except Unreachable as error:
            return deferred(Problem.LINE, str(error))
        except Unanswered as error:
            return Outcome(Fate.DOUBT, Problem.LINE, str(error))

    def _headers(self, outgoing: Outgoing, device: str, *, quiet: bool) -> list[tuple[str, str]]:
        now = self._now()
        ends = int(now.timestamp()) + seconds_left(outgoing, now, _LONGEST_SECONDS)
        headers = [
            (":method", "POST"),
            (":scheme", "https"),
            (":authority", self._authority),
            (":path", f"/3/device/{device}"),
            ("apns-id", str(outgoing.message)),
            ("apns-topic", self._settings.topic),
            ("apns-push-type", "background" if quiet else "alert"),
            ("apns-expiration", str(ends)),
            # S: 10 at once, 5 with regard to the battery; what is quiet may not be 10.
            ("apns-priority", "5" if quiet or outgoing.marketing else "10"),
            ("content-type", "application/json"),
        ]
        collapse = outgoing.fields.get("collapse")
        if collapse:  # S: at most 64 bytes
            key = hashlib.blake2b(collapse.encode("utf-8", "replace"), digest_size=16).hexdigest()
            headers.append(("apns-collapse-id", key))
        return headers

    def _read(self, answer: Answer) -> Outcome:
        status, reason = answer.status, _reason(answer)
        code = reason or str(status)
        wait = wait_seconds(answer, self._now)
        if status == 200:
            self._standing.accepted()
            return Outcome(Fate.ACCEPTED, reference=answer.headers.get("apns-id", ""))
        if status == 410 or reason in _GONE:
            return rejected(Problem.ADDRESS, gone_code(code, answer))
        if reason in _NOT_OURS:  # a token of another app or environment, or ours is the wrong one
            return self._standing.refused(code)
        if status == 413:
            return rejected(Problem.CONTENT, code)
        if reason == "TooManyProviderTokenUpdates":
            return deferred(Problem.ACCOUNT, code, wait)
        if status == 429:  # too many to one device: the others need not wait
            return deferred(Problem.SERVER, code, wait)
        if status == 503:  # R: ServiceUnavailable, Shutdown: to be tried again
            return deferred(Problem.SERVER, code, wait)
        if status >= 500:  # R says nothing of what was done before the error
            return Outcome(Fate.DOUBT, Problem.SERVER, code)
        if status == 403 or reason in _ACCOUNT or not reason:
            return deferred(Problem.ACCOUNT, code)
        return rejected(Problem.CONTENT, code)


class Signer:
    """Our provider token (T): the same one, letter for letter, in all processes and after a start.

    It is dated to the half hour and signed deterministically (RFC 6979), because Apple counts new
    tokens: each worker making one of its own would be refused as too many updates.
    """

    def __init__(self, settings: Settings, now: Callable[[], datetime]) -> None:
        """Raises delivery.push_apple_key_invalid, delivery.push_apple_ids_invalid."""
        try:
            key = load_pem_private_key(settings.key.strip().encode(), None)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            raise KervanError("delivery.push_apple_key_invalid") from None
        if not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.name != "secp256r1":
            raise KervanError("delivery.push_apple_key_invalid")
        ids = (settings.key_id, settings.team_id)
        if not all(_ID.fullmatch(one) for one in ids) or not _TOPIC.fullmatch(settings.topic):
            raise KervanError("delivery.push_apple_ids_invalid")
        self._key = key
        self._ids = ids
        self._now = now
        self._made = 0
        self._text = ""

    def token(self) -> str:
        """The token of this half hour."""
        now = int(self._now().timestamp())
        if not self._made <= now < self._made + _TOKEN_SECONDS:
            self._sign(now - now % _TOKEN_SECONDS)
        return self._text

    def renewed(self, refused: str) -> str:
        """One of this very second, "" where the refused one is too young to be changed."""
        now = int(self._now().timestamp())
        if self._text == refused:  # else another message has done it
            if now - self._made < _YOUNGEST_SECONDS:
                return ""
            self._sign(now)
        return self._text

    def _sign(self, at: int) -> None:
        key_id, team_id = self._ids
        head = _part({"alg": "ES256", "kid": key_id}) + b"." + _part({"iss": team_id, "iat": at})
        algorithm = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)
        r, s = decode_dss_signature(self._key.sign(head, algorithm))
        signature = _encode(r.to_bytes(32, "big") + s.to_bytes(32, "big"))
        self._text = (head + b"." + signature).decode()
        self._made = at


def payload_of(outgoing: Outgoing, sound: str, *, quiet: bool) -> bytes:
    """The payload (G): what is shown under `aps`, what the app reads beside it.

    Quiet: nothing is shown, the app is woken. Raises ValueError: data_invalid, data_reserved,
    too_large.
    """
    fields = outgoing.fields
    try:
        payload: Any = json.loads(fields.get("data") or "{}")
    except ValueError:
        raise ValueError("data_invalid") from None
    if not isinstance(payload, dict):
        raise ValueError("data_invalid")
    if "aps" in payload:
        raise ValueError("data_reserved")
    payload |= {one: fields[one] for one in ("url", "image", "icon") if fields.get(one)}
    payload["message"] = str(outgoing.message)
    if quiet:
        payload["aps"] = {"content-available": 1}
    else:
        alert = {one: fields[one] for one in ("title", "body") if fields.get(one)}
        payload["aps"] = {"alert": alert}
        if sound:
            payload["aps"]["sound"] = sound
        if fields.get("image"):  # the app's extension fetches it before it is shown
            payload["aps"]["mutable-content"] = 1
    body = msgspec.json.encode(payload)
    if len(body) > MOST_BYTES:
        raise ValueError("too_large")
    return body


def gone_code(reason: str, answer: Answer) -> str:
    """`Unregistered 1763812800000`: since when Apple knows it, in milliseconds (R).

    A token that was registered again after that is good: whoever deletes compares the two.
    """
    at = (as_object(answer.body) or {}).get("timestamp")
    return f"{reason} {at}" if isinstance(at, int) else reason


def _reason(answer: Answer) -> str:
    reason = (as_object(answer.body) or {}).get("reason")
    return reason if isinstance(reason, str) and _REASON.fullmatch(reason) else ""


def _part(value: dict[str, Any]) -> bytes:
    return _encode(msgspec.json.encode(value))


def _encode(value: bytes) -> bytes:
    return base64.urlsafe_b64encode(value).rstrip(b"=")


def _open(settings: Settings, _: Client) -> Apns:
    return Apns(settings)


PROVIDER = Provider(
    name="apns",
    channel="push",
    settings=Settings,
    # Apple names no rate; one connection takes about a thousand at once (S: do not count on it).
    capabilities=Capabilities(per_second=1000.0, in_flight=256),
    open=_open,
    takes=lambda address: address.startswith(PREFIX),
)
