"""Who plays: the journey that is rehearsed, and the live ones that compete for the same people."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from kervan.content.messages import store as messages
from kervan.journeys import basket, parse, stored
from kervan.journeys.columns import Book, Kept, Version
from kervan.journeys.definition import ZONE, Definition, Node, names
from kervan.journeys.problem import JourneyNotValid, Problem
from kervan.journeys.rehearse.foresee import Foreseen, Oracle, foreseen
from kervan.journeys.seats import Seats
from kervan.journeys.shelf import Shelf
from kervan.journeys.steps.send import Send
from kervan.journeys.steps.send_email import SendEmail
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection

MINE = 1
"""The number of the version that is rehearsed; others follow it in the order of their keys."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What a step sends: the channels in their order, and what the gate asks of it."""

    step: str
    channels: tuple[str, ...]
    message_class: str
    topic: str
    brand: str
    expires_ms: int
    priority: int


@dataclass(frozen=True, slots=True)
class Cast:
    """The versions that play, numbered from `MINE`; `sends` says what a (version, step) sends."""

    book: Book
    sends: Mapping[tuple[int, int], Sent]
    oracle: Oracle = field(default_factory=lambda: Oracle({}))
    """Tells the steps that wait for it what becomes of their messages."""

    @property
    def seats(self) -> dict[int, Seats]:
        """How many may enter each journey that says so: all seats are free at the beginning."""
        found = {}
        for one in self.book.versions.values():
            limit = one.definition.header.limit
            if limit is not None:
                found[one.journey] = Seats(limit.total, limit.count, int(limit.within or 1))
        return found

    @property
    def definitions(self) -> list[Definition]:
        """All journeys, the rehearsed one first."""
        return [self.book.versions[one].definition for one in sorted(self.book.versions)]

    def key(self, version: int) -> str:
        """The journey's key."""
        return self.book.versions[version].definition.header.key


def cast(
    conn: Connection, text: str, *, others: bool, zone: str = ZONE, kept: bool = False
) -> Cast:
    """The journey of `text`, with the live ones if they are to play `others`.

    `zone` is the workspace's; `kept` says that the text was accepted once, so that no stricter
    check may refuse it. Messages are taken as they are today; nothing is kept. Raises
    JourneyNotValid, also for a message that does not exist, and journeys.rehearsal_unreadable (422)
    for a kept text of which nothing can be played any more.
    """
    written = stored.read(text, zone) if kept else parse.parse(text, zone)
    if stored.is_held(written):
        raise KervanError("journeys.rehearsal_unreadable", status=422)
    definition = _onward(written)
    played = [Version(MINE, MINE, 1, definition, templates=_templates(conn, definition, text))]
    if others:
        book = Shelf(zone).book(conn)
        live = [book.versions[one] for one in book.live.values()]
        live.sort(key=lambda one: one.definition.header.key)
        for one in live:
            # One that is paused lets nobody in, and nobody is inside when the window begins.
            idle = one.stopped or one.paused
            if one.definition.header.key != definition.header.key and not idle:
                number = len(played) + MINE
                played.append(
                    Version(
                        number, number, one.number, _onward(one.definition), templates=one.templates
                    )
                )
    sends: dict[tuple[int, int], Sent] = {}
    for version in played:
        for place, node in enumerate(version.definition.nodes):
            message = version.templates.get(node.key)
            if message is not None and isinstance(node.step, Send | SendEmail):
                urgent = version.definition.header.priority
                sends[version.id, place] = _sent(node, message, urgent)
    ids = {one.id: one for one in played}
    steps = {
        (version.id, place): node.step
        for version in played
        for place, node in enumerate(version.definition.nodes)
        if isinstance(node.step, Foreseen)
    }
    return Cast(Book(ids, {one: one for one in ids}), sends, Oracle(steps))


def _onward(definition: Definition) -> Definition:
    """The journey in which those who wait for what becomes of a message are told by the gate."""
    nodes = tuple(
        replace(node, step=foreseen(node.step))
        if isinstance(node.step, Send) and node.step.waits
        else node
        for node in definition.nodes
    )
    one = replace(definition, nodes=nodes)
    return replace(one, names=names(one.entry, one.exits, one.header, nodes, basket.NAMES))


def _templates(conn: Connection, definition: Definition, text: str) -> dict[str, int | Kept]:
    problems: list[Problem] = []
    found: dict[str, int | Kept] = {}
    for node in definition.nodes:
        if isinstance(node.step, SendEmail):
            found[node.key] = 0
        elif isinstance(node.step, Send):
            kept = _kept(conn, node.step)
            if kept is not None:
                found[node.key] = kept
                continue
            line, column = parse.locate(text, node.key, ("message",), 1)
            facts: dict[str, object] = {"message": node.step.message[:80]}
            problems.append(Problem("journeys.message_unknown", line, column, facts))
    if problems:
        raise JourneyNotValid(problems)
    return found


def _kept(conn: Connection, step: Send) -> Kept | None:
    try:
        found = messages.get(conn, step.message)
    except KervanError:
        return None
    said = found.definition
    order = step.named or [one for one in said.variants if one in found.templates]
    return Kept([(one, 0) for one in order], said.purpose, said.topic, said.brand)


def _sent(node: Node, kept: int | Kept, urgent: int) -> Sent:
    step = node.step
    if isinstance(step, SendEmail):
        mail = step.message
        return Sent(
            node.key,
            (step.channel,),
            step.class_,
            mail.topic,
            mail.brand,
            int(step.expires),
            urgent,
        )
    assert isinstance(step, Send) and isinstance(kept, Kept)
    channels = tuple(channel for channel, _ in kept.routes)
    priority = urgent if step.priority is None else step.priority
    return Sent(
        node.key, channels, kept.message_class, kept.topic, kept.brand, int(step.expires), priority
    )
