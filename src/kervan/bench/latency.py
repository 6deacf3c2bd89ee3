"""Bench `latency`: from an event's way in by HTTP to its e-mail at the mail server, under load."""

import contextlib
import socket
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from kervan.bench import begin, lines, load
from kervan.bench.appointments import Act, Appointments, every
from kervan.bench.begin import Running
from kervan.bench.collect import Bench
from kervan.bench.report import Figure, at_least, at_most, fact, growth, note
from kervan.bench.sink import Sink
from kervan.engines import spawn
from kervan.journeys import apply
from kervan.kernel import clock, ids, postgres, sql
from kervan.kernel.config import Config
from kervan.kernel.errors import KervanError

NAME = "latency"
_SQL = sql.load(__package__, "latency.sql")
_SECONDS = 30.0
_PROBES_PER_SECOND, _DOORS = 20, 4
_BACKGROUND_PER_SECOND, _BACKGROUND_BATCH = 500, 25
_BARE_PER_SECOND = 10
_PEOPLE, _INTRODUCED = 10_000, 100
_ADDRESS = "customer-%07d@ornek.test"
_MOST_SECONDS = 1.0
_ARRIVE_SECONDS = 30.0
_TEXT = """
journey:
  key: bench-at-once
  name: Bench
  trigger: {event: Reminder Asked}
  reentry: after_exit
  steps:
    - key: remind
      kind: send_email
      class: marketing
      message:
        subject: "{{ person.first_name | default('Merhaba') }}, sepetin seni bekliyor"
        mjml: |
          <mjml><mj-body><mj-section><mj-column>
            <mj-text>{{ person.first_name | default('Merhaba') }}, {{ event.item }}</mj-text>
            <mj-button href="https://shop.example/basket">Sepete dön</mj-button>
            <mj-text><a href="{{ unsubscribe_url }}">Abonelikten çık</a></mj-text>
          </mj-column></mj-section></mj-body></mjml>
    - {key: end, kind: exit}
"""


@dataclass(slots=True)
class Seen:
    """Seconds from each event's appointed time to its mail, what the bare way took, the load."""

    seconds: list[float] = field(default_factory=list)
    bare_seconds: list[float] = field(default_factory=list)
    background_per_second: float = 0.0


def measure(config: Config, *, scale: int = 1, minutes: float = 0) -> list[Figure]:
    """Run the bench; `scale` runs it that many times as long, with as many more events and mails.

    Time is then what all those who asked have waited together for their mails.
    """
    people = _people(_SECONDS * scale)
    with (
        Sink() as sink,
        begin.kervan(
            config, smtp_url=sink.url, mail_from="Örnek Dükkân <news@shop.example>"
        ) as running,
    ):
        bench = Bench(running, config)
        with postgres.connect(running.postgres_url, workspace=config.workspace) as conn:
            apply.apply(conn, _TEXT, clock.now())
            conn.execute(_SQL.make_bare)
        note(f"introducing {people:,} people")
        bodies = people // _INTRODUCED
        lines.send(running.host, running.port, running.key, _introduction, bodies, _DOORS)
        bench.settle()
        _run(running, config, sink, 3.0)  # nothing cold is measured
        note(f"{_BACKGROUND_PER_SECOND} events/s in the background for {_SECONDS:g} seconds")
        one = _run(running, config, sink, _SECONDS)
        figures = _figures(one)
        if scale > 1:
            note(f"{_BACKGROUND_PER_SECOND} events/s for {_SECONDS * scale:g} seconds")
            more = _run(running, config, sink, _SECONDS * scale).seconds
            p99 = load.percentile(more, 0.99)
            figures += [
                growth(NAME, scale, sum(more), sum(one.seconds)),
                at_most(NAME, f"p99_seconds_with_{scale}_times_the_data", p99, "s", _MOST_SECONDS),
            ]
    return figures


