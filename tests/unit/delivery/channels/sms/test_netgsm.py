"""A text through Netgsm: what its documented answers, reports and refusals come to."""

import base64
import json
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest

from kervan.delivery.channels.channel import Fate, Inbound, Outcome, Outgoing, Problem, Receipt
from kervan.delivery.channels.sms import netgsm
from kervan.delivery.channels.sms.netgsm import PROVIDER, Settings
from kervan.kernel import clock
from kervan.kernel.http import Answer, Client, Unanswered
from tests.simulators.netgsm.server import Job, Netgsm
from tests.unit.delivery.channels.asking import (
    MESSAGE,
    PHONE,
    asked,
    fixture,
    outgoing,
    patience,
    sent,
)

NUMBER = PHONE.removeprefix("+90")


@pytest.fixture
def provider() -> Iterator[Netgsm]:
    """An account at Netgsm."""
    with Netgsm(clock.now) as one:
        assert isinstance(one, Netgsm)
        yield one


def settings(provider: Netgsm, **changed: Any) -> Settings:
    """Right settings for it."""
    given = {
        "username": provider.username, "password": provider.password, "sender": "MAGAZA",
        "base_url": provider.url, **changed,
    }  # fmt: skip
    return msgspec.convert(given, Settings)


def text(words: str = "Sepetiniz sizi bekliyor", **changed: Any) -> Outgoing:
    """A message with this text."""
    return outgoing({"text": words}, expires_at=clock.now() + timedelta(hours=1), **changed)


def order(provider: Netgsm) -> Any:
    """The order that came last."""
    return json.loads(provider.calls[-1].body)


def told(provider: Netgsm) -> list[Any]:
    """The news of the last hour."""
    assert PROVIDER.poll is not None
    since = clock.now() - timedelta(hours=1)
    found: list[Any] = asked(lambda client: netgsm.poll(settings(provider), client, since))
    return found


def test_a_text_is_taken_as_a_job(provider: Netgsm) -> None:
    [outcome] = sent(PROVIDER, settings(provider), text())
    assert outcome == Outcome(Fate.ACCEPTED, reference=provider.jobs[0].id)
    assert order(provider) == {
        "msgheader": "MAGAZA",
        "messages": [{"msg": "Sepetiniz sizi bekliyor", "no": NUMBER}],
        "iysfilter": "11",
    }


@pytest.mark.parametrize(
    ("marketing", "recipient", "told"),
    [(True, "BIREYSEL", "11"), (True, "TACIR", "12"), (False, "BIREYSEL", "0")],
)
def test_a_commercial_text_is_checked_at_the_registry(
    provider: Netgsm, marketing: bool, recipient: str, told: str
) -> None:
    sent(PROVIDER, settings(provider, recipient_type=recipient), text(marketing=marketing))
    assert provider.jobs[0].filter == told


def test_turkish_letters_are_announced_and_azerbaijani_ones_folded(provider: Netgsm) -> None:
    found = sent(PROVIDER, settings(provider), text("Şimdi"), text("Sizə ən yaxşı"), text("Size"))
    assert [one.fate for one in found] == [Fate.ACCEPTED] * 3
    assert [one.text for one in provider.jobs] == ["Şimdi", "Size en yaxşı", "Size"]
    orders = [json.loads(call.body) for call in provider.calls]
    assert [one.get("encoding") for one in orders] == ["TR", "TR", None]


@pytest.mark.parametrize("words", ["", "🎁", "x" * 919])
def test_what_it_cannot_write_is_not_handed_over(provider: Netgsm, words: str) -> None:
    [outcome] = sent(PROVIDER, settings(provider), text(words))
    assert (outcome.fate, outcome.problem) == (Fate.REJECTED, Problem.CONTENT)
    assert not provider.calls


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        ({"headers": []}, Outcome(Fate.DEFERRED, Problem.ACCOUNT, "40")),
        ({"can_iys": False}, Outcome(Fate.DEFERRED, Problem.ACCOUNT, "50")),
        ({"has_brand": False}, Outcome(Fate.DEFERRED, Problem.ACCOUNT, "51")),
        ({"password": "other"}, Outcome(Fate.DEFERRED, Problem.ACCOUNT, "30")),
        ({"most_a_minute": 0}, Outcome(Fate.DEFERRED, Problem.THROTTLED, "80")),
    ],
)
def test_what_its_codes_mean(provider: Netgsm, change: dict[str, Any], outcome: Outcome) -> None:
    given = settings(provider)
    for name, value in change.items():
        setattr(provider, name, value)
    assert sent(PROVIDER, given, text()) == [outcome]
    assert not provider.jobs


