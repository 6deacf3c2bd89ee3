"""Firebase Cloud Messaging, HTTP v1: Android, and what else registered at Google.

The rules are Google's: "Error codes", "REST: projects.messages" and "Best practices when sending
FCM messages at scale" of the Firebase documentation; the token by RFC 7523 as "Using OAuth 2.0
for server to server applications" has it.
"""

import asyncio
import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from kervan.delivery.channels.call_http import as_object, call, wait_seconds
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
from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from kervan.kernel.http import Answer, Client

PREFIX = "fcm:"
MOST_BYTES = 4096
"""Notification and data together, names and values ("Error codes", INVALID_ARGUMENT)."""
_LONGEST_SECONDS = 2_419_200  # four weeks: "Error codes", invalid TTL
_SCOPE = "https://www.googleapis.com/auth/firebase.messaging"
_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_GRANT_URL = "https://oauth2.googleapis.com/token"
_EARLY = timedelta(minutes=5)
# "Error codes", QUOTA_EXCEEDED: at least a minute where no Retry-After says more.
_QUOTA_SECONDS = 60.0
_FCM_ERROR = "type.googleapis.com/google.firebase.fcm.v1.FcmError"
# "REST: projects.messages", data.
_RESERVED = re.compile(r"(from|message_type)$|google|gcm")
_BAD_REQUEST = "type.googleapis.com/google.rpc.BadRequest"


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What an operator sets.

    `service_account`: the JSON file that the Firebase console gives. `url`: another address of
    the service, for an emulator or a proxy of the operator's own.
    """

    service_account: Secret
    url: str = "https://fcm.googleapis.com"


class _Account(msgspec.Struct, frozen=True):
    """What is needed of the service account's file."""

    project_id: str
    client_email: str
    private_key: str
    private_key_id: str = ""
    token_uri: str = _GRANT_URL


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    renew_at: datetime


class Fcm:
    """An open line to one Firebase project; `now` is the clock."""

    def __init__(
        self, settings: Settings, http: Client, now: Callable[[], datetime] = clock.now
    ) -> None:
        """Raises delivery.push_account_invalid."""
        try:
            self._account = msgspec.json.decode(settings.service_account, type=_Account)
            self._key = RSAKey.import_key(self._account.private_key)
        except (msgspec.DecodeError, ValueError, JoseError):
            raise KervanError("delivery.push_account_invalid") from None
        project = quote(self._account.project_id, safe="")
        self._url = f"{settings.url.rstrip('/')}/v1/projects/{project}/messages:send"
        self._http = http
        self._now = now
        self._standing = Standing()
        self._token: _Token | None = None
        self._renewing = asyncio.Lock()

    async def send(self, outgoing: Outgoing) -> Outcome:
        """Hand over; once more with a fresh token where ours is refused."""
        if not outgoing.to.startswith(PREFIX) or len(outgoing.to) == len(PREFIX):
            return rejected(Problem.ADDRESS, "token_invalid")
        try:
            body = message_of(outgoing, self._now())
        except ValueError as error:
            return rejected(Problem.CONTENT, str(error))
        token, answer = await self._post(body)
        if isinstance(answer, Answer) and answer.status == 401 and not _errors(answer):
            # Ours has ended before its time, and nothing was taken.
            _, answer = await self._post(body, refused=token)
        return answer if isinstance(answer, Outcome) else self._read(answer)

    async def close(self) -> None:
        """Nothing is held open here."""

    async def _post(self, body: bytes, refused: str = "") -> tuple[str, Answer | Outcome]:
        """The token it went under, and what came of it."""
        token = await self._bearer(refused)
        if isinstance(token, Outcome):
            return "", token
        headers = {
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/json; charset=utf-8",
        }
        return token, await call(self._http, "POST", self._url, headers, body)

    async def _bearer(self, refused: str) -> str | Outcome:
        """An access token, or what becomes of messages without one: none has left yet.

        The `refused` one is renewed, unless another message has done it meanwhile.
        """
        async with self._renewing:
            now, known = self._now(), self._token
            if known is not None and now < known.renew_at and known.text != refused:
                return known.text
            answer = await call(
                self._http,
                "POST",
                self._account.token_uri,
                {"Content-Type": "application/x-www-form-urlencoded"},
                urlencode({"grant_type": _GRANT, "assertion": self._assertion(now)}).encode(),
            )
            if isinstance(answer, Outcome):
                return deferred(answer.problem, f"token {answer.code}")
            if answer.status == 429 or answer.status >= 500:
                wait = wait_seconds(answer, lambda: now)
                return deferred(Problem.SERVER, f"token {answer.status}", wait)
            told = as_object(answer.body) or {}
            token, lives = told.get("access_token"), told.get("expires_in")
            if answer.status != 200 or not isinstance(token, str) or not isinstance(lives, int):
                return deferred(Problem.ACCOUNT, f"token {answer.status}")
            self._token = _Token(token, now + max(timedelta(seconds=lives) - _EARLY, _EARLY / 5))
            return token

    def _assertion(self, now: datetime) -> str:
        begins = int(now.timestamp())
        claims = {
            "iss": self._account.client_email,
            "scope": _SCOPE,
            "aud": self._account.token_uri,
            "iat": begins,
            "exp": begins + 3600,
        }
        header = {"alg": "RS256", "typ": "JWT"}
        if self._account.private_key_id:
            header["kid"] = self._account.private_key_id
        return jwt.encode(header, claims, self._key)

    def _read(self, answer: Answer) -> Outcome:
        status = answer.status
        wait = wait_seconds(answer, self._now)
        errors = _errors(answer)
        code = errors.get(_FCM_ERROR, {}).get("errorCode") or str(status)
        if status == 200:
            name = (as_object(answer.body) or {}).get("name")
            if not isinstance(name, str):  # some proxy's page
                return Outcome(Fate.DOUBT, Problem.SERVER, code)
            self._standing.accepted()
            return Outcome(Fate.ACCEPTED, reference=name.rpartition("/")[2])
        if code == "UNREGISTERED":
            return rejected(Problem.ADDRESS, code)
        if code == "SENDER_ID_MISMATCH":  # a token of another project, or our project is wrong
            return self._standing.refused(code)
        if status == 400:
            return _bad_request(errors, code)
        if status == 429:
            return deferred(Problem.THROTTLED, code, wait or _QUOTA_SECONDS)
        if status == 503:  # UNAVAILABLE: overloaded, to be tried again
            return deferred(Problem.SERVER, code, wait)
        if status >= 500:  # INTERNAL says nothing of what was done before the error
            return Outcome(Fate.DOUBT, Problem.SERVER, code)
        # 401 and THIRD_PARTY_AUTH_ERROR (Apple's key at Google is wrong), 403; a 404 that names no
        # token is a wrong project, or a page of some proxy: firebase-admin-node issue 1191.
        return deferred(Problem.ACCOUNT, code)


