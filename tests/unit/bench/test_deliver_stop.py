"""The stop part of the bench: something is on its way, is stopped, and all goes in the end."""

from pathlib import Path

from kervan.bench import deliver_stop
from kervan.kernel.config import Config


def test_a_stop_holds_what_is_on_its_way(tmp_path: Path) -> None:
    stop, held = deliver_stop.figures(Config(data=tmp_path), people=600, scale=2)
    assert (stop.figure, stop.target) == ("stop_seconds", "< 1")
    assert stop.value >= 0
    assert 0 < held.value < 1_200
