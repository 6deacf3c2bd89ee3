"""Bad input: what a careless shop, a broken SDK and an attacker send, to a running Kervan."""

from tests.story.running import Kervan


def test_keys(kervan: Kervan) -> None:
    assert kervan.ask("POST", "/v1/batch", {"batch": []}, key="wrong").status == 401
