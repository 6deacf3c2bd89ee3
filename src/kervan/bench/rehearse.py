"""Bench `rehearse`: a month of a shop, a journey of eight steps and two that compete with it.

The floor is what no rehearsal can do without: the same events read out of ClickHouse as columns.
The targets are for `--scale 10`: a million people, 20 million events.
"""

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass

import psutil
from clickhouse_connect.driver.client import Client

from kervan.bench import begin, memory, state
from kervan.bench.report import Figure, at_most, fact, growth, note
from kervan.delivery.policy import store as policies
from kervan.delivery.policy.definition import Cap, Policy, Quiet
from kervan.engines.clickhouse import EmbeddedClickHouse
from kervan.journeys import apply, parse
from kervan.journeys.rehearse import history
from kervan.journeys.rehearse.rehearse import Wanted, rehearse
from kervan.journeys.rehearse.report import Report
from kervan.kernel import clickhouse, clock, migrate, postgres, sql
from kervan.kernel.config import Config
from kervan.kernel.postgres import Connection

NAME = "rehearse"
PEOPLE, EVENTS, DAYS = 100_000, 2_000_000, 30
_FULL = 10
"""The scale at which targets hold."""
_MOST_SECONDS, _MOST_MB = 60, 4_000
_FROM_MS = 1_790_812_800_000
_DAY_MS = 86_400_000
_BATCH = 1_000_000
_SQL = sql.load(__package__, "rehearse.sql")
_MJML = (
    "<mjml><mj-body><mj-section><mj-column><mj-text>Hello"
    " <a href='{{ unsubscribe_url }}'>Unsubscribe</a></mj-text></mj-column></mj-section>"
    "</mj-body></mjml>"
)


def _mail(key: str, then: str = "") -> str:
    way = f", next: {then}" if then else ""
    return f'{{key: {key}, kind: send_email, message: {{subject: Hi, mjml: "{_MJML}"}}{way}}}'


JOURNEY = f"""
journey:
  key: basket
  name: Basket
  trigger: {{event: Product Added, where: [{{property: price, gt: 100}}]}}
  reentry: 7 days
  exit_on: {{event: Order Completed}}
  goal: {{event: Order Completed, within: 3 days}}
  steps:
    - key: wait
      kind: wait
      until: {{event: Checkout Started}}
      timeout: 1 hour
      next: {{matched: near, timed_out: mail}}
    - {_mail("mail")}
    - {{key: day, kind: wait, for: 1 day}}
    - {_mail("again", "rest")}
    - {{key: near, kind: wait, for: 2 hours}}
    - {_mail("help")}
    - {{key: rest, kind: wait, for: 3 days}}
    - {{key: end, kind: exit}}
"""
OTHERS = (
    f"""
journey:
  key: welcome
  name: Welcome
  trigger: {{event: Account Created}}
  reentry: never
  steps:
    - {_mail("hello")}
    - {{key: days, kind: wait, for: 3 days}}
    - {_mail("tips")}
    - {{key: end, kind: exit}}
""",
    f"""
journey:
  key: search
  name: Search
  trigger: {{event: Searched}}
  reentry: 2 days
  exit_on: {{event: Product Added}}
  steps:
    - {{key: hours, kind: wait, for: 4 hours}}
    - {_mail("found")}
    - {{key: end, kind: exit}}
""",
)
_POLICY = Policy(
    key="default",
    quiet=(Quiet(name="night", from_="21:00", until="09:00"),),
    caps=(Cap(name="a day", most=1, per="day"), Cap(name="a week", most=3, per="week")),
)


@dataclass(frozen=True, slots=True)
class Took:
    """One rehearsal: its seconds, those of the bare reading, peaks in MB, and what it told."""

    seconds: float
    bare_seconds: float
    own_mb: float
    engine_mb: float
    told: Report


