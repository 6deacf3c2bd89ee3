"""Tests of keys: where a write key stands, and which place wins."""

import base64

import pytest

from kervan.collect import keys


def basic(text: str) -> str:
    return "Basic " + base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    ("authorization", "x_write_key", "body", "query", "found"),
    [
        (basic("a:"), "b", "c", "d", "a"),
        (basic("a"), "", None, None, "a"),
        (basic("a:secret").replace("Basic", "basic"), "", None, None, "a"),
        ("", "b:secret", "key:***", None, "b"),
        ("", "", "c", "d", "c"),
        ("", "", None, "d", "d"),
        ("Bearer e", "", None, None, "e"),
        ("Bearer e", "", "c", None, "c"),
        ("Basic !!!", "", "c", None, "c"),
        (basic(":"), "", "c", None, "c"),
        ("Basic", "", None, None, None),
        ("", "", None, None, None),
    ],
)
def test_the_order_of_places(
    authorization: str, x_write_key: str, body: str | None, query: str | None, found: str | None
) -> None:
    assert keys.find(authorization, x_write_key, body, query) == found
