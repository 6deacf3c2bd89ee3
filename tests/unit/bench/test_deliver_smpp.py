"""The SMPP part of the bench submits and hears what it says, with either SMSC."""

from pathlib import Path

import pytest

from kervan.bench import deliver_smpp
from kervan.bench.smsc import smsc


@pytest.mark.peer("node", "npm")
def test_figures_of_a_small_run() -> None:
    wall, cpu = deliver_smpp.figures(messages=150, scale=2)
    assert (wall.bench, wall.figure, wall.target) == ("deliver", "smpp_submits", "≥ 1,000")
    assert wall.value > 0
    assert cpu.ratio is not None


def test_without_node_there_is_an_smsc_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    with smsc() as port:
        assert 0 < port < 65_536
    assert "smpp34's own server" in capfd.readouterr().err
