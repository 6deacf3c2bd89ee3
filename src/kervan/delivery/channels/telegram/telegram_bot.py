"""Telegram through a bot: texts with buttons to those who started it, and what they answer.

core.telegram.org/bots/api (sendMessage, Update, ResponseParameters, setWebhook), bots/features and
bots/faq [mem], limits as public client libraries keep them [3rd]; not tried against the service.
A bot cannot write first: a person opens it, by a link whose `start` says who she is. No key makes a
message count once, and nobody says later that it arrived.
"""

import hmac
import json
import re
from datetime import UTC, datetime
from typing import Any, TypeGuard

import msgspec

from kervan.delivery.channels import call_http
from kervan.delivery.channels.channel import (
    Capabilities,
    Fate,
    Hook,
    Inbound,
    Line,
    Moved,
    News,
    Outcome,
    Outgoing,
    Problem,
    Provider,
    Request,
    Secret,
)
from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from kervan.kernel.http import Answer, Client

PREFIX = "telegram:"
MOST_UNITS = 4096
"""sendMessage: 1 to 4096 characters, counted as UTF-16 units like all lengths and offsets there."""
_TOKEN = re.compile(r"[0-9]{6,12}:[A-Za-z0-9_-]{30,60}")
_SECRET = re.compile(r"[A-Za-z0-9_-]{16,256}")
_CHAT = re.compile(r"telegram:(-?[0-9]{1,19})")
_BUTTON = re.compile(r"button_([1-9][0-9]?)")
_TOO_LATE = "chat_migrated"


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """A bot: its token, its name without @ (for links), and the word its webhook is set with.

    Set the webhook once: `setWebhook` with this account's address as `url` and `secret_token`.
    """

    token: Secret
    secret_token: Secret
    bot: str = ""
    base_url: str = "https://api.telegram.org"


class Bot:
    """A `Line` to one bot. Raises delivery.telegram_settings_invalid."""

    def __init__(self, settings: Settings, client: Client, now: call_http.Now = clock.now) -> None:
        for name, form in (("token", _TOKEN), ("secret_token", _SECRET)):
            if not form.fullmatch(getattr(settings, name)):
                raise KervanError("delivery.telegram_settings_invalid", problem=name)
        self._url = f"{settings.base_url.rstrip('/')}/bot{settings.token}/sendMessage"
        self._client = client
        self._now = now

    async def send(self, outgoing: Outgoing) -> Outcome:
        """One message; its number in the chat is the reference."""
        chat = _CHAT.fullmatch(outgoing.to)
        if chat is None:
            return Outcome(Fate.REJECTED, Problem.ADDRESS, "chat_invalid")
        text = outgoing.fields.get("text", "").strip()
        if not text or units(text) > MOST_UNITS:
            return Outcome(Fate.REJECTED, Problem.CONTENT, "text_too_long" if text else "no_text")
        said = await self._call(int(chat[1]), text, outgoing)
        if said.code == _TOO_LATE and said.reference:  # the group is another one now
            said = await self._call(int(said.reference), text, outgoing)
        return said

    async def close(self) -> None:
        """Nothing is held: the client is its owner's."""

    async def _call(self, chat: int, text: str, outgoing: Outgoing) -> Outcome:
        body: dict[str, object] = {"chat_id": chat, "text": text}
        if rows := _buttons(outgoing):
            body["reply_markup"] = {"inline_keyboard": rows}
        raw = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
        headers = {"content-type": "application/json"}
        answer = await call_http.call(self._client, "POST", self._url, headers, raw)
        return answer if isinstance(answer, Outcome) else self._judged(answer)

    def _judged(self, answer: Answer) -> Outcome:
        told = call_http.as_object(answer.body)
        if told is None or not isinstance(told.get("ok"), bool):
            refused = call_http.turned_away(answer, self._now)
            if refused is not None:
                return refused
            return Outcome(Fate.DOUBT, Problem.SERVER, f"http_{answer.status}")
        if told["ok"]:
            result = told.get("result")
            number = result.get("message_id") if isinstance(result, dict) else None
            return Outcome(Fate.ACCEPTED, reference=str(number) if _is_int(number) else "")
        return _refusal(answer, told)


