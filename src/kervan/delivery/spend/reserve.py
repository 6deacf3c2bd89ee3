"""Puts money aside for what goes, in the transaction that lets it go, and settles what has ended.

Nothing is ever given back: what is put aside counts while its attempt is under way and for good
once the message went (docs/decisions/a-place-in-a-cap-shares-its-messages-fate.md).
"""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import msgspec

from kervan.consent.channels import country_of
from kervan.delivery import books, decisions
from kervan.delivery.decide import Reason, Verdict
from kervan.delivery.decisions import Decision
from kervan.delivery.desk import Job
from kervan.delivery.spend import store
from kervan.delivery.spend.definition import Budget, Ceiling
from kervan.delivery.spend.fit import Use, first_day, fit, next_period, use_of
from kervan.delivery.spend.price import Priced, by_part, cost, rates
from kervan.delivery.states import State
from kervan.kernel import postgres, sql
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "reserve.sql")
_SWEPT = 5_000


class Out(Protocol):
    """A way out, as far as its price goes: its account, and in how many parts it says a message."""

    name: str
    parts: Callable[[Job], int]


@dataclass(frozen=True, slots=True)
class _Row:
    """A job with its way, and what it costs; None where nobody said."""

    out: Any
    job: Job
    priced: Priced
    micros: int | None


def reserve(
    conn: Connection, zone: str, shared: Sequence[tuple[Any, list[Job]]], at: datetime
) -> tuple[list[tuple[Any, list[Job]]], list[books.Result]]:
    """Of the jobs each way is to hand over those that fit the budget, and results for the rest.

    `zone` is the workspace's; `shared` holds pairs of an Out and its jobs. Without a budget all go.
    """
    found = store.current(conn) if shared else None
    if found is None:
        return list(shared), []
    budget = found.budget
    rows = [_row(budget, out, job) for out, jobs in shared for job in jobs]
    today = at.astimezone(ZoneInfo(zone)).date()
    paid = [(place, one) for place, one in enumerate(rows) if one.micros]
    uses = {use for _, one in paid for use in use_of(budget.ceilings, one.priced)}
    full = [-1] * len(rows)
    if uses:
        if conn.execute(_SQL.hold, {"budget": found.id}).fetchone() is None:
            return reserve(conn, zone, shared, at)  # another one came into force meanwhile
        before = used(conn, budget, sorted(uses), today)
        refused = fit(budget.ceilings, [(one.priced, one.micros or 0) for _, one in paid], before)
        for (place, _), ceiling in zip(paid, refused, strict=True):
            full[place] = ceiling
    going = [one for one, ceiling in zip(rows, full, strict=True) if ceiling < 0]
    _put_aside(conn, found, [one for one in going if one.micros is not None], today)
    held = [
        (one, budget.ceilings[place]) for one, place in zip(rows, full, strict=True) if place >= 0
    ]
    results = [_result(one, ceiling, zone, today, at) for one, ceiling in held]
    decisions.write(conn, [_decision(*each, at) for each in zip(held, results, strict=True)])
    mine = [(out, [one.job for one in going if one.out is out]) for out, _ in shared]
    return [pair for pair in mine if pair[1]], results


def used(conn: Connection, budget: Budget, uses: Sequence[Use], today: date) -> dict[Use, int]:
    """What each use of a ceiling has spent and put aside in its period, in millionths."""
    asked = [
        {
            "use": number,
            "since": max(first_day(ceiling, today), date(1970, 1, 1)).isoformat(),
            "currency": budget.currency,
            "campaign": campaign if ceiling.per == "campaign" else None,
            "channels": ceiling.channels,
            "accounts": ceiling.accounts,
            "brands": ceiling.brands,
            "campaigns": ceiling.campaigns,
            "classes": ceiling.classes,
        }
        for number, (ceiling, campaign) in enumerate(
            (budget.ceilings[place], campaign) for place, campaign in uses
        )
    ]
    rows = conn.execute(_SQL.used, {"ceilings": msgspec.json.encode(asked).decode()}).fetchall()
    return {uses[number]: amount for number, amount in rows}


def settle(conn: Connection, messages: Sequence[uuid.UUID]) -> int:
    """Count those of `messages` that have ended as spent, or as not; gives how many had a price."""
    if not messages:
        return 0
    return _settle(conn, postgres.uuids(messages), len(messages))


def sweep(conn: Connection) -> int:
    """Settle what ended without its sender: receipts, stops, recovered messages. Gives how many."""
    return _settle(conn, None, _SWEPT)


def _settle(conn: Connection, messages: object, limit: int) -> int:
    row = conn.execute(_SQL.settle, {"messages": messages, "limit": limit}).fetchone()
    return int(row[0]) if row else 0


def _row(budget: Budget, out: Out, job: Job) -> _Row:
    claim, subject = job.claim, job.claim.subject
    parts = out.parts(job) if by_part(budget, subject.channel) else 1
    country = country_of("phone", job.reached.address) or country_of("phone", job.person.phone)
    priced = Priced(
        subject.channel,
        out.name,
        country,
        subject.campaign,
        claim.brand,
        claim.message_class,
        parts,
    )
    return _Row(out, job, priced, cost(rates(budget), priced))


def _put_aside(conn: Connection, version: store.Version, rows: Sequence[_Row], today: date) -> None:
    if not rows:
        return
    priced = [one.priced for one in rows]
    conn.execute(
        _SQL.put_aside,
        {
            "messages": postgres.uuids(one.job.claim.subject.message for one in rows),
            "attempts": postgres.array(one.job.claim.attempt for one in rows),
            "channels": [one.channel for one in priced],
            "accounts": [one.account for one in priced],
            "countries": [one.country for one in priced],
            "campaigns": [one.campaign for one in priced],
            "brands": [one.brand for one in priced],
            "classes": [one.message_class for one in priced],
            "parts": postgres.array(one.parts for one in priced),
            "micros": postgres.array(one.micros or 0 for one in rows),
            "day": today,
            "currency": version.budget.currency,
            "budget": version.id,
        },
    )


def _result(one: _Row, ceiling: Ceiling, zone: str, today: date, at: datetime) -> books.Result:
    """What becomes of a message that would pass a ceiling: as the ceiling says, while it lives."""
    claim = one.job.claim
    code = Reason.BUDGET_REACHED.code
    if ceiling.blocked == "hold":
        day = next_period(ceiling, today)
        due = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)
        # Not all at the first instant of a month: spread over an hour, by the message's number.
        due += timedelta(seconds=(claim.subject.message.int & 0xFFFF) * 3600 >> 16)
        if due < claim.expires_at:
            return books.PutOff(claim, due, claim.deferrals, code)
    if ceiling.blocked != "skip" and claim.more:
        return books.Reroute(claim, at, claim.route + 1, code)
    return books.End(claim, State.SUPPRESSED, code, one.job.consent_event)


def _decision(held: tuple[_Row, Ceiling], result: books.Result, at: datetime) -> Decision:
    one, ceiling = held
    claim = one.job.claim
    verdict = Verdict.SUPPRESS
    if not isinstance(result, books.End):
        verdict = Verdict.NEXT if isinstance(result, books.Reroute) else Verdict.HOLD
    return Decision(
        claim.subject.message, claim.attempt, at, claim.subject.channel, verdict,
        Reason.BUDGET_REACHED, result.due_at if isinstance(result, books.PutOff) else None,
        one.job.consent_event, 0,
        {"rule": ceiling.name, "ceiling": ceiling.most, "per": ceiling.per},
    )  # fmt: skip