def measure(config: Config, *, scale: int = 1, minutes: float = 0) -> list[Figure]:
    """Run the bench; with `scale` also with that many times the people and events."""
    one = _measure(config, 1)
    if scale == 1:
        return figures(one, is_full=False)
    more = _measure(config, scale)
    growing = growth(NAME, scale, more.seconds, one.seconds)
    return [*figures(more, is_full=scale >= _FULL), growing]


def figures(took: Took, *, is_full: bool) -> list[Figure]:
    """What was found; only at full size there are targets."""
    found = [
        at_most(NAME, "rehearse_seconds", took.seconds, "s", _MOST_SECONDS)
        if is_full
        else fact(NAME, "rehearse_seconds", took.seconds, "s"),
        fact(NAME, "bare_reading_seconds", took.bare_seconds, "s"),
    ]
    peak = took.own_mb + took.engine_mb
    found.append(
        at_most(NAME, "peak_mb", peak, "MB", _MOST_MB)
        if is_full
        else fact(NAME, "peak_mb", peak, "MB")
    )
    sent = sum(one.messages for one in took.told.outcomes if one.state == "sent")
    return [
        *found,
        fact(NAME, "engine_mb", took.engine_mb, "MB"),
        fact(NAME, "events_listened_to", took.told.events, "events"),
        fact(NAME, "entries", took.told.entered, "entries"),
        fact(NAME, "messages_sent", sent, "messages"),
    ]


def _measure(config: Config, times: int) -> Took:
    with engines(config) as (conn, client, process, workspace):
        note(f"making {EVENTS * times:,} events of {PEOPLE * times:,} people")
        fill(conn, client, PEOPLE * times, EVENTS * times)
        to_ms = _FROM_MS + DAYS * _DAY_MS
        started = clock.monotonic()
        asked = history.asked([parse.parse(one) for one in (JOURNEY, *OTHERS)], _FROM_MS, to_ms)
        for _ in history.chunks(client, asked):
            pass
        bare = clock.monotonic() - started
        note("rehearsing")
        wanted = Wanted(JOURNEY, _FROM_MS, to_ms, workspace, zone="Europe/Istanbul", others=True)
        me = psutil.Process(os.getpid())
        with memory.watch(me) as own, memory.watch(process) as theirs:
            started = clock.monotonic()
            told = rehearse(conn, client, wanted)
            seconds = clock.monotonic() - started
        return Took(seconds, bare, own.most_bytes / 1e6, theirs.most_bytes / 1e6, told)


@contextlib.contextmanager
def engines(config: Config) -> Iterator[tuple[Connection, Client, psutil.Process, str]]:
    """Both engines of their own with one workspace, and the process of its history."""
    with begin.place() as here, state.database(config) as known, known.connect() as conn:
        engine = EmbeddedClickHouse(here / "clickhouse", "plain", "warning")
        try:
            url, workspace = engine.start(), known.config.workspace
            migrate.migrate(conn, clickhouse.connect(url), [workspace])
            assert engine.process is not None
            client = clickhouse.connect(url, postgres.schema_name(workspace))
            with known.connect() as mine:
                yield mine, client, psutil.Process(engine.process.pid), workspace
        finally:
            engine.stop()


def fill(conn: Connection, client: Client, people: int, events: int) -> None:
    """People with addresses and consent, what they did, the other journeys and a policy."""
    at = clock.from_ms(_FROM_MS - _DAY_MS)
    for statement in (_SQL.fill_profiles, _SQL.fill_addresses, _SQL.fill_words):
        conn.execute(statement, {"people": people, "at": at})
    for text in OTHERS:
        apply.apply(conn, text, at)
    policies.apply(conn, _POLICY, NAME, at)
    conn.execute(_SQL.settle)
    conn.commit()
    for first in range(0, events, _BATCH):
        for table in ("events", "events_by_person"):
            asked = {
                "first": first, "count": min(_BATCH, events - first), "people": people,
                "from_ms": _FROM_MS, "length_ms": DAYS * _DAY_MS,
            }  # fmt: skip
            client.command(_SQL.fill_events.replace("{table}", table), parameters=asked)
