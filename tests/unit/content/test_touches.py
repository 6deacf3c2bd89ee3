"""Opens and clicks are told to history once, with a machine's burst seen whole."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from kervan.collect import intake
from kervan.content import touches
from kervan.content.touches import Touch
from kervan.kernel import clock

AT = datetime(2026, 5, 1, 12, tzinfo=UTC)
BROWSER = "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"
ONE = Touch(
    message=uuid.UUID(int=7), link=1, head=False, at=AT, handed_at=AT - timedelta(hours=1),
    agent=BROWSER, url="https://shop.example/", links=5, person=3, journey="j", version=2,
    step="s", run=11, channel="email",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _open_day(postgres: psycopg.Connection) -> None:
    intake.open_days(postgres, [clock.now().date()])


def later(seconds: float) -> datetime:
    return AT + timedelta(seconds=seconds)


def test_a_click_is_told_once_after_a_moment(postgres: psycopg.Connection) -> None:
    touches.note(postgres, ONE)
    touches.note(postgres, ONE)
    assert touches.settle(postgres, later(2)) == []
    [judged] = touches.settle(postgres, later(3))
    assert judged == touches.Judged(ONE, machine=False)
    assert touches.settle(postgres, later(4)) == []
    touches.note(postgres, ONE)  # the same second, after it was told
    assert touches.settle(postgres, later(9)) == []


def test_the_first_click_of_a_burst_is_a_machines_too(postgres: psycopg.Connection) -> None:
    for number in range(4):
        touches.note(postgres, replace(ONE, link=number + 1, at=later(number / 2)))
    first = touches.settle(postgres, later(2.6))
    second = touches.settle(postgres, later(9))
    assert [one.machine for one in first + second] == [True] * 4
    assert len(first) < 4


def test_the_event_says_what_happened() -> None:
    event = touches.own_event(touches.Judged(ONE, machine=True))
    assert event.event == "Message Clicked"
    assert event.person == 3
    assert event.properties == {
        "journey": "j", "version": 2, "step": "s", "run": 11, "channel": "email", "machine": True,
        "message": str(ONE.message), "link": 1, "url": "https://shop.example/",
    }  # fmt: skip
    opened = touches.own_event(touches.Judged(replace(ONE, link=0, url=""), machine=False))
    assert opened.event == "Message Opened"
    ids = {
        touches.own_event(touches.Judged(one, machine=False)).message_id
        for one in (ONE, replace(ONE, link=2), replace(ONE, head=True), replace(ONE, at=later(1)),
                    replace(ONE, at=later(0.9)), replace(ONE, message=uuid.UUID(int=8)))
    }  # fmt: skip
    assert len(ids) == 5


def test_agents_are_kept_short_and_plain(postgres: psycopg.Connection) -> None:
    touches.note(postgres, replace(ONE, agent="x\x00\n" * 400))
    [judged] = touches.settle(postgres, later(5))
    assert set(judged.touch.agent) == {"x"}
    assert len(judged.touch.agent) <= 300
