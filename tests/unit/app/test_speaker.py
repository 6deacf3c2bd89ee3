"""What the ledger says ends in the registry: once, in order, whatever fails on the way."""

import contextlib
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kervan.app import speaker
from kervan.app.speaker import Speaker
from kervan.kernel import clock
from kervan.kernel.postgres import Connection, connect
from tests.simulators.iys.registry import Registry
from tests.simulators.iys.server import Simulator
from tests.unit.consent.registry.world import NOON, VAULT, World, deadline, world

AYSE = "+905321112233"


def minutes(count: float) -> timedelta:
    """So many minutes."""
    return timedelta(minutes=count)


def test_a_consent_and_its_refusal_are_registered_in_order(postgres: Connection) -> None:
    with world(postgres) as w:
        ayse = w.person(AYSE)
        w.say(ayse, "withdrawn", NOON - minutes(5))
        w.say(ayse, "granted", NOON - minutes(10))
        w.settle()
        assert w.held(AYSE) == "RET"
        assert [one["status"] for one in w.registry.taken] == ["ONAY", "RET"]
        assert len(w.registry.offered) == 2
        assert w.rows() == [("done", ""), ("done", "")]


def test_a_batch_goes_through_the_queue_and_each_part_gets_its_end(postgres: Connection) -> None:
    with world(postgres) as w:
        for number in range(30):
            phone = f"+9053211122{number:02d}"
            w.say(w.person(phone), "granted", NOON - minutes(number + 1))
        w.settle()
        assert w.rows() == [("done", "")] * 30
        assert len(w.registry.requests) == 1
        assert {record.status for record in w.registry.records.values()} == {"ONAY"}


def test_what_the_registry_would_refuse_is_not_sent(postgres: Connection) -> None:
    with world(postgres) as w:
        ayse = w.person(AYSE)
        w.say(ayse, "withdrawn", NOON - minutes(50))
        w.settle()
        assert w.rows() == [("dropped", "first_refusal")]
        w.say(ayse, "granted", w.at - minutes(9))
        w.say(ayse, "granted", w.at - minutes(8))
        w.settle()
        assert w.rows()[1:] == [("done", ""), ("dropped", "same_status")]
        assert [one["status"] for one in w.registry.offered] == ["ONAY"]


def test_a_refusal_reaches_a_registry_that_another_system_filled(postgres: Connection) -> None:
    with world(postgres) as w:
        w.registry.citizen(AYSE, "MESAJ", "ONAY", "HS_WEB")
        w.at += minutes(5)
        w.say(w.person(AYSE), "withdrawn", w.at - minutes(1))
        w.settle()
        assert w.held(AYSE) == "RET"


def test_a_late_word_from_before_is_overtaken(postgres: Connection) -> None:
    with world(postgres) as w:
        ayse = w.person(AYSE)
        w.say(ayse, "withdrawn", NOON - minutes(5))
        w.settle()
        w.say(ayse, "granted", NOON - minutes(10))
        w.settle()
        assert w.held(AYSE) == ""
        assert w.rows() == [("dropped", "first_refusal"), ("dropped", "superseded")]


@pytest.mark.parametrize("kind", ["500", "500-after", "half", "cut", "hang", "429", "nonsense"])
@pytest.mark.parametrize("people", [1, 3])
def test_no_outage_loses_or_doubles_a_word(postgres: Connection, kind: str, people: int) -> None:
    with world(postgres, timeout_seconds=1.0) as w:
        phones = [f"+9053211122{number:02d}" for number in range(people)]
        for phone in phones:
            w.say(w.person(phone), "granted", NOON - minutes(3))
        w.simulator.fail(kind, "/consents" if people == 1 else "/consents/request")
        w.settle()
        assert [w.held(phone) for phone in phones] == ["ONAY"] * people
        assert len(w.registry.offered) == people  # and not once more
        assert w.rows() == [("done", "")] * people


def test_results_that_come_twice_or_not_yet_or_are_lost(postgres: Connection) -> None:
    with world(postgres) as w:
        for number in range(4):
            w.say(w.person(f"+9053211122{number:02d}"), "granted", NOON - minutes(3))
        w.simulator.fail("twice", "/consents/request/")
        w.simulator.fail("cut", "/consents/request/")
        w.simulator.fail("401", "/consents/request/")
        w.registry.held_back = True
        for _ in range(20):
            w.step()
            w.at += minutes(5)
        assert {state for state, _ in w.rows()} == {"pending"}
        w.registry.requests.clear()  # the registry forgot what it took
        w.registry.held_back = False
        w.settle()
        assert w.rows() == [("done", "")] * 4
        assert len(w.registry.taken) == 4


def test_one_bad_address_does_not_stop_the_others(postgres: Connection) -> None:
    with world(postgres) as w:
        w.say(w.person(AYSE), "granted", NOON - minutes(3))
        w.say(w.person("+9053211122"), "granted", NOON - minutes(3))  # too short for Turkey
        w.say(w.person("+4915112345678"), "granted", NOON - minutes(3))
        w.settle()
        assert w.held(AYSE) == "ONAY"
        assert [state for state, _ in w.rows()] == ["done", "refused", "refused"]
        assert w.rows()[2] == ("refused", "foreign_number")


