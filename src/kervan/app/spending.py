"""What messages cost, from the command line: the budget's text, and what was spent."""

import argparse
from zoneinfo import ZoneInfo

import msgspec

from kervan.app.texts import TextNotValid, is_of, plain, under
from kervan.delivery.spend import report, store
from kervan.delivery.spend.read import read
from kervan.engines import supervise
from kervan.kernel import clock, i18n, log, postgres
from kervan.kernel.config import Config
from kervan.kernel.postgres import Connection
from kervan.kernel.shaped import NotValid
from kervan.web import audit

BY = "command"


def is_budget(text: str) -> bool:
    """Whether a text is of a budget. Raises JourneyNotValid."""
    return is_of(text, "budget")


def apply_text(config: Config, text: str, *, only_plan: bool = False) -> str:
    """Plan a budget's text and, unless asked not to, put it into force; what changes, in words.

    Raises TextNotValid and delivery.budget_text_other (422).
    """
    place = under(text, "budget", "delivery.budget_text_other")
    try:
        wanted = read(plain(place))
    except NotValid as error:
        raise TextNotValid(error, place) from None
    with _connect(config) as conn:
        if only_plan:
            return store.plan(conn, wanted).say(config.locale)
        planned = store.apply(conn, wanted, BY, clock.now())
        if planned.change != store.SAME:
            audit.write(conn, config.workspace, "budget.changed", {"version": planned.number})
        return planned.say(config.locale)


def spend(config: Config, arguments: argparse.Namespace) -> int:
    """Say what is spent of each ceiling, what was spent on what, and what accounts have left."""
    with supervise.attached(config) as ready, _connect(ready) as conn:
        today = clock.now().astimezone(ZoneInfo(ready.timezone)).date()
        first = arguments.since or today.replace(day=1)
        last = arguments.until or max(today, first)
        told = report.report(conn, report.period(first, last), today)
    if arguments.json:
        log.say(msgspec.json.encode(told).decode())
    else:
        log.say("\n".join(_lines(told, ready)))
    return 0


def _lines(told: report.Report, config: Config) -> list[str]:
    locale = config.locale
    if told.budget == 0:
        return [i18n.say("delivery.budget_none", locale)]
    facts = {"currency": told.currency}
    lines = [
        i18n.say("delivery.spend_line", locale, **facts, **_facts(one)) for one in told.ceilings
    ]
    lines += [i18n.say("delivery.spend_of", locale, **_facts(one)) for one in told.spent]
    if not told.spent:
        lines.append(i18n.say("delivery.spend_nothing", locale))
    return lines + [i18n.say("delivery.spend_balance", locale, **_facts(o)) for o in told.balances]


def _facts(one: msgspec.Struct) -> dict[str, object]:
    return {name: getattr(one, name) for name in one.__struct_fields__}


def _connect(config: Config) -> Connection:
    return postgres.connect(config.postgres_url, workspace=config.workspace)
