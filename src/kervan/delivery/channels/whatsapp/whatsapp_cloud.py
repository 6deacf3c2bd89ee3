"""WhatsApp through Meta's Cloud API: templates, texts within 24 hours, signed webhooks.

[doc] developers.facebook.com/documentation/business-messaging/whatsapp (read 2026-11), not tried
against its service. It takes no idempotency key; our id goes as biz_opaque_callback_data and comes
back in every status, so that a status resolves a doubt.
"""

import hashlib
import hmac
import json
import re
from urllib.parse import parse_qsl, urlsplit

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
    Request,
    Secret,
)
from kervan.delivery.channels.whatsapp import body, codes, heard
from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from kervan.kernel.http import Answer, Client, Reach, check_url

_VERSION = re.compile(r"v[1-9]\d?\.\d")
_ID = re.compile(r"\d{5,20}")


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """A number at Meta: its id (not the number itself), a token of a system user, the app's secret.

    `verify_token` is a word of our own that is written into the app's webhook settings too.
    """

    phone_number_id: str
    access_token: Secret
    app_secret: Secret
    verify_token: Secret
    api_version: str = "v23.0"
    base_url: str = "https://graph.facebook.com"


class WhatsApp:
    """A `Line` to one number. Raises delivery.whatsapp_settings_invalid, kernel.url_not_allowed."""

    def __init__(self, settings: Settings, client: Client, now: call_http.Now = clock.now) -> None:
        right = {
            "phone_number_id": _ID.fullmatch(settings.phone_number_id),
            "access_token": settings.access_token.isascii() and settings.access_token.isprintable(),
            "app_secret": settings.app_secret,
            "verify_token": settings.verify_token,
            "api_version": _VERSION.fullmatch(settings.api_version),
        }
        for name, value in right.items():
            if not value or not getattr(settings, name).strip():
                raise KervanError("delivery.whatsapp_settings_invalid", problem=name)
        check_url(
            settings.base_url, Reach.ANYWHERE
        )  # its shape; the client's guard knows its reach
        root = settings.base_url.rstrip("/")
        self._url = f"{root}/{settings.api_version}/{settings.phone_number_id}/messages"
        self._headers = {
            "authorization": f"Bearer {settings.access_token}",
            "content-type": "application/json",
            "accept": "application/json",
        }
        self._client = client
        self._now = now

    async def send(self, outgoing: Outgoing) -> Outcome:
        """One message; its wamid is the reference."""
        said = body.written(outgoing)
        if isinstance(said, Outcome):
            return said
        raw = json.dumps(said, ensure_ascii=False).encode("utf-8", "replace")
        answer = await call_http.call(self._client, "POST", self._url, self._headers, raw)
        return answer if isinstance(answer, Outcome) else self._judged(answer)

    async def close(self) -> None:
        """Nothing is held: the client is its owner's."""

    def _judged(self, answer: Answer) -> Outcome:
        told = call_http.as_object(answer.body) or {}
        error = told.get("error")
        code = error.get("code") if isinstance(error, dict) else None
        if isinstance(code, int) and not isinstance(code, bool) and answer.status >= 400:
            return self._refused(answer, code)
        if answer.status == 200 and (name := _wamid(told)):
            return Outcome(Fate.ACCEPTED, reference=name)
        refused = call_http.turned_away(answer, self._now)
        if refused is not None:
            return refused
        if 400 <= answer.status < 500:
            return Outcome(Fate.REJECTED, Problem.CONTENT, f"http_{answer.status}")
        # A 5xx without a code, or a page with 200: whether it was taken nobody says.
        return Outcome(Fate.DOUBT, Problem.SERVER, f"http_{answer.status}")

    def _refused(self, answer: Answer, code: int) -> Outcome:
        problem = codes.meaning(code)
        if problem is not None:
            wait = call_http.wait_seconds(answer, self._now)
            if code == codes.PAIR:
                wait = wait or codes.PAIR_SECONDS
            return Outcome(codes.fate(problem), problem, str(code), retry_after_seconds=wait)
        refused = call_http.turned_away(answer, self._now)
        if refused is not None:
            return refused
        if answer.status >= 500 or code in codes.UNSURE:
            return Outcome(Fate.DOUBT, Problem.SERVER, str(code))
        return Outcome(Fate.REJECTED, Problem.CONTENT, str(code))


def read(settings: Settings, request: Request) -> Hook:
    """Meta's question whether this is our address (GET), or a signed call with news (POST).

    [doc] webhooks/create-webhook-endpoint: the signature is over the bytes as they came, so what is
    decoded and written again is forged. Raises delivery.hook_forged and delivery.hook_unreadable.
    """
    if request.method == "GET":
        return _verified(settings, request)
    signed = hmac.digest(settings.app_secret.encode(), request.body, hashlib.sha256).hex()
    given = request.headers.get("x-hub-signature-256", "").encode("utf-8", "replace")
    if not settings.app_secret or not hmac.compare_digest(given, f"sha256={signed}".encode()):
        raise KervanError("delivery.hook_forged", 401)
    told = call_http.as_object(request.body)
    if told is None:
        raise call_http.unreadable()
    if told.get("object") != "whatsapp_business_account":
        return Hook([])
    return Hook(heard.news(told, settings.phone_number_id, request.at))


def _verified(settings: Settings, request: Request) -> Hook:
    query = dict(parse_qsl(urlsplit(request.url).query, keep_blank_values=True))
    given = query.get("hub.verify_token", "").encode("utf-8", "replace")
    right = hmac.compare_digest(given, settings.verify_token.encode())
    if query.get("hub.mode") != "subscribe" or not settings.verify_token or not right:
        raise KervanError("delivery.hook_forged", 401)
    return Hook([], body=query.get("hub.challenge", "").encode("utf-8", "replace"))


def _wamid(told: dict[str, object]) -> str:
    rows = told.get("messages")
    one = rows[0] if isinstance(rows, list) and rows else None
    name = one.get("id") if isinstance(one, dict) else None
    return name if isinstance(name, str) else ""


def _open(settings: Settings, client: Client) -> Line:
    return WhatsApp(settings, client)


PROVIDER = Provider(
    name="whatsapp_cloud",
    channel="whatsapp",
    settings=Settings,
    # [doc] 80 messages a second for a number, 1000 after Meta's own upgrade, in and out together.
    capabilities=Capabilities(receipts=True, per_second=80.0, in_flight=64),
    open=_open,
    read=read,
    takes=body.takes,
)
