"""Lets upper rooms hear what the ledger of consent writes down, in the same transaction."""

from kervan.consent import ledger, opt_in
from kervan.delivery import refusals

_EARS: tuple[ledger.Hook, ...] = (refusals.hear, opt_in.hear)


def to_the_ledger() -> None:
    """Wire the ears of this process; doing it again changes nothing."""
    for ear in _EARS:
        if ear not in ledger.on_recorded:
            ledger.on_recorded.append(ear)