def test_alarm_after_two_business_days_and_worthless_after_three(postgres: Connection) -> None:
    with world(postgres) as w:
        w.say(w.person(AYSE), "granted", NOON - minutes(3))
        w.simulator.fail("500", "", times=1_000)
        w.step()
        assert _alarmed(w) == 0
        w.at += timedelta(days=2, hours=13)  # Saturday 01:00: Thursday and Friday have passed
        w.step()
        assert _alarmed(w) == 1
        w.at += timedelta(days=2, hours=23)  # Tuesday 00:00: Monday has passed
        w.simulator._outages.clear()
        w.settle()
        assert w.rows() == [("worthless", "too_late")]
        assert w.registry.offered == []


def _alarmed(w: World) -> int:
    row = w.conn.execute("select count(alarmed_at) from registry_outbox").fetchone()
    w.conn.commit()
    assert row is not None
    return int(row[0])


def test_citizens_words_come_into_the_ledger_once(postgres: Connection) -> None:
    with world(postgres) as w:
        ayse = w.person(AYSE)
        w.say(ayse, "granted", NOON - minutes(3))
        w.settle()
        w.at += minutes(5)
        w.registry.citizen(AYSE, "MESAJ", "RET", "IYS_MOBIL")
        w.registry.citizen("+905559998877", "MESAJ", "RET")
        w.at += minutes(75)
        w.settle()
        row = postgres.execute(
            "select status from consent_state where contact = %s and channel = 'sms'",
            (w.hash(AYSE).hex(),),
        ).fetchone()
        assert row == ("withdrawn",)
        before = _ledger(w)
        postgres.execute("update registry_progress set after = '', next_pull_at = '1970-01-01Z'")
        w.settle()
        assert _ledger(w) == before
        assert len(w.rows()) == 1  # their own words do not go back to them


def _ledger(w: World) -> int:
    row = w.conn.execute("select count(*) from consent_event").fetchone()
    w.conn.commit()
    assert row is not None
    return int(row[0])


def test_after_a_long_silence_the_days_files_are_read(postgres: Connection) -> None:
    with world(postgres) as w:
        ayse = w.person(AYSE)
        w.say(ayse, "granted", NOON - minutes(3))
        w.settle()
        w.at += timedelta(days=10)
        w.registry.citizen(AYSE, "MESAJ", "RET")
        w.at += timedelta(days=2)
        w.settle()
        assert sum("/file" in path for _, path in w.simulator.calls) == 7
        row = postgres.execute("select status from consent_state where channel = 'sms'").fetchone()
        assert row == ("withdrawn",)


def test_only_one_speaks_for_a_workspace(
    postgres: Connection, postgres_url: str, workspace: str
) -> None:
    with world(postgres) as w, connect(postgres_url, workspace=workspace) as other:
        w.say(w.person(AYSE), "granted", NOON - minutes(3))
        second = Speaker(other, w.vault, deadline)
        w.step()
        assert second.step(clock.to_ms(w.at)) is False
        w.speaker.close()
        w.at += minutes(1)
        second.step(clock.to_ms(w.at))
        assert w.step() is False
        second.close()


WORDS = st.lists(st.tuples(st.integers(0, 7), st.booleans()), min_size=1, max_size=5)
LAW = settings(
    max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)


@pytest.fixture(scope="module")
def numbers() -> Iterator[int]:
    """Endless numbers, for phones that nobody had before."""
    return iter(range(1_000_000))


@LAW
@given(said=st.lists(WORDS, min_size=1, max_size=4), data=st.data())
def test_in_any_order_the_registry_ends_where_the_ledger_ends(
    postgres: Connection, numbers: Iterator[int], said: list[list[tuple[int, bool]]],
    data: st.DataObject,
) -> None:  # fmt: skip
    """Seconds and thirds of them apart, cut anywhere, with a citizen's word and an outage."""
    with _again(postgres) as w:
        phones = [f"+905{next(numbers):09d}" for _ in said]
        people = [w.person(phone) for phone in phones]
        words = [(who, *word) for who, some in enumerate(said) for word in some]
        arriving = data.draw(st.permutations(words))
        start = w.at - minutes(30)
        for who, third, granted in arriving:
            status = "granted" if granted else "withdrawn"
            w.say(people[who], status, start + timedelta(seconds=third / 3))
            if data.draw(st.integers(0, 3)) == 0:
                w.settle()
        if data.draw(st.booleans()):
            w.simulator.fail(data.draw(st.sampled_from(["500", "cut", "half", "500-after"])))
        w.settle()
        assert _disagreements(w, phones) == []
        if data.draw(st.booleans()):
            w.registry.citizen(phones[0], "MESAJ", data.draw(st.sampled_from(["ONAY", "RET"])))
            w.at += minutes(80)
            w.settle()
            w.at += minutes(40)  # should the outage have waited for this very call
            w.settle()
            assert _disagreements(w, phones) == []
            w.say(people[0], data.draw(st.sampled_from(["granted", "denied"])), w.at - minutes(1))
            w.settle()
            assert _disagreements(w, phones) == []
        statuses: dict[str, str] = {}
        for one in w.registry.taken:
            assert statuses.get(one["recipient"]) != one["status"] or one["recipient"] == phones[0]
            statuses[one["recipient"]] = one["status"]


