"""Turns the figures of a period into the overview's answer: names, links and sentences."""

from collections.abc import Iterable
from urllib.parse import urlencode

from kervan.insight.metrics import figures, health, letters, overview
from kervan.insight.metrics.attention import Attention
from kervan.insight.metrics.consents import Growth
from kervan.insight.metrics.period import Period
from kervan.insight.metrics.sales import Key, Sum
from kervan.kernel import clock
from kervan.web.api import metric_shapes as shapes

_ROWS = 50


def answer(
    found: overview.Overview,
    period: Period,
    before: Period | None,
    zone: str,
    counted_ms: int,
    attention: list[Attention],
    checks: list[health.Check],
    names: dict[str, str],
    locale: str,
) -> shapes.Overview:
    """The overview; `names` are the titles of campaigns (journey:<key>) that have one."""
    shut_ms = period.end_ms + found.windows.settle_ms
    return shapes.Overview(
        period=_period(period),
        before=_period(before) if before else None,
        zone=zone,
        counted_at=clock.from_ms(counted_ms),
        currency=found.currency,
        currencies=found.currencies,
        open_until=clock.from_ms(shut_ms) if shut_ms > counted_ms else None,
        figures=[_figure(one, period) for one in found.figures],
        channels=_channels(found, period, before is not None),
        outcomes=_outcomes(found.letters, period, before is not None),
        days=period.days,
        revenue_by_day=[
            shapes.DaySeries(channel=channel, currency=currency, revenue_minor=line)
            for (channel, currency), line in sorted(found.by_day.items())
        ],
        campaigns=_campaigns(
            (((campaign, "", *rest), sum_) for (campaign, *rest), sum_ in found.campaigns.items()),
            names, period,
        ),
        steps=_campaigns(found.steps.items(), names, period),
        segments=[
            shapes.SegmentRow(
                key=one.key, name=one.name, people=one.people, currency=one.currency,
                orders=one.orders, revenue_minor=one.net_minor,
                link=_link(period, "attributed_revenue", "people", currency=one.currency,
                           segment=one.key),
            )
            for one in found.segments
        ],
        consents=_consents(found),
        attention=[
            shapes.Attention.model_validate({
                "key": one.key, "name": one.name, "reason": one.reason,
                "sentence": one.say(locale), "share": one.share, "count": one.count,
                "of": one.of or None,
                "since": clock.from_ms(one.since_ms) if one.since_ms else None,
                "link": f"/v1/journeys/{one.key}",
            })
            for one in attention
        ],
        health=[
            shapes.Check(key=one.key, ok=one.ok, sentence=one.say(locale)) for one in checks
        ],
    )  # fmt: skip


def _period(one: Period) -> shapes.Period:
    begin, end = clock.from_ms(one.begin_ms), clock.from_ms(one.end_ms)
    return shapes.Period(first=one.first, last=one.last, begin=begin, end=end)


def _link(period: Period, key: str, what: str, **narrowed: str) -> str:
    asked = {"from": str(period.first), "to": str(period.last)}
    asked |= {name: value for name, value in narrowed.items() if value}
    return f"/v1/metrics/{key}/{what}?{urlencode(asked)}"


def _figure(one: figures.Figure, period: Period, channel: str = "") -> shapes.Figure:
    key = one.metric.key
    narrowed = {"channel": channel, "currency": one.currency}
    people = _link(period, key, "people", **narrowed) if one.metric.people else None
    messages = _link(period, key, "messages", channel=channel) if one.metric.messages else None
    return shapes.Figure(
        key=key,
        unit=one.metric.unit,
        currency=one.currency,
        now=_amount(one.now),
        before=_amount(one.before) if one.before else None,
        change=one.change,
        links=shapes.Links(definition=f"/v1/metrics#{key}", people=people, messages=messages),
    )


def _amount(one: figures.Amount) -> shapes.Amount:
    return shapes.Amount(
        value=one.value, numerator=one.numerator, denominator=one.denominator, low=one.low,
        high=one.high,
    )  # fmt: skip


def _money(sums: Iterable[tuple[str, Sum]]) -> list[shapes.Money]:
    return [
        shapes.Money(currency=currency, orders=one.orders, revenue_minor=one.net_minor)
        for currency, one in sums
    ]


def _channels(found: overview.Overview, period: Period, compare: bool) -> list[shapes.ChannelRow]:
    sent, was = found.letters.channels_now, found.letters.channels_before
    rows = []
    for channel in sorted({*sent, *was, *(key[0] for key in found.channels)}):
        mine, other = sent.get(channel, letters.NONE), was.get(channel, letters.NONE)
        brought = [
            (currency, found.channels[channel, currency])
            for currency in found.currencies
            if (channel, currency) in found.channels
        ]
        rows.append(
            shapes.ChannelRow(
                channel=channel,
                messages=sum(mine.outcomes.values()),
                figures=[
                    _figure(one, period, channel)
                    for one in figures.of_letters(mine, other if compare else None)
                ],
                revenue=_money(brought),
            )
        )
    return rows


def _outcomes(both: letters.Both, period: Period, compare: bool) -> list[shapes.OutcomeRow]:
    rows = []
    for channel in sorted({*both.channels_now, *both.channels_before}):
        mine = both.channels_now.get(channel, letters.NONE).outcomes
        was = both.channels_before.get(channel, letters.NONE).outcomes
        for outcome in letters.OUTCOMES:
            if mine[outcome] or was[outcome]:
                link = _link(period, "messages", "messages", channel=channel, outcome=outcome)
                rows.append(
                    shapes.OutcomeRow(
                        channel=channel, outcome=outcome, messages=mine[outcome],
                        before=was[outcome] if compare else None, link=link,
                    )
                )  # fmt: skip
    return rows


def _campaigns(
    sums: Iterable[tuple[Key, Sum]], names: dict[str, str], period: Period
) -> list[shapes.CampaignRow]:
    """Rows of (campaign, step, channel, currency), what brought most first."""
    rows = []
    order = sorted(sums, key=lambda one: (-one[1].net_minor, one[0]))
    for (campaign, step, channel, currency), sum_ in order[:_ROWS]:
        kind, _, key = campaign.partition(":")
        link = _link(
            period, "attributed_revenue", "people", channel=channel, campaign=campaign,
            currency=currency,
        )  # fmt: skip
        rows.append(
            shapes.CampaignRow.model_validate({
                "kind": kind, "key": key, "name": names.get(campaign, key), "step": step,
                "channel": channel, "people": sum_.people, "currency": currency,
                "orders": sum_.orders, "revenue_minor": sum_.net_minor, "link": link,
            })
        )  # fmt: skip
    return rows


def _consents(found: overview.Overview) -> list[shapes.ConsentRow]:
    now, *earlier = found.consents
    was = earlier[0] if earlier else None
    rows = []
    for channel in sorted({*now, *(was or {}), *found.granted}):
        mine = now.get(channel, Growth())
        before = was.get(channel, Growth()).net if was is not None else None
        rows.append(
            shapes.ConsentRow(
                channel=channel, gained=mine.gained, lost=mine.lost, net=mine.net,
                granted=found.granted.get(channel, 0), before=before,
            )
        )  # fmt: skip
    return rows
