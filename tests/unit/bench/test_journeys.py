"""The journeys bench on a handful of people: all enter, get their message, and reach the end."""

from pathlib import Path

import psutil

from kervan.bench import journeys
from kervan.bench.journeys import Took, figures
from kervan.bench.state import State
from kervan.kernel import clock
from kervan.kernel.config import Config
from kervan.kernel.crypto import Vault
from kervan.kernel.postgres import Connection


def test_everybody_goes_from_the_first_step_to_the_last(
    postgres: Connection, postgres_url: str, workspace: str, tmp_path: Path
) -> None:
    config = Config(data=tmp_path, postgres_url=postgres_url, workspace=workspace)
    here = State(config, Vault(b"k" * 32).workspace(workspace), psutil.Process())
    start_ms = clock.now_ms()
    journeys.fill(here, postgres, 20, start_ms)
    took = journeys.run(here, postgres, 20, start_ms)
    assert took.people == 20
    assert postgres.execute("select count(*) from message").fetchone() == (20,)
    assert all(one.value > 0 for one in figures(took, is_full=False))
    decided = postgres.execute("select sum(rows) from journey_decided").fetchone()
    assert decided is not None and decided[0] >= 20 * journeys.STEPS


def test_only_at_full_size_there_are_targets() -> None:
    took = Took(1_000_000, 20.0, 70.0, 35.0, 0.002, 0.003)
    assert all(one.ok is None for one in figures(took, is_full=False))
    assert {one.figure: (one.value, one.ok) for one in figures(took, is_full=True)} == {
        "enter_people_per_second": (50_000, False), "person_steps_per_second": (100_000, True),
        "ratio": (0.5, True), "empty_turn_milliseconds": (2.0, None),
        "waiting_turn_milliseconds": (3.0, None),
    }  # fmt: skip
