"""What a message to many would cost: prices over a sample of them, and which ceilings it passes."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from statistics import fmean, stdev
from typing import NamedTuple

import msgspec

from kervan.consent.channels import KIND_OF, country_of
from kervan.delivery.spend import reserve
from kervan.delivery.spend.definition import Budget, micros
from kervan.delivery.spend.fit import use_of
from kervan.delivery.spend.price import Priced, cost, rates
from kervan.delivery.spend.report import said
from kervan.kernel.postgres import Connection
from kervan.profiles.read import Person

_SURE = 1.96  # the normal quantile of a two-sided 95 % interval


Spent = dict[tuple[int, str], int]
"""What is taken of each ceiling, in millionths."""


class Route(NamedTuple):
    """A channel in the order wanted, its account ("" for none), and how a person's text counts."""

    channel: str
    account: str
    parts: Callable[[Person], int]


class Plan(NamedTuple):
    """What is to be sent, as prices and ceilings see it."""

    campaign: str
    brand: str
    message_class: str
    routes: Sequence[Route]


class Line(msgspec.Struct, frozen=True):
    """One channel: at most so many messages, and their cost in the budget's currency.

    `low` and `high` are a 95 % interval of the mean of the sample; `is_priced` is false where no
    price fits some of them: their cost is not in the sum. `passes` names ceilings it would pass.
    """

    channel: str
    account: str
    messages: int
    sampled: int
    parts: float
    low: str
    likely: str
    high: str
    is_priced: bool
    passes: list[str]


def forecast(
    conn: Connection, budget: Budget, plan: Plan, sample: Sequence[Person], total: int,
    reach: Mapping[str, int], today: date, spent: Spent | None = None,
) -> list[Line]:  # fmt: skip
    """A line per channel of the plan, in its order.

    `total` people are meant, `reach` says how many of them may be written to on each channel. One
    who is reached by the first channel gets no second message, so these are the most there can be.
    `spent` gathers what is taken of each ceiling, where other plans took some before.
    """
    lines = []
    left = total
    spent = {} if spent is None else spent
    for route in plan.routes:
        messages = min(reach.get(route.channel, 0), left)
        left -= messages
        people = [one for one in sample if _has(one, route.channel)]
        priced = [_priced(plan, route, one) for one in people]
        known = [cost(rates(budget), one) for one in priced]
        costs = [one for one in known if one is not None]
        mean = fmean(costs) if costs else 0.0
        error = _SURE * stdev(costs) / len(costs) ** 0.5 if len(costs) > 1 else 0.0
        share = messages * len(costs) / len(known) if known else 0.0
        likely = round(mean * share)
        passes = _passes(conn, budget, priced[:1], likely, spent, today)
        lines.append(
            Line(
                route.channel, route.account, messages, len(people),
                round(fmean(one.parts for one in priced), 2) if priced else 0.0,
                said(round(max(0.0, mean - error) * share)), said(likely),
                said(round((mean + error) * share)), None not in known, passes,
            )
        )  # fmt: skip
    return lines


def together(tried: Sequence[list[Line]], rest: Sequence[tuple[int, list[Line]]]) -> list[Line]:
    """One line per channel and account: all of `tried`, and one of `rest`, which is not known yet.

    `rest` has the weight of each. Between is from the cheapest of them to the dearest; likely is
    their mean by weight, and messages are the most there can be.
    """
    places = {(one.channel, one.account): one for lines in (*tried, *(more for _, more in rest))
              for one in lines}  # fmt: skip
    return [_sum(place, tried, rest) for place in places]


def _sum(
    place: tuple[str, str], tried: Sequence[list[Line]], rest: Sequence[tuple[int, list[Line]]]
) -> Line:
    sure = [one for lines in tried for one in lines if (one.channel, one.account) == place]
    by = [(weight, next((one for one in lines if (one.channel, one.account) == place), None))
          for weight, lines in rest]  # fmt: skip
    maybe = [one for _, one in by if one is not None]
    mine = [*sure, *maybe]
    mean = sum(weight * micros(one.likely) for weight, one in by if one) / max(
        1, sum(weight for weight, _ in by)
    )
    parts = sum(one.messages for one in mine)
    return Line(
        *place,
        sum(one.messages for one in sure)
        + max((one.messages if one else 0 for _, one in by), default=0),
        max(one.sampled for one in mine),
        round(sum(one.parts * one.messages for one in mine) / parts, 2) if parts else 0.0,
        said(sum(micros(one.low) for one in sure)
             + min((micros(one.low) if one else 0 for _, one in by), default=0)),
        said(round(sum(micros(one.likely) for one in sure) + mean)),
        said(sum(micros(one.high) for one in sure)
             + max((micros(one.high) if one else 0 for _, one in by), default=0)),
        all(one.is_priced for one in mine),
        list(dict.fromkeys(name for one in mine for name in one.passes)),
    )  # fmt: skip


def _has(person: Person, channel: str) -> bool:
    kind = KIND_OF.get(channel, "")
    return bool(person.email if kind == "email" else person.phone if kind == "phone" else True)


def _priced(plan: Plan, route: Route, person: Person) -> Priced:
    return Priced(
        route.channel, route.account, country_of("phone", person.phone), plan.campaign, plan.brand,
        plan.message_class, route.parts(person),
    )  # fmt: skip


def _passes(
    conn: Connection, budget: Budget, example: Sequence[Priced], likely: int,
    spent: Spent, today: date,
) -> list[str]:  # fmt: skip
    """The ceilings that would be passed; `spent` gathers what lines before take of each."""
    uses = [use for one in example for use in use_of(budget.ceilings, one)]
    used = reserve.used(conn, budget, uses, today) if uses else {}
    names = []
    for use in uses:
        spent[use] = spent.get(use, 0) + likely
        ceiling = budget.ceilings[use[0]]
        if used.get(use, 0) + spent[use] > micros(ceiling.most):
            names.append(ceiling.name)
    return names
