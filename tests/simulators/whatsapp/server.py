"""Meta's WhatsApp Cloud API as its documentation describes it, on a real socket.

https://developers.facebook.com/documentation/business-messaging/whatsapp: each rule names its page
there. A simulator: it stands for Meta in tests and shares no code with Kervan.
"""

import hashlib
import hmac
import itertools
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.simulators.http import Call, Reply, Simulator

NUMBER, BUSINESS = "106540352242922", "102290129340398"
DIGITS = re.compile(r"[1-9]\d{6,14}")
# business-scoped-user-ids: country, dot, up to 128 letters and digits; ENT for linked portfolios.
BSUID = re.compile(r"[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}")
WINDOW = timedelta(hours=24)  # messages/send-messages, "Customer service windows"
MOST_TEXT, MOST_PARAMETER, MOST_DATA = 4096, 1024, 512
KNOWN = {
    "messaging_product", "recipient_type", "to", "recipient", "type", "text", "template",
    "biz_opaque_callback_data", "context",
}  # fmt: skip
# support/error-codes: code -> HTTP status, title.
ERRORS = {
    100: (400, "Invalid parameter"), 190: (401, "Access token has expired"),
    33: (400, "Parameter value is not valid"), 130429: (429, "Rate limit hit"),
    131000: (500, "Something went wrong"), 131008: (400, "Required parameter is missing"),
    131009: (400, "Parameter value is not valid"), 131016: (500, "Service unavailable"),
    131026: (400, "Message undeliverable"), 131031: (403, "Account has been locked"),
    131047: (400, "Re-engagement message"), 131048: (429, "Spam rate limit hit"),
    131049: (400, "Meta chose not to deliver"), 131056: (429, "Pair rate limit hit"),
    131050: (400, "User has stopped marketing messages"), 131062: (400, "BSUID not supported"),
    132000: (400, "Template param count mismatch"), 132001: (404, "Template does not exist"),
    132012: (400, "Template parameter format mismatch"), 132015: (400, "Template is paused"),
    132016: (400, "Template is disabled"), 80007: (429, "Rate limit issues"),
    1: (400, "API unknown"), 2: (503, "API service"), 10: (403, "Permission denied"),
}  # fmt: skip


@dataclass
class Template:
    """An approved template: what of it is variable (templates/components)."""

    category: str = "MARKETING"
    parameters: int = 0
    header: str = ""
    buttons: Mapping[int, str] = field(default_factory=dict)
    status: str = "APPROVED"


@dataclass
class Message:
    """A message that was taken."""

    wamid: str
    to: str
    body: dict[str, Any]
    at: datetime

    @property
    def is_user(self) -> bool:
        """Whether it went to an id and not to a number."""
        return "." in self.to


