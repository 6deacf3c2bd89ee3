"""Instagram through Meta's Send API: answers to who wrote first, within 24 hours, signed webhooks.

[doc] developers.facebook.com/documentation/business-messaging/messenger-platform (send-messages,
overview/rate-limiting, instagram/features): who writes first, the window, 300 texts a second. The
codes of errors are [3rd], the limit of 1000 bytes and the form of referrals [mem]; nothing is tried
against its service. What a program sends is a RESPONSE and nothing else: the tag HUMAN_AGENT (seven
days) is for people who answer by themselves, so this file never uses it. No key makes a message
count once.
"""

import hashlib
import hmac
import json
import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import msgspec

from kervan.delivery.channels import call_http
from kervan.delivery.channels.channel import (
    Capabilities,
    Fate,
    Hook,
    Inbound,
    Line,
    News,
    Outcome,
    Outgoing,
    Problem,
    Provider,
    Receipt,
    Request,
    Secret,
)
from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from kervan.kernel.http import Answer, Client

PREFIX = "instagram:"
MOST_BYTES = 1000
"""A text has at most 1000 bytes of UTF-8."""
_CHAT = re.compile(r"instagram:([0-9]{5,20})")
_ID = re.compile(r"[0-9]{5,20}")
_VERSION = re.compile(r"v[1-9][0-9]?\.[0-9]")
# (code, subcode) first, then the code alone; what is not here is refused for good.
_PROBLEMS = {
    (10, 2018278): Problem.WINDOW,  # sent outside of the allowed window
    (10, 2534022): Problem.WINDOW,
    (100, 2018001): Problem.ADDRESS,  # no matching user found
}
_OF_CODE = {
    190: Problem.ACCOUNT, 200: Problem.ACCOUNT, 10: Problem.ACCOUNT,
    4: Problem.THROTTLED, 32: Problem.THROTTLED, 613: Problem.THROTTLED, 80006: Problem.THROTTLED,
    551: Problem.CONTENT,  # not available, for whatever reason: no word of hers that we may write
    1200: Problem.SERVER,
}  # fmt: skip
_LATER = frozenset({Problem.ACCOUNT, Problem.THROTTLED, Problem.SERVER})


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """A professional account: its id, a token of its page, the app's secret, its name without @.

    `verify_token` is a word of our own that is written into the app's webhook settings too.
    """

    account_id: str
    access_token: Secret
    app_secret: Secret
    verify_token: Secret
    username: str = ""
    api_version: str = "v23.0"
    base_url: str = "https://graph.facebook.com"


class Instagram:
    """A `Line` to one account. Raises delivery.instagram_settings_invalid."""

    def __init__(self, settings: Settings, client: Client, now: call_http.Now = clock.now) -> None:
        good = {
            "account_id": _ID.fullmatch(settings.account_id),
            "access_token": settings.access_token.isascii() and settings.access_token.strip(),
            "app_secret": settings.app_secret.strip(),
            "verify_token": settings.verify_token.strip(),
            "api_version": _VERSION.fullmatch(settings.api_version),
        }
        for name, value in good.items():
            if not value:
                raise KervanError("delivery.instagram_settings_invalid", problem=name)
        root = settings.base_url.rstrip("/")
        self._url = f"{root}/{settings.api_version}/{settings.account_id}/messages"
        self._headers = {
            "authorization": f"Bearer {settings.access_token}",
            "content-type": "application/json",
        }
        self._client = client
        self._now = now

    async def send(self, outgoing: Outgoing) -> Outcome:
        """One text; its mid is the reference."""
        chat = _CHAT.fullmatch(outgoing.to)
        if chat is None:
            return Outcome(Fate.REJECTED, Problem.ADDRESS, "chat_invalid")
        text = outgoing.fields.get("text", "").strip()
        if not text or len(text.encode("utf-8", "replace")) > MOST_BYTES:
            return Outcome(Fate.REJECTED, Problem.CONTENT, "text_too_long" if text else "no_text")
        body = {
            "recipient": {"id": chat[1]}, "messaging_type": "RESPONSE", "message": {"text": text},
        }  # fmt: skip
        raw = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
        answer = await call_http.call(self._client, "POST", self._url, self._headers, raw)
        return answer if isinstance(answer, Outcome) else self._judged(answer)

    async def close(self) -> None:
        """Nothing is held: the client is its owner's."""

    def _judged(self, answer: Answer) -> Outcome:
        told = call_http.as_object(answer.body) or {}
        error = _part(told, "error")
        code, subcode = error.get("code"), error.get("error_subcode")
        if isinstance(code, int) and answer.status >= 400:
            problem = _PROBLEMS.get((code, _number(subcode)), _OF_CODE.get(code, Problem.CONTENT))
            # "Temporary issue" (2), "unknown error" (1): whether it went nobody says.
            if answer.status >= 500 and code not in _OF_CODE:
                return Outcome(Fate.DOUBT, Problem.SERVER, str(code))
            fate = Fate.DEFERRED if problem in _LATER else Fate.REJECTED
            wait = call_http.wait_seconds(answer, self._now)
            return Outcome(fate, problem, str(code), retry_after_seconds=wait)
        if answer.status == 200 and isinstance(told.get("message_id"), str):
            return Outcome(Fate.ACCEPTED, reference=told["message_id"])
        refused = call_http.turned_away(answer, self._now)
        if refused is not None:
            return refused
        if 400 <= answer.status < 500:
            return Outcome(Fate.REJECTED, Problem.CONTENT, f"http_{answer.status}")
        return Outcome(Fate.DOUBT, Problem.SERVER, f"http_{answer.status}")


