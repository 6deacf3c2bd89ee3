"""Segments follow what people do: entered and left within seconds, by time alone, through a crash.

Seconds are printed, not held: they are held by `kervan bench membership` on a machine of its own.
"""

import itertools
import time
from collections.abc import Iterator
from typing import Any

import pytest

from kervan.kernel import clock, postgres
from kervan.segments.definitions import store as definitions
from kervan.segments.live import check, store
from tests.sdk.door import until
from tests.story.running import PATIENCE_SECONDS, Kervan, track

_AGE_MS, _ATTEMPTS = 45_000, 3
_PEOPLE, _STEADY, _KILLS, _SWING_SECONDS = 30, 5, 2, 90.0
_HIGH = {"kind": "number", "op": "gte", "value": 5}
_TREES: dict[str, dict[str, Any]] = {
    "membership-high": {
        "kind": "event",
        "events": ["Level Told"],
        "measure": {"kind": "latest", "property": "level"},
        "test": _HIGH,
    },
    "membership-lately": {
        "kind": "event",
        "events": ["Door Opened"],
        "window": {"kind": "last", "span": {"amount": 1, "unit": "minute"}},
    },
    "membership-silent": {
        "kind": "all",
        "of": [
            {"kind": "event", "events": ["Level Told"]},
            {"kind": "none", "of": [{"kind": "member", "segment": "membership-high"}]},
        ],
    },
}
_TOLD = (
    "select name, who, event_id from events where name in ('Segment Entered', 'Segment Left')"
    " and properties.segment.:String = {key:String} order by at, event_id"
)
_IDLE = (
    "select not exists (select 1 from touched) and not exists (select 1 from mirror_mark)"
    " and not exists (select 1 from kervan.intake where batch is null)"
    " and not exists (select 1 from kervan.batch)"
)


@pytest.fixture(scope="module")
def segments(kervan: Kervan) -> Iterator[Kervan]:
    """The running Kervan with the segments of this story, which are filled."""
    for key, tree in _TREES.items():
        answer = kervan.api("POST", "/v1/segments", {"key": key, "name": key, "tree": tree})
        assert answer.status == 201, answer
    with kervan.connection() as conn:
        mine = {definitions.get(conn, key).number for key in _TREES}
    until(lambda: mine <= _live(kervan), lambda: kervan.log[-2000:], PATIENCE_SECONDS)
    yield kervan
    for key in reversed(_TREES):
        assert kervan.api("POST", f"/v1/segments/{key}/archive").status == 204


def _live(kervan: Kervan) -> set[int]:
    with kervan.connection() as conn:
        return set(store.live(conn))


def _told(kervan: Kervan, key: str) -> list[tuple[str, int]]:
    """Who entered and left a segment, as history says, in order."""
    client = kervan.history()
    try:
        rows = client.query(_TOLD, parameters={"key": key}).result_rows
    finally:
        client.close()
    assert len({row[2] for row in rows}) == len(rows), "an event came twice"
    return [(str(row[0]).removeprefix("Segment ").lower(), int(row[1])) for row in rows]


def _number(kervan: Kervan, customer: str) -> int:
    public = kervan.person(customer)
    return int(kervan.rows("select person from profile where id = %s", public)[0][0])


def _level(user: str, level: int, number: int) -> dict[str, Any]:
    """Her level changes; each change is a second later than the one before it."""
    at = clock.from_ms(clock.now_ms() - 3_600_000 + number * 1_000).isoformat()
    return track("Level Told", user, timestamp=at, properties={"level": level})


def _seconds(kervan: Kervan, key: str, wanted: list[tuple[str, int]], began: float) -> float:
    """How long until history tells exactly this of these people."""
    people = {person for _, person in wanted}

    def is_told() -> bool:
        return [one for one in _told(kervan, key) if one[1] in people] == wanted

    until(is_told, lambda: f"{_told(kervan, key)}\n{kervan.log[-2000:]}", PATIENCE_SECONDS)
    return time.monotonic() - began


def _open_a_door(kervan: Kervan) -> tuple[int, float]:
    """Somebody enters for the rest of a minute; gives her and when time alone takes her out."""
    for attempt in range(_ATTEMPTS):
        user, now = f"opener-{attempt}", clock.now_ms()
        at = clock.from_ms(now - _AGE_MS).isoformat()
        kervan.send(track("Door Opened", user, timestamp=at))
        leaves = time.monotonic() + 60 - _AGE_MS / 1000
        her = _number(kervan, user)
        while time.monotonic() < leaves:
            if ("entered", her) in _told(kervan, "membership-lately"):
                return her, leaves
            time.sleep(0.1)
    raise AssertionError(f"nobody entered in time\n{kervan.log[-2000:]}")


