"""Wilson's interval holds the share, and is that of the textbook."""

from kervan.insight.metrics.interval import wilson


def test_known_values() -> None:
    for did, of, low, high in (
        (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
    ):  # fmt: skip
        found = wilson(did, of)
        assert found is not None
        assert (round(found[0], 4), round(found[1], 4)) == (low, high)
    assert wilson(0, 0) is None