def read(settings: Settings, request: Request) -> Hook:
    """Meta's question whether this is our address (GET), or a call signed over its raw bytes.

    Raises delivery.hook_forged and delivery.hook_unreadable.
    """
    if request.method == "GET":
        query = dict(parse_qsl(urlsplit(request.url).query, keep_blank_values=True))
        given = query.get("hub.verify_token", "").encode("utf-8", "replace")
        right = hmac.compare_digest(given, settings.verify_token.encode())
        if query.get("hub.mode") != "subscribe" or not settings.verify_token or not right:
            raise KervanError("delivery.hook_forged", 401)
        return Hook([], body=query.get("hub.challenge", "").encode("utf-8", "replace"))
    signed = hmac.digest(settings.app_secret.encode(), request.body, hashlib.sha256).hex()
    given = request.headers.get("x-hub-signature-256", "").encode("utf-8", "replace")
    if not settings.app_secret or not hmac.compare_digest(given, f"sha256={signed}".encode()):
        raise KervanError("delivery.hook_forged", 401)
    told = call_http.as_object(request.body)
    if told is None:
        raise call_http.unreadable()
    if told.get("object") != "instagram":
        return Hook([])
    return Hook(
        [
            one
            for entry in _rows(told, "entry")
            for said in _rows(entry, "messaging")
            for one in _news(said, settings.account_id, request.at)
        ]
    )


def _news(said: dict[str, Any], account: str, at: datetime) -> list[News]:
    sender, to = str(_part(said, "sender").get("id", "")), str(_part(said, "recipient").get("id"))
    when = _time(said, at)
    if to != account or not _ID.fullmatch(sender):  # our own words come back as echoes
        return []
    chat = f"{PREFIX}{sender}"
    read_of = _part(said, "read").get("mid")
    if isinstance(read_of, str) and read_of:
        return [Receipt("read", when, read_of)]
    found: list[News] = []
    message, postback = _part(said, "message"), _part(said, "postback")
    referral = _part(said, "referral") or _part(postback, "referral") or _part(message, "referral")
    name = str(
        message.get("mid") or postback.get("mid") or f"{sender}-{_number(said.get('timestamp'))}"
    )
    if isinstance(referral.get("ref"), str):
        data = {"start": referral["ref"][:100]}
        found.append(Inbound(f"{name}-ref", chat, when, "", account, "start", data))
    if message.get("mid") and not message.get("is_echo") and not message.get("is_deleted"):
        text = message.get("text")
        kind = "text" if isinstance(text, str) else "attachment"
        found.append(
            Inbound(name, chat, when, text if isinstance(text, str) else "", account, kind)
        )
    elif postback.get("mid"):
        data = {"payload": str(postback.get("payload", ""))[:1000]}
        title = str(postback.get("title", ""))
        found.append(Inbound(name, chat, when, title, account, "button", data))
    return found


def invite(settings: Settings, word: str) -> str:
    """Opens the chat; the word comes back as referral.ref. "" while nobody said our name there."""
    return f"https://ig.me/m/{settings.username}?ref={word}" if settings.username else ""


def takes(address: str) -> bool:
    """Whether it is a chat on Instagram."""
    return _CHAT.fullmatch(address) is not None


def _rows(told: dict[str, Any], name: str) -> list[dict[str, Any]]:
    rows = told.get(name)
    return [one for one in rows if isinstance(one, dict)] if isinstance(rows, list) else []


def _part(told: dict[str, Any], name: str) -> dict[str, Any]:
    part = told.get(name)
    return part if isinstance(part, dict) else {}


def _number(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _time(said: dict[str, Any], at: datetime) -> datetime:
    at_ms = _number(said.get("timestamp"))
    return datetime.fromtimestamp(at_ms / 1000, UTC) if 0 < at_ms < 2**43 else at


def _open(settings: Settings, client: Client) -> Line:
    return Instagram(settings, client)


PROVIDER = Provider(
    name="instagram",
    channel="instagram",
    settings=Settings,
    # [doc] rate limits of the Send API: 300 texts a second for an account.
    capabilities=Capabilities(receipts=True, per_second=100.0, in_flight=32),
    open=_open,
    read=read,
    takes=takes,
    invite=invite,
)
