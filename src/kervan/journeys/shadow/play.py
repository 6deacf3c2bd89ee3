"""Plays a shadow: the rehearsal of its text over what has happened since it was put there."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from clickhouse_connect.driver.client import Client

from kervan.delivery.policy.definition import decode
from kervan.journeys.rehearse.rehearse import Wanted, rehearse
from kervan.journeys.rehearse.report import Report
from kervan.journeys.shadow import store
from kervan.journeys.shadow.store import Shadow
from kervan.kernel import clock
from kervan.kernel.postgres import Connection


@dataclass(frozen=True, slots=True)
class Home:
    """Whose traffic it is: the workspace, its zone and its country (ISO 3166)."""

    workspace: str
    zone: str
    country: str


def play(
    conn: Connection, client: Client, one: Shadow, home: Home, at: datetime,
    go_on: Callable[[], None] = lambda: None,
) -> tuple[Report, datetime]:  # fmt: skip
    """What `one` would have done from its beginning up to now, and up to when that holds.

    What others really sent meanwhile counts against caps; nothing is written, nobody enters. The
    whole time is played each time, so that what comes late counts too. Raises what `rehearse` and
    `go_on` raise.
    """
    until = min(at - store.LATE, one.until)
    wanted = Wanted(
        one.text, clock.to_ms(one.since), clock.to_ms(until), home.workspace, home.zone,
        home.country, policy=decode(one.policy) if one.policy else None, sample=one.sample,
        seed=one.seed, go_on=go_on,
    )  # fmt: skip
    return rehearse(conn, client, wanted), until
