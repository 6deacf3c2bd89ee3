"""Reads a budget out of the plain data of a text, or says all that is wrong with it."""

from typing import Any

import msgspec

from kervan.delivery.channels import found
from kervan.delivery.policy.read import CHANNELS
from kervan.delivery.spend.definition import MOST_RULES, Balance, Budget, Ceiling, Price, micros
from kervan.kernel import money
from kervan.kernel.shaped import NotValid, Problem, listed, shaped, shown

NOT_VALID = "delivery.budget_not_valid"
_WORDS = "delivery.budget"
_KINDS: dict[str, type[Any]] = {"prices": Price, "ceilings": Ceiling, "balances": Balance}


def read(value: object) -> Budget:
    """The budget below `budget:` in a text. Raises NotValid with all problems."""
    problems: list[Problem] = []
    if not isinstance(value, dict):
        raise NotValid(NOT_VALID, [Problem("delivery.budget_no_mapping", "")])
    rest = {name: one for name, one in value.items() if name not in _KINDS}
    outer = shaped(rest, Budget, "", _WORDS, problems)
    lists = listed(value, _KINDS, MOST_RULES, _WORDS, problems)
    if outer is not None:
        _check_currencies(outer, lists["prices"], problems)
    _check_prices(lists["prices"], problems)
    _check_ceilings(lists["ceilings"], problems)
    if problems or outer is None:
        raise NotValid(NOT_VALID, problems)
    return msgspec.structs.replace(
        outer, **{name: tuple(one for _, one in some) for name, some in lists.items()}
    )


def _check_currencies(
    budget: Budget, prices: list[tuple[str, Price]], problems: list[Problem]
) -> None:
    every = [("/currency", budget.currency), *((f"/rates/{one}", one) for one in budget.rates)]
    for path, code in every:
        if not money.is_currency(code):
            problems.append(Problem("delivery.budget_no_currency", path, {"currency": code}))
    for code, rate in budget.rates.items():
        if micros(rate) == 0:
            facts = {"given": rate, "what": "> 0"}
            problems.append(Problem("delivery.budget_unfit", f"/rates/{code}", facts))
    for path, one in prices:
        if one.currency and one.currency not in (budget.currency, *budget.rates):
            facts = {"currency": one.currency, "into": budget.currency}
            problems.append(Problem("delivery.budget_no_rate", f"{path}/currency", facts))


def _check_prices(prices: list[tuple[str, Price]], problems: list[Problem]) -> None:
    before: list[tuple[str, Price]] = []
    for path, one in prices:
        _check_channels([one.channel], f"{path}/channel", problems)
        covered = next((p for p, other in before if _covers(other, one)), None)
        if covered is not None:
            problems.append(Problem("delivery.budget_never", path, {"other": covered}))
        before.append((path, one))


def _covers(first: Price, second: Price) -> bool:
    """Whether `second` is never asked because `first` fits wherever it does."""
    return (
        first.channel == second.channel
        and first.account in ("", second.account)
        and _within(second.countries, first.countries)
        and _within(second.classes, first.classes)
    )


def _within(some: tuple[str, ...], others: tuple[str, ...]) -> bool:
    return not others or (bool(some) and set(some) <= set(others))


def _check_ceilings(ceilings: list[tuple[str, Ceiling]], problems: list[Problem]) -> None:
    names: dict[str, str] = {}
    for path, one in ceilings:
        if one.name in names:
            facts = {"name": shown(one.name), "other": names[one.name]}
            problems.append(Problem("delivery.budget_name_twice", f"{path}/name", facts))
        names.setdefault(one.name, path)
        for place, channel in enumerate(one.channels):
            _check_channels([channel], f"{path}/channels/{place}", problems)
        if one.per == "campaign" and one.blocked == "hold":
            problems.append(Problem("delivery.budget_holds_for_ever", f"{path}/blocked"))


def _check_channels(channels: list[str], path: str, problems: list[Problem]) -> None:
    known = sorted({*CHANNELS, *(found.find(one).channel for one in found.names())})
    for one in channels:
        if one not in known:
            facts = {"given": shown(one), "what": ", ".join(known)}
            problems.append(Problem("delivery.budget_unfit", path, facts))
