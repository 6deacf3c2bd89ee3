"""What Meta's Send API has in common for Instagram and Messenger: texts out, signed news in.

[doc] developers.facebook.com/documentation/business-messaging/messenger-platform (send-messages,
webhooks, policy-overview): who writes first, the window. The codes of errors are [3rd], the form of
referrals [mem]; nothing is tried against its service. What a program sends is a RESPONSE and
nothing else: the tag HUMAN_AGENT (seven days) is for people who answer by themselves, so it is
never used. No key makes a message count once.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from kervan.delivery.channels import call_http
from kervan.delivery.channels.channel import (
    Fate,
    Hook,
    Inbound,
    News,
    Outcome,
    Outgoing,
    Problem,
    Receipt,
    Request,
)
from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from kervan.kernel.http import Answer, Client

ID = re.compile(r"[0-9]{5,20}")
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


@dataclass(frozen=True, slots=True)
class Account:
    """Where an account's texts go to, and what they may be.

    `channel` is the word before the colon of a chat's address; `fits` says of a text whether it is
    short enough.
    """

    channel: str
    id: str
    token: str = field(repr=False)
    api_version: str
    base_url: str
    fits: Callable[[str], bool]


class SendApi:
    """A `Line` to one account."""

    def __init__(self, account: Account, client: Client, now: call_http.Now = clock.now) -> None:
        root = account.base_url.rstrip("/")
        self._url = f"{root}/{account.api_version}/{account.id}/messages"
        self._headers = {
            "authorization": f"Bearer {account.token}",
            "content-type": "application/json",
        }
        self._account = account
        self._client = client
        self._now = now

    async def send(self, outgoing: Outgoing) -> Outcome:
        """One text; its mid is the reference."""
        chat = chat_in(outgoing.to, self._account.channel)
        if not chat:
            return Outcome(Fate.REJECTED, Problem.ADDRESS, "chat_invalid")
        text = outgoing.fields.get("text", "").strip()
        if not text or not self._account.fits(text):
            return Outcome(Fate.REJECTED, Problem.CONTENT, "text_too_long" if text else "no_text")
        body = {
            "recipient": {"id": chat}, "messaging_type": "RESPONSE", "message": {"text": text},
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


def check(channel: str, *, id_: str, token: str, secret: str, word: str, version: str) -> None:
    """Raises delivery.<channel>_settings_invalid for a setting that cannot be right."""
    good = {
        "account_id" if channel == "instagram" else "page_id": ID.fullmatch(id_),
        "access_token": token.isascii() and token.strip(),
        "app_secret": secret.strip(),
        "verify_token": word.strip(),
        "api_version": _VERSION.fullmatch(version),
    }
    for name, value in good.items():
        if not value:
            raise KervanError(f"delivery.{channel}_settings_invalid", problem=name)


def chat_in(address: str, channel: str) -> str:
    """The id of who is written to at an address, "" for an address of another kind."""
    kind, _, who = address.partition(":")
    return who if kind == channel and ID.fullmatch(who) else ""


@dataclass(frozen=True, slots=True)
class Hooked:
    """Whose calls are believed: `about` is what they name as their object."""

    channel: str
    about: str
    id: str
    app_secret: str = field(repr=False)
    verify_token: str = field(repr=False)


def read(mine: Hooked, request: Request) -> Hook:
    """Meta's question whether this is our address (GET), or a call signed over its raw bytes.

    Raises delivery.hook_forged and delivery.hook_unreadable.
    """
    if request.method == "GET":
        query = dict(parse_qsl(urlsplit(request.url).query, keep_blank_values=True))
        given = query.get("hub.verify_token", "").encode("utf-8", "replace")
        right = hmac.compare_digest(given, mine.verify_token.encode())
        if query.get("hub.mode") != "subscribe" or not mine.verify_token or not right:
            raise KervanError("delivery.hook_forged", 401)
        return Hook([], body=query.get("hub.challenge", "").encode("utf-8", "replace"))
    signed = hmac.digest(mine.app_secret.encode(), request.body, hashlib.sha256).hex()
    given = request.headers.get("x-hub-signature-256", "").encode("utf-8", "replace")
    if not mine.app_secret or not hmac.compare_digest(given, f"sha256={signed}".encode()):
        raise KervanError("delivery.hook_forged", 401)
    told = call_http.as_object(request.body)
    if told is None:
        raise call_http.unreadable()
    if told.get("object") != mine.about:
        return Hook([])
    return Hook(
        [
            one
            for entry in _rows(told, "entry")
            for said in _rows(entry, "messaging")
            for one in _news(said, mine, request.at)
        ]
    )


def _news(said: dict[str, Any], mine: Hooked, at: datetime) -> list[News]:
    sender, to = str(_part(said, "sender").get("id", "")), str(_part(said, "recipient").get("id"))
    when = _time(said, at)
    if to != mine.id or not ID.fullmatch(sender):  # our own words come back as echoes
        return []
    chat = f"{mine.channel}:{sender}"
    read_of = _part(said, "read").get("mid")
    if isinstance(read_of, str) and read_of:
        return [Receipt("read", when, read_of)]
    arrived = _part(said, "delivery").get("mids")
    if isinstance(arrived, list):
        return [Receipt("delivered", when, one) for one in arrived if isinstance(one, str) and one]
    found: list[News] = []
    message, postback = _part(said, "message"), _part(said, "postback")
    referral = _part(said, "referral") or _part(postback, "referral") or _part(message, "referral")
    name = str(
        message.get("mid") or postback.get("mid") or f"{sender}-{_number(said.get('timestamp'))}"
    )
    if isinstance(referral.get("ref"), str):
        data = {"start": referral["ref"][:100]}
        found.append(Inbound(f"{name}-ref", chat, when, "", mine.id, "start", data))
    if message.get("mid") and not message.get("is_echo") and not message.get("is_deleted"):
        text = message.get("text")
        kind = "text" if isinstance(text, str) else "attachment"
        found.append(
            Inbound(name, chat, when, text if isinstance(text, str) else "", mine.id, kind)
        )
    elif postback.get("mid"):
        data = {"payload": str(postback.get("payload", ""))[:1000]}
        title = str(postback.get("title", ""))
        found.append(Inbound(name, chat, when, title, mine.id, "button", data))
    return found


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
