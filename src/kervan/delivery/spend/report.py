"""What was spent: how full ceilings are, who spent it, what accounts have left, what was warned."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from kervan.delivery.spend import reserve, store
from kervan.delivery.spend.definition import MICROS, Budget, micros
from kervan.delivery.spend.fit import Use, first_day
from kervan.kernel import log, sql
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "report.sql")
_log = log.get("spend")
LONGEST_DAYS = 400
_MOST = 1_000
_CAMPAIGNS = 100


class CeilingUse(msgspec.Struct, frozen=True):
    """A ceiling and how much of it is spent or put aside; amounts are decimal texts.

    `period` is the first day of its month or its day, or the campaign it is counted for.
    """

    name: str
    per: str
    period: str
    most: str
    used: str
    percent: int
    is_near: bool
    is_full: bool


class Spent(msgspec.Struct, frozen=True):
    """What a campaign spent on a channel, by an account, in a country ("" where none is known)."""

    campaign: str
    channel: str
    account: str
    country: str
    currency: str
    messages: int
    parts: int
    amount: str


class Left(msgspec.Struct, frozen=True):
    """What an account has left at its provider, in the provider's unit, as it said last."""

    account: str
    amount: str
    unit: str
    at: datetime
    is_low: bool


class Report(msgspec.Struct, frozen=True):
    """The whole answer; `budget` is the version in force, 0 where there is none."""

    budget: int
    currency: str
    ceilings: list[CeilingUse]
    spent: list[Spent]
    balances: list[Left]


def period(first: date, last: date) -> tuple[date, date]:
    """Two days to ask about. Raises delivery.spend_period (422)."""
    if not 0 <= (last - first).days <= LONGEST_DAYS:
        raise KervanError("delivery.spend_period", status=422)
    return first, last


def report(conn: Connection, days: tuple[date, date], today: date) -> Report:
    """What was spent from the first day to the last, and how full the ceilings are `today`."""
    found = store.current(conn)
    budget = found.budget if found else None
    rows = conn.execute(_SQL.spent, {"first": days[0], "last": days[1], "limit": _MOST})
    spent = [
        Spent(campaign, channel, account, country, currency, messages, parts, said(amount))
        for campaign, channel, account, country, currency, messages, parts, amount in rows
    ]
    return Report(
        found.number if found else 0,
        budget.currency if budget else "",
        [one for one, _ in ceilings(conn, budget, today)] if budget else [],
        spent,
        balances(conn, budget),
    )


def ceilings(conn: Connection, budget: Budget, today: date) -> list[tuple[CeilingUse, int]]:
    """How full each ceiling is, with the millionths used; by campaign those that spent most."""
    if not budget.ceilings:
        return []
    uses: list[Use] = []
    by_campaign = any(one.per == "campaign" for one in budget.ceilings)
    campaigns = _campaigns(conn, budget.currency) if by_campaign else []
    for place, ceiling in enumerate(budget.ceilings):
        uses += [(place, one) for one in (campaigns if ceiling.per == "campaign" else [""])]
    used = reserve.used(conn, budget, uses, today)
    return [
        (_use(budget, use, used.get(use, 0), today), used.get(use, 0))
        for use in uses if not use[1] or used.get(use, 0)
    ]  # fmt: skip


def _campaigns(conn: Connection, currency: str) -> list[str]:
    rows = conn.execute(_SQL.campaigns, {"currency": currency, "limit": _CAMPAIGNS}).fetchall()
    return [campaign for campaign, _ in rows]


def _use(budget: Budget, use: Use, used: int, today: date) -> CeilingUse:
    ceiling = budget.ceilings[use[0]]
    most = micros(ceiling.most)
    percent = used * 100 // most if most else 100
    return CeilingUse(
        ceiling.name, ceiling.per, use[1] or first_day(ceiling, today).isoformat(), ceiling.most,
        said(used), percent, percent >= ceiling.warn_percent, used >= most,
    )  # fmt: skip


def balances(conn: Connection, budget: Budget | None) -> list[Left]:
    """What accounts have left, and whether that is less than the budget wants."""
    least = {one.account: micros(one.warn_below) for one in (budget.balances if budget else ())}
    return [
        Left(account, said(amount), unit, at, amount < least.get(account, -(2**62)))
        for account, amount, unit, at in conn.execute(_SQL.balances).fetchall()
    ]


def keep_balance(conn: Connection, account: str, amount: str, unit: str, at: datetime) -> None:
    """Note what an account's provider says is left on it."""
    values = {"account": account, "micros": micros(amount), "unit": unit[:20], "at": at}
    conn.execute(_SQL.keep_balance, values)


def step(conn: Connection, zone: str, at: datetime) -> bool:
    """Settle what has ended, and warn once a period of what is nearly spent; more to settle?"""
    more = bool(reserve.sweep(conn))
    found = store.current(conn)
    if found is None:
        return more
    today = at.astimezone(ZoneInfo(zone)).date()
    for what, when, facts in _warnings(conn, found.budget, today):
        values: dict[str, Any] = {"what": what, "period": when, "at": at}
        told = {**values, "facts": msgspec.json.encode(facts).decode()}
        if conn.execute(_SQL.warn, told).rowcount:
            _log.warning("budget_warning", of=what, period=when, **facts)
    return more


def _warnings(
    conn: Connection, budget: Budget, today: date
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for one, _ in ceilings(conn, budget, today):
        if one.is_near:
            what = f"ceiling {one.name} {'full' if one.is_full else 'near'}"
            yield what, one.period, {"used": one.used, "most": one.most, "percent": one.percent}
    for left in balances(conn, budget):
        if left.is_low:
            facts = {"amount": left.amount, "unit": left.unit}
            yield f"account {left.account}", today.isoformat(), facts


class Warned(msgspec.Struct, frozen=True):
    """Something that was warned of, once in its period."""

    what: str
    period: str
    at: datetime
    facts: dict[str, Any]


def warned(conn: Connection, at: datetime, days: int = 31) -> list[Warned]:
    """What was warned of in the last days, the latest first."""
    values = {"since": at - timedelta(days=days), "limit": _MOST}
    return [Warned(*row) for row in conn.execute(_SQL.warnings, values).fetchall()]


def said(amount: int) -> str:
    """Millionths as a decimal text without needless noughts, two decimals at least: 0.085, 3.00."""
    exact = Decimal(amount) / MICROS
    short = exact.quantize(Decimal("0.01"))
    return f"{short:f}" if short == exact else f"{exact.normalize():f}"