def _people(seconds: float) -> int:
    """How many people a run of `seconds` needs in whole introductions: one for each mail."""
    probes = round(seconds * _PROBES_PER_SECOND)
    return -(-max(_PEOPLE, probes) // _INTRODUCED) * _INTRODUCED


def _figures(seen: Seen) -> list[Figure]:
    p99, bare = load.percentile(seen.seconds, 0.99), load.percentile(seen.bare_seconds, 0.99)
    return [
        Figure(
            NAME,
            "p99_seconds",
            p99,
            "s",
            bare,
            bare / p99 if p99 else None,
            f"< {_MOST_SECONDS:g}",
            p99 < _MOST_SECONDS,
        ),
        fact(NAME, "p50_seconds", load.percentile(seen.seconds, 0.5), "s"),
        fact(NAME, "longest_seconds", max(seen.seconds, default=0.0), "s"),
        fact(NAME, "mails", len(seen.seconds), "mails"),
        at_least(
            NAME,
            "background_events_per_second",
            seen.background_per_second,
            "events/s",
            0.95 * _BACKGROUND_PER_SECOND,
        ),
    ]


def _introduction(number: int) -> bytes:
    """A batch that makes people known who agree to be written to."""
    first = number * _INTRODUCED
    return (
        b'{"batch":['
        + b",".join(
            b'{"type":"identify","messageId":"known-%d","userId":"customer-%07d","traits":{"email":'
            b'"customer-%07d@ornek.test","firstName":"Irmak"}},{"type":"track","messageId":"yes-%d",'
            b'"userId":"customer-%07d","event":"Consent Changed","properties":{"channel":"email",'
            b'"purpose":"marketing","status":"granted"}}' % (i, i, i, i, i)
            for i in range(first, first + _INTRODUCED)
        )
        + b"]}"
    )


def _run(running: Running, config: Config, sink: Sink, seconds: float) -> Seen:
    """Ask for mails at appointed times while other events pour in. Raises bench.not_sent.

    The appointed time counts, not the moment it was kept: a collector that keeps its callers
    waiting must not look quick because it was asked less.
    """
    seen, run = Seen(), ids.secret(6)
    crowd = load.Crowd(_BACKGROUND_BATCH, people=_PEOPLE)
    sink.came.clear()
    begins = clock.monotonic() + 0.2
    probes = every(begins, seconds, _PROBES_PER_SECOND)
    pours = every(begins, seconds, _BACKGROUND_PER_SECOND / _BACKGROUND_BATCH)
    with contextlib.ExitStack() as stack:

        def door() -> lines.Door:
            return stack.enter_context(
                contextlib.closing(lines.Door(running.host, running.port, running.key))
            )

        asking = [
            Appointments(probes[first::_DOORS], _asking(door(), run)) for first in range(_DOORS)
        ]
        pouring = Appointments(pours, _pouring(door(), crowd))
        way = stack.enter_context(contextlib.closing(_BareWay(running, config, sink.url)))
        bare = Appointments(every(begins, seconds, _BARE_PER_SECOND), way.go)
        threads = [*asking, pouring, bare]
        for one in threads:
            one.start()
        for one in threads:
            one.finish()
        seen.background_per_second = (
            len(pours) * _BACKGROUND_BATCH / max(seconds, clock.monotonic() - begins)
        )
        seen.bare_seconds = way.seconds
    addresses = [_ADDRESS % i for i, _ in probes]
    spawn.wait_until(lambda: all(one in sink.came for one in addresses), _ARRIVE_SECONDS)
    seen.seconds = [sink.came[_ADDRESS % i] - at for i, at in probes if _ADDRESS % i in sink.came]
    if len(seen.seconds) != len(probes):
        raise KervanError("bench.not_sent", 500, intended=len(probes), sent=len(seen.seconds))
    return seen


def _asking(door: lines.Door, run: str) -> Act:
    def ask(number: int) -> None:
        door.post(
            b'{"batch":[{"type":"track","messageId":"%b-%d","userId":"customer-%07d",'
            b'"event":"Reminder Asked","properties":{"item":"Ceket"}}]}'
            % (run.encode(), number, number)
        )

    return ask


def _pouring(door: lines.Door, crowd: load.Crowd) -> Act:
    return lambda number: door.post(crowd.body(number))


class _BareWay:
    """What nobody can do without: the event on disk, the hand-over on disk, one SMTP dialogue."""

    def __init__(self, running: Running, config: Config, smtp_url: str) -> None:
        self.seconds: list[float] = []
        self._conn = postgres.connect(
            running.postgres_url, autocommit=True, workspace=config.workspace
        )
        address = urlsplit(smtp_url)
        self._line = socket.create_connection((address.hostname, address.port or 25))
        self._read(b"220 ")

    def go(self, number: int) -> None:
        """Once from one end to the other."""
        started = clock.monotonic()
        self._conn.execute(_SQL.bare_commit, {"id": number})
        self._line.sendall(b"MAIL FROM:<a@bare.test>\r\nRCPT TO:<b@bare.test>\r\nDATA\r\n")
        self._read(b"354 ")
        self._conn.execute(_SQL.bare_commit, {"id": number})
        self._line.sendall(b"Subject: bare\r\n\r\nbare\r\n.\r\n")
        self._read(b"250 2")
        self.seconds.append(clock.monotonic() - started)

    def _read(self, word: bytes) -> None:
        got = b""
        while word not in got:
            some = self._line.recv(4_096)
            if not some:
                raise ConnectionResetError("the sink hung up")
            got += some

    def close(self) -> None:
        """Hang up everywhere."""
        self._line.close()
        self._conn.close()
