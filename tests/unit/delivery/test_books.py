"""kill -9 of the sender while mails are on the line: none twice, each in one final state."""

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from kervan.kernel.postgres import Connection
from tests.unit.delivery.gate import allow
from tests.unit.delivery.peer import HANG, Peer, until
from tests.unit.delivery.world import add_people, intend, intents, states

_ROOT = Path(__file__).resolve().parents[3]
_COUNT = 240


@contextmanager
def _process(*arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """A sender that is killed without warning at the end of the block."""
    command = [sys.executable, "-m", "tests.unit.delivery.run_sender", *arguments]
    with subprocess.Popen(command, cwd=_ROOT) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("sabotage", [False, True])
def test_a_killed_sender_doubles_nothing_and_loses_nothing(
    postgres: Connection, postgres_url: str, workspace: str, sabotage: bool
) -> None:
    """With the one switch turned (`send_again`) the same check goes red: it sees doubles."""
    fatal = {f"p{i}@home.example" for i in (20, 90, 160)}
    unanswered: list[str] = []

    def script(stage: str, number: int, to: str) -> bytes | None:
        # Three mails are seen whole and not answered: the sender dies waiting for each.
        if stage == "end" and to in fatal - set(unanswered):
            unanswered.append(to)
            return HANG
        return None

    arguments = [postgres_url, workspace]
    switch = ["again"] if sabotage else []
    people = add_people(postgres, [f"p{i}@home.example" for i in range(_COUNT)])
    intend(postgres, intents(people))
    with Peer(script=script) as peer:
        for crash in range(1, 4):
            with _process(*arguments, peer.url, *switch):
                until(lambda crash=crash: len(unanswered) >= crash)  # type: ignore[misc]
                left = _COUNT - len(peer.accepted)
                assert left > 0, "a kill at idle does not count"
                print(f"killed with {left} messages left, {len(unanswered)} unanswered")
        with _process(*arguments, peer.url, *switch):
            until(lambda: set(states(postgres)) <= {"accepted", "unknown"}, 40)
    arrived = [to for _, to, _ in peer.whole]
    doubled = len(arrived) - len(set(arrived))
    if sabotage:
        assert doubled > 0
        return
    assert doubled == 0
    found = states(postgres)
    assert sum(found.values()) == _COUNT
    assert found["unknown"] >= 3
    # What is said to be accepted arrived, and what arrived is accepted or in doubt.
    accepted = postgres.execute("select count(*) from message where state = 2").fetchone()
    assert accepted is not None
    assert len({to for _, to, _ in peer.accepted}) <= len(set(arrived)) <= _COUNT
    assert accepted[0] <= len(set(arrived))
    assert postgres.execute("select sum(events) from kervan.intake").fetchone() == (_COUNT,)
    assert postgres.execute("select count(*) from message_open").fetchone() == (0,)


def test_a_killed_senders_places_in_caps_are_neither_lost_nor_doubled(
    postgres: Connection, postgres_url: str, workspace: str
) -> None:
    """Two a person of four: of whatever senders die of, each has exactly her two."""
    allow(postgres, caps=[{"name": "two", "most": 2, "per": "month", "window": "rolling"}])
    people = add_people(postgres, [f"p{i}@home.example" for i in range(50)])
    fatal = {f"p{i}@home.example" for i in (10, 30)}
    unanswered: list[str] = []

    def script(stage: str, number: int, to: str) -> bytes | None:
        if stage == "end" and to in fatal - set(unanswered):
            unanswered.append(to)
            return HANG
        return None

    for key in "abcd":
        intend(postgres, intents(people, key=key))
    with Peer(script=script) as peer:
        for crash in (1, 2):
            with _process(postgres_url, workspace, peer.url):
                until(partial(_reached, unanswered, crash))
        with _process(postgres_url, workspace, peer.url):
            until(lambda: set(states(postgres)) <= {"accepted", "unknown", "suppressed"}, 40)
    rows = postgres.execute(
        "select person, count(*) filter (where state in (2, 9)) from message group by 1"
    ).fetchall()
    assert dict(rows) == dict.fromkeys(people, 2)
    arrived = Counter(to for _, to, _ in peer.whole)
    assert max(arrived.values()) <= 2


def _reached(some: list[str], count: int) -> bool:
    return len(some) >= count