def test_one_number_too_often_in_a_minute(provider: Netgsm) -> None:
    found = sent(PROVIDER, settings(provider), *(text(f"{i}") for i in range(21)))
    assert {one.fate for one in found[:20]} == {Fate.ACCEPTED}
    assert found[20] == Outcome(Fate.DEFERRED, Problem.THROTTLED, "85", "", 60.0)


def test_a_number_that_is_none(provider: Netgsm) -> None:
    [outcome] = sent(PROVIDER, settings(provider), text(to="+90212"))
    assert outcome == Outcome(Fate.REJECTED, Problem.CONTENT, "70")


@pytest.mark.parametrize(
    "kind", ["cut", "half", "hang", "500-after", "html-after", "empty-after", "500", "503", "html"]
)
def test_no_whole_answer_is_a_doubt(provider: Netgsm, kind: str) -> None:
    provider.fail(kind)
    [outcome] = sent(PROVIDER, settings(provider), text(), timeout_seconds=patience(kind))
    assert outcome.fate is Fate.DOUBT
    assert not PROVIDER.capabilities.idempotent


@pytest.mark.parametrize("code", ["100", "101", "5000", "", "x" * 400])
def test_a_system_error_is_a_doubt_and_no_word_of_it_is_kept(code: str) -> None:
    line = netgsm.Netgsm(Settings(username="u", password="p", sender="S"), Client.__new__(Client))
    body = json.dumps({"code": code, "description": f"{PHONE} failed"}).encode()
    outcome = line._judged(Answer(406, {}, body))
    assert outcome.fate is Fate.DOUBT and PHONE not in repr(outcome) and len(outcome.code) <= 8


@pytest.mark.parametrize(
    ("status", "error", "kind", "problem", "code"),
    [
        (1, 0, "delivered", Problem.NONE, ""),
        (2, 0, "failed", Problem.NONE, "2"),
        (3, 101, "failed", Problem.ADDRESS, "3:101"),
        (11, 0, "failed", Problem.NONE, "11"),
        (13, 0, "accepted", Problem.NONE, "13"),
        (14, 0, "failed", Problem.ACCOUNT, "14"),
        (15, 0, "refused", Problem.REFUSED, "15"),
        (16, 0, "failed", Problem.NONE, "16"),
    ],
)
def test_what_a_report_says(
    provider: Netgsm, status: int, error: int, kind: str, problem: Problem, code: str
) -> None:
    [outcome] = sent(PROVIDER, settings(provider), text())
    assert told(provider) == []
    provider.settle(status, error)
    [news] = told(provider)
    assert isinstance(news, Receipt)
    assert (news.kind, news.problem, news.code) == (kind, problem, code)
    assert news.reference == outcome.reference
    assert abs(news.at - clock.now()) < timedelta(minutes=1)


def test_a_status_that_is_not_documented_is_no_news(provider: Netgsm) -> None:
    sent(PROVIDER, settings(provider), text())
    provider.settle(999)
    assert told(provider) == []


def test_reports_come_page_by_page(provider: Netgsm) -> None:
    line = [replace(text(f"{i}", to=f"+90532{i:07}"), message=uuid.uuid4()) for i in range(250)]
    sent(PROVIDER, settings(provider), *line)
    provider.settle(1)
    news = told(provider)
    assert len({one.reference for one in news}) == 250


