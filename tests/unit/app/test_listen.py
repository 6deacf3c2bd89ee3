"""The ledger's words are heard by those above, once each."""

from kervan.app import listen
from kervan.consent import ledger, opt_in
from kervan.delivery import refusals


def test_wiring_twice_is_wiring_once() -> None:
    before = list(ledger.on_recorded)
    try:
        ledger.on_recorded.clear()
        listen.to_the_ledger()
        listen.to_the_ledger()
        assert ledger.on_recorded == [refusals.hear, opt_in.hear]
    finally:
        ledger.on_recorded[:] = before
