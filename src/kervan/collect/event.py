"""One understood event, one refused event, and the limits both are judged by."""

from typing import Any

import msgspec

MAX_EVENT_BYTES = 1_048_576
MAX_DEPTH = 64
MAX_ID_CHARS = 255
MAX_NAME_CHARS = 200
EARLIEST_MS = 946_684_800_000
"""2000-01-01 UTC: nothing a shop sends is older; a clock that says so was never set."""
FUTURE_MS = 86_400_000
"""How far an event may lie after its receipt, clock skew corrected, and still be taken."""

KINDS = frozenset({"track", "page", "screen", "identify", "group", "alias"})


class Event(msgspec.Struct, gc=False):
    """One event in Kervan's own terms; times are milliseconds since 1970-01-01 UTC.

    `at_ms` is when it happened, clock skew corrected and never after `received_ms`;
    `original_ms` is what the sender's clock said, `sent_ms` when it was sent (0 = not said).
    `traits` are about the person and hold personal data; `properties` and `context` are JSON
    objects as bytes in which contact points were replaced by references. `value_minor` is in
    the smallest unit of `currency`. `person` is set by Kervan's own source only.
    `quiet` events are imported history and trigger nothing. `raw` is the text as it came, by the
    kind of path `door`: what is set aside later must be sent again as it was. `told` ones were
    processed before and are for history only. `other_ids` are (namespace, id) pairs: her customer
    ids in other systems. `token` is where her app or browser is reached by push.
    """

    message_id: str
    kind: str
    name: str
    user_id: str | None
    anonymous_id: str | None
    previous_id: str | None
    at_ms: int
    original_ms: int
    sent_ms: int
    received_ms: int
    properties: bytes
    context: bytes
    traits: dict[str, Any]
    order_id: str = ""
    currency: str = ""
    value_minor: int = 0
    session_hint: str = ""
    channel: str = ""
    person: int = 0
    quiet: bool = False
    raw: bytes = b""
    door: str = ""
    other_ids: list[tuple[str, str]] = []
    token: str = ""
    told: bool = False


class Rejected(msgspec.Struct, gc=False):
    """One event that could not be understood: a code of `words.toml`, its facts, its text.

    `door` is the kind of path it came by, `sent_ms` when it was sent (0 = not said).
    """

    reason: str
    detail: str
    raw: bytes
    door: str = ""
    sent_ms: int = 0


class RejectedError(Exception):
    """Raised while one event is read; becomes a `Rejected` and never leaves the room."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail
