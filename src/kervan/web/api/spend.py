"""What messages cost: the budget in force, what was spent, what a message to a segment would."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from kervan.content import company, samples
from kervan.content.blocks import store as blocks
from kervan.content.compile import EmailSource
from kervan.content.messages import preview as previewing
from kervan.content.messages import store as messages
from kervan.content.messages.check import examine
from kervan.content.messages.definition import Definition
from kervan.content.texts.compile import TextSource, compile_text
from kervan.content.texts.render import render_text
from kervan.content.tokens import MessageLinks
from kervan.delivery import accounts, outbox
from kervan.delivery.accounts import Account
from kervan.delivery.broadcasts import act
from kervan.delivery.broadcasts import store as broadcasts
from kervan.delivery.broadcasts.tried import Trial
from kervan.delivery.broadcasts.who import question
from kervan.delivery.spend import forecast as forecasting
from kervan.delivery.spend import report, store
from kervan.delivery.spend.definition import Budget
from kervan.delivery.spend.forecast import Line, Plan, Route, Spent
from kervan.delivery.spend.read import read
from kervan.delivery.spend.report import Report, Warned
from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.profiles import read as profiles
from kervan.profiles.read import Person
from kervan.segments import ask
from kervan.segments.definitions import store as segments
from kervan.segments.definitions.resolve import resolve
from kervan.segments.lower import Core
from kervan.segments.tree import Member
from kervan.web import audit
from kervan.web.api import body, meanwhile
from kervan.web.api.accept import Text
from kervan.web.api.meanwhile import Match
from kervan.web.auth import right
from kervan.web.errors import locale_of
from kervan.web.reader import reader_of
from kervan.web.state import House, house

router = APIRouter(prefix="/v1/spend", tags=["spend"])
_SAMPLED = 200


class InForce(BaseModel):
    """The budget in force; version 0 where nobody set one."""

    version: int
    definition: dict[str, Any]


class Written(BaseModel):
    """A budget as docs/reference/budget.schema.json describes it."""

    currency: str
    rates: dict[str, str] = {}
    prices: list[dict[str, Any]] = []
    ceilings: list[dict[str, Any]] = []
    balances: list[dict[str, Any]] = []


class Planned(BaseModel):
    """What putting a budget into force does: `change` is new, changed or same."""

    change: str
    version: int
    said: str


class Question(BaseModel, extra="forbid"):
    """A broadcast, or a kept message to the members of a segment; by channels in this order (none:
    those of the broadcast, or all that the message has)."""

    broadcast: Text = ""
    message: Text = ""
    segment: Text = ""
    channels: list[Text] = Field(default=[], max_length=20)


class Costed(BaseModel):
    """What a variant of a test would cost: to those who try it, and to the `rest`, if it wins."""

    variant: str
    people: int
    lines: list[dict[str, Any]]
    rest_people: int
    rest: list[dict[str, Any]]


class Forecast(BaseModel):
    """What it would cost: people meant, how many were looked at, and a line for each channel.

    Of several variants `lines` has all together, from the cheapest winner to the dearest; likely is
    their mean by weight. `variants` has each alone.
    """

    currency: str
    people: int
    sampled: int
    lines: list[dict[str, Any]]
    variants: list[Costed] = []


@router.get("", dependencies=[right("journeys.read")])
def spent(request: Request, since: date | None = None, until: date | None = None) -> dict[str, Any]:
    """How full the ceilings are, and what was spent in some days, else in this month.

    Raises delivery.spend_period (422).
    """
    with house(request).connection() as conn:
        today = _today(house(request))
        days = report.period(since or today.replace(day=1), until or max(today, since or today))
        told: Report = report.report(conn, days, today)
    return _plain(told)


@router.get("/warnings", dependencies=[right("journeys.read")])
def warnings(request: Request) -> list[dict[str, Any]]:
    """What was warned of in the last month: ceilings nearly spent, accounts nearly empty."""
    with house(request).connection() as conn:
        found: list[Warned] = report.warned(conn, clock.now())
    return [_plain(one) for one in found]


@router.get("/budget", dependencies=[right("journeys.read")])
def budget(request: Request, response: Response) -> InForce:
    """Prices and ceilings in force; their version is in ETag, too."""
    with house(request).connection() as conn:
        found = store.current(conn)
    response.headers["etag"] = f'"{_edition(found)}"'
    if found is None:
        return InForce(version=0, definition={})
    return InForce(version=found.number, definition=_plain(found.budget))


@router.put("/budget", dependencies=[right("budget.manage")], openapi_extra=body.described(Written))
def apply(request: Request, raw: body.Raw, *, plan: bool = False, if_match: Match = "") -> Planned:
    """Put a budget into force; with `plan` nothing is done.

    With the version you read in If-Match (0 where nobody set one), what somebody else saved
    meanwhile is not lost: web.changed_meanwhile (409). Raises also
    delivery.budget_not_valid (422) with all problems and their places.
    """
    wanted = read(body.plain(raw))
    with house(request).connection() as conn:
        if plan:
            done = store.plan(conn, wanted)
        else:
            store.hold(conn)
            meanwhile.expect(if_match, _edition(store.current(conn)))
            done = store.apply(conn, wanted, str(reader_of(request).id), clock.now())
        if plan or done.change == store.SAME:
            audit.changed_nothing(request)
        else:
            audit.record(conn, request, "budget.changed", version=done.number)
    return Planned(change=done.change, version=done.number, said=done.say(locale_of(request)))


@router.post("/forecast", dependencies=[right("journeys.read")])
def forecast(request: Request, asked: Question) -> Forecast:
    """What a broadcast, or a message to a segment, would cost, over a sample of its people.

    Each of several variants is costed to those who get it. Raises content.message_unknown,
    segments.unknown, delivery.broadcast_unknown (404), delivery.budget_none (409).
    """
    mine = house(request)
    audit.changed_nothing(request)
    with mine.connection() as conn:
        found = store.current(conn)
        if found is None:
            raise KervanError("delivery.budget_none", status=409)
        message, core = _about(conn, asked)
        wanted = ask.Wanted(
            sample=_SAMPLED, purpose=message.purpose, topic=message.topic, brand=message.brand
        )
        at_ms = clock.now_ms()
        told = ask.ask(mine.history, core, at_ms, wanted)
        people = [*profiles.contacts(conn, mine.keys, [*told.sample]).values()]
        cost = _Costing(conn, mine, found.budget, asked, people)
        broadcast = act.asked(conn, asked.broadcast) if asked.broadcast else None
        trial = act.try_out(mine.history, broadcast, at_ms) if broadcast else None
        variants: list[Costed] = []
        if broadcast is None or trial is None:
            lines = cost.lines(message, told.count, told.reach, {})
        else:
            weights = [one.weight for one in broadcast.wanted.variants]
            lines, variants = cost.of_variants(trial, weights)
    return Forecast(
        currency=found.budget.currency, people=told.count, sampled=len(people),
        lines=[_plain(one) for one in lines], variants=variants,
    )  # fmt: skip


class _Costing:
    """What messages to a sample of people cost, and to as many as there are."""

    def __init__(
        self, conn: Connection, mine: House, budget: Budget, asked: Question, people: list[Person]
    ) -> None:
        self._conn, self._mine, self._budget = conn, mine, budget
        self._asked, self._people = asked, people
        self._opened = accounts.every(conn, mine.keys)
        self._plans: dict[str, Plan] = {}

    def lines(
        self, message: Definition, total: int, reach: Mapping[str, int], spent: Spent
    ) -> list[Line]:
        """A line per channel of a message to `total` people."""
        if message.key not in self._plans:
            self._plans[message.key] = self._plan(message)
        return forecasting.forecast(
            self._conn, self._budget, self._plans[message.key], self._people, total, reach,
            _today(self._mine), spent,
        )  # fmt: skip

    def _plan(self, message: Definition) -> Plan:
        conn, asked = self._conn, self._asked
        sources = examine(message, blocks.live(conn)).sources
        wished = broadcasts.get(conn, asked.broadcast).wanted.channels if asked.broadcast else ()
        channels = asked.channels or [*(wished or message.variants)]
        routes = [
            _route(conn, self._mine, one, message.brand, sources, self._opened) for one in channels
        ]
        campaign = outbox.campaign("broadcast", asked.broadcast or asked.message)
        return Plan(campaign, message.brand, message.purpose, routes)

    def of_variants(self, trial: Trial, weights: list[int]) -> tuple[list[Line], list[Costed]]:
        """All together, and each variant alone; ceilings are passed by what comes before, too."""
        spent: Spent = {}
        said = [messages.get(self._conn, one.message).definition for one in trial.variants]
        pairs = list(zip(trial.variants, said, strict=True))
        first = [self.lines(what, one.mine.people, one.mine.reach, spent) for one, what in pairs]
        rest = [
            self.lines(what, one.rest.people, one.rest.reach, dict(spent)) for one, what in pairs
        ]
        alone = [
            Costed(
                variant=one.name, people=one.mine.people, lines=[_plain(each) for each in mine],
                rest_people=one.rest.people, rest=[_plain(each) for each in more],
            )
            for one, mine, more in zip(trial.variants, first, rest, strict=True)
        ]  # fmt: skip
        return forecasting.together(first, list(zip(weights, rest, strict=True))), alone


def _about(conn: Connection, asked: Question) -> tuple[Definition, Core]:
    """The message that is meant, and the people."""
    if asked.broadcast:
        wanted = broadcasts.get(conn, asked.broadcast).wanted
        return messages.get(conn, wanted.variants[0].message).definition, question(conn, wanted)
    segments.get(conn, asked.segment)
    core = resolve(Member(asked.segment), segments.trees(conn), segments.lists(conn))
    return messages.get(conn, asked.message).definition, core


def _route(
    conn: Connection, mine: House, channel: str, brand: str,
    sources: dict[tuple[str, str], EmailSource | TextSource], opened: list[Account],
) -> Route:  # fmt: skip
    """The first account of a channel, and in how many parts it would say the message."""
    account = next((one for one in opened if one.enabled and one.provider.channel == channel), None)
    source = next((one for (name, _), one in sources.items() if name == channel), None)
    counted = account.provider.parts if account else None
    if account is None or counted is None or not isinstance(source, TextSource):
        return Route(channel, account.name if account else "", lambda _: 1)
    text = compile_text(source)
    known = samples.of(conn, [source], 0)
    speaker = company.of(company.every(conn), brand)
    links = MessageLinks(bytes(32), 0, UUID(int=0), mine.config.address)

    def parts(person: Person) -> int:
        scene: dict[str, object] = {"person": previewing.seen(person), **known}
        try:
            fields = render_text(text, scene, links, speaker, mine.config.locale).fields
        except KervanError:  # what cannot be written for her is not sent, and costs nothing
            return 0
        return counted(account.settings, person.phone, fields)

    return Route(channel, account.name, parts)


def _edition(found: store.Version | None) -> str:
    return str(found.number) if found else meanwhile.NOTHING


def _today(mine: House) -> date:
    return clock.now().astimezone(ZoneInfo(mine.config.timezone)).date()


def _plain(one: msgspec.Struct) -> dict[str, Any]:
    made: dict[str, Any] = msgspec.to_builtins(one)
    return made