def _swing_through_kills(kervan: Kervan, users: list[str]) -> int:
    """Most rise and fall, some only rise; the process is killed whenever it is in the middle.

    Gives how many times everybody did something; the last time most of them fell.
    """
    seen, kills, pids = 0, 0, list[int]()
    deadline = time.monotonic() + _SWING_SECONDS
    for number in itertools.takewhile(lambda _: time.monotonic() < deadline, itertools.count()):
        kervan.send(*(_level(user, 9 - 8 * (number % 2), number) for user in users[:-_STEADY]))
        kervan.send(*(_level(user, 9, number) for user in users[-_STEADY:]))
        told = len(_told(kervan, "membership-high"))
        alive = kervan.children("segmenter")
        if [one.pid for one in alive] != pids:  # what is told until now, the one before told
            seen, pids = told, [one.pid for one in alive]
        elif alive and kills == _KILLS and told > seen and number % 2:
            return number + 1
        elif alive and kills < _KILLS and told > seen:
            alive[0].kill()
            kills += 1
        time.sleep(0.3)
    raise AssertionError(f"killed {kills} times, and it told {told}\n{kervan.log[-2000:]}")


def _is_idle(kervan: Kervan) -> bool:
    return bool(kervan.rows(_IDLE)[0][0])


def _differences(kervan: Kervan) -> list[check.Difference]:
    client = kervan.history()
    try:
        with postgres.connect(kervan.config.postgres_url, workspace=kervan.config.workspace) as own:
            found = check.differences(own, client, clock.now_ms())
    finally:
        client.close()
    return [one for one in found if one.key in _TREES]


@pytest.mark.timeout(180)
def test_segments_follow_people_and_time_and_survive_a_crash(
    segments: Kervan, capsys: pytest.CaptureFixture[str]
) -> None:
    kervan = segments
    began = time.monotonic()
    kervan.send(_level("climber", 9, 0))
    climber = _number(kervan, "climber")
    entered = _seconds(kervan, "membership-high", [("entered", climber)], began)
    opener, leaves = _open_a_door(kervan)
    began = time.monotonic()
    kervan.send(_level("climber", 1, 1))
    story = [("entered", climber), ("left", climber)]
    left = _seconds(kervan, "membership-high", story, began)
    gone = [("entered", opener), ("left", opener)]
    alone = _seconds(kervan, "membership-lately", gone, leaves)
    users = [f"swinger-{i}" for i in range(_PEOPLE)]
    swings = _swing_through_kills(kervan, users)
    until(
        lambda: _is_idle(kervan) and not _differences(kervan),
        lambda: f"{_differences(kervan)}\n{kervan.log[-2000:]}",
        PATIENCE_SECONDS,
    )
    changes = _each_enters_before_she_leaves(kervan)
    high = _members(kervan, "membership-high")
    assert high == {_number(kervan, user) for user in users[-_STEADY:]}
    assert "child_died" in kervan.log, "the segmenter was not killed"
    with capsys.disabled():
        print(
            f"\nentered after {entered:.2f} s, left after {left:.2f} s, left by time alone"
            f" {alone:.2f} s after her minute; {changes} changes told of {swings} times"
            f" {_PEOPLE} events through {_KILLS} kill -9"
        )


def _members(kervan: Kervan, key: str) -> set[int]:
    with kervan.connection() as conn:
        return set(store.members(conn, definitions.get(conn, key).number).tolist())


def _each_enters_before_she_leaves(kervan: Kervan) -> int:
    """Nobody enters or leaves twice in a row, and who is in is who entered last; counts changes."""
    count = 0
    for key in _TREES:
        told = sorted(_told(kervan, key), key=lambda one: one[1])
        inside = set()
        for person, group in itertools.groupby(told, key=lambda one: one[1]):
            words = [word for word, _ in group]
            expected = itertools.cycle(("entered", "left"))
            assert words == list(itertools.islice(expected, len(words))), (key, person, words)
            count += len(words)
            if words[-1] == "entered":
                inside.add(person)
        assert inside == _members(kervan, key), key
    return count
