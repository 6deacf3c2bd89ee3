"""The helpers of the latency bench: who is introduced, who asks, what the bare way does."""

import contextlib
import json
from pathlib import Path

import psutil
import pytest

from kervan.bench import latency
from kervan.bench.begin import Running
from kervan.bench.latency import Seen
from kervan.bench.report import Figure
from kervan.bench.sink import Sink
from kervan.journeys import apply
from kervan.kernel import clock
from kervan.kernel.config import Config
from kervan.kernel.postgres import Connection


def _figures(seen: Seen) -> dict[str, Figure]:
    return {one.figure: one for one in latency._figures(seen)}


def test_everybody_is_introduced_once_and_agrees() -> None:
    events = [event for n in range(3) for event in json.loads(latency._introduction(n))["batch"]]
    known = [one for one in events if one["type"] == "identify"]
    agreed = [one for one in events if one["type"] == "track"]
    assert len({one["messageId"] for one in events}) == len(events) == 600
    assert [one["userId"] for one in known] == [one["userId"] for one in agreed]
    assert [one["traits"]["email"] for one in known] == [latency._ADDRESS % i for i in range(300)]
    assert {one["properties"]["status"] for one in agreed} == {"granted"}


@pytest.mark.parametrize("seconds", [0.1, 30.0, 300.0, 499.9, 600.0, 3_000.0])
def test_every_mail_of_a_run_has_a_person_of_its_own(seconds: float) -> None:
    people = latency._people(seconds)
    assert people >= max(latency._PEOPLE, round(seconds * latency._PROBES_PER_SECOND))
    assert people % latency._INTRODUCED == 0


def test_the_99th_of_a_hundred_mails_must_come_within_a_second() -> None:
    seen = Seen([0.1] * 990 + [0.9] * 10, [0.009] * 100, 500.0)
    p99 = _figures(seen)["p99_seconds"]
    assert (p99.value, p99.floor, p99.ok) == (0.9, 0.009, True)
    assert p99.ratio == pytest.approx(0.01)
    late = _figures(Seen([0.1] * 980 + [1.1] * 20, [0.009], 500.0))
    assert late["p99_seconds"].ok is False
    assert late["longest_seconds"].value == 1.1


def test_a_background_that_was_not_kept_up_is_a_miss() -> None:
    assert _figures(Seen([0.1], [0.01], 474.0))["background_events_per_second"].ok is False
    assert _figures(Seen([0.1], [0.01], 476.0))["background_events_per_second"].ok is True


def test_nothing_seen_is_still_numbers() -> None:
    assert _figures(Seen())["p99_seconds"].ratio is None


def test_the_journey_of_the_bench_is_one_that_can_be_applied(postgres: Connection) -> None:
    apply.apply(postgres, latency._TEXT, clock.now())
    row = postgres.execute("select count(*) from journey_version where state = 'live'").fetchone()
    assert row == (1,)


def test_the_bare_way_writes_twice_and_hands_one_mail_over(
    postgres: Connection, postgres_url: str, workspace: str, tmp_path: Path
) -> None:
    running = Running(tmp_path, "", 0, "", postgres_url, "", psutil.Process())
    postgres.execute(latency._SQL.make_bare)
    postgres.commit()
    with Sink() as sink:
        way = latency._BareWay(running, Config(workspace=workspace), sink.url)
        with contextlib.closing(way):
            way.go(0)
            way.go(1)
        assert sink.mails == 2
    assert len(way.seconds) == 2
    assert postgres.execute("select count(*) from bare_probe").fetchone() == (4,)