def _refusal(answer: Answer, told: dict[str, Any]) -> Outcome:
    """What an error means: by its code, and where one code says several things by its words."""
    code = told.get("error_code") if _is_int(told.get("error_code")) else answer.status
    words = str(told.get("description", "")).lower()
    more = told.get("parameters")
    more = more if isinstance(more, dict) else {}
    if _is_int(more.get("migrate_to_chat_id")):
        return Outcome(Fate.REJECTED, Problem.ADDRESS, _TOO_LATE, str(more["migrate_to_chat_id"]))
    if code == 429:
        wait = more.get("retry_after")
        seconds = float(wait) if _is_int(wait) and 0 < wait < 86_400 else 1.0
        return Outcome(Fate.DEFERRED, Problem.THROTTLED, "429", retry_after_seconds=seconds)
    if code in (401, 404):  # the token is none, or no more
        return Outcome(Fate.DEFERRED, Problem.ACCOUNT, str(code))
    if code == 403:
        if "blocked" in words or "kicked" in words:
            return Outcome(Fate.REJECTED, Problem.REFUSED, "blocked")
        if "deactivated" in words:
            return Outcome(Fate.REJECTED, Problem.ADDRESS, "deactivated")
        return Outcome(Fate.REJECTED, Problem.WINDOW, "not_started")
    if code == 400:
        gone = "chat not found" in words or "peer_id_invalid" in words
        return Outcome(Fate.REJECTED, Problem.ADDRESS if gone else Problem.CONTENT, "400")
    if isinstance(code, int) and code >= 500:
        return Outcome(Fate.DOUBT, Problem.SERVER, str(code))
    return Outcome(Fate.REJECTED, Problem.CONTENT, str(code)[:10])


def units(text: str) -> int:
    """How long Telegram counts a text: in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _buttons(outgoing: Outgoing) -> list[list[dict[str, str]]]:
    """Each `button_n` is "words|address" and a row of its own; what is none is left out."""
    found = []
    for name, value in outgoing.fields.items():
        place = _BUTTON.fullmatch(name)
        words, bar, url = value.partition("|")
        if place and bar and words.strip() and url.strip().startswith(("https://", "http://")):
            found.append((int(place[1]), {"text": words.strip(), "url": url.strip()}))
    return [[button] for _, button in sorted(found, key=lambda one: one[0])]


def read(settings: Settings, request: Request) -> Hook:
    """One update, known by the secret word in its header.

    Raises delivery.hook_forged and delivery.hook_unreadable.
    """
    given = request.headers.get("x-telegram-bot-api-secret-token", "").encode("utf-8", "replace")
    wanted = settings.secret_token.encode()
    if not wanted or not hmac.compare_digest(given, wanted):
        raise KervanError("delivery.hook_forged", 401)
    told = call_http.as_object(request.body)
    if told is None or not _is_int(told.get("update_id")):
        raise call_http.unreadable()
    return Hook(_news(told, settings.bot, request.at))


def _news(told: dict[str, Any], bot: str, at: datetime) -> list[News]:
    update = f"update-{told['update_id']}"
    message = _part(told, "message")
    chat = _chat(message)
    if chat and _is_int(message.get("migrate_to_chat_id")):
        new = f"{PREFIX}{message['migrate_to_chat_id']}"
        return [Moved(chat, new, _time(message, at))]
    if chat:
        text = message.get("text")
        text = text if isinstance(text, str) else str(message.get("caption") or "")
        command, _, rest = text.partition(" ")
        if command == "/start" and _part(message, "chat").get("type") == "private":
            data = {"start": rest.strip()[:64]} if rest.strip() else {}
            return [Inbound(update, chat, _time(message, at), "", bot, "start", data)]
        said = "stop" if command.partition("@")[0] == "/stop" else text
        return [Inbound(update, chat, _time(message, at), said, bot, "text")]
    press = _part(told, "callback_query")
    chat = _chat(_part(press, "message"))
    if chat:
        data = {"payload": str(press.get("data", ""))[:64]}
        return [Inbound(update, chat, at, "", bot, "button", data)]
    member = _part(told, "my_chat_member")
    chat, status = _chat(member), _part(member, "new_chat_member").get("status")
    if chat and status == "kicked":  # she blocked the bot
        return [Inbound(update, chat, _time(member, at), "", bot, "blocked")]
    return []


def _chat(told: dict[str, Any]) -> str:
    number = _part(told, "chat").get("id")
    return f"{PREFIX}{number}" if _is_int(number) else ""


def _part(told: dict[str, Any], name: str) -> dict[str, Any]:
    part = told.get(name)
    return part if isinstance(part, dict) else {}


def _is_int(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def _time(told: dict[str, Any], at: datetime) -> datetime:
    seconds = told.get("date")
    if isinstance(seconds, int) and not isinstance(seconds, bool) and 0 < seconds < 2**33:
        return datetime.fromtimestamp(seconds, UTC)
    return at


def takes(address: str) -> bool:
    """Whether it is a chat."""
    return _CHAT.fullmatch(address) is not None


def invite(settings: Settings, word: str) -> str:
    """bots/features#deep-linking: the address that opens the bot with /start and this word.

    "" while nobody said the bot's name.
    """
    return f"https://t.me/{settings.bot}?start={word}" if settings.bot else ""


def _open(settings: Settings, client: Client) -> Line:
    return Bot(settings, client)


PROVIDER = Provider(
    name="telegram_bot",
    channel="telegram",
    settings=Settings,
    # core.telegram.org/bots/faq#my-bot-is-hitting-limits: about 30 a second over all chats, and
    # one a second in one chat, which nobody passes who is written to now and then.
    capabilities=Capabilities(per_second=25.0, in_flight=16),
    open=_open,
    read=read,
    takes=takes,
    invite=invite,
)
