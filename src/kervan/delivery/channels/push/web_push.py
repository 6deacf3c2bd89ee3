"""Web Push: encrypted for one browser and handed to the push service that the browser chose.

RFC 8030 (the request), RFC 8188 and 8291 (encryption), RFC 8292 (VAPID, who we are).
"""

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from urllib.parse import SplitResult, urlsplit

import http_ece
import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc import jwt
from joserfc.jwk import ECKey

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
from kervan.kernel import clock, ids
from kervan.kernel.errors import KervanError
from kervan.kernel.http import Answer, Client, Reach, Unanswered, Unreachable, check_url

MOST_BYTES = 4096
"""What every push service takes, counted after encryption (RFC 8030 §7.2)."""
_ROOM = MOST_BYTES - 16 - 4 - 1 - 65 - 16 - 1  # salt, size, length, key; tag, delimiter: RFC 8188
_LONGEST_SECONDS = 2_419_200  # four weeks: the shortest of the limits that services name
_TOKEN_LIFE = timedelta(hours=12)  # at most 24 hours: RFC 8292 §2
_SERVICES = (
    "fcm.googleapis.com",
    "updates.push.services.mozilla.com",
    "*.push.services.mozilla.com",
    "*.push.apple.com",
    "*.notify.windows.com",
)
_SUBJECT = re.compile(r"mailto:[^@\s]+@[^@\s]+\.[^@\s]+|https://[^\s/]+\S*")
# Mozilla's errno of a 400: an unknown router is a broken address, the others are the request.
_MOZILLA_ADDRESS = (108,)
_MOZILLA_CONTENT = (101, 110, 111, 112, 113)

