"""Instagram against a simulator of its documented rules: the window, refusals, signed news."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kervan.delivery.channels.channel import Fate, Inbound, Outcome, Problem, Receipt
from kervan.delivery.channels.meta.instagram import PROVIDER, Settings, invite, read, takes
from kervan.kernel.errors import KervanError
from tests.simulators.instagram.server import Instagram
from tests.unit.delivery.channels.asking import AT, outgoing, request, sent

_WHO = "9988776655"
_THEN = datetime.fromtimestamp(1_790_000_000, UTC)


def settings(there: Instagram, **more: str) -> Settings:
    given = {
        "account_id": there.id, "access_token": there.token, "app_secret": there.secret,
        "verify_token": "our-word", "username": "visne", "base_url": there.url,
    }  # fmt: skip
    return Settings(**{**given, **more})


def said(there: Instagram, text: str = "Merhaba", who: str = _WHO, **more: str) -> Outcome:
    [told] = sent(
        PROVIDER, settings(there, **more), outgoing({"text": text}, to=f"instagram:{who}")
    )
    return told


def test_an_answer_goes_within_the_window_and_never_as_a_person() -> None:
    with Instagram(AT) as there:
        assert isinstance(there, Instagram)
        there.wrote[_WHO] = AT - timedelta(hours=23)
        assert said(there) == Outcome(Fate.ACCEPTED, reference="mid.1")
        [one] = there.sent
        assert one["messaging_type"] == "RESPONSE" and "tag" not in one
        there.wrote[_WHO] = AT - timedelta(hours=25)
        late = said(there)
        assert (late.fate, late.problem, late.code) == (Fate.REJECTED, Problem.WINDOW, "10")


def test_refusals_mean_what_they_say() -> None:
    with Instagram(AT) as there:
        assert isinstance(there, Instagram)
        there.wrote[_WHO] = AT
        assert said(there, "ğ" * 500).fate is Fate.ACCEPTED  # 1000 bytes
        assert said(there, "ğ" * 501).code == "text_too_long"
        assert said(there, " ").code == "no_text"
        assert said(there, who="12345678").problem is Problem.ADDRESS
        there.blocked.add(_WHO)
        assert said(there).problem is Problem.CONTENT
        assert said(there, access_token="EAAother").problem is Problem.ACCOUNT
        there.busy = True
        busy = said(there)
        assert (busy.fate, busy.problem) == (Fate.DEFERRED, Problem.THROTTLED)
        assert there.token not in f"{busy}"


@pytest.mark.parametrize(
    ("fault", "fate"),
    [("500", Fate.DOUBT), ("html", Fate.DOUBT), ("cut", Fate.DOUBT), ("429", Fate.DEFERRED)],
)
def test_bad_days(fault: str, fate: Fate) -> None:
    with Instagram(AT) as there:
        assert isinstance(there, Instagram)
        there.wrote[_WHO] = AT
        there.fail(fault)
        assert said(there).fate is fate


@pytest.mark.parametrize("code", [1, 2, -1])
def test_an_error_of_its_own_may_have_taken_the_text(code: int) -> None:
    with Instagram(AT) as there:
        assert isinstance(there, Instagram)
        there.wrote[_WHO] = AT
        there.ill = code
        told = said(there)
        assert (told.fate, told.problem, told.code) == (Fate.DOUBT, Problem.SERVER, str(code))


def test_news_are_signed_over_their_bytes() -> None:
    there = Instagram(AT)
    mine = settings(there)

    def news(*messaging: dict[str, Any]) -> Any:
        body, headers = there.hook(*messaging)
        return read(mine, request(body, headers=headers)).news

    text = there.said(_WHO, message={"mid": "m1", "text": "RET"})
    chat = f"instagram:{_WHO}"
    assert news(text) == [Inbound("m1", chat, _THEN, "RET", there.id)]
    assert news(there.said(_WHO, read={"mid": "mid.1"})) == [Receipt("read", _THEN, "mid.1")]
    [start] = news(there.said(_WHO, referral={"ref": "word-1", "source": "IGME-SOURCE-LINK"}))
    assert (start.kind, start.data) == ("start", {"start": "word-1"})
    pressed = {"mid": "m2", "title": "Evet", "payload": "YES", "referral": {"ref": "word-2"}}
    assert [one.kind for one in news(there.said(_WHO, postback=pressed))] == ["start", "button"]
    echo = {"sender": {"id": there.id}, "recipient": {"id": _WHO}, "message": {"mid": "m3"}}
    assert news(echo) == []
    body, headers = there.hook(text)
    for raw, more in (
        (json.dumps(json.loads(body), indent=1).encode(), headers),
        (body, {}),
        (body, {"x-hub-signature-256": "sha256=" + "0" * 64}),
    ):
        with pytest.raises(KervanError) as forged:
            read(mine, request(raw, headers=more))
        assert forged.value.code == "delivery.hook_forged"
    asked = "https://k.example/h?hub.mode=subscribe&hub.verify_token={}&hub.challenge=42"
    assert read(mine, request("", url=asked.format("our-word"), method="GET")).body == b"42"
    with pytest.raises(KervanError):
        read(mine, request("", url=asked.format("other"), method="GET"))
    assert takes(chat) and not takes("telegram:5")
    assert invite(mine, "w") == "https://ig.me/m/visne?ref=w"
    assert invite(settings(there, username=""), "w") == "", "it would lead to nobody"
