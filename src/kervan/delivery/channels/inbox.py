"""Messages that wait for a person on the shop's site and in its app, until she looks at them."""

from typing import Annotated

import msgspec
from msgspec import Meta

from kervan.delivery.channels.channel import Capabilities, Provider, no_line


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """A message is kept for `keep_days`, then it is gone from the inbox."""

    keep_days: Annotated[int, Meta(ge=1, le=3_650)] = 90


PROVIDER = Provider(
    name="inbox",
    channel="inbox",
    settings=Settings,
    # It is there once it is written; whether she looks is an event of its own.
    capabilities=Capabilities(idempotent=True, per_second=1_000.0),
    open=no_line,
    keeps="inbox",
)
