"""The demo's basket is the library's: its texts are valid, and its hours are seconds."""

from kervan.demo import basket
from kervan.journeys import parse
from kervan.journeys.duration import MINUTE


def test_its_hours_are_seconds() -> None:
    message, text = basket.texts()
    assert "key: basket_reminder" in message
    journey = parse.parse(text)
    assert journey.header.key == basket.KEY
    waits = [getattr(node.step, "for_", None) or getattr(node.step, "timeout", None) or 0
             for node in journey.nodes]  # fmt: skip
    assert sum(waits) < 6 * MINUTE
