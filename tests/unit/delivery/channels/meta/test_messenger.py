"""Messenger against a simulator of its documented rules: the window, lengths, deliveries."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kervan.delivery.channels.channel import Fate, Inbound, Outcome, Problem, Receipt
from kervan.delivery.channels.meta.messenger import PROVIDER, Settings, invite, read, takes
from kervan.kernel.errors import KervanError
from kervan.profiles.tokens import chat_of
from tests.simulators.instagram.messenger import Messenger
from tests.unit.delivery.channels.asking import AT, outgoing, request, sent

_WHO = "9988776655"
_THEN = datetime.fromtimestamp(1_790_000_000, UTC)


def settings(there: Messenger, **more: str) -> Settings:
    given = {
        "page_id": there.id, "access_token": there.token, "app_secret": there.secret,
        "verify_token": "our-word", "username": "visne", "base_url": there.url,
    }  # fmt: skip
    return Settings(**{**given, **more})


def said(there: Messenger, text: str = "Merhaba", to: str = f"messenger:{_WHO}") -> Outcome:
    [told] = sent(PROVIDER, settings(there), outgoing({"text": text}, to=to))
    return told


def test_an_answer_goes_within_the_window_and_never_as_a_person() -> None:
    with Messenger(AT) as there:
        assert isinstance(there, Messenger)
        there.wrote[_WHO] = AT - timedelta(hours=23)
        assert said(there) == Outcome(Fate.ACCEPTED, reference="mid.1")
        assert said(there, "ğ" * 2_000).fate is Fate.ACCEPTED
        assert said(there, "ğ" * 2_001).code == "text_too_long"
        assert said(there, to=f"instagram:{_WHO}").code == "chat_invalid"
        assert all(one["messaging_type"] == "RESPONSE" and "tag" not in one for one in there.sent)
        there.wrote[_WHO] = AT - timedelta(hours=25)
        late = said(there)
        assert (late.fate, late.problem, late.code) == (Fate.REJECTED, Problem.WINDOW, "10")


def test_deliveries_name_their_messages_and_reads_name_none() -> None:
    there = Messenger(AT)
    mine = settings(there)

    def news(*messaging: dict[str, Any]) -> Any:
        body, headers = there.hook(*messaging)
        return read(mine, request(body, headers=headers)).news

    chat = f"messenger:{_WHO}"
    wrote = there.said(_WHO, message={"mid": "m1", "text": "RET"})
    assert news(wrote) == [Inbound("m1", chat, _THEN, "RET", there.id)]
    arrived = there.said(_WHO, delivery={"mids": ["mid.1", "mid.2"], "watermark": 1})
    assert news(arrived) == [
        Receipt("delivered", _THEN, "mid.1"), Receipt("delivered", _THEN, "mid.2")
    ]  # fmt: skip
    assert news(there.said(_WHO, delivery={"watermark": 1})) == []
    assert news(there.said(_WHO, read={"watermark": 1})) == []
    there.about = "instagram"
    assert news(wrote) == [], "of an account on Instagram"
    assert takes(chat) and not takes(f"instagram:{_WHO}")
    assert chat_of(chat) == (chat, 6)
    assert invite(mine, "w") == "https://m.me/visne?ref=w"
    assert invite(settings(there, username=""), "w") == "", "it would lead to nobody"


@pytest.mark.parametrize("name", ["page_id", "access_token", "app_secret", "verify_token"])
def test_settings_that_cannot_be_right_are_named(name: str) -> None:
    there = Messenger(AT)
    with pytest.raises(KervanError) as wrong:
        sent(PROVIDER, settings(there, **{name: " "}), outgoing({"text": "a"}))
    assert wrong.value.code == "delivery.messenger_settings_invalid"
    assert wrong.value.params["problem"] == name
