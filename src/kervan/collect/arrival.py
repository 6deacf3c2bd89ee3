"""What is known of a body before its events are read: whence, when, and how far to trust it."""

from typing import Protocol

import msgspec

from kervan.collect import fields
from kervan.collect.personal import Reference
from kervan.kernel import ids

# Their address is their users' address only when they say so in `context.ip`.
_SPEAK_FOR_OTHERS = frozenset({"server", "till", "call_centre", "import", "kervan"})
_KEEP_TIME = frozenset({"import", "kervan"})


class Sender(Protocol):
    """The part of a source that the reading of its events depends on."""

    @property
    def id(self) -> int:
        """The source's number, the scope of message ids."""

    @property
    def kind(self) -> str:
        """browser, server, till, kiosk, call_centre, import or kervan."""


class Arrival(msgspec.Struct, gc=False, frozen=True):
    """One body's circumstances; `ip` is cut to its network already, times in milliseconds."""

    received_ms: int
    sent_ms: int
    ip: str
    trusts_ip: bool
    keeps_time: bool
    own: bool
    quiet: bool
    reference: Reference | None

    def message_id(self, raw: bytes) -> str:
        """An id for an event without one: the same for the same text within a minute.

        A naive client's retry is then known for what it is.
        """
        minute = self.received_ms // 60_000
        return "auto-" + ids.hash16(raw, minute.to_bytes(8, "big")).hex()


def of(
    sender: Sender,
    received_ms: int,
    sent_ms: int,
    ip: str,
    *,
    trigger: bool,
    reference: Reference | None,
    told: bool = False,
) -> Arrival:
    """The circumstances of a body sent by `sender` from the address `ip`.

    `trigger` is the body's own wish that imported history sets off journeys. In a body that was
    `told` before, the numbers of people are our own.
    """
    speaks = sender.kind in _SPEAK_FOR_OTHERS
    return Arrival(
        received_ms=received_ms,
        sent_ms=sent_ms,
        ip="" if speaks else fields.cut_ip(ip),
        trusts_ip=speaks,
        keeps_time=sender.kind in _KEEP_TIME,
        own=told or sender.kind == "kervan",
        quiet=sender.kind == "import" and not trigger,
        reference=reference,
    )
