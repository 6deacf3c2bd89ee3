"""Bench `links`: what segments cost when a million visits have turned out to be somebody's.

The same questions are asked of the same events without and with links, one core each, in turns;
what counts is the CPU time of ClickHouse. With links more events are somebody's, so the same
question has more to count: that is in `to_before` too. The floor is the same answer from a column
that holds the right person outright, as if it had been known when the event came.
"""

from dataclasses import dataclass, field

from clickhouse_connect.driver.client import Client

from kervan.bench import begin, state
from kervan.bench.begin import Running
from kervan.bench.report import Figure, at_most, fact, note
from kervan.history import link
from kervan.kernel import clickhouse, clock, postgres, sql
from kervan.kernel.config import Config
from kervan.kernel.errors import KervanError

NAME = "links"
EVENTS, LINKS, PEOPLE = 6_000_000, 1_000_000, 500_000
_AT_ONCE = 500_000
_ROUNDS, _TIMES = 6, 4
_MOST = 1.15
_SQL = sql.load(__package__, "links.sql")
SEGMENTS = ("viewed_twice", "viewed_and_not_bought", "two_names")
OTHERS = ("everybody",)
_TABLES = ("session_link", "person_link", "session_link_young", "person_link_young", "link_settled")
_ALONE = {"max_threads": 1}


@dataclass(slots=True)
class Took:
    """CPU seconds of one asking without and with links, and barely; the best round counts."""

    before: list[float] = field(default_factory=list)
    after: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)


def measure(config: Config, *, scale: int = 1, minutes: float = 0) -> list[Figure]:
    """Run the bench; with `scale` that many times the events and links."""
    with begin.kervan(config, worker_processes=1, web_processes=1) as running:
        database = postgres.schema_name(config.workspace)
        client = clickhouse.connect(running.clickhouse_url, database)
        took = _measure(running, client, scale)
    return _figures(took)


def _measure(running: Running, client: Client, scale: int) -> dict[str, Took]:
    note(f"writing {EVENTS * scale:,} events")
    client.command(_SQL.keep_parts)
    fill(client, EVENTS * scale, LINKS * scale * 3 // 2, PEOPLE * scale)
    took = {name: Took() for name in (*SEGMENTS, *OTHERS)}
    for number in range(_ROUNDS):
        note(f"round {number + 1} of {_ROUNDS}")
        join(client, 0, 0, PEOPLE * scale)
        for name, one in took.items():
            one.before.append(_ask(running, client, name))
        join(client, LINKS * scale, PEOPLE * scale // 5, PEOPLE * scale)
        check(client)
        for name, one in took.items():
            one.after.append(_ask(running, client, name))
            one.bare.append(_ask(running, client, name, "hers"))
    return took


def fill(client: Client, events: int, visits: int, people: int) -> None:
    """Write so many events of so many visits and people, each also with whose it will be."""
    client.command(_SQL.write_in)
    for batch, first in enumerate(range(0, events, _AT_ONCE), 1):
        values = {
            "visits": visits, "people": people, "batch": batch, "first": first,
            "count": min(_AT_ONCE, events - first),
        }  # fmt: skip
        client.command(_SQL.fill, parameters=values, settings=_ALONE)


def join(client: Client, visits: int, heads: int, people: int) -> None:
    """Let so many visits and atoms be somebody's, and no others."""
    for table in _TABLES:
        client.command(_SQL.forget.replace("{table}", table))
    at_ms = clock.now_ms() - 3_600_000  # long settled
    values = {"people": people, "version": 1, "at_ms": at_ms}
    client.command(_SQL.link_visits, parameters={**values, "count": visits})
    client.command(_SQL.link_people, parameters={**values, "count": heads})
    link.settle(client)


def check(client: Client) -> None:
    """Raise bench.not_followed unless every event is whose it should be."""
    wrong, events = client.query(_SQL.not_followed).result_rows[0]
    if wrong:
        raise KervanError("bench.not_followed", 500, wrong=wrong, events=events)


def question(name: str, who: str = "who") -> str:
    """One of the questions, asked of the column that says whose an event is."""
    return str(getattr(_SQL, name).replace("{who}", who))


def _ask(running: Running, client: Client, name: str, who: str = "who") -> float:
    text = question(name, who)
    client.query(text, settings=_ALONE)
    before = running.cpu_seconds()["clickhouse"]
    for _ in range(_TIMES):
        client.query(text, settings=_ALONE)
    return (running.cpu_seconds()["clickhouse"] - before) / _TIMES


def _figures(took: dict[str, Took]) -> list[Figure]:
    figures = []
    for name, one in took.items():
        before, after, bare = (
            max(min(seconds), state.TICK_SECONDS / _TIMES)
            for seconds in (one.before, one.after, one.bare)
        )
        figure = f"{name}_cpu_ms"
        figures.append(Figure(NAME, figure, after * 1e3, "ms", bare * 1e3, bare / after))
        ratio = f"{name}_to_before"
        if name in SEGMENTS:
            figures.append(at_most(NAME, ratio, after / before, "times", _MOST))
        else:
            figures.append(fact(NAME, ratio, after / before, "times"))
    return figures
