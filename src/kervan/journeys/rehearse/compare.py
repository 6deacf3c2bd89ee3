"""Compares two rehearsals over the same history: figures side by side, and person by person."""

from decimal import Decimal

import msgspec
import numpy as np
from clickhouse_connect.driver.client import Client

from kervan.journeys.columns import Bools, Int64
from kervan.journeys.rehearse.cast import MINE
from kervan.journeys.rehearse.play import draw
from kervan.journeys.rehearse.rehearse import Run, Wanted, run, stories
from kervan.journeys.rehearse.report import SENT, Report, Story
from kervan.kernel.postgres import Connection

KINDS = (
    "only_this", "only_other", "more", "fewer", "other_messages", "other_times", "other_exit",
)  # fmt: skip
"""How a person's rehearsals differ; somebody may be of several kinds, but of one of the middle four
at most."""
SAMPLE = 3


class Figure(msgspec.Struct, frozen=True):
    """One figure of both, by what it is of ("" for all): a channel, a reason, an exit."""

    name: str
    of: str
    this: int
    other: int
    difference: int


class Cost(msgspec.Struct, frozen=True):
    """What both would cost by a channel, as decimals in the budget's currency."""

    channel: str
    this: str
    other: str
    difference: str


class Pair(msgspec.Struct, frozen=True):
    """One person of the sample with both of her stories."""

    person: int
    this: Story
    other: Story


class Difference(msgspec.Struct, frozen=True):
    """One kind of difference: for exactly how many people, and some of them."""

    kind: str
    people: int
    sample: list[Pair]


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """Two journeys over one window. `people` entered at least one; `same` of them get the same
    messages at the same times and leave the same way. Differences are this less the other."""

    this: Report
    other: Report
    figures: list[Figure]
    costs: list[Cost]
    people: int
    same: int
    differences: list[Difference]


def compare(
    conn: Connection, client: Client, this: Wanted, other: Wanted, sample: int = SAMPLE
) -> Comparison:
    """Rehearse both over the same window; of each kind of difference `sample` people are told of.

    Deterministic. Raises what `rehearse` raises.
    """
    one, two = run(conn, client, this), run(conn, client, other)
    people = np.union1d(one.played.entered_of(MINE), two.played.entered_of(MINE))
    kinds = _kinds(one, two, people)
    chosen = {
        kind: _some(people[kinds[kind]], this.seed, sample) if sample else [] for kind in KINDS
    }
    wanted = sorted({person for some in chosen.values() for person in some})
    told = [stories(conn, client, each, wanted) if wanted else {} for each in (one, two)]
    differences = [
        Difference(
            kind,
            int(kinds[kind].sum()),
            [Pair(who, *(by.get(who, Story(who, [])) for by in told)) for who in chosen[kind]],
        )
        for kind in KINDS
    ]
    any_ = np.zeros(len(people), np.bool_)
    for mask in kinds.values():
        any_ |= mask
    return Comparison(
        this=one.report,
        other=two.report,
        figures=_figures(one.report, two.report),
        costs=_costs(one.report, two.report),
        people=len(people),
        same=int((~any_).sum()),
        differences=differences,
    )


def _some(people: Int64, seed: int, count: int) -> list[int]:
    first: list[int] = people[np.argsort(draw(people, seed), kind="stable")[:count]].tolist()
    return sorted(first)


def _kinds(one: Run, two: Run, people: Int64) -> dict[str, Bools]:
    """For each kind of difference a flag per person of `people`."""
    inside = [np.isin(people, each.played.entered_of(MINE)) for each in (one, two)]
    messages = _words(one), _words(two)
    codes = {word: i for i, word in enumerate(sorted(messages[0] | messages[1]))}
    rows, sent, at_ms = zip(*(_sent(each, people, codes) for each in (one, two)), strict=True)
    count = [np.bincount(row, minlength=len(people)) for row in rows]
    as_many = count[0] == count[1]
    what = _differ(rows, sent, as_many)
    when = _differ(rows, tuple(c << 44 | at for c, at in zip(sent, at_ms, strict=True)), as_many)
    whys = sorted({*one.played.whys, *two.played.whys})
    left = [_left(each, people, whys) for each in (one, two)]
    exits = [np.bincount(row, minlength=len(people)) for row, _ in left]
    as_often = exits[0] == exits[1]
    other_way = _differ((left[0][0], left[1][0]), (left[0][1], left[1][1]), as_often)
    return {
        "only_this": inside[0] & ~inside[1],
        "only_other": inside[1] & ~inside[0],
        "more": count[0] > count[1],
        "fewer": count[0] < count[1],
        "other_messages": what,
        "other_times": when & ~what,
        "other_exit": other_way | (inside[0] & inside[1] & ~as_often),
    }


