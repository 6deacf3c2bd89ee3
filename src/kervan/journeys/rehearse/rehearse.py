"""Rehearses a journey: what it would have done in a window of the real history."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from clickhouse_connect.driver.client import Client

from kervan.consent import packs
from kervan.consent.look_up import places
from kervan.delivery.policy import store as policies
from kervan.delivery.policy.definition import Policy
from kervan.delivery.spend import store as budgets
from kervan.delivery.spend.definition import Budget
from kervan.journeys.columns import Int64
from kervan.journeys.rehearse import history, money, past, report, weigh
from kervan.journeys.rehearse.cast import MINE, Cast, cast
from kervan.journeys.rehearse.caveats import caveats
from kervan.journeys.rehearse.consents import Consents
from kervan.journeys.rehearse.facts import PastFacts
from kervan.journeys.rehearse.foresee import MOST_TIMES
from kervan.journeys.rehearse.gate import Gate, House, Ruling
from kervan.journeys.rehearse.people import crowd
from kervan.journeys.rehearse.play import Played, Stage, play
from kervan.journeys.rehearse.report import Report, Weighed
from kervan.journeys.rehearse.sends import Sends
from kervan.journeys.steps.step import NEVER
from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection

LONGEST_DAYS = 400
SAMPLE = 10
PLAY, GATE = "play", "gate"
"""What a rehearsal is at: playing history, asking the gate."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A journey's text and a window, `to_ms` left out; `zone` is the one days are told in.

    `others`: whether the live journeys play too; else what they really sent counts. `policy` is
    asked instead of those that were in force. `sample` people are told of whole, chosen by `seed`.
    `country` (ISO 3166) is whose law counts where nobody said. `go_on` raises when nobody waits
    for the answer any more. `kept`: the text was accepted once. `at` is called with what is being
    done (PLAY, GATE) and how much of it is done, 0 to 1.
    """

    text: str
    from_ms: int
    to_ms: int
    workspace: str
    zone: str = "UTC"
    country: str = "TR"
    others: bool = False
    policy: Policy | None = None
    sample: int = SAMPLE
    seed: int = 1
    go_on: Callable[[], None] = lambda: None
    kept: bool = False
    at: Callable[[str, float], None] = lambda doing, share: None


@dataclass(frozen=True, slots=True)
class Run:
    """A rehearsal with its columns: who played, what they did, what became of the messages."""

    wanted: Wanted
    cast: Cast
    played: Played
    sends: Sends
    report: Report


def rehearse(conn: Connection, client: Client, wanted: Wanted) -> Report:
    """Play the window in memory; nothing is written and nothing leaves the house.

    Raises JourneyNotValid, journeys.rehearsal_window, journeys.rehearsal_unreadable (422).
    """
    return run(conn, client, wanted).report


def run(conn: Connection, client: Client, wanted: Wanted) -> Run:
    """As `rehearse`, with all that it found. Raises what `rehearse` raises."""
    check(wanted)
    mine = cast(conn, wanted.text, others=wanted.others, zone=wanted.zone, kept=wanted.kept)
    budget = budgets.in_force(conn, clock.from_ms(wanted.to_ms))
    spent = budget.budget if budget else None
    with ThreadPoolExecutor(1) as beside:  # PostgreSQL tells of the people while history is played
        coming = beside.submit(_house, conn, client, mine, wanted)
        played = _play(conn, client, mine, wanted, None)
        wanted.go_on()
        house = coming.result()
    while True:
        gate = Gate(house, played.intents, wanted.to_ms)
        _decide(gate, spent, wanted)
        settled = not mine.oracle.learn(played.intents, gate.sends)
        if settled or mine.oracle.times >= MOST_TIMES:
            break
        played = _play(conn, client, mine, wanted, None)
        wanted.go_on()
    weighed = _weigh(conn, gate, house, spent, wanted, settled=settled)
    window = (wanted.from_ms, wanted.to_ms)
    told = report.report(mine, played, gate.sends, weighed, window, wanted.zone, wanted.seed)
    return Run(wanted, mine, played, gate.sends, told)


def stories(
    conn: Connection, client: Client, found: Run, people: list[int]
) -> dict[int, report.Story]:
    """All that happened to some people in a rehearsal that was run, by person."""
    chosen = np.array(sorted(people), np.int64)
    played = _play(conn, client, found.cast, found.wanted, chosen)
    # What became of their messages is known already, and of everybody's.
    told = report.sample(found.cast, replace(found.played, scenes=played.scenes), found.sends)
    return {one.person: one for one in told}


def check(wanted: Wanted) -> None:
    """Raises journeys.rehearsal_window (422) for one that is empty or too long."""
    days = (wanted.to_ms - wanted.from_ms) / report.DAY_MS
    if not 0 < days <= LONGEST_DAYS:
        raise KervanError("journeys.rehearsal_window", status=422, days=LONGEST_DAYS)


def _play(
    conn: Connection, client: Client, mine: Cast, wanted: Wanted, people: Int64 | None
) -> Played:
    """Play the window, for these people alone where nobody else can matter to them."""
    asked = history.asked(mine.definitions, wanted.from_ms, wanted.to_ms)
    if people is not None and not mine.seats:
        asked = replace(asked, people=tuple(people.tolist()))
    total = history.count(client, asked)

    def heard(events: int) -> None:
        wanted.go_on()
        wanted.at(PLAY, min(events / max(total, 1), 1.0))

    facts = PastFacts(conn, client, wanted.workspace, wanted.zone)
    stage = Stage(wanted.to_ms, facts, wanted.sample, wanted.seed, people, heard)
    # Who finds a seat depends on everybody before her: then all are decided about together.
    size = None if mine.seats else history.CHUNK
    return play(mine, history.chunks(client, asked, size), stage)


def _house(conn: Connection, client: Client, mine: Cast, wanted: Wanted) -> House:
    """What the gate must know of everybody who may enter: of whom it will be asked is not known."""
    asked = history.asked(mine.definitions, wanted.from_ms, wanted.to_ms)
    people = crowd(conn, client, history.entrants(client, asked))
    rulings = _rulings(conn, wanted)
    rules = [
        rule for one in rulings for rule in (*one.policy.caps, *one.policy.gaps, *one.policy.quiet)
    ]
    named = [
        tuple(sorted({word for rule in rules for word in getattr(rule, name)}))
        for name in ("channels", "topics", "brands")
    ]
    words, got = past.really(conn, people, mine, named, (wanted.from_ms, wanted.to_ms))
    marks = {
        (channel, one.topic, one.brand) for one in mine.sends.values() for channel in one.channels
    }
    otherwise = places().index(packs.of_country(wanted.country))
    said = Consents(conn, people, sorted(marks), otherwise)
    return House(mine, people, said, rulings, words, got)


def _rulings(conn: Connection, wanted: Wanted) -> list[Ruling]:
    """The policies by the time they were in force, or the one that is tried."""
    if wanted.policy is not None:
        return [Ruling(wanted.policy, 0, NEVER)]
    found = [
        Ruling(
            one.policy,
            clock.to_ms(one.valid_from),
            NEVER if one.valid_until is None else clock.to_ms(one.valid_until),
        )
        for one in policies.versions(conn)
    ]
    return sorted(found, key=lambda one: (one.from_ms, one.until_ms))


def _decide(gate: Gate, budget: Budget | None, wanted: Wanted) -> None:
    every = max(len(gate.version), 1)

    def heard(left: int) -> None:
        wanted.go_on()
        wanted.at(GATE, 1 - left / every)

    if budget is None or not budget.ceilings:
        gate.until(wanted.to_ms, heard)
        return
    spending = money.Money(budget, gate, wanted.zone)
    for begin, end in money.days(wanted.from_ms, wanted.to_ms, wanted.zone):
        gate.until(end, heard)
        spending.day(begin, end)


def _weigh(
    conn: Connection, gate: Gate, house: House, budget: Budget | None, wanted: Wanted, *,
    settled: bool,
) -> Weighed:  # fmt: skip
    got = gate.got()
    inside = got.take((got.at_ms >= wanted.from_ms) & (got.at_ms < wanted.to_ms))
    ours = gate.sends.went & (gate.version == MINE)
    codes = Counter(gate.sends.channel[ours].tolist())
    went = {house.words.channels[code]: count for code, count in codes.items()}
    return Weighed(
        collisions=weigh.beside(inside, house.words, gate.sends.collisions),
        weekly=weigh.weekly(inside, wanted.zone),
        currency=budget.currency if budget else "",
        costs=money.costs(budget, gate),
        reactions=weigh.reactions(conn, went, wanted.to_ms),
        caveats=caveats(house.cast, has_prices=budget is not None, settled=settled),
    )
