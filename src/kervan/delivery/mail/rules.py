"""The operator's limits for mail: how often is never, what is too much, how fast, how warm."""

from datetime import date, datetime
from typing import Annotated, Any

import msgspec

from kervan.kernel import sql
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "rules.sql")
_Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
_Some = Annotated[int, msgspec.Meta(ge=1, le=1_000_000_000)]
_Rate = Annotated[float, msgspec.Meta(gt=0, le=100_000)]


class Soft(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An address that came back `count` times in `days` is given up. [mem] common practice."""

    count: _Some = 5
    days: Annotated[int, msgspec.Meta(ge=1, le=365)] = 30


class Standing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Shares of what was accepted in the last `days`, once that was at least `least`.

    Complaints: 0.1 % is the sane target and 0.3 % the limit of bulk senders [3rd, several agreeing;
    Google's own page was not to be had]. Failures: 5 % [mem].
    """

    days: Annotated[int, msgspec.Meta(ge=1, le=60)] = 7
    least: _Some = 1000
    complaints_warn: _Share = 0.001
    complaints_hold: _Share = 0.003
    bounces_warn: _Share = 0.05


class Pace(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How fast mails go to one group of domains, and how many are on their way there at once;
    None does not limit."""

    per_second: _Rate | None = None
    at_once: _Some | None = None


class WarmUp(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new sending identity begins with `first` mails a day and has `growth` times as many each
    day, until `target` a day; then the plan is over.

    `account` is a provider's account, or "smtp" for the mail server of the settings. What is no
    marketing passes and is counted, unless `only_marketing` is false.
    """

    account: str
    began_on: date
    first: _Some = 50
    growth: Annotated[float, msgspec.Meta(ge=1.01, le=10)] = 1.5
    target: _Some = 100_000
    only_marketing: bool = True

    def ceiling(self, day: date) -> int | None:
        """How many may go on `day`; None once the plan is over, 0 before it begins."""
        number = (day - self.began_on).days
        if number < 0:
            return 0
        if number > 1000:
            return None
        # Multiplied day by day: it ends at the target, so nothing grows beyond reach.
        most = float(self.first)
        for _ in range(number):
            most *= self.growth
            if most >= self.target:
                return None
        return min(int(most), self.target)


class Rules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All of them. `paces` are by group of domains (domains.toml) or by domain; "*" is everybody
    else's. The defaults of `paces` are none: whoever sends through a provider keeps to its pace."""

    soft_bounces: Soft = Soft()
    standing: Standing = Standing()
    paces: dict[str, Pace] = {}
    warm_up: list[WarmUp] = []


def read(given: object) -> Rules:
    """Rules from plain JSON. Raises delivery.mail_rules_wrong (422)."""
    try:
        rules = msgspec.convert(given, Rules, strict=False)
    except msgspec.ValidationError as error:
        raise KervanError("delivery.mail_rules_wrong", status=422, problem=str(error)) from None
    if rules.standing.complaints_hold < rules.standing.complaints_warn:
        problem = "standing.complaints_hold < standing.complaints_warn"
        raise KervanError("delivery.mail_rules_wrong", status=422, problem=problem)
    accounts = [one.account for one in rules.warm_up]
    names = [*accounts, *rules.paces]
    if not all(one and len(one) <= 253 and one.isprintable() for one in names):
        problem = "account / paces: name"
        raise KervanError("delivery.mail_rules_wrong", status=422, problem=problem)
    if len(set(accounts)) < len(accounts):
        problem = "warm_up: account"
        raise KervanError("delivery.mail_rules_wrong", status=422, problem=problem)
    return rules


def current(conn: Connection) -> Rules:
    """The rules in force."""
    row = conn.execute(_SQL.current).fetchone()
    return Rules() if row is None else read(row[0])


def save(conn: Connection, rules: Rules, author: str, at: datetime) -> None:
    """Put `rules` into force; senders take them up within seconds."""
    text = msgspec.json.encode(rules).decode()
    conn.execute(_SQL.save, {"definition": text, "author": author, "at": at})


def shown(rules: Rules) -> dict[str, Any]:
    """The rules as plain JSON."""
    told: dict[str, Any] = msgspec.to_builtins(rules)
    return told
