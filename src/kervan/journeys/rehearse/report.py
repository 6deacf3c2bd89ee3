"""The report of a rehearsal as data: whole numbers and words, in a fixed order."""

from collections import Counter
from dataclasses import dataclass

import msgspec
import numpy as np

from kervan.delivery.decide import Reason, Verdict
from kervan.delivery.policy.where import local
from kervan.journeys.columns import Int64
from kervan.journeys.rehearse.cast import MINE, Cast
from kervan.journeys.rehearse.money import Cost
from kervan.journeys.rehearse.play import HOUR_MS, Played, Scene
from kervan.journeys.rehearse.sends import WAITING, Sends
from kervan.journeys.rehearse.weigh import Collision, Reaction, Weekly
from kervan.kernel import clock

DAY_MS = 86_400_000
SENT, NOT_YET = "sent", "waiting"
_ENDS = {
    Verdict.HAND_OVER: SENT, Verdict.SUPPRESS: "suppressed", Verdict.EXPIRE: "expired",
    Verdict.CANCEL: "cancelled", Verdict.GHOST: "ghost", Verdict.HOLD: NOT_YET,
    Verdict.NEXT: "suppressed",
}  # fmt: skip


class Step(msgspec.Struct, frozen=True):
    """One step: how often people left it by each of its exits."""

    key: str
    kind: str
    passed: dict[str, int]


class Day(msgspec.Struct, frozen=True):
    """One local day: entries, and messages that went, by channel."""

    day: str
    entered: int
    messages: dict[str, int]


class Hour(msgspec.Struct, frozen=True):
    """One hour (UTC): how many steps people took, how many messages went."""

    hour: str
    steps: int
    messages: int


class Outcome(msgspec.Struct, frozen=True):
    """How many messages of a step ended so, by which channel ("" by none) and for which reason."""

    step: str
    channel: str
    state: str
    reason: str
    messages: int


class Held(msgspec.Struct, frozen=True):
    """How many messages of a step were held for a reason before they went or ended."""

    step: str
    reason: str
    messages: int


class Event(msgspec.Struct, frozen=True):
    """One thing in somebody's story; `journey` says in which, `what` is a word."""

    at: str
    journey: str
    what: str
    step: str
    detail: str


class Story(msgspec.Struct, frozen=True):
    """One person of the sample, by her number, and all that would have happened to her."""

    person: int
    events: list[Event]


