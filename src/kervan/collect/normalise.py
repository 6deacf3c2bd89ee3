"""Turns a body into understood events and refused ones, each event judged alone."""

from collections.abc import Iterable

import msgspec

from kervan.collect import arrival, decode, mend, posthog, segment, timestamps
from kervan.collect.arrival import Arrival, Sender
from kervan.collect.event import MAX_DEPTH, MAX_EVENT_BYTES, Event, Rejected, RejectedError
from kervan.collect.personal import Reference
from kervan.kernel.errors import KervanError

OURS_ALONE = frozenset({
    "Journey Called", "Journey Entered", "Journey Exited", "Goal Reached", "Segment Entered",
    "Segment Left", "Segment Group Changed", "Step Failed", "Points Promised",
})  # fmt: skip
"""What only Kervan can know. A key that lies open in a page or a kiosk may not say it: figures,
segments and stories would count what anybody made up."""


def _judged(raw: bytes, door: str, circumstances: Arrival) -> Event:
    if len(raw) > MAX_EVENT_BYTES:
        raise RejectedError("collect.event_too_large", str(len(raw)))
    # Brackets are cheap to count and bound the depth; only a suspect is measured.
    if raw.count(b"{") + raw.count(b"[") > MAX_DEPTH and mend.depth_of(raw) > MAX_DEPTH:
        raise RejectedError("collect.too_deep", str(MAX_DEPTH))
    read = posthog.read(raw, circumstances) if door == "posthog" else segment.read(
        raw, door, circumstances
    )  # fmt: skip
    if read.name in OURS_ALONE and not (circumstances.own or circumstances.trusts_ip):
        raise RejectedError("collect.ours_alone", read.name)
    return read


def events(
    body: bytes,
    source: Sender,
    received_ms: int,
    ip: str,
    reference: Reference | None = None,
    *,
    told: bool = False,
) -> tuple[list[Event], list[Rejected]]:
    """The events of one stored body and those that could not be understood.

    `received_ms` is when it arrived, `ip` the connection's address. `reference(kind, value)`
    gives the word that stands for a contact point in properties; without it only the kind is
    told. Nothing of the body is lost: each event is in one of the two lists. `told` as in
    `intake.Body`.
    """
    try:
        envelope = decode.envelope(body)
        sent_ms = _sent(envelope.sent_at)
    except KervanError as error:
        return [], [Rejected(error.code, "", body)]
    circumstances = arrival.of(
        source, received_ms, sent_ms, ip, trigger=envelope.trigger, reference=reference, told=told
    )
    door = envelope.door
    good: list[Event] = []
    bad: list[Rejected] = []
    for raw in envelope.events:
        try:
            good.append(_judged(raw, door, circumstances))
        except RejectedError as error:
            bad.append(Rejected(error.reason, error.detail, raw, door, sent_ms))
        except (msgspec.MsgspecError, RecursionError, ValueError, OverflowError) as error:
            detail = f"{type(error).__name__}: {error}"[:120]
            bad.append(Rejected("collect.unreadable", detail, raw, door, sent_ms))
    return good, bad


def _sent(value: object) -> int:
    try:
        return timestamps.read(value) or 0
    except RejectedError:
        return 0  # a broken envelope stamp only means that the clocks cannot be compared


def judge(raw: bytes, source: Sender, received_ms: int, *, door: str = "") -> Rejected | None:
    """Why the event in `raw` would be refused, or None; for those who ask before they send."""
    _, bad = events(enclosed([raw], door), source, received_ms, "")
    return bad[0] if bad else None


def enclosed(raws: Iterable[bytes], door: str = "", sent_ms: int = 0) -> bytes:
    """Raw events as one batch body that came by `door`, for sending refused ones again."""
    said = b',"sentAt":%d}' % sent_ms if sent_ms else b"}"
    return decode.enclose(door, b'{"batch":[' + b",".join(raws) + b"]" + said)
