"""Telegram's Bot API as core.telegram.org/bots/api describes it, on a real socket.

A simulator: it stands for Telegram in tests and shares no code with Kervan. Each rule names the
section it stands under.
"""

import itertools
import json
from typing import Any

from tests.simulators.http import Call, Reply, Simulator


class Telegram(Simulator):
    """One bot and the chats that know it."""

    def __init__(self) -> None:
        super().__init__()
        self.token = "123456789:AAF" + "x" * 32  # "Authorizing your bot"
        self.secret = "webhook-secret-0123"  # setWebhook: secret_token, 1-256 of A-Z a-z 0-9 _ -
        self.started: set[int] = set()
        self.blocked: set[int] = set()
        self.deleted: set[int] = set()
        self.moved: dict[int, int] = {}
        self.busy_seconds = 0
        self.sent: list[dict[str, Any]] = []
        self._numbers = itertools.count(1)

    def answer(self, call: Call) -> Reply:
        """ "Making requests": https://api.telegram.org/bot<token>/METHOD_NAME."""
        if call.target != f"/bot{self.token}/sendMessage":
            return error(404 if "/bot" not in call.target else 401, "Unauthorized")
        if self.busy_seconds:  # "ResponseParameters": retry_after
            return error(
                429, f"Too Many Requests: retry after {self.busy_seconds}",
                {"retry_after": self.busy_seconds},
            )  # fmt: skip
        said = json.loads(call.body)
        chat, text = said.get("chat_id"), said.get("text")
        if not isinstance(text, str) or not text.strip():  # sendMessage: text is required
            return error(400, "Bad Request: message text is empty")
        if len(text.encode("utf-16-le")) // 2 > 4096:  # sendMessage: 1-4096 characters
            return error(400, "Bad Request: message is too long")
        for row in said.get("reply_markup", {}).get("inline_keyboard", []):
            for button in row:  # InlineKeyboardButton: text, and exactly one of the others
                if not button.get("text") or not button.get("url", "").startswith("http"):
                    return error(400, "Bad Request: BUTTON_URL_INVALID")
        if chat in self.moved:  # "ResponseParameters": migrate_to_chat_id
            return error(
                400, "Bad Request: group chat was upgraded to a supergroup chat",
                {"migrate_to_chat_id": self.moved[chat]},
            )  # fmt: skip
        if chat in self.blocked:
            return error(403, "Forbidden: bot was blocked by the user")
        if chat in self.deleted:
            return error(403, "Forbidden: user is deactivated")
        if chat not in self.started and chat not in self.moved.values():
            # "Bots can't initiate conversations with users" (bots/faq); an unknown id is not found
            if isinstance(chat, int) and chat > 0:
                return error(403, "Forbidden: bot can't initiate conversation with a user")
            return error(400, "Bad Request: chat not found")
        self.sent.append(said)
        number = next(self._numbers)
        result = {"message_id": number, "date": 1_790_000_000, "chat": {"id": chat}, "text": text}
        return Reply(200, json.dumps({"ok": True, "result": result}).encode())

    def update(self, number: int, **more: Any) -> bytes:
        """ "Update": an id and at most one of the optional parts."""
        assert len(more) == 1
        return json.dumps({"update_id": number, **more}).encode()

    def message(self, chat: int, text: str, **more: Any) -> dict[str, Any]:
        """ "Message" of a private chat."""
        return {
            "message_id": 9, "date": 1_790_000_000, "text": text,
            "from": {"id": chat, "is_bot": False, "first_name": "Ece"},
            "chat": {"id": chat, "type": "private", "first_name": "Ece"}, **more,
        }  # fmt: skip

    def block(self, chat: int) -> dict[str, Any]:
        """ "ChatMemberUpdated": in private chats, only when the bot is blocked or unblocked."""
        return {
            "chat": {"id": chat, "type": "private"}, "date": 1_790_000_000,
            "from": {"id": chat}, "old_chat_member": {"status": "member"},
            "new_chat_member": {"status": "kicked", "until_date": 0},
        }  # fmt: skip


def error(code: int, words: str, more: dict[str, Any] | None = None) -> Reply:
    """ "Making requests": ok false, an error code and a description, maybe parameters."""
    told: dict[str, Any] = {"ok": False, "error_code": code, "description": words}
    if more:
        told["parameters"] = more
    return Reply(code, json.dumps(told).encode())
