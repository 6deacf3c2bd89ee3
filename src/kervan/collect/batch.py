"""Turns the bodies of claimed intake rows into one batch of understood events."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import msgspec

from kervan.collect import normalise
from kervan.collect.event import Event, Rejected
from kervan.collect.intake import Body, OwnEvent
from kervan.collect.sources import Source
from kervan.kernel import clock, ids


class _OwnBody(msgspec.Struct):
    batch: list[OwnEvent]


_own = msgspec.json.Decoder(_OwnBody)
_NEAR_MS = 30 * 86_400_000
_WEEK_MS = 7 * 86_400_000
_THURSDAY_MS = 3 * 86_400_000
"""1970-01-01 was a Thursday; weeks begin on Monday."""
_YEARLY_BEFORE_MS = 1_704_067_200_000
"""Before 2024 whole years stand together: a thousand weeks are a thousand partitions to open."""


@dataclass(slots=True)
class Letter:
    """An event that could not be understood, and whose it was."""

    source: int
    received_ms: int
    rejected: Rejected


@dataclass(slots=True)
class Batch:
    """Understood events in the order of arrival, each with its source, hash and week."""

    events: list[Event] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    hashes: list[bytes] = field(default_factory=list)
    weeks_ms: list[int] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)


def read(
    bodies: list[Body],
    source_of: Callable[[int], Source | None],
    reference: Callable[[str, str], str],
) -> Batch:
    """Understand `bodies`; events that repeat within them are taken once.

    `reference(kind, value)` gives what stands for a contact point found in properties.
    """
    batch = Batch()
    taken: set[bytes] = set()
    for body in bodies:
        source = source_of(body.source)
        if source is None:
            continue
        events, rejected = _events(body, source, reference)
        batch.letters += [Letter(source.id, body.received_ms, one) for one in rejected]
        hash_of = ids.hasher16(source.id.to_bytes(4, "big"))
        for event in events:
            event.told = body.told
            key = hash_of(event.message_id.encode("utf-8", "replace"))
            if key not in taken:
                taken.add(key)
                batch.events.append(event)
                batch.sources.append(source)
                batch.hashes.append(key)
                batch.weeks_ms.append(_week(_said_ms(event)))
    return batch


def _said_ms(event: Event) -> int:
    # A sender's clock may say anything; what is far off is corrected in `at_ms`, which is bounded.
    near = abs(event.original_ms - event.at_ms) < _NEAR_MS
    return event.original_ms if near else event.at_ms


def _week(at_ms: int) -> int:
    # By the time the sender wrote, which a retry repeats; not by the skew-corrected one.
    if at_ms < _YEARLY_BEFORE_MS:
        return clock.to_ms(datetime(clock.from_ms(at_ms).year, 1, 1, tzinfo=UTC))
    return (at_ms + _THURSDAY_MS) // _WEEK_MS * _WEEK_MS - _THURSDAY_MS


def _events(
    body: Body, source: Source, reference: Callable[[str, str], str]
) -> tuple[list[Event], list[Rejected]]:
    if source.kind != "kervan":
        return normalise.events(
            body.body, source, body.received_ms, body.ip, reference, told=body.told
        )
    try:
        own = _own.decode(body.body).batch
    except msgspec.MsgspecError as error:  # a mistake of ours must not stop the workers either
        return [], [Rejected("collect.unreadable", str(error)[:120], body.body)]
    return [_own_event(one, body.received_ms) for one in own], []


def raw_of(event: Event) -> bytes:
    """The text of an event as it came, or as Kervan says its own, to be sent again."""
    if event.raw:
        return event.raw
    own = OwnEvent(
        message_id=event.message_id,
        event=event.name,
        timestamp_ms=event.at_ms,
        person=event.person,
        properties=msgspec.json.decode(event.properties),
        traits=event.traits,
    )
    return msgspec.json.encode(own)


def _own_event(one: OwnEvent, received_ms: int) -> Event:
    properties: dict[str, Any] = one.properties
    return Event(
        message_id=one.message_id,
        kind=one.type,
        name=one.event,
        user_id=None,
        anonymous_id=None,
        previous_id=None,
        at_ms=one.timestamp_ms,
        original_ms=one.timestamp_ms,
        sent_ms=0,
        received_ms=received_ms,
        properties=msgspec.json.encode(properties),
        context=b"{}",
        traits=one.traits,
        channel=str(properties.get("channel") or ""),
        person=one.person,
    )
