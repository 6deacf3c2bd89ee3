"""What journeys name of other rooms: the segments they ask about must be there, and stay there."""

from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache

from kervan.journeys import rule, stored
from kervan.journeys.convert import guess
from kervan.journeys.definition import Definition, Node
from kervan.journeys.problem import Problem
from kervan.journeys.publish.names import name_of
from kervan.journeys.steps.segment_member import SegmentMember
from kervan.journeys.steps.send import Send
from kervan.kernel import sql
from kervan.kernel.postgres import Connection
from kervan.segments.definitions import store
from kervan.segments.definitions.store import Author
from kervan.segments.definitions.users import Use

_SQL = sql.load(__package__, "named.sql")


def segments(definition: Definition) -> Iterator[tuple[str, Node | None]]:
    """The keys of all segments a journey asks about, with the step that does (None: its head)."""
    trigger = definition.header.trigger
    for key in (trigger.segment_entered, trigger.segment_left):
        if key:
            yield key, None
    if trigger.schedule is not None:
        yield trigger.schedule.segment, None
    for hidden in definition.hidden.values():
        for key in rule.segments(hidden):
            yield key, None
    for node in definition.nodes:
        for key in dict.fromkeys([*node.step.segments(), *lists(node)]):
            yield key, node


def lists(node: Node) -> list[str]:
    """The imported lists that a step writes people onto, or off."""
    step = node.step
    return [*step.add, *step.remove] if isinstance(step, SegmentMember) else []


def messages(definition: Definition) -> set[str]:
    """The keys of all messages a journey sends."""
    return {node.step.message for node in definition.nodes if isinstance(node.step, Send)}


def problems(
    conn: Connection, definition: Definition, text: str, coming: frozenset[str] = frozenset()
) -> list[Problem]:
    """Segments that are not there; `coming` are made together with the journey."""
    every = store.every(conn)
    known = {one.key for one in every} | coming
    own = {one.key for one in every if one.created_by.startswith(store.JOURNEYS_OWN)}
    found = []
    for key, node in segments(definition):
        if key in known or key in definition.hidden or (node and key in lists(node)):
            continue  # what a step does about a list its effect has looked at
        place = (node.line, 1) if node else _head(text)
        # Those of journeys' own have keys that nobody would mean.
        meant = [one for one in known if one not in own]
        facts: dict[str, object] = {"segment": key[:80]}
        code, facts = guess("journeys.segment_unknown", key, facts, meant)
        found.append(Problem(code, *place, facts))
    return found


def hide(conn: Connection, definition: Definition, at: datetime) -> None:
    """Make the segments that live membership must watch for this journey, before it goes live.

    Their keys are made of their rules, so that a rule is one segment, whoever asks.
    """
    by = Author(f"{store.JOURNEYS_OWN}{definition.header.key}", at)
    for key, text in definition.hidden.items():
        known = store.find(conn, key)
        if known is None:
            store.create(conn, key, key, rule.node(text), by)
        elif known.state != store.ACTIVE:
            store.restore(conn, key, by)


def tidy(conn: Connection, by: str, at: datetime) -> None:
    """Let live membership forget the rules of journeys that nobody is in or may enter any more."""
    own = [one.key for one in store.every(conn) if one.created_by.startswith(store.JOURNEYS_OWN)]
    if not own:
        return
    used = {key for (text,) in conn.execute(_SQL.in_use).fetchall() for key in parsed(text).hidden}
    for key in own:
        if key not in used and not store.uses(conn, key):
            store.archive(conn, key, Author(f"{store.JOURNEYS_OWN}{by}", at))


def of_segment(conn: Connection, key: str) -> list[Use]:
    """The journeys that ask about a segment: live ones, and versions with people inside."""
    return [use for named, use in of_segments(conn) if named == key]


def of_segments(conn: Connection) -> list[tuple[str, Use]]:
    """(segment, journey) for each segment that such a journey asks about."""
    found: dict[tuple[str, str], Use] = {}
    for text in (row[0] for row in conn.execute(_SQL.in_use).fetchall()):
        definition = parsed(text)
        of = definition.header.key
        for key in {named for named, _ in segments(definition)} | set(definition.hidden):
            found[key, of] = Use("journey", of, name_of(text))
    return [(key, use) for (key, _), use in found.items()]


def of_messages(conn: Connection) -> list[tuple[str, Use]]:
    """(message, journey) for each message that a live journey, or one with people inside, sends."""
    found: dict[tuple[str, str], Use] = {}
    for text in (row[0] for row in conn.execute(_SQL.in_use).fetchall()):
        definition = parsed(text)
        of = definition.header.key
        for message in messages(definition):
            found[message, of] = Use("journey", of, name_of(text))
    return [(message, found[message, of]) for message, of in sorted(found)]


def _head(text: str) -> tuple[int, int]:
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip().startswith("trigger:"):
            return number, 1
    return 1, 1


@lru_cache(maxsize=256)
def parsed(text: str) -> Definition:
    """A text that was live, as a definition."""
    return stored.read(text)