class WhatsApp(Simulator):
    """One number of one business; `now` is its clock."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__()
        self.now = now
        self.token, self.secret, self.verify = "EAAG-token", "app-geheim", "doğrula"
        self.version = "v23.0"
        self.templates: dict[tuple[str, str], Template] = {}
        self.wrote_at: dict[str, datetime] = {}
        self.stopped: set[str] = set()
        self.absent: set[str] = set()
        self.error = 0
        # throughput: 80 a second by default; pair rate: about one in six seconds [3rd];
        # templates/limits: how many marketing templates a person is shown is Meta's secret.
        self.most_per_second, self.pair_seconds, self.most_marketing = 80, 0.0, 1000
        self.messages: list[Message] = []
        self._numbers = itertools.count(1)

    def answer(self, call: Call) -> Reply:
        """One call of messages/send-messages."""
        if call.headers.get("authorization") != f"Bearer {self.token}":
            return fault(190)
        if call.target != f"/{self.version}/{NUMBER}/messages" or call.method != "POST":
            return fault(33)
        if call.headers.get("content-type") != "application/json":
            return fault(100)
        try:
            body = json.loads(call.body)
        except ValueError:
            return fault(100)
        code = self.error or self._wrong(body) or self._limited(body)
        if code:
            return fault(code)
        return self._take(body)

    def _wrong(self, body: Any) -> int:
        if not isinstance(body, dict) or set(body) - KNOWN:
            return 100
        if body.get("messaging_product") != "whatsapp":
            return 100
        if body.get("recipient_type", "individual") != "individual":
            return 131009
        data = body.get("biz_opaque_callback_data", "")
        if not isinstance(data, str) or len(data) > MOST_DATA:
            return 131009
        # business-scoped-user-ids: `to` is for numbers, `recipient` for ids; `to` goes first.
        to, user = body.get("to"), body.get("recipient")
        if to is None and user is None:
            return 131008
        if to is not None and not (isinstance(to, str) and DIGITS.fullmatch(to)):
            return 131009
        if to is None and not (isinstance(user, str) and BSUID.fullmatch(user)):
            return 131009
        if body.get("type") == "text":
            return self._wrong_text(body)
        return self._wrong_template(body) if body.get("type") == "template" else 131009

    def _wrong_text(self, body: dict[str, Any]) -> int:
        text = body.get("text")
        if not isinstance(text, dict) or not isinstance(text.get("body"), str):
            return 131008
        return 0 if 0 < len(text["body"].strip()) <= MOST_TEXT else 131009

    def _wrong_template(self, body: dict[str, Any]) -> int:
        """templates: name and language must be one that is approved, every variable given."""
        said = body.get("template")
        if not isinstance(said, dict) or not said.get("name"):
            return 131008
        language = said.get("language")
        if not isinstance(language, dict) or set(language) - {"code", "policy"}:
            return 131008
        known = self.templates.get((said["name"], language.get("code", "")))
        if known is None:
            return 132001
        if known.status != "APPROVED":
            return {"PAUSED": 132015, "DISABLED": 132016}[known.status]
        if known.category == "AUTHENTICATION" and "recipient" in body:
            return 131062
        parts = said.get("components", [])
        kinds = [one.get("type") for one in parts]
        if kinds.count("body") > 1 or kinds.count("header") > 1:
            return 131009
        if set(kinds) - {"body", "header", "button"}:
            return 131009
        bodies = [one["parameters"] for one in parts if one["type"] == "body"]
        return (
            _wrong_body(bodies[0] if bodies else [], known)
            or _wrong_header([one["parameters"] for one in parts if one["type"] == "header"], known)
            or _wrong_buttons([one for one in parts if one["type"] == "button"], known)
        )

    def _limited(self, body: dict[str, Any]) -> int:
        to, now = body.get("to") or body["recipient"], self.now()
        second = now - timedelta(seconds=1)
        if sum(one.at > second for one in self.messages) >= self.most_per_second:
            return 130429
        pair = now - timedelta(seconds=self.pair_seconds)
        if any(one.to == to and one.at > pair for one in self.messages):
            return 131056
        if to in self.absent:
            return 131026
        if body["type"] == "text":
            wrote_at = self.wrote_at.get(to)
            return 0 if wrote_at is not None and wrote_at > now - WINDOW else 131047
        said = body["template"]
        if self.templates[said["name"], said["language"]["code"]].category != "MARKETING":
            return 0
        if to in self.stopped:
            return 131050
        had = sum(one.to == to and one.body["type"] == "template" for one in self.messages)
        return 131049 if had >= self.most_marketing else 0

    def _take(self, body: dict[str, Any]) -> Reply:
        to = body.get("to") or body["recipient"]
        wamid = f"wamid.HBgM{next(self._numbers):020d}"
        self.messages.append(Message(wamid, to, body, self.now()))
        contact = {"input": to, **({"user_id": to} if "." in to else {"wa_id": to})}
        one = {"id": wamid}
        if body["type"] == "template":
            one["message_status"] = "accepted"  # or held_for_quality_assessment: templates/pacing
        told = {"messaging_product": "whatsapp", "contacts": [contact], "messages": [one]}
        return Reply(200, json.dumps(told).encode(), {"Content-Type": "application/json"})

    def status(self, message: Message, status: str, error: int = 0) -> dict[str, Any]:
        """webhooks/reference/messages/status: one status of a message."""
        told: dict[str, Any] = {
            "id": message.wamid, "status": status,
            "timestamp": str(int(self.now().timestamp())),
        }  # fmt: skip
        told["recipient_user_id" if message.is_user else "recipient_id"] = message.to
        if "biz_opaque_callback_data" in message.body:
            told["biz_opaque_callback_data"] = message.body["biz_opaque_callback_data"]
        if error:
            title = ERRORS.get(error, (400, "Unknown"))[1]
            details = {"details": f"Message to {message.to} failed"}
            told["errors"] = [
                {"code": error, "title": title, "message": title, "error_data": details}
            ]
        return told

    def said(
        self, kind: str, part: Any, *, phone: str = "", user: str = ""
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """The contact and message of somebody who writes; the number is missing if she hides it."""
        contact: dict[str, Any] = {"profile": {"name": "Şule"}}
        one: dict[str, Any] = {
            "id": f"wamid.IN{next(self._numbers):020d}", "type": kind, kind: part,
            "timestamp": str(int(self.now().timestamp())),
        }  # fmt: skip
        if phone:
            contact["wa_id"] = one["from"] = phone
            self.wrote_at[phone] = self.now()
        if user:
            contact["user_id"] = one["from_user_id"] = user
            self.wrote_at[user] = self.now()
        return contact, one

    def webhook(self, *values: dict[str, Any], number: str = NUMBER) -> tuple[bytes, str]:
        """Body and signature of one call, an entry for each value (webhooks: calls are batched).

        The JSON escapes what is not ASCII and the slash, as Meta's does.
        """
        meta = {"display_phone_number": "15550783881", "phone_number_id": number}
        told = {
            "object": "whatsapp_business_account",
            "entry": [
                {
                    "id": BUSINESS,
                    "changes": [
                        {
                            "value": {"messaging_product": "whatsapp", "metadata": meta, **value},
                            "field": "messages",
                        }
                    ],
                }
                for value in values
            ],
        }
        raw = json.dumps(told, separators=(",", ":")).replace("/", "\\/").encode()
        return raw, self.sign(raw)

    def sign(self, raw: bytes) -> str:
        """webhooks/create-webhook-endpoint: HMAC-SHA256 with the app's secret over the bytes."""
        return "sha256=" + hmac.new(self.secret.encode(), raw, hashlib.sha256).hexdigest()


