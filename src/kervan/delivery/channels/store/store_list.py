"""Things to do in a store: a list for the people who work there."""

from typing import Annotated

import msgspec
from msgspec import Meta

from kervan.delivery.channels.channel import Capabilities, Provider, no_line

_YEAR_SECONDS = 366 * 86_400.0


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Whoever takes a task keeps it for `lease_minutes`; then it is everybody's again."""

    lease_minutes: Annotated[int, Meta(ge=1, le=10_080)] = 240


PROVIDER = Provider(
    name="store_list",
    channel="store",
    settings=Settings,
    capabilities=Capabilities(
        receipts=True, idempotent=True, receipt_window_seconds=_YEAR_SECONDS, per_second=1_000.0
    ),
    open=no_line,
    keeps="tasks",
)
