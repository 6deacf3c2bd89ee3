"""Rehearses a journey: what it would have done in a window of the real history."""

from collections.abc import Callable
from dataclasses import dataclass

from clickhouse_connect.driver.client import Client

from kervan.journeys.rehearse import history, report, sends
from kervan.journeys.rehearse.cast import cast
from kervan.journeys.rehearse.play import Stage, play
from kervan.journeys.rehearse.report import Report
from kervan.journeys.steps.step import NoFacts
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection

LONGEST_DAYS = 400
SAMPLE = 10


@dataclass(frozen=True, slots=True)
class Wanted:
    """A journey's text and a window, `to_ms` left out; `zone` is the one days are told in.

    `others`: whether the live journeys play too. `sample` people are told of whole, chosen by
    `seed`. `go_on` raises when nobody waits for the answer any more.
    """

    text: str
    from_ms: int
    to_ms: int
    zone: str = "UTC"
    others: bool = False
    sample: int = SAMPLE
    seed: int = 1
    go_on: Callable[[], None] = lambda: None


def rehearse(conn: Connection, client: Client, wanted: Wanted) -> Report:
    """Play the window in memory; nothing is written and nothing leaves the house.

    Raises JourneyNotValid, journeys.rehearsal_window (422).
    """
    check(wanted)
    mine = cast(conn, wanted.text, others=wanted.others)
    asked = history.asked(mine.definitions, wanted.from_ms, wanted.to_ms)
    stage = Stage(wanted.to_ms, NoFacts, wanted.sample, wanted.seed, wanted.go_on)
    played = play(mine, history.chunks(client, asked), stage)
    sent = sends.unhindered(mine, played.intents)
    window = (wanted.from_ms, wanted.to_ms)
    return report.report(mine, played, sent, window, wanted.zone, wanted.seed)


def check(wanted: Wanted) -> None:
    """Raises journeys.rehearsal_window (422) for one that is empty, or too long."""
    days = (wanted.to_ms - wanted.from_ms) / report.DAY_MS
    if not 0 < days <= LONGEST_DAYS:
        raise KervanError("journeys.rehearsal_window", status=422, days=LONGEST_DAYS)
