"""The ledger's words are heard by those above, once each."""

from kervan.app import listen
from kervan.consent import ledger, opt_in
from kervan.delivery import refusals


def test_wiring_twice_is_wiring_once(unheard: None) -> None:
    listen.to_the_ledger()
    listen.to_the_ledger()
    assert ledger.on_recorded == [refusals.hear, opt_in.hear]