class Refused(msgspec.Struct, frozen=True):
    """How often the trigger let nobody in, and why."""

    reason: str
    times: int


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What a journey would have done in a window; times are RFC 3339 in UTC, days are local."""

    journey: str
    name: str
    from_: str = msgspec.field(name="from")
    to: str
    zone: str
    seed: int
    others: list[str]
    events: int
    entered: int
    people: int
    inside: int
    goals: int
    refused: list[Refused]
    exits: dict[str, int]
    steps: list[Step]
    days: list[Day]
    hours: list[Hour]
    outcomes: list[Outcome]
    held: list[Held]
    collisions: list[Collision]
    weekly: list[Weekly]
    currency: str
    costs: list[Cost]
    reactions: list[Reaction]
    caveats: list[str]
    sample: list[Story]


def encode(report: msgspec.Struct) -> bytes:
    """The report as JSON: the same rehearsal gives the same bytes."""
    return msgspec.json.format(msgspec.json.encode(report, order="deterministic"), indent=2)


@dataclass(frozen=True, slots=True)
class Weighed:
    """What was found out beside the decisions themselves."""

    collisions: list[Collision]
    weekly: list[Weekly]
    currency: str
    costs: list[Cost]
    reactions: list[Reaction]
    caveats: list[str]


def report(
    cast: Cast, played: Played, sends: Sends, weighed: Weighed,
    window: tuple[int, int], zone: str, seed: int,
) -> Report:  # fmt: skip
    """Put the report together; `window` in ms, days are those of `zone`."""
    header = cast.book.versions[MINE].definition.header
    entered = played.entered
    mine = entered.version == MINE
    return Report(
        journey=header.key,
        name=header.name,
        from_=moment(window[0]),
        to=moment(window[1]),
        zone=zone,
        seed=seed,
        others=[cast.key(one) for one in sorted(cast.book.versions) if one != MINE],
        events=played.events,
        entered=int(mine.sum()),
        people=len(np.unique(entered.person[mine])),
        inside=played.inside[MINE],
        goals=played.goals[MINE],
        refused=[
            Refused(why, times)
            for (version, why), times in sorted(played.refused.items())
            if version == MINE
        ],
        exits=_named({why: n for (version, why), n in played.exits.items() if version == MINE}),
        steps=_steps(cast, played),
        days=_days(played, sends, entered.at_ms[mine], zone),
        hours=_hours(played, sends),
        outcomes=_outcomes(cast, played, sends),
        held=_held(cast, sends),
        collisions=weighed.collisions,
        weekly=weighed.weekly,
        currency=weighed.currency,
        costs=weighed.costs,
        reactions=weighed.reactions,
        caveats=weighed.caveats,
        sample=sample(cast, played, sends),
    )


def moment(at_ms: int) -> str:
    """An instant in RFC 3339, UTC."""
    return clock.from_ms(at_ms).isoformat(timespec="seconds").replace("+00:00", "Z")


def _named(counts: dict[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items()))


def _steps(cast: Cast, played: Played) -> list[Step]:
    found = []
    for place, node in enumerate(cast.book.versions[MINE].definition.nodes):
        passed = {
            name: played.passed[MINE, place, number]
            for number, name in enumerate(node.step.exits())
        }
        found.append(Step(node.key, node.step.kind, passed))
    return found


def days_of(at_ms: Int64, zone: str) -> Int64:
    """Local days since 1970."""
    return local(zone, at_ms) // DAY_MS


def day_name(day: int) -> str:
    """A day since 1970 as a date."""
    return clock.from_ms(day * DAY_MS).date().isoformat()


def _days(played: Played, sends: Sends, entered_ms: Int64, zone: str) -> list[Day]:
    went = sends.went & (played.intents.version == MINE)
    entered = Counter(days_of(entered_ms, zone).tolist())
    day = days_of(sends.at_ms[went], zone).tolist()
    sent = Counter(zip(day, sends.channel[went].tolist(), strict=True))
    known = sorted(entered.keys() | {one for one, _ in sent})
    return [
        Day(
            day_name(one),
            entered[one],
            {name: sent[one, code] for code, name in enumerate(sends.channels) if sent[one, code]},
        )
        for one in (range(known[0], known[-1] + 1) if known else ())
    ]


def _hours(played: Played, sends: Sends) -> list[Hour]:
    went = sends.went & (played.intents.version == MINE)
    sent = Counter((sends.at_ms[went] // HOUR_MS).tolist())
    return [
        Hour(moment(one * HOUR_MS), played.load[one], sent[one])
        for one in sorted(played.load.keys() | sent.keys())
    ]


def _outcomes(cast: Cast, played: Played, sends: Sends) -> list[Outcome]:
    mine = np.flatnonzero(played.intents.version == MINE)
    keys = zip(
        played.intents.step[mine].tolist(), sends.channel[mine].tolist(),
        sends.verdict[mine].tolist(), sends.reason[mine].tolist(), strict=True,
    )  # fmt: skip
    nodes = cast.book.versions[MINE].definition.nodes
    return [
        Outcome(
            nodes[step].key,
            sends.channels[channel] if channel >= 0 else "",
            state(verdict),
            Reason(reason).name.lower() if reason else "",
            count,
        )
        for (step, channel, verdict, reason), count in sorted(Counter(keys).items())
    ]


def state(verdict: int) -> str:
    """What a verdict makes of a message, in a word."""
    return NOT_YET if verdict == WAITING else _ENDS[Verdict(verdict)]


def _held(cast: Cast, sends: Sends) -> list[Held]:
    nodes = cast.book.versions[MINE].definition.nodes
    return [
        Held(nodes[step].key, Reason(reason).name.lower(), count)
        for (version, step, reason), count in sorted(sends.held.items())
        if version == MINE
    ]


def sample(cast: Cast, played: Played, sends: Sends) -> list[Story]:
    """The stories of the people in `played.scenes`, with what became of their messages."""
    people = np.array(sorted(played.scenes), np.int64)
    rows = np.flatnonzero(np.isin(played.intents.person, people))
    messages: dict[int, list[Scene]] = {}
    for row in rows.tolist():
        version, step = int(played.intents.version[row]), int(played.intents.step[row])
        key = cast.book.versions[version].definition.nodes[step].key
        code, reason = int(sends.channel[row]), int(sends.reason[row])
        words = [sends.channels[code]] if code >= 0 else []
        words += [Reason(reason).name.lower()] if reason else []
        what = state(int(sends.verdict[row]))
        scene = Scene(int(sends.at_ms[row]), version, what, key, " ".join(words))
        messages.setdefault(int(played.intents.person[row]), []).append(scene)
    stories = []
    for person in people.tolist():
        scenes = played.scenes[person] + messages.get(person, [])
        scenes.sort(key=lambda one: one.at_ms)
        told = [
            Event(moment(one.at_ms), cast.key(one.version), one.what, one.step, one.detail)
            for one in scenes
        ]
        stories.append(Story(person, told))
    return stories
