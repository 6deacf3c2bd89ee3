"""A call begun at Verimor's switch, and its events; the key is in no word of ours."""

import itertools
import logging
from datetime import timedelta
from typing import Any

import pytest

from kervan.delivery.channels.call.verimor_switch import PROVIDER, Settings, dial, read
from kervan.delivery.channels.channel import CallNews, Dial, Fate, Outcome, Problem
from kervan.kernel.errors import KervanError
from tests.simulators.verimor_switch.server import BURST, Switch
from tests.unit.delivery.channels.asking import AT, MESSAGE, PHONE, asked, request


def settings(switch: Switch, **more: Any) -> Settings:
    return Settings(**{"key": switch.key, "base_url": switch.url, **more})


def rung(switch: Switch, to: str = PHONE, extension: str = "1001", **more: Any) -> Outcome:
    said: Outcome = asked(
        lambda client: dial(settings(switch, **more), client, Dial(MESSAGE, to, extension))
    )
    return said


def test_a_call_is_begun_and_named() -> None:
    with Switch() as switch:
        assert isinstance(switch, Switch)
        said = rung(switch, caller_id="908505320000")
        (made,) = switch.made
        assert said == Outcome(Fate.ACCEPTED, reference=made.uuid)
        assert (made.extension, made.destination) == ("1001", "905321112233")
        assert made.caller_id == "908505320000"
        assert rung(switch, to="+493027590915").fate is Fate.ACCEPTED
        assert switch.made[1].destination == "00493027590915"


@pytest.mark.parametrize(
    ("fault", "fate", "problem"),
    [
        ("429", Fate.DEFERRED, Problem.THROTTLED),
        ("302", Fate.DEFERRED, Problem.ACCOUNT),
        ("500", Fate.DOUBT, Problem.SERVER),
        ("html", Fate.DOUBT, Problem.SERVER),
        ("empty", Fate.DOUBT, Problem.SERVER),
        ("cut", Fate.DOUBT, Problem.SERVER),
    ],
)
def test_what_did_not_work_is_told_apart(fault: str, fate: Fate, problem: Problem) -> None:
    with Switch() as switch:
        switch.fail(fault)
        assert isinstance(switch, Switch)
        said = rung(switch)
        assert (said.fate, said.problem) == (fate, problem)
        assert len(switch.made) == (fault == "cut")  # begun once, and never again by itself


def test_refusals_and_the_key_in_no_word(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), Switch() as switch:
        assert isinstance(switch, Switch)
        unknown = rung(switch, extension="1005")
        wrong = rung(switch, key="K-other")
        switch.left = 0
        limited = rung(switch)
        assert (unknown.fate, wrong.problem, limited.problem) == (
            Fate.REJECTED, Problem.ACCOUNT, Problem.THROTTLED,
        )  # fmt: skip
        assert set(switch.addresses) == {"/originate"}  # where proxies and logs look
        gone = switch.url
        said = f"{unknown} {wrong} {limited} {caplog.text} {PROVIDER}"
        assert switch.key not in said and PHONE not in said and BURST == 100
    away: Outcome = asked(
        lambda client: dial(Settings(key="K1", base_url=gone), client, Dial(MESSAGE, PHONE, "1001"))
    )
    assert away == Outcome(Fate.DEFERRED, Problem.LINE, "unreachable")


def test_events_say_the_same_in_any_order() -> None:
    with Switch() as switch:
        assert isinstance(switch, Switch)
        rung(switch)
        (made,) = switch.made
        bodies = [
            switch.event(made, "ringing", AT),
            switch.event(made, "answer", AT),
            switch.hangup(made, AT, 42),
        ]
        for order in itertools.permutations(bodies):
            news = [one for body in order for one in read(settings(switch), request(body)).news]
            ended = [one for one in news if isinstance(one, CallNews) and one.kind == "ended"]
            assert [(one.call, one.seconds) for one in ended] == [(made.uuid, 42)]
            assert ended[0].at == AT + timedelta(seconds=52)
        (missed,) = read(settings(switch), request(switch.hangup(made, AT, 0))).news
        assert isinstance(missed, CallNews) and missed.seconds == 0
        assert read(settings(switch), request(switch.event(made, "user_hangup", AT))).news == []


def test_times_that_no_call_has_are_none() -> None:
    body = (
        "event_type=hangup&call_uuid=12345678&start_stamp=0001-01-01 00:00:00"
        "&answer_stamp={}&end_stamp={}&answered=true&duration=9999999"
    )
    mine = Settings(key="K1")
    for answer, end in (("0001-01-01 00:00:00", "9999-12-31 23:59:59"), ("boo", "")):
        [ended] = read(mine, request(body.format(answer, end))).news
        assert ended == CallNews("ended", "12345678", AT, 1_000_000)
    known = read(mine, request(body.format("2026-11-20 10:00:00", "2099-11-20 10:00:00"))).news
    assert [one.seconds for one in known if isinstance(one, CallNews)] == [0, 1_000_000]


def test_what_is_no_event_or_from_elsewhere_is_refused() -> None:
    mine = Settings(key="K1", sources=("203.0.113.0/24",))
    for body in (b"", b"event_type=ringing", b"event_type=boo&call_uuid=12345678", b"\xff\xfe=1"):
        with pytest.raises(KervanError) as told:
            read(mine, request(body))
        assert told.value.code == "delivery.hook_unreadable"
    with pytest.raises(KervanError) as forged:
        read(mine, request(b"event_type=ringing&call_uuid=12345678", source="198.51.100.1"))
    assert forged.value.code == "delivery.hook_forged"
