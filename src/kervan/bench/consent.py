"""Bench `consent`: a campaign's recipients asked at the gate, against a ledger that is larger.

The words get into the ledger the way events bring them, so its own speed is told too. Then all
recipients are judged at once by the function the sender calls (permitted.ask): one look-up of
the word that counts for each address, its law, its end, and the answer with its reason.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from kervan.bench import state
from kervan.bench.report import Figure, at_most, fact, growth, noisy, note, rate
from kervan.bench.state import State
from kervan.consent import ledger, verify
from kervan.consent.judge import Answer
from kervan.consent.ledger import Change
from kervan.delivery import permitted
from kervan.kernel import clock, sql
from kervan.kernel.config import Config
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection

NAME = "consent"
RECIPIENTS = 200_000
SPARE = 50_000
"""Addresses in the ledger that nobody asks about."""
_BATCH = 25_000
_MOST_CPU_SECONDS = 1.0
_ROUNDS = 3  # the best one counts: neighbours on the machine only ever add
_SQL = sql.load(__package__, "consent.sql")
KNOWN_BARE = 250_000
"""Addresses a CPU second that a machine like that of docs/decisions/two-engines.md joins barely."""


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds on the clock and CPU seconds, ours and the server's."""

    seconds: float
    cpu_seconds: float


def measure(config: Config, *, scale: int = 1, minutes: float = 0) -> list[Figure]:
    """Run the bench; `scale` repeats it with that many times the recipients."""
    figures, one = _measure(config, RECIPIENTS)
    if scale > 1:
        _, more = _measure(config, RECIPIENTS * scale)
        figures.append(growth(NAME, scale, more.cpu_seconds, one.cpu_seconds))
    return figures


def _measure(config: Config, recipients: int) -> tuple[list[Figure], Took]:
    with state.database(config) as here, here.connect() as conn:
        at = clock.now()
        note(f"recording the words of {recipients + SPARE:,} addresses")
        recorded = _fill(here, conn, recipients + SPARE, at)
        addresses = _addresses(here, recipients)
        note(f"checking {recipients:,} recipients")
        bare = min((_bare(here, conn, addresses, at) for _ in range(_ROUNDS)), key=_cpu)
        took = min((_check(here, conn, addresses, at) for _ in range(_ROUNDS)), key=_cpu)
        note("the same with the registry connected")
        _connect(conn, at)
        asked = min((_check(here, conn, addresses, at) for _ in range(_ROUNDS)), key=_cpu)
        note("proving the ledger")
        proven = _prove(here, conn)
    return _figures(recipients, recorded, bare, (took, asked), proven), took


def _cpu(took: Took) -> float:
    return took.cpu_seconds


def _figures(
    recipients: int, recorded: Took, bare: Took, checked: tuple[Took, Took], proven: Took
) -> list[Figure]:
    """`checked` is without and with a registry."""
    took, asked = checked
    tick = state.TICK_SECONDS
    rows = recipients + SPARE
    speed = rate(recipients, took.cpu_seconds, tick)
    floor = rate(recipients, bare.cpu_seconds, tick)
    why = f"the bare look-up did less than half of the {KNOWN_BARE:,} a CPU second known"
    return [
        at_most(
            NAME, "check_cpu_seconds", took.cpu_seconds * RECIPIENTS / recipients, "s",
            _MOST_CPU_SECONDS,
        ),
        fact(NAME, "check_with_registry_cpu_seconds",
             asked.cpu_seconds * RECIPIENTS / recipients, "s"),
        fact(NAME, "checked_per_cpu_second", speed, "recipients/s", floor=floor),
        fact(NAME, "checked_per_second", rate(recipients, took.seconds), "recipients/s",
             floor=rate(recipients, bare.seconds)),
        fact(NAME, "recorded_per_second", rate(rows, recorded.seconds), "words/s"),
        fact(NAME, "proven_per_second", rate(rows, proven.seconds), "rows/s"),
        noisy(NAME, floor < KNOWN_BARE / 2, why),
    ]  # fmt: skip


def _addresses(here: State, count: int) -> list[bytes]:
    """Blind hashes in an order that is nobody's, as a campaign's people are."""
    return [here.vault.blind("email", f"customer-{i:07d}@ornek.test") for i in range(count)]


def _status(number: int) -> str:
    """Of twenty addresses one refused and one said nothing; the others agreed."""
    return {3: "withdrawn", 7: ""}.get(number % 20, "granted")


def _fill(here: State, conn: Connection, count: int, at: datetime) -> Took:
    """Record the words batch by batch, each with its commit; one in twenty runs out tomorrow."""
    addresses = _addresses(here, count)
    before = at - timedelta(days=30)
    started, cpu = clock.monotonic(), _used(here)
    for begin in range(0, count, _BATCH):
        changes = [
            Change(
                "email", _status(i), before, contact=addresses[i], jurisdiction="TR",
                source="web", expires_at=at + timedelta(days=1) if i % 20 == 9 else None,
            )
            for i in range(begin, min(begin + _BATCH, count))
            if _status(i)
        ]  # fmt: skip
        ledger.record(conn, here.vault, changes, at)
        conn.commit()
    took = Took(clock.monotonic() - started, _used(here) - cpu)
    conn.execute(_SQL.settle)
    conn.commit()
    return took


def _used(here: State) -> float:
    return here.cpu_seconds() + state.own_cpu_seconds()


def _granted(count: int) -> int:
    return sum(_status(i) == "granted" for i in range(count))


def _bare(here: State, conn: Connection, addresses: list[bytes], at: datetime) -> Took:
    contacts = "{" + ",".join([one.hex() for one in addresses]) + "}"
    started, cpu = clock.monotonic(), _used(here)
    row = conn.execute(_SQL.bare, {"contacts": contacts, "at": at}).fetchone()
    took = Took(clock.monotonic() - started, _used(here) - cpu)
    conn.commit()
    _must_be(row[0] if row else 0, len(addresses))
    return took


def _check(here: State, conn: Connection, addresses: list[bytes], at: datetime) -> Took:
    commercial = [True] * len(addresses)
    started, cpu = clock.monotonic(), _used(here)
    judged = permitted.ask(conn, "email", addresses, commercial, at, "TR")
    took = Took(clock.monotonic() - started, _used(here) - cpu)
    conn.commit()
    _must_be(int(np.count_nonzero(judged.answer == Answer.ALLOWED)), len(addresses))
    return took


def _must_be(allowed: int, recipients: int) -> None:
    if allowed != _granted(recipients):
        raise KervanError("bench.not_checked", 500, recipients=recipients, allowed=allowed)


def _connect(conn: Connection, at: datetime) -> None:
    conn.execute(_SQL.connect_registry, {"at": at})
    conn.execute(_SQL.tell_registry, {"at": at - timedelta(hours=1)})
    conn.execute(_SQL.settle_registry)
    conn.commit()


def _prove(here: State, conn: Connection) -> Took:
    started, cpu = clock.monotonic(), _used(here)
    report = verify.verify(conn, here.vault)
    took = Took(clock.monotonic() - started, _used(here) - cpu)
    conn.rollback()
    if not report.sound:
        raise KervanError("bench.not_proven", 500, found=report.findings[0].code)
    return took
