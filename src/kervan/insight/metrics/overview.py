"""Puts the figures of a period together: everything the overview shows of sales and messages."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from clickhouse_connect.driver.client import Client

from kervan.insight.metrics import consents, crowd, figures, letters, sales, segments
from kervan.insight.metrics.consents import Growth
from kervan.insight.metrics.crowd import Crowd
from kervan.insight.metrics.figures import Figure
from kervan.insight.metrics.letters import Both
from kervan.insight.metrics.period import Period
from kervan.insight.metrics.sales import Key, Sales, Sum
from kervan.insight.metrics.segments import Brought
from kervan.insight.metrics.windows import Windows
from kervan.kernel.postgres import Connection
from kervan.segments.columns import Bools, Words
from kervan.segments.rfm import store as rfm

_NOTHING = Sum(0, 0, 0)
_SEGMENTS = 20
_AT_ONCE = 3
"""Questions to history asked beside each other: one alone leaves cores idle."""


@dataclass(frozen=True, slots=True)
class Overview:
    """The figures of one period beside the one before.

    `currencies` has the workspace's first. `by_day` is revenue in minor units for each day, by
    (channel, currency); channel "" is what belongs to no message. `campaigns` and `steps` are by
    (campaign[, step], channel, currency), `channels` by (channel, currency).
    """

    windows: Windows
    currency: str
    currencies: list[str]
    figures: list[Figure]
    letters: Both
    channels: Mapping[Key, Sum]
    by_day: dict[tuple[str, str], list[int]]
    campaigns: Mapping[Key, Sum]
    steps: Mapping[Key, Sum]
    segments: list[Brought]
    consents: list[dict[str, Growth]]
    granted: dict[str, int]


def read(
    conn: Connection, client: Client, rules: Windows, period: Period, before: Period | None
) -> Overview:
    """All figures of a period, and of the one right before it where that is wanted."""
    begin_ms = before.begin_ms if before else period.begin_ms
    with ThreadPoolExecutor(_AT_ONCE) as beside:
        selling = beside.submit(sales.read, client, rules, begin_ms, period.end_ms)
        sending = beside.submit(letters.read, client, rules, period, before)
        coming = beside.submit(crowd.read, client, period, before)
        growth = consents.growth(conn, [one for one in (period, before) if one])
        sold, sent, came = selling.result(), sending.result(), coming.result()
    is_now = sold.placed_ms >= period.begin_ms
    caused = is_now & sold.caused
    money = _currencies(sold, rfm.settings(conn).currency)
    return Overview(
        windows=rules,
        currency=money[0] if money else "",
        currencies=money,
        figures=[
            *_of_sales(sold, is_now, money, before is not None),
            *figures.of_letters(sent.now, sent.before if before else None),
            *_of_people(came, before is not None, growth),
        ],
        letters=sent,
        channels=sales.sums(sold, caused, sold.channel, sold.currency),
        by_day=_by_day(sold, is_now, period),
        campaigns=sales.sums(sold, caused, sold.campaign, sold.channel, sold.currency),
        steps=sales.sums(sold, caused, sold.campaign, sold.step, sold.channel, sold.currency),
        segments=segments.brought(conn, client, sold, caused, _SEGMENTS),
        consents=growth,
        granted=consents.granted(conn),
    )


def _currencies(sold: Sales, own: str) -> list[str]:
    """The workspace's own first (or else the one of most orders), the others by their orders."""
    counts = np.bincount(sold.currency.codes, minlength=len(sold.currency.words))
    order = sorted(zip(-counts, sold.currency.words, strict=True))
    found = [word for _, word in order if word != own]
    return [own, *found] if own else found


def _of_sales(sold: Sales, is_now: Bools, money: list[str], compare: bool) -> list[Figure]:
    caused = sold.caused
    now, before = (sales.sums(sold, rows, sold.currency) for rows in (is_now, ~is_now))
    ours, ours_before = (
        sales.sums(sold, rows & caused, sold.currency) for rows in (is_now, ~is_now)
    )
    found = []
    for currency in money:
        mine, was = now.get((currency,), _NOTHING), before.get((currency,), _NOTHING)
        own, own_was = (one.get((currency,), _NOTHING) for one in (ours, ours_before))
        for key, amount, amount_was in (
            ("revenue", figures.count(mine.net_minor), figures.count(was.net_minor)),
            ("attributed_revenue", figures.count(own.net_minor), figures.count(own_was.net_minor)),
            ("orders", figures.count(mine.orders), figures.count(was.orders)),
            ("aov", figures.average(mine.net_minor, mine.orders),
             figures.average(was.net_minor, was.orders)),
        ):  # fmt: skip
            before_ = amount_was if compare else None
            found.append(figures.figure(key, amount, before_, currency))
    some, twice = sales.buyers(sold, is_now)
    some_before, twice_before = sales.buyers(sold, ~is_now)
    again = figures.share(twice_before, some_before) if compare else None
    return [*found, figures.figure("repeat", figures.share(twice, some), again)]


def _of_people(
    came: tuple[Crowd, Crowd], compare: bool, growth: list[dict[str, Growth]]
) -> list[Figure]:
    now, was = came
    net = [figures.count(consents.total(each).net) for each in growth]
    counted = (
        ("consent_growth", net[0], net[-1]),
        ("new_people", figures.count(now.new), figures.count(was.new)),
        ("active_people", figures.count(now.active), figures.count(was.active)),
    )
    return [figures.figure(key, one, other if compare else None) for key, one, other in counted]


def _by_day(sold: Sales, is_now: Bools, period: Period) -> dict[tuple[str, str], list[int]]:
    days = period.day_of(sold.placed_ms)
    words = tuple(str(day) for day in range(len(period.days)))
    placed = Words(np.where(is_now, days, 0).astype(np.int32), words)
    found: dict[tuple[str, str], list[int]] = {}
    for (channel, currency, day), sum_ in sales.sums(
        sold, is_now, sold.channel, sold.currency, placed
    ).items():
        line = found.setdefault((channel, currency), [0] * len(words))
        line[int(day)] = sum_.net_minor
    return found