def message_of(outgoing: Outgoing, now: datetime) -> bytes:
    """The request's body. Without title and body it is quiet: data for the app, nothing shown.

    Raises ValueError: data_invalid, data_reserved, too_large.
    """
    fields = outgoing.fields
    shown = {one: fields[one] for one in ("title", "body", "image") if fields.get(one)}
    quiet = not (fields.get("title") or fields.get("body"))
    data = _data(fields.get("data") or "{}")
    data |= {one: fields[one] for one in ("url", "icon") if fields.get(one)}
    if quiet:
        data |= shown
        shown = {}
    data["message"] = str(outgoing.message)
    if len(msgspec.json.encode([shown, data])) > MOST_BYTES:
        raise ValueError("too_large")
    left = seconds_left(outgoing, now, _LONGEST_SECONDS)
    urgent = not quiet and not outgoing.marketing
    android: dict[str, Any] = {"ttl": f"{left}s", "priority": "HIGH" if urgent else "NORMAL"}
    apple = {
        "apns-expiration": str(int(now.timestamp()) + left),
        "apns-priority": "10" if urgent else "5",
    }
    message: dict[str, Any] = {"token": outgoing.to.removeprefix(PREFIX), "data": data}
    if fields.get("collapse"):
        # A phone keeps four keys at once, whatever they say; Apple takes 64 bytes.
        key = hashlib.blake2b(fields["collapse"].encode(), digest_size=16).hexdigest()
        android["collapse_key"] = apple["apns-collapse-id"] = key
        if shown:
            android["notification"] = {"tag": key}
    message |= {"android": android, "apns": {"headers": apple}}
    if shown:
        message["notification"] = shown
    else:
        apple["apns-push-type"] = "background"
        message["apns"]["payload"] = {"aps": {"content-available": 1}}
    return msgspec.json.encode({"message": message})


def _data(text: str) -> dict[str, str]:
    """A JSON object as FCM takes it: values are texts, so what is none is written as JSON."""
    try:
        given = json.loads(text)
    except ValueError:
        given = None
    if not isinstance(given, dict):
        raise ValueError("data_invalid")
    if any(
        name in ("from", "message_type") or name.startswith(("google", "gcm")) for name in given
    ):
        raise ValueError("data_reserved")
    return {
        name: value if isinstance(value, str) else msgspec.json.encode(value).decode()
        for name, value in given.items()
    }


def _errors(answer: Answer) -> dict[str, dict[str, Any]]:
    """The details of an error by their type."""
    error = (as_object(answer.body) or {}).get("error")
    details = error.get("details") if isinstance(error, dict) else None
    found = details if isinstance(details, list) else []
    return {str(one.get("@type")): one for one in found if isinstance(one, dict)}


def _bad_request(errors: dict[str, dict[str, Any]], code: str) -> Outcome:
    """INVALID_ARGUMENT: the token where FCM itself says so or names its field, else the message."""
    broken = errors.get(_BAD_REQUEST, {}).get("fieldViolations")
    if isinstance(broken, list) and broken:
        fields = {one.get("field") for one in broken if isinstance(one, dict)}
        return rejected(Problem.ADDRESS if fields == {"message.token"} else Problem.CONTENT, code)
    return rejected(Problem.ADDRESS if _FCM_ERROR in errors else Problem.CONTENT, code)


PROVIDER = Provider(
    name="fcm",
    channel="push",
    settings=Settings,
    # 600,000 a minute and project ("Best practices …"), shared with whatever else sends there.
    capabilities=Capabilities(per_second=1000.0, in_flight=128),
    open=Fcm,
    takes=lambda address: address.startswith(PREFIX),
)
