"""The broadcast of the bench reaches everybody once, and what it took is told."""

from pathlib import Path

from kervan.bench import deliver_mail
from kervan.kernel.config import Config


def test_figures_of_a_small_run(tmp_path: Path) -> None:
    found = deliver_mail.figures(Config(data=tmp_path), people=40, scale=2)
    assert [one.figure for one in found] == [
        "broadcast_mails_per_cpu", "broadcast_mails", "broadcast_database",
    ]  # fmt: skip
    assert all(one.value > 0 for one in found)
    assert (found[0].target, found[0].ratio is not None) == ("≥ 1,000", True)