def test_jobs_are_asked_for_fifty_at_once(provider: Netgsm) -> None:
    line = [replace(text(f"{i}", to=f"+90532{i:07}"), message=uuid.uuid4()) for i in range(60)]
    found = sent(PROVIDER, settings(provider), *line)
    provider.settle(1)
    waiting = [(one.message, got.reference) for one, got in zip(line, found, strict=True)]
    before = len(provider.calls)
    given = settings(provider)
    receipts = asked(lambda client: netgsm.ask(given, client, [*waiting, (MESSAGE, "")]))
    assert {one.message for one in receipts} == {one.message for one in line}
    assert len(provider.calls) - before == 2


def test_too_many_questions_are_no_answer(provider: Netgsm) -> None:
    for _ in range(5):
        told(provider)
    with pytest.raises(Unanswered):
        told(provider)


def test_of_a_crowd_it_tells_as_much_as_it_is_asked(provider: Netgsm) -> None:
    provider.jobs = [
        Job(f"{i}", f"532{i:07}", "x", "0", clock.now(), status=1) for i in range(1_234)
    ]
    assert len({one.reference for one in told(provider)}) == 1_000


def test_the_last_hour_comes_before_what_is_older(provider: Netgsm) -> None:
    old, new = clock.now() - timedelta(days=2), clock.now()
    provider.jobs = [
        Job(f"{i}", f"532{i:07}", "x", "0", old if i < 1_000 else new, status=1)
        for i in range(1_100)
    ]
    given = settings(provider)
    news = asked(lambda client: netgsm.poll(given, client, old - timedelta(hours=1)))
    found = {int(one.reference) for one in news}
    assert found >= set(range(1_000, 1_100)) and len(found) > 700


@pytest.mark.parametrize("kind", ["html", "empty", "list", "500", "429"])
def test_a_page_instead_of_a_report_is_no_answer(provider: Netgsm, kind: str) -> None:
    provider.fail(kind)
    with pytest.raises(Unanswered):
        told(provider)


def test_inbound_texts_count_once(provider: Netgsm) -> None:
    at = clock.now().replace(microsecond=0) - timedelta(minutes=3)
    local = (at + timedelta(hours=3)).strftime("%d.%m.%Y %H:%M:%S")
    provider.inbox = [
        {"message": "İPTAL\0\ud800", "sender": "5321112233", "receiver": "8501234567",
         "datetime": local},
        {"message": "RET", "sender": "05321112233", "receiver": "8501234567", "datetime": local},
    ]  # fmt: skip
    first, again = told(provider), told(provider)
    assert first == again and len({one.id for one in first}) == 2
    assert all(isinstance(one, Inbound) and one.address == PHONE for one in first)
    assert (first[0].at, first[0].text, first[0].to) == (at, "İPTAL?", "8501234567")


def test_the_sdks_own_shapes() -> None:
    line = netgsm.Netgsm(Settings(username="u", password="p", sender="S"), Client.__new__(Client))
    taken = line._judged(Answer(200, {}, fixture("netgsm", "sms_send.json")))
    assert taken == Outcome(Fate.ACCEPTED, reference="17377215342605050417149344")
    refused = line._judged(Answer(406, {}, fixture("netgsm", "sms_send_refused.json")))
    assert refused == Outcome(Fate.DEFERRED, Problem.ACCOUNT, "40")
    rows = json.loads(fixture("netgsm", "sms_report.json"))["jobs"]
    at = datetime.fromisoformat("2026-11-22T10:00:05+00:00")
    found = [netgsm._receipt(one, at) for one in rows]
    assert [one and (one.kind, one.problem) for one in found] == [
        ("delivered", Problem.NONE), ("failed", Problem.ADDRESS), None,
    ]  # fmt: skip
    assert found[0] is not None and found[0].at == at


def test_the_password_travels_in_its_header_only(provider: Netgsm) -> None:
    sent(PROVIDER, settings(provider), text())
    call = provider.calls[0]
    pair = call.headers["authorization"].removeprefix("Basic ")
    assert base64.b64decode(pair).decode() == "8501234567:geheim"
    assert "geheim" not in call.target and b"geheim" not in call.body
