"""Rehearses a journey: what it would have done in a window of the real history."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from clickhouse_connect.driver.client import Client

from kervan.consent import packs
from kervan.consent.look_up import places
from kervan.delivery.policy import store as policies
from kervan.delivery.policy.definition import Policy
from kervan.delivery.spend import store as budgets
from kervan.delivery.spend.definition import Budget
from kervan.journeys.rehearse import history, money, past, report, weigh
from kervan.journeys.rehearse.cast import MINE, Cast, cast
from kervan.journeys.rehearse.caveats import caveats
from kervan.journeys.rehearse.consents import Consents
from kervan.journeys.rehearse.facts import PastFacts
from kervan.journeys.rehearse.gate import Gate, House, Ruling
from kervan.journeys.rehearse.people import crowd
from kervan.journeys.rehearse.play import Intents, Stage, play
from kervan.journeys.rehearse.report import Report, Weighed
from kervan.journeys.steps.step import NEVER
from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection

LONGEST_DAYS = 400
SAMPLE = 10


@dataclass(frozen=True, slots=True)
class Wanted:
    """A journey's text and a window, `to_ms` left out; `zone` is the one days are told in.

    `others`: whether the live journeys play too; else what they really sent counts. `policy` is
    asked instead of those that were in force. `sample` people are told of whole, chosen by `seed`.
    `country` (ISO 3166) is whose law counts where nobody said. `go_on` raises when nobody waits
    for the answer any more.
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


def rehearse(conn: Connection, client: Client, wanted: Wanted) -> Report:
    """Play the window in memory; nothing is written and nothing leaves the house.

    Raises JourneyNotValid, journeys.rehearsal_window, journeys.rehearsal_future (422).
    """
    check(wanted)
    mine = cast(conn, wanted.text, others=wanted.others, zone=wanted.zone)
    asked = history.asked(mine.definitions, wanted.from_ms, wanted.to_ms)
    facts = PastFacts(conn, client, wanted.workspace, wanted.zone)
    stage = Stage(wanted.to_ms, facts, wanted.sample, wanted.seed, wanted.go_on)
    # Who finds a seat depends on everybody before her: then all are decided about together.
    size = None if mine.seats else history.CHUNK
    played = play(mine, history.chunks(client, asked, size), stage)
    wanted.go_on()
    gate, house = _gate(conn, client, mine, played.intents, wanted)
    budget = budgets.in_force(conn, clock.from_ms(wanted.to_ms))
    spent = budget.budget if budget else None
    _decide(gate, spent, wanted)
    weighed = _weigh(conn, gate, house, spent, wanted)
    window = (wanted.from_ms, wanted.to_ms)
    return report.report(mine, played, gate.sends, weighed, window, wanted.zone, wanted.seed)


def check(wanted: Wanted) -> None:
    """Raises journeys.rehearsal_window (422) for one that is empty or too long, and
    journeys.rehearsal_future (422)."""
    days = (wanted.to_ms - wanted.from_ms) / report.DAY_MS
    if not 0 < days <= LONGEST_DAYS:
        raise KervanError("journeys.rehearsal_window", status=422, days=LONGEST_DAYS)


def _gate(
    conn: Connection, client: Client, mine: Cast, intents: Intents, wanted: Wanted
) -> tuple[Gate, House]:
    people = crowd(conn, client, np.unique(intents.person))
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
    house = House(mine, people, said, rulings, words, got)
    return Gate(house, intents, wanted.to_ms), house


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
    if budget is None or not budget.ceilings:
        wanted.go_on()
        gate.until(wanted.to_ms)
        return
    spending = money.Money(budget, gate, wanted.zone)
    for begin, end in money.days(wanted.from_ms, wanted.to_ms, wanted.zone):
        wanted.go_on()
        gate.until(end)
        spending.day(begin, end)


def _weigh(
    conn: Connection, gate: Gate, house: House, budget: Budget | None, wanted: Wanted
) -> Weighed:
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
        caveats=caveats(
            house.cast, limits_entry=bool(house.cast.seats), has_prices=budget is not None
        ),
    )