Urgency = Literal["very-low", "low", "normal", "high"]


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What an operator sets.

    `private_key`: 32 bytes in base64url, whose public half pages subscribe with. `subject`: mailto:
    or https:, whom a push service may write to. `services`: hosts that may be sent to, "*." for all
    below one; an origin with its scheme is one of the operator's own.
    """

    private_key: Secret
    subject: str
    services: tuple[str, ...] = _SERVICES
    urgency: Urgency = "high"
    marketing_urgency: Urgency = "normal"


class _Keys(msgspec.Struct, frozen=True):
    p256dh: str
    auth: str


class _Subscription(msgspec.Struct, frozen=True):
    """What PushSubscription.toJSON() gives (Push API §8)."""

    endpoint: str
    keys: _Keys


@dataclass(slots=True)
class _Origin:
    """One push service: the token it was shown last, how it took it, and whether it rests.

    A service that is too busy rests here, alone: the line is all services' way.
    """

    standing: Standing
    token: str = ""
    renew_at: datetime | None = None
    rests_until: datetime | None = None


class WebPush:
    """An open line to all push services; `now` is the clock."""

    def __init__(
        self, settings: Settings, http: Client, now: Callable[[], datetime] = clock.now
    ) -> None:
        """Raises delivery.push_key_invalid, delivery.push_subject_invalid."""
        key = _private_key(settings.private_key)
        if not _SUBJECT.fullmatch(settings.subject):
            raise KervanError("delivery.push_subject_invalid")
        self._settings = settings
        self._http = http
        self._now = now
        self._signer = ECKey.import_key(key)
        self.public_key = _encode(_point(key.public_key()))
        """What a page gives as applicationServerKey."""
        self._origins: dict[str, _Origin] = {}

    async def send(self, outgoing: Outgoing) -> Outcome:
        """Encrypt, hand over, read the answer."""
        try:
            subscription = msgspec.json.decode(outgoing.to, type=_Subscription)
            place = self._place(subscription.endpoint)
            receiver = _decode(subscription.keys.p256dh, 65)
            secret = _decode(subscription.keys.auth, 16)
        except (msgspec.DecodeError, ValueError):
            return rejected(Problem.ADDRESS, "subscription_invalid")
        if place is None:
            return rejected(Problem.ADDRESS, "endpoint_not_allowed")
        try:
            payload = payload_of(outgoing)
        except ValueError:
            return rejected(Problem.CONTENT, "data_invalid")
        if len(payload) > _ROOM:
            return rejected(Problem.CONTENT, "too_large")
        try:
            body = encrypt(payload, receiver, secret)
        except ValueError:  # a point that is not on the curve
            return rejected(Problem.ADDRESS, "subscription_invalid")
        origin = self._origin(place)
        if origin.rests_until is not None and (now := self._now()) < origin.rests_until:
            return deferred(Problem.SERVER, "rests", (origin.rests_until - now).total_seconds())
        try:
            answer = await self._http.call(
                "POST", subscription.endpoint, headers=self._headers(outgoing, origin), body=body
            )
        except Unreachable:
            return deferred(Problem.LINE, "unreachable")
        except Unanswered as lost:
            return Outcome(Fate.DOUBT, Problem.LINE, str(lost))
        except KervanError:  # the name leads to a private address
            return rejected(Problem.ADDRESS, "endpoint_not_allowed")
        return _read(answer, origin, self._now())

    async def close(self) -> None:
        """Nothing is held open here."""

    def _place(self, endpoint: str) -> SplitResult | None:
        """The endpoint in parts, None where it may not lead. Raises ValueError."""
        parts = urlsplit(endpoint)
        host, port = (parts.hostname or "").lower(), parts.port
        if parts.username is not None or parts.password is not None:
            return None
        if f"{parts.scheme}://{parts.netloc}" in self._settings.services:
            return parts
        try:
            check_url(endpoint, Reach.PUBLIC)
        except KervanError:
            return None
        if parts.scheme != "https" or port not in (None, 443):
            return None
        for service in self._settings.services:
            below = service.startswith("*.") and host.endswith(service[1:])
            if below or host == service:
                return parts
        return None

    def _origin(self, place: SplitResult) -> _Origin:
        name = f"{place.scheme}://{place.netloc}"
        origin = self._origins.setdefault(name, _Origin(Standing()))
        now = self._now()
        if origin.renew_at is None or now >= origin.renew_at:
            ends = now + _TOKEN_LIFE
            claims = {"aud": name, "exp": int(ends.timestamp()), "sub": self._settings.subject}
            origin.token = jwt.encode({"typ": "JWT", "alg": "ES256"}, claims, self._signer)
            origin.renew_at = now + _TOKEN_LIFE / 2
        return origin

    def _headers(self, outgoing: Outgoing, origin: _Origin) -> dict[str, str]:
        settings = self._settings
        headers = {
            "Authorization": f"vapid t={origin.token}, k={self.public_key}",
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(seconds_left(outgoing, self._now(), _LONGEST_SECONDS)),
            "Urgency": settings.marketing_urgency if outgoing.marketing else settings.urgency,
        }
        collapse = outgoing.fields.get("collapse")
        if collapse:
            headers["Topic"] = topic(collapse)
        return headers


def payload_of(outgoing: Outgoing) -> bytes:
    """What the page's service worker reads: JSON with what is not empty; `id` is our message's.

    Raises ValueError where `data` is no JSON object.
    """
    fields = outgoing.fields
    payload: dict[str, Any] = {"id": str(outgoing.message), "lang": outgoing.language}
    for name in ("title", "body", "url", "image", "icon"):
        if fields.get(name):
            payload[name] = fields[name]
    if fields.get("collapse"):
        payload["tag"] = fields["collapse"]
    if fields.get("data"):
        data = json.loads(fields["data"])
        if not isinstance(data, dict):
            raise ValueError
        payload["data"] = data
    return msgspec.json.encode(payload)


def encrypt(payload: bytes, receiver: bytes, secret: bytes) -> bytes:
    """One record for one subscription (RFC 8291 §3.4). Raises ValueError for a key that is none."""
    sealed = http_ece.encrypt(
        payload,
        salt=ids.random_bytes(16),
        private_key=ec.generate_private_key(ec.SECP256R1()),
        dh=receiver,
        auth_secret=secret,
        rs=MOST_BYTES,
        version="aes128gcm",
    )
    return bytes(sealed)


def topic(collapse: str) -> str:
    """A Topic (RFC 8030 §5.4: at most 32 letters of base64url) that tells the service nothing.

    Mozilla's own page allows letters and digits only, so it is written in hexadecimal digits.
    """
    return hashlib.blake2b(collapse.encode("utf-8", "replace"), digest_size=16).hexdigest()


def _read(answer: Answer, origin: _Origin, now: datetime) -> Outcome:
    status, code = answer.status, str(answer.status)
    wait = wait_seconds(answer, lambda: now)
    if 200 <= status < 300:
        # 201, 202: RFC 8030 §5; 200: Microsoft. The Location is a capability (§8.3): not kept.
        origin.standing.accepted()
        return Outcome(Fate.ACCEPTED)
    if status in (404, 410):  # RFC 8030 §5, §7.3: never to be used again
        return rejected(Problem.ADDRESS, code)
    if status == 413:
        return rejected(Problem.CONTENT, code)
    if status in (429, 406):  # 406 is Microsoft's word for it
        origin.rests_until = now + timedelta(seconds=wait)
        return deferred(Problem.SERVER, code, wait)
    if status in (401, 403):  # RFC 8292 §4.2 uses them for a bad token and for another's key alike
        origin.renew_at = None
        return origin.standing.refused(code)
    if status == 400:
        return _bad_request(answer, origin)
    if status in (500, 502, 504):  # no service says that nothing was taken
        return Outcome(Fate.DOUBT, Problem.SERVER, code)
    if status >= 500 or status == 408 or status < 400:  # 3xx: not followed, so nothing was taken
        return deferred(Problem.SERVER, code, wait)
    return rejected(Problem.CONTENT, code)


def _bad_request(answer: Answer, origin: _Origin) -> Outcome:
    """A 400 tells its reason only in a service's own way: Mozilla an `errno`, Apple a `reason`."""
    # Google answers in words, mostly of a token or a key: pushpad.xyz, "Web Push errors".
    number = (as_object(answer.body) or {}).get("errno")
    if number in _MOZILLA_ADDRESS:
        return rejected(Problem.ADDRESS, f"400 {number}")
    if number in _MOZILLA_CONTENT:
        return rejected(Problem.CONTENT, f"400 {number}")
    return origin.standing.refused("400")


def public_key(settings: Settings) -> str:
    """What pages subscribe with (`applicationServerKey`), in base64url; see RFC 8292 §4.1."""
    return _encode(_point(_private_key(settings.private_key).public_key()))


def _private_key(text: str) -> ec.EllipticCurvePrivateKey:
    try:
        number = int.from_bytes(_decode(text.strip(), 32), "big")
        return ec.derive_private_key(number, ec.SECP256R1())
    except ValueError:
        raise KervanError("delivery.push_key_invalid") from None


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    numbers = key.public_numbers()
    return b"\x04" + numbers.x.to_bytes(32, "big") + numbers.y.to_bytes(32, "big")


def _encode(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def _decode(text: str, size_bytes: int) -> bytes:
    """base64url of so many bytes, also padded or in the other alphabet. Raises ValueError."""
    plain = text.rstrip("=").translate(str.maketrans("+/", "-_"))
    try:
        value = base64.b64decode(plain + "=" * (-len(plain) % 4), b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError):
        raise ValueError from None
    if len(value) != size_bytes:
        raise ValueError
    return value


PROVIDER = Provider(
    name="web_push",
    channel="web_push",
    settings=Settings,
    capabilities=Capabilities(per_second=200.0, in_flight=64),
    open=WebPush,
)
