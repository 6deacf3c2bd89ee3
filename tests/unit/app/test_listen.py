"""The ledger's words are heard by those above, once each."""

import pytest

from kervan.app import listen
from kervan.consent import ledger, opt_in
from kervan.delivery import refusals


@pytest.fixture
def deaf(monkeypatch: pytest.MonkeyPatch) -> list[ledger.Hook]:
    """A ledger nobody listens to yet."""
    ears: list[ledger.Hook] = []
    monkeypatch.setattr(ledger, "on_recorded", ears)
    return ears


def test_wiring_twice_is_wiring_once(deaf: list[ledger.Hook]) -> None:
    listen.to_the_ledger()
    listen.to_the_ledger()
    assert deaf == [refusals.hear, opt_in.hear]
