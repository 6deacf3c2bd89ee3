"""Lets upper rooms hear what lower ones write down, in the same transaction."""

from kervan.consent import ledger, opt_in
from kervan.delivery import inbound, refusals
from kervan.journeys.entry.keywords import Keywords

_EARS: tuple[ledger.Hook, ...] = (refusals.hear, opt_in.hear)
_KEYWORDS = Keywords()


def to_what_people_write() -> None:
    """Let journeys say which words they wait for; doing it again changes nothing."""
    if _KEYWORDS not in inbound.keywords:
        inbound.keywords.append(_KEYWORDS)


def to_the_ledger() -> None:
    """Wire the ears of this process; doing it again changes nothing."""
    for ear in _EARS:
        if ear not in ledger.on_recorded:
            ledger.on_recorded.append(ear)
