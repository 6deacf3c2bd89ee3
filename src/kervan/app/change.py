"""One change of many texts: in the order in which they stand on each other, whole or not at all."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from kervan.app import kinds, notices, segment_users
from kervan.app.kinds import KINDS, SAME, Did, Ground, One
from kervan.journeys.publish import deeds, named, state
from kervan.journeys.publish.state import How
from kervan.kernel import i18n
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.segments.definitions import store as segments
from kervan.segments.definitions.users import members_named


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one text, or (`one` None) of what is live and has no text any more."""

    place: tuple[str, str]
    one: One | None
    did: Did


@dataclass(frozen=True, slots=True)
class Result:
    """All changes in their order, and what was refused, a sentence with its file each."""

    changes: list[Change]
    wrong: list[str]


def ordered(ones: Sequence[One]) -> list[One]:
    """First what others stand on: brands, blocks, segments, policy, messages, then journeys.

    A segment comes after those that it names, a journey after those that it leads to; in a circle
    the first by name goes first.
    """
    found: list[One] = []
    waiting = sorted(ones, key=lambda one: (KINDS.index(one.kind), one.key))
    known = {one.place for one in ones}
    done: set[tuple[str, str]] = set()
    while waiting:
        ready = [one for one in waiting if _needs(one) & known <= done | {one.place}]
        kind = waiting[0].kind
        chosen = [one for one in ready if one.kind == kind] or waiting[:1]
        found += chosen
        done |= {one.place for one in chosen}
        waiting = [one for one in waiting if one.place not in done]
    return found


def _needs(one: One) -> set[tuple[str, str]]:
    if one.kind == "segment" and one.wanted.tree is not None:
        return {("segment", key) for key in members_named(one.wanted.tree)}
    if one.kind == "journey":
        steps = [node.step for node in one.wanted.nodes]
        return {("journey", getattr(step, "journey", "")) for step in steps}
    return set()


def run(
    conn: Connection, ones: Sequence[One], ground: Ground, *, prune: bool = False,
    waits: Collection[tuple[str, str]] = (),
) -> Result:  # fmt: skip
    """Apply all texts in the caller's transaction, each on what those before it made.

    With `prune` journeys without a text are stopped and segments without one archived, but for
    what `waits` for a second person. One that is refused leaves nothing behind, and the rest are
    tried all the same, so that everything that is wrong is told; the caller rolls back when
    something is, or when it was only a plan.
    """
    segment_users.listen()
    notices.listen()
    # Reading begins the caller's transaction; without one each text's own would be committed.
    live = kinds.live(conn)
    known = {one.place for one in ones} | {*waits}
    _hold(conn, known | set(live) if prune else known)
    changes: list[Change] = []
    wrong: list[str] = []
    for one in ordered(ones):
        try:
            with conn.transaction():
                changes.append(Change(one.place, one, kinds.apply(conn, one, ground)))
        except KervanError as error:
            wrong.append(f"{one.path}: {error.say(ground.locale)}")
    if prune:
        gone = [place for place in live if place not in known]
        for place in sorted(gone, key=lambda place: -KINDS.index(place[0])):
            try:
                with conn.transaction():
                    did = _gone(conn, place, ground)
                if did is not None:
                    changes.append(Change(place, None, did))
            except KervanError as error:
                wrong.append(f"{place[0]} {place[1]}: {error.say(ground.locale)}")
    return Result(changes, wrong)


def _hold(conn: Connection, places: Collection[tuple[str, str]]) -> None:
    """Hold all journeys before anything else, in one order: whoever publishes one of them holds it
    and then wants what we would have by then, and neither would ever get the other's."""
    for key in sorted(key for kind, key in places if kind == "journey"):
        deeds.hold(conn, key, make=True)


def _gone(conn: Connection, place: tuple[str, str], ground: Ground) -> Did | None:
    """Take away what has no text. Raises segments.in_use, journeys.message_in_use (409)."""
    kind, key = place
    if kind == "journey":
        touched = state.do(conn, key, "stop", How(), ground.at, kinds.BY)
        return Did("gone", 0, touched.before, touched.say(ground.locale))
    if kind == "segment":
        name = segments.get(conn, key).name
        segments.archive(conn, key, segments.Author(kinds.BY, ground.at))
        facts = {"key": key, "name": name}
        return Did("gone", 0, 0, i18n.say("journeys.files_archived", ground.locale, **facts))
    if kind == "message" and (users := _senders(conn, key)):
        raise KervanError("journeys.message_in_use", status=409, key=key, users=", ".join(users))
    return None  # messages, blocks, policies and guides stay where they are


def _senders(conn: Connection, message: str) -> list[str]:
    """The live journeys that send a message."""
    return [
        one.key
        for one in deeds.every(conn)
        if one.state != "stopped" and message in named.messages(named.parsed(one.text))
    ]


def tell(result: Result, locale: str) -> list[str]:
    """The changes as sentences, then how many of each sort there are."""
    said = [one.did.said for one in result.changes if one.did.change != SAME]
    counts = dict.fromkeys(("new", "changed", "same", "gone"), 0)
    for one in result.changes:
        counts[one.did.change] += 1
    return [*said, i18n.say("journeys.files_counts", locale, **counts)]