@contextlib.contextmanager
def _again(conn: Connection) -> Iterator[World]:
    """The world of one example; the ledger goes on, and so does its time."""
    row = conn.execute("select max(occurred_at) from consent_event").fetchone()
    conn.rollback()
    with world(conn) as w:
        if row and row[0]:
            w.at = max(w.at, row[0] + timedelta(hours=2))
        conn.execute("update registry_progress set next_pull_at = '1970-01-01Z', after = ''")
        conn.commit()
        yield w


def _disagreements(w: World, phones: list[str]) -> list[str]:
    found = []
    for phone in phones:
        row = w.conn.execute(
            "select status from consent_state where contact = %s and channel = 'sms'",
            (w.hash(phone).hex(),),
        ).fetchone()
        w.conn.commit()
        assert row is not None
        granted, held = row[0] == "granted", w.held(phone)
        if granted != (held == "ONAY"):
            found.append(f"{phone}: ledger {row[0]}, registry {held or 'nothing'}: {w.rows()}")
    return found


def _until(true: Callable[[], object], seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "did not come true in time"
        time.sleep(0.01)


def _child(w: World, url: str, workspace: str) -> subprocess.Popen[bytes]:
    at = str(clock.to_ms(w.at))
    command = [sys.executable, "-m", "tests.unit.consent.registry.speak", url, workspace, at]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)


def _kill(child: subprocess.Popen[bytes]) -> None:
    child.send_signal(signal.SIGKILL)
    child.communicate()


@pytest.mark.parametrize("kind", ["hang", "hang-before"])
@pytest.mark.parametrize("people", [1, 4])
def test_killed_between_sending_and_answer(
    postgres: Connection, postgres_url: str, workspace: str, kind: str, people: int
) -> None:
    """The registry has it or has it not: either way it has it once in the end."""
    with world(postgres) as w:
        for number in range(people):
            w.say(w.person(f"+9053211122{number:02d}"), "granted", NOON - minutes(3))
        w.simulator.fail(kind, "/consents" if people == 1 else "/consents/request")
        child = _child(w, postgres_url, workspace)
        _until(lambda: any("/consents" in path for path in w.simulator.reached))
        _kill(child)
        assert {state for state, _ in w.rows()} == {"sending"}
        w.simulator.release()
        assert len(w.registry.offered) == (people if kind == "hang" else 0)
        w.settle()
        assert w.rows() == [("done", "")] * people
        assert len(w.registry.offered) == people


def test_killed_at_any_moment(postgres: Connection, postgres_url: str, workspace: str) -> None:
    chance = random.Random(7)
    with world(postgres, batch_entries=3) as w:
        facts = {"values.batch_gap_seconds": 0, "values.single_gap_seconds": 0,
                 "values.check_gap_seconds": 0, "values.doubt_seconds": 60}  # fmt: skip
        w.sign_up(batch_entries=3, facts=facts)
        for number in range(24):
            person = w.person(f"+9053211122{number:02d}")
            w.say(person, "granted", NOON - minutes(30))
            w.say(person, "withdrawn", NOON - minutes(20))
        for _ in range(6):
            child = _child(w, postgres_url, workspace)
            assert child.stdout is not None
            child.stdout.readline()
            time.sleep(chance.random() * 0.4)
            _kill(child)
            w.at += minutes(2)
        w.settle()
        assert w.rows() == [("done", "")] * 48
        assert len(w.registry.taken) == 48
        assert {record.status for record in w.registry.records.values()} == {"RET"}


def test_a_voice_speaks_beside_its_worker_and_outlives_a_broken_account(
    postgres: Connection, postgres_url: str, workspace: str
) -> None:
    with Simulator(Registry()) as simulator, connect(postgres_url, workspace=workspace) as other:
        w = World(postgres, simulator, VAULT)
        w.at = clock.now()
        simulator.registry.now = clock.now
        quick = {"values.single_gap_seconds": 0}
        w.sign_up(facts=quick)
        ayse = w.person(AYSE)
        w.say(ayse, "granted", clock.now() - minutes(2))
        voice = speaker.Voice(other, VAULT, pause_seconds=0.05)
        voice.start()
        _until(lambda: w.held(AYSE) == "ONAY")
        postgres.execute("update registry_account set secrets = 'broken'")
        postgres.commit()
        w.say(ayse, "withdrawn", clock.now() - minutes(1))
        time.sleep(0.3)
        postgres.execute("delete from registry_account")
        w.sign_up(facts=quick)
        _until(lambda: w.held(AYSE) == "RET")
        voice.check()
        voice.stop()