def _wrong_body(parameters: list[dict[str, Any]], known: Template) -> int:
    if len(parameters) != known.parameters:
        return 132000
    for one in parameters:
        text = one.get("text")
        if one.get("type") != "text" or not isinstance(text, str) or not text:
            return 131008
        # No line ends, tabs or more than four blanks in a row.
        if len(text) > MOST_PARAMETER or re.search(r"[\r\n\t]| {5}", text):
            return 132012
    return 0


def _wrong_header(given: list[list[dict[str, Any]]], known: Template) -> int:
    if bool(given) != bool(known.header):
        return 132012
    for one in itertools.chain.from_iterable(given):
        kind = one.get("type")
        link = one.get(kind, {}).get("link", "") if isinstance(kind, str) else ""
        if kind != known.header or not link.startswith("https://"):
            return 132012
    return 0


def _wrong_buttons(given: list[dict[str, Any]], known: Template) -> int:
    found = {}
    value_of = {"url": "text", "quick_reply": "payload", "copy_code": "coupon_code"}
    for one in given:
        [parameter] = one["parameters"]
        if not re.fullmatch(r"\d", str(one.get("index"))) or one["sub_type"] not in value_of:
            return 131009
        name = value_of[one["sub_type"]]
        if parameter.get("type") != name or not parameter.get(name):
            return 132012
        found[int(one["index"])] = one["sub_type"]
    needed = {place for place, kind in known.buttons.items() if kind != "quick_reply"}
    if needed - set(found) or any(known.buttons.get(at) != kind for at, kind in found.items()):
        return 132000 if needed - set(found) else 132012
    return 0


def fault(code: int) -> Reply:
    """support/error-codes, "Error response syntax"."""
    status, title = ERRORS[code]
    told = {
        "error": {
            "message": f"(#{code}) {title}", "type": "OAuthException", "code": code,
            "error_data": {"messaging_product": "whatsapp", "details": "905321112233"},
            "fbtrace_id": "Az8or2yhqkZfEZ-_4Qn_Bam",
        }
    }  # fmt: skip
    return Reply(status, json.dumps(told).encode(), {"Content-Type": "application/json"})
