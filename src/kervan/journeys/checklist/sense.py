"""Points about whether a journey can do what its author means: names, dates, waits, circles."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from kervan.journeys import convert, duration
from kervan.journeys.checklist import points
from kervan.journeys.checklist.item import ERROR, OK, WARNING, Item
from kervan.journeys.definition import Definition
from kervan.journeys.steps.step import NEVER, EventMatch
from kervan.journeys.triggers import cron
from kervan.journeys.triggers.trigger import Schedule
from kervan.kernel import clock, sql
from kervan.kernel.postgres import Connection
from kervan.profiles.traits import is_personal
from kervan.segments.mirror.dates import is_birthday

_SQL = sql.load(__package__, "sense.sql")
_OURS = ("Message ", "Journey ", "Segment ", "Goal ", "Coupon ", "Points ", "Task ", "Step ")
"""How events begin that Kervan writes by itself."""
_MOST_NAMED = 5


def heard(conn: Connection) -> list[str]:
    """The names of all events that ever came in."""
    return [name for (name,) in conn.execute(_SQL.events).fetchall()]


def begins(journey: Definition) -> Item:
    """What starts it, in the words of its kind."""
    trigger = journey.header.trigger
    if trigger.event:
        return points.trigger(trigger.event, len(trigger.where))
    facts: dict[str, object] = {}
    if trigger.kind in ("segment_entered", "segment_left"):
        facts["segment"] = getattr(trigger, trigger.kind)
    elif trigger.schedule is not None:
        facts = {"segment": trigger.schedule.segment, "time": _times(trigger.schedule)}
    elif trigger.date is not None:
        facts = {"field": trigger.date.field, "days": trigger.date.days, "time": trigger.date.at}
    elif trigger.catalogue is not None:
        looked = trigger.catalogue.looked // duration.DAY
        facts = {"change": trigger.catalogue.change, "days": looked}
    elif trigger.message is not None:
        facts["words"] = ", ".join(trigger.message.keywords)
    return Item(f"starts_{trigger.kind}", OK, facts)


def makes(journey: Definition, known: Collection[str]) -> Iterator[Item]:
    """What may not be as its author thinks; nothing where nothing is doubtful."""
    yield from _names(journey, known)
    yield from _dates(journey)
    yield from _time(journey)


def _times(schedule: Schedule) -> str:
    return schedule.once or schedule.as_cron


def _names(journey: Definition, known: Collection[str]) -> Iterator[Item]:
    """Events that nobody has ever sent: most likely their name is written otherwise."""
    if not known:
        return
    folded = {one.lower(): one for one in known}
    said = []
    for event, line in _events(journey):
        if event in known or event.startswith(_OURS):
            continue
        near = folded.get(convert.near(event, list(folded)), "")
        where = f"{event} ({line})" if line else event
        said.append(f"{where} → {near}?" if near else where)
    if said:
        unique = list(dict.fromkeys(said))
        shown = ", ".join(unique[:_MOST_NAMED]) + ("…" if len(unique) > _MOST_NAMED else "")
        yield Item("events", WARNING, {"events": shown, "count": len(unique)})


def _events(journey: Definition) -> Iterator[tuple[str, int]]:
    """(name, line) of all events the text names."""
    header, lines = journey.header, journey.lines
    given: list[tuple[Sequence[EventMatch], int]] = [
        ([header.trigger], lines.get("trigger", 0)),
        (header.exit_on, lines.get("exit_on", 0)),
        ([header.goal] if header.goal else [], lines.get("goal", 0)),
        *((node.step.listens(), node.line) for node in journey.nodes),
    ]
    for events, line in given:
        for one in events:
            if one.event:
                yield one.event, line


def _dates(journey: Definition) -> Iterator[Item]:
    """A date marked personal is sealed: nobody can be found by it."""
    date = journey.header.trigger.date
    if date is not None and is_personal(date.field) and not is_birthday(date.field):
        facts: dict[str, object] = {"field": date.field, "line": journey.lines.get("trigger", 0)}
        yield Item("date", ERROR, facts)


def _time(journey: Definition) -> Iterator[Item]:
    """A time that is over or never comes, and people who are inside past the end or the goal."""
    header = journey.header
    schedule = header.trigger.schedule
    if schedule is not None and not schedule.once:
        times = cron.parse(schedule.as_cron)
        zone = schedule.zone or journey.zone
        first = cron.following(times, zone, journey.starts_ms) if times is not None else None
        if first is None or first >= journey.ends_ms:
            yield Item("never", WARNING, {"line": journey.lines.get("trigger", 0)})
    longest_ms, circle = longest(journey)
    if circle:
        yield Item("circle", WARNING, {"step": circle})
    if journey.ends_ms < NEVER and longest_ms >= duration.DAY:
        until = clock.from_ms(journey.ends_ms + longest_ms)
        facts: dict[str, object] = {
            "days": longest_ms // duration.DAY, "ends": header.ends, "until": f"{until:%Y-%m-%d}",
        }  # fmt: skip
        yield Item("past_end", WARNING, facts)
    if header.goal is not None and longest_ms > header.goal.within:
        days = {"goal": header.goal.within / duration.DAY, "waits": longest_ms / duration.DAY}
        yield Item("past_goal", WARNING, {name: f"{one:.3g}" for name, one in days.items()})


def longest(journey: Definition) -> tuple[int, str]:
    """The longest that the waits of one way add up to (ms), and a step that closes a circle.

    Each step counts once: how often somebody walks a circle nobody knows before.
    """
    best: dict[int, int] = {}
    circle = ""
    stack, open_ = [(0, False)], set()
    while stack:
        at, ended = stack.pop()
        node = journey.nodes[at]
        if ended:
            open_.discard(at)
            below = max((best.get(one, 0) for one in node.targets), default=0)
            best[at] = _length_ms(node.step) + below
        elif at not in best and at not in open_:
            open_.add(at)
            stack.append((at, True))
            for one in node.targets:
                if one in open_:
                    circle = circle or node.written
                else:
                    stack.append((one, False))
    return best.get(0, 0), circle


def _length_ms(step: Any) -> int:
    """How long somebody stays here at most, as far as the text says it."""
    return max(int(getattr(step, name, None) or 0) for name in ("for_", "timeout", "within"))
