"""The HTTP part of the bench hands everything over, signed, and the bare client does too."""

from kervan.bench import deliver_http


def test_figures_of_a_small_run() -> None:
    wall, cpu = deliver_http.figures(messages=150, scale=2)
    assert (wall.bench, wall.figure, wall.target) == ("deliver", "http_hand_overs", "≥ 3,000")
    assert wall.value > 0 and wall.ratio is not None
    assert cpu.value > 0 and cpu.ratio is not None
