"""The stuck part of the bench: all calls arrive while every text hangs, and the cost is told."""

from pathlib import Path

from kervan.bench import deliver_stuck
from kervan.kernel.config import Config


def test_figures_of_a_small_run(tmp_path: Path) -> None:
    cost, beside = deliver_stuck.figures(Config(data=tmp_path), messages=20, scale=2)
    assert (cost.figure, cost.target) == ("stuck_provider_costs", "< 5")
    assert cost.value >= 0
    assert beside.value > 0 and beside.ratio is not None
