"""The journey bench on a handful of people: everybody moves once, and every figure is a number."""

import itertools
import math
from datetime import timedelta
from pathlib import Path

import psutil
import pytest

from kervan.bench import journey, state
from kervan.bench.journey import KNOWN_BARE, Took
from kervan.bench.report import Figure
from kervan.bench.state import State
from kervan.journeys import apply
from kervan.kernel import clock
from kervan.kernel.config import Config
from kervan.kernel.crypto import Vault
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection


@pytest.fixture
def here(postgres_url: str, workspace: str, tmp_path: Path) -> State:
    """A bench's state on the test's own database."""
    config = Config(data=tmp_path, postgres_url=postgres_url, workspace=workspace)
    return State(config, Vault(b"k" * 32).workspace(workspace), psutil.Process())


def _by_name(figures: list[Figure]) -> dict[str, Figure]:
    return {one.figure: one for one in figures}


def test_everybody_who_is_due_is_moved_once(here: State, postgres: Connection) -> None:
    apply.apply(postgres, journey._TEXT, clock.now())
    postgres.commit()
    for people, apart in itertools.product((1, 300), (timedelta(), timedelta(milliseconds=1))):
        journey._fill(postgres, people, apart)
        bare = journey._bare(here, postgres)
        took = journey._step(here, postgres, people)
        figures = journey._figures(people, bare, took, took)
        assert all(math.isfinite(one.value) and one.value >= 0 for one in figures)


def test_somebody_left_behind_is_not_a_figure(here: State, postgres: Connection) -> None:
    apply.apply(postgres, journey._TEXT, clock.now())
    postgres.commit()
    journey._fill(postgres, 20, timedelta())
    postgres.execute("update journey_run set due_at = 'infinity' where run = 7")
    postgres.commit()
    with pytest.raises(KervanError) as caught:
        journey._step(here, postgres, 20)
    assert caught.value.code == "bench.not_moved"


def test_the_targets_are_60_000_people_a_second_and_half_of_the_bare_cost() -> None:
    figures = _by_name(journey._figures(60_000, Took(0.5, 0.5), Took(1.0, 1.0), Took(4.0, 4.0)))
    speed = figures["people_per_second"]
    assert (speed.value, speed.floor, speed.ratio, speed.ok) == (60_000, 120_000, 0.5, True)
    assert figures["ratio"].ok is True
    assert figures["people_per_second_due_one_by_one"].value == 15_000
    slower = _by_name(journey._figures(60_000, Took(0.5, 0.5), Took(1.01, 1.0), Took(4.0, 4.0)))
    assert slower["people_per_second"].ok is slower["ratio"].ok is False


@pytest.mark.parametrize(("speed", "is_noisy"), [(0.51, 0.0), (0.49, 1.0)])
def test_a_bare_update_below_half_of_the_known_one_is_noisy(speed: float, is_noisy: float) -> None:
    bare = Took(1_000 / (KNOWN_BARE * speed), 0.1)
    figures = _by_name(journey._figures(1_000, bare, Took(1.0, 1.0), Took(1.0, 1.0)))
    assert figures["noisy_run"].value == is_noisy


def test_work_too_short_for_the_clock_is_still_a_number() -> None:
    none = Took(0.0, 0.0)
    for people in (0, 1):
        assert all(math.isfinite(one.value) for one in journey._figures(people, none, none, none))


def test_the_best_of_each_clock_counts() -> None:
    assert journey._best([Took(2.0, 1.0), Took(1.0, 3.0)]) == Took(1.0, 1.0)


def test_a_bench_has_a_server_of_its_own_that_is_gone_with_its_place(tmp_path: Path) -> None:
    with state.database(Config(data=tmp_path)) as own:
        with own.connect() as conn:
            assert conn.execute("select count(*) from journey_run").fetchone() == (0,)
        assert own.cpu_seconds() >= 0
        place, server = own.config.data, own.server
        assert place != tmp_path
    assert not place.exists()
    assert not server.is_running()
