"""The live half of the journeys bench: what it publishes, whom it watches, what it makes of it."""

import json

from kervan.bench import journeys_live
from kervan.bench.journeys_live import Seen, figures
from kervan.kernel.postgres import Connection


def test_a_hundred_journeys_and_the_watched_one_go_live(postgres: Connection) -> None:
    journeys_live.publish(postgres)
    live = postgres.execute("select count(*) from journey where live_version is not null")
    assert live.fetchone() == (journeys_live.JOURNEYS + 1,)


def test_each_watched_event_has_a_time_of_its_own() -> None:
    times = {journeys_live._at_ms(1_763_800_000_000, i) for i in range(600)}
    assert len(times) == 600
    said = json.loads(journeys_live._said("Answer Given", 7, 1_763_800_000_050))["batch"][0]
    assert (said["event"], said["userId"]) == ("Answer Given", "customer-0000007")
    assert said["timestamp"] == "2025-11-22T08:26:40.050Z"


def test_a_step_counts_only_beside_the_whole_load() -> None:
    found = {one.figure: one.ok for one in figures("journeys", Seen([0.2] * 600, 1_800.0, 5))}
    assert found["event_to_step_p99_seconds"] is True
    assert found["background_events_per_second"] is False
    late = figures("journeys", Seen([0.2] * 580 + [1.2] * 20, 2_000.0, 5))
    assert late[0].ok is False