def _differ(rows: tuple[Int64, ...], codes: tuple[Int64, ...], alike: Bools) -> Bools:
    """Who, of those with as many in both (`alike`), has not the same ones."""
    sides = []
    for row, code in zip(rows, codes, strict=True):
        mine = alike[row]
        order = np.lexsort((code[mine], row[mine]))
        sides.append((row[mine][order], code[mine][order]))
    found = np.zeros(len(alike), np.bool_)
    found[sides[0][0][sides[0][1] != sides[1][1]]] = True
    return found


def _words(each: Run) -> set[str]:
    """What a step sends by a channel, as one word each."""
    return {
        f"{sent.step}\n{channel}"
        for (version, _), sent in each.cast.sends.items()
        if version == MINE
        for channel in sent.channels
    }


def _sent(each: Run, people: Int64, codes: dict[str, int]) -> tuple[Int64, Int64, Int64]:
    """(row in `people`, message, when) of all that went."""
    intents, sends = each.played.intents, each.sends
    went = np.flatnonzero(sends.went & (intents.version == MINE))
    steps = {step: sent for (version, step), sent in each.cast.sends.items() if version == MINE}
    table = np.zeros((max(steps, default=0) + 1, len(sends.channels)), np.int64)
    for step, sent in steps.items():
        for channel in sent.channels:
            table[step, sends.channels.index(channel)] = codes[f"{sent.step}\n{channel}"]
    code = table[intents.step[went], sends.channel[went]]
    return np.searchsorted(people, intents.person[went]), code, sends.at_ms[went]


def _left(each: Run, people: Int64, whys: list[str]) -> tuple[Int64, Int64]:
    """(row in `people`, why) of all who left."""
    ends = each.played.ends
    code = np.array([whys.index(one) for one in each.played.whys], np.int64)
    return np.searchsorted(people, ends.person), code[ends.why] if len(ends.why) else ends.why


# Figures ------------------------------------------------------------------------------------------


def _figures(this: Report, other: Report) -> list[Figure]:
    sides = [_counts(this), _counts(other)]
    names = list(dict.fromkeys([*sides[0], *sides[1]]))
    order = {name: i for i, name in enumerate(_ORDER)}
    names.sort(key=lambda one: (order[one[0]], one[1]))
    return [
        Figure(name, of, mine, theirs, mine - theirs)
        for name, of in names
        for mine, theirs in [(sides[0].get((name, of), 0), sides[1].get((name, of), 0))]
    ]


_ORDER = ("entered", "people", "inside", "goals", "exit", SENT, "suppressed", "expired",
          "cancelled", "ghost", "waiting", "held")  # fmt: skip


def _counts(report: Report) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {
        (name, ""): getattr(report, name) for name in ("entered", "people", "inside", "goals")
    }
    found |= {("exit", why): count for why, count in report.exits.items()}
    found[SENT, ""] = 0
    for one in report.outcomes:
        of = one.channel if one.state == SENT else one.reason
        for key in {(one.state, of), (SENT, "")} if one.state == SENT else {(one.state, of)}:
            found[key] = found.get(key, 0) + one.messages
    for held in report.held:
        found["held", held.reason] = found.get(("held", held.reason), 0) + held.messages
    return found


def _costs(this: Report, other: Report) -> list[Cost]:
    sides = [{one.channel: Decimal(one.cost) for one in each.costs} for each in (this, other)]
    zero = Decimal("0.00")
    return [
        Cost(channel, str(mine), str(theirs), str(mine - theirs))
        for channel in sorted(sides[0].keys() | sides[1].keys())
        for mine, theirs in [(sides[0].get(channel, zero), sides[1].get(channel, zero))]
    ]
