"""How calls of an account are made: the settings that every provider of calls has."""

from typing import Annotated

import msgspec
from msgspec import Meta

Clock = Annotated[
    str, Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", examples=["09:00", "20:00"])
]


class Manner(msgspec.Struct, frozen=True, kw_only=True):
    """At most `attempts` times, `again_minutes` apart at least, between `calls_from` and
    `calls_until` where the customer lives (the same twice: at any hour); an agent keeps a task for
    `lease_minutes` and a call for as long again."""

    attempts: Annotated[int, Meta(ge=1, le=20)] = 3
    again_minutes: Annotated[int, Meta(ge=1, le=10_080)] = 120
    calls_from: Clock = "09:00"
    calls_until: Clock = "20:00"
    lease_minutes: Annotated[int, Meta(ge=1, le=480)] = 20
