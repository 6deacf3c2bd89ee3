"""Colours are read as CSS writes them; contrast is WCAG's."""

import pytest

from kervan.content.lint import colour


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("#FFF", (255, 255, 255)), ("#1c1C1c", (28, 28, 28)), ("navy", (0, 0, 128)),
        ("rgb(1, 2, 3)", (1, 2, 3)), ("rgba(1,2,3,1)", (1, 2, 3)), ("rgb(100%,0%,0%)", (255, 0, 0)),
        ("rgba(1,2,3,0.5)", None), ("transparent", None), ("#12345", None), ("", None),
    ],
)  # fmt: skip
def test_reading(written: str, found: object) -> None:
    assert colour.read(written) == found


def test_contrast() -> None:
    assert colour.ratio(colour.BLACK, colour.WHITE) == pytest.approx(21)
    assert colour.ratio(colour.WHITE, colour.WHITE) == 1
    grey = colour.read("#767676")
    assert grey is not None
    assert colour.ratio(grey, colour.WHITE) == pytest.approx(4.54, abs=0.005)
