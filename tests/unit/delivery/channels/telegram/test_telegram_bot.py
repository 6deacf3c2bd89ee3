"""A Telegram bot against a simulator of its documented rules: sends, refusals, updates."""

import logging
from datetime import UTC, datetime
from typing import Any

import pytest

from kervan.delivery.channels.channel import Fate, Inbound, Moved, Outcome, Problem
from kervan.delivery.channels.telegram.telegram_bot import PROVIDER, Settings, read, takes, units
from kervan.kernel.errors import KervanError
from tests.simulators.telegram.server import Telegram
from tests.unit.delivery.channels.asking import outgoing, request, sent

_CHAT = 4242
_AT = datetime.fromtimestamp(1_790_000_000, UTC)


def settings(telegram: Telegram, **more: str) -> Settings:
    given = {"token": telegram.token, "secret_token": telegram.secret, "bot": "visne_bot"}
    return Settings(**{**given, "base_url": telegram.url, **more})


def said(telegram: Telegram, to: str = f"telegram:{_CHAT}", **fields: str) -> Outcome:
    [told] = sent(PROVIDER, settings(telegram), outgoing({"text": "Merhaba", **fields}, to=to))
    return told


def test_a_text_with_buttons_arrives() -> None:
    with Telegram() as telegram:
        assert isinstance(telegram, Telegram)
        telegram.started.add(_CHAT)
        told = said(
            telegram, text="Merhaba <b>Ece</b> *_", button_2="Sepet|https://k.example/s",
            button_1="Mağaza|https://k.example/m", button_3="kötü|javascript:x", button_4="yok",
        )  # fmt: skip
        assert told == Outcome(Fate.ACCEPTED, reference="1")
        [one] = telegram.sent
        assert one["text"] == "Merhaba <b>Ece</b> *_" and "parse_mode" not in one
        rows = one["reply_markup"]["inline_keyboard"]
        assert [row[0]["text"] for row in rows] == ["Mağaza", "Sepet"]


def test_lengths_are_counted_in_utf_16_units() -> None:
    with Telegram() as telegram:
        assert isinstance(telegram, Telegram)
        telegram.started.add(_CHAT)
        assert units("a😀") == 3
        assert said(telegram, text="😀" * 2048).fate is Fate.ACCEPTED
        over = said(telegram, text="😀" * 2048 + "a")
        assert (over.problem, over.code) == (Problem.CONTENT, "text_too_long")
        assert said(telegram, text="  ").code == "no_text"
        assert len(telegram.sent) == 1


def test_refusals_mean_what_they_say(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), Telegram() as telegram:
        assert isinstance(telegram, Telegram)
        telegram.blocked.add(1)
        telegram.deleted.add(2)
        telegram.moved[-3] = -1003
        seen = {chat: said(telegram, f"telegram:{chat}") for chat in (1, 2, -3, 4, -5)}
        assert {chat: (one.fate, one.problem) for chat, one in seen.items()} == {
            1: (Fate.REJECTED, Problem.REFUSED),
            2: (Fate.REJECTED, Problem.ADDRESS),
            -3: (Fate.ACCEPTED, Problem.NONE),
            4: (Fate.REJECTED, Problem.WINDOW),
            -5: (Fate.REJECTED, Problem.ADDRESS),
        }
        assert telegram.sent[0]["chat_id"] == -1003
        telegram.busy_seconds = 17
        busy = said(telegram)
        assert (busy.problem, busy.retry_after_seconds) == (Problem.THROTTLED, 17.0)
        wrong = settings(telegram, token="123456789:BBB" + "y" * 32)
        [unknown] = sent(PROVIDER, wrong, outgoing({"text": "x"}, to="telegram:1"))
        assert (unknown.fate, unknown.problem) == (Fate.DEFERRED, Problem.ACCOUNT)
        assert telegram.token not in f"{seen} {busy} {unknown} {caplog.text}"


@pytest.mark.parametrize(
    ("fault", "fate", "problem"),
    [
        ("429-seconds", Fate.DEFERRED, Problem.THROTTLED),
        ("302", Fate.DEFERRED, Problem.ACCOUNT),
        ("500", Fate.DOUBT, Problem.SERVER),
        ("html", Fate.DOUBT, Problem.SERVER),
        ("cut", Fate.DOUBT, Problem.SERVER),
    ],
)
def test_bad_days(fault: str, fate: Fate, problem: Problem) -> None:
    with Telegram() as telegram:
        assert isinstance(telegram, Telegram)
        telegram.started.add(_CHAT)
        telegram.fail(fault)
        told = said(telegram)
        assert (told.fate, told.problem) == (fate, problem)
        assert len(telegram.sent) == (fault == "cut")


def test_updates_are_read_and_forged_ones_are_not() -> None:
    telegram = Telegram()
    mine = settings(telegram)
    headers = {"x-telegram-bot-api-secret-token": telegram.secret}

    def news(number: int, **more: Any) -> Any:
        return read(mine, request(telegram.update(number, **more), headers=headers)).news

    start, plain = "/start Qm9vaw-_", "/start"
    [one] = news(1, message=telegram.message(_CHAT, start))
    assert one == Inbound(
        "update-1", "telegram:4242", _AT, "", "visne_bot", "start", {"start": "Qm9vaw-_"}
    )
    assert news(2, message=telegram.message(_CHAT, plain))[0].data == {}
    assert news(3, message=telegram.message(_CHAT, "/stop@visne_bot"))[0].text == "stop"
    assert news(4, message=telegram.message(_CHAT, "RET"))[0].text == "RET"
    assert news(5, my_chat_member=telegram.block(_CHAT))[0].kind == "blocked"
    moved = telegram.message(-7, "", migrate_to_chat_id=-1007)
    assert news(6, message=moved) == [Moved("telegram:-7", "telegram:-1007", _AT)]
    press = {"id": "1", "from": {"id": 1}, "message": telegram.message(_CHAT, "x"), "data": "a"}
    assert news(7, callback_query=press)[0].data == {"payload": "a"}
    assert news(8, poll={"id": "1"}) == []
    body = telegram.update(1, message=telegram.message(_CHAT, start))
    for wrong in ({}, {"x-telegram-bot-api-secret-token": "webhook-secret-0124"}):
        with pytest.raises(KervanError) as told:
            read(mine, request(body, headers=wrong))
        assert told.value.code == "delivery.hook_forged"
    for odd in (b"", b"[]", b"{}", b'{"update_id": "1"}'):
        with pytest.raises(KervanError) as unread:
            read(mine, request(odd, headers=headers))
        assert unread.value.code == "delivery.hook_unreadable"
    assert takes("telegram:5") and not takes("+905321112233") and not takes("telegram:")
