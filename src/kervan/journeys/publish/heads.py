"""Counts heads before a publication: who stands where, and what each choice does with them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from kervan.journeys import pack
from kervan.journeys.definition import Definition
from kervan.journeys.pack import INT2, INT4, TIME
from kervan.journeys.publish.carry import PEOPLE, Choice, People, Stand, carry, way
from kervan.journeys.publish.change import definitions
from kervan.journeys.publish.gate import real
from kervan.journeys.steps.step import NEVER, Bools, Facts, Int64, NoFacts
from kervan.kernel import clock, i18n, sql
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "heads.sql")
_KINDS = (INT4, INT4, INT2, TIME, TIME, TIME)
NOBODY = NoFacts()


@dataclass(slots=True)
class Ahead:
    """What a choice does with the people of a step; `to` is the step they stand on then.

    `at_once` come to a step at the moment of publishing, `waiting` are moved by time between
    `first_ms` and `last_ms` (0 for nobody), `open` wait for something else than time. `stays` could
    not be moved: nobody said where people of this step go.
    """

    at_once: int = 0
    waiting: int = 0
    open: int = 0
    stays: int = 0
    first_ms: int = 0
    last_ms: int = 0


@dataclass(slots=True)
class Head:
    """How many people stand on a step, over all versions, and what each choice does with them.

    `to` is the step they go to when they move, `exit`, or "" where the author has to say it.
    """

    step: str
    standing: int = 0
    to: str = ""
    ahead: dict[People, Ahead] = field(default_factory=lambda: {one: Ahead() for one in PEOPLE})


def count(
    conn: Connection,
    versions: Sequence[int],
    new: Definition,
    choice: Choice,
    at_ms: int,
    facts: Facts = NOBODY,
) -> list[Head]:
    """The heads of all who are inside in `versions`, in the order of the steps they stand on.

    `choice` tells where the people of steps go that `new` lacks; all three ways are counted.
    """  # fmt: skip
    if not versions:
        return []
    with conn.cursor(binary=True) as cursor:
        cursor.execute(_SQL.standing, {"versions": list(versions)})
        person, version, step, entered, came, due = pack.columns(cursor, _KINDS)
    known = definitions(conn, [int(one) for one in np.unique(version)])
    found: dict[str, Head] = {}
    for number in sorted(known, reverse=True):
        here = version == number
        stand = Stand(
            person[here].astype(np.int64), step[here], entered[here], came[here], due[here]
        )
        _count(found, known[number], new, choice, stand, at_ms, facts)
    return list(found.values())


def _count(
    found: dict[str, Head], old: Definition, new: Definition, choice: Choice, stand: Stand,
    at_ms: int, facts: Facts,
) -> None:  # fmt: skip
    n = len(old.nodes)
    where = np.array([real(int(one), n) for one in stand.step], np.int64)
    carried = {
        one: carry(old, new, Choice(one, choice.gone), stand, at_ms, facts)
        for one in PEOPLE
        if one != "stay"
    }
    for number in (int(one) for one in np.unique(where[where < n])):
        key, here = old.nodes[number].key, where == number
        head = found.setdefault(key, Head(key))
        head.standing += int(here.sum())
        to = way(old, new, choice.gone, number)
        head.to = "" if to is None else "exit" if to.target < 0 else new.nodes[to.target].key
        _add(head.ahead["stay"], stand.due_ms[here], np.zeros(int(here.sum()), np.bool_))
        for people, one in carried.items():
            ahead, moved = head.ahead[people], one.moved & here
            ahead.stays += int((here & ~one.moved).sum())
            _add(ahead, one.due_ms[moved], one.at_once[moved])


def _add(ahead: Ahead, due_ms: Int64, at_once: Bools) -> None:
    ahead.at_once += int(at_once.sum())
    timed = due_ms[~at_once & (due_ms < NEVER)]
    ahead.open += int((~at_once).sum()) - len(timed)
    if len(timed):
        first, last = int(timed.min()), int(timed.max())
        ahead.first_ms = min(first, ahead.first_ms) if ahead.waiting else first
        ahead.last_ms = max(last, ahead.last_ms)
        ahead.waiting += len(timed)


def check(heads: Sequence[Head], new: Definition, choice: Choice) -> None:
    """Whether the author has said all that must be said before people move.

    Raises journeys.gone_unknown (422) for an answer that is no step of the new text, and
    journeys.gone_unanswered (422) while people stand on steps nobody said anything about.
    """
    known = [one.key for one in new.nodes]
    for step, target in choice.gone.items():
        if target not in (*known, "exit"):
            facts = {"step": step[:80], "target": target[:80], "known": ", ".join(known)}
            raise KervanError("journeys.gone_unknown", status=422, **facts)
    if choice.people == "stay":
        return
    open_ = [one for one in heads if one.standing and not one.to]
    if open_:
        steps = ", ".join(f"{one.step} ({one.standing})" for one in open_)
        raise KervanError("journeys.gone_unanswered", status=422, steps=steps)


def say(heads: Sequence[Head], choice: Choice, locale: str) -> list[str]:
    """A line per step and choice; the chosen one is marked."""
    lines = []
    for head in heads:
        facts: dict[str, object] = {"step": head.step, "count": head.standing}
        lines.append(i18n.say("journeys.head", locale, **facts))
        for people, ahead in head.ahead.items():
            mark = "→" if people == choice.people else " "
            said = _ahead(head, people, ahead, locale)
            lines.append(f"  {mark} {i18n.say(f'journeys.people_{people}', locale)}: {said}")
    return lines


def _ahead(head: Head, people: People, ahead: Ahead, locale: str) -> str:
    if ahead.stays:
        return i18n.say("journeys.ahead_unsaid", locale, step=head.step)
    parts = []
    if people != "stay" and head.to != head.step:
        word = "journeys.ahead_exit" if head.to == "exit" else "journeys.ahead_to"
        parts.append(i18n.say(word, locale, step=head.to))
    if ahead.at_once:
        parts.append(i18n.say("journeys.ahead_at_once", locale, count=ahead.at_once))
    if ahead.waiting:
        facts: dict[str, object] = {"count": ahead.waiting, "first": _when(ahead.first_ms),
                                    "last": _when(ahead.last_ms)}  # fmt: skip
        alike = ahead.first_ms // 60_000 == ahead.last_ms // 60_000
        word = "journeys.ahead_wait" if alike else "journeys.ahead_wait_between"
        parts.append(i18n.say(word, locale, **facts))
    if ahead.open:
        parts.append(i18n.say("journeys.ahead_open", locale, count=ahead.open))
    return ", ".join(parts)


def _when(at_ms: int) -> str:
    return f"{clock.from_ms(at_ms):%Y-%m-%d %H:%M} UTC"
