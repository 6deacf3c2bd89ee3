"""Calls by hand: a list that agents work through, dialling themselves."""

from kervan.delivery.channels.call.manner import Manner
from kervan.delivery.channels.channel import Capabilities, Provider, no_line

YEAR_SECONDS = 366 * 86_400.0
"""So long a message waits for what its task comes to, longer than any task lives."""


class Settings(Manner, frozen=True, kw_only=True):
    """A call list without a switch: the agent is shown the number when she dials."""


PROVIDER = Provider(
    name="call_list",
    channel="call",
    settings=Settings,
    capabilities=Capabilities(
        receipts=True, idempotent=True, receipt_window_seconds=YEAR_SECONDS, per_second=1_000.0
    ),
    open=no_line,
    keeps="tasks",
)
