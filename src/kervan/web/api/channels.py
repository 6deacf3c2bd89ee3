"""Providers and the accounts at them: which ways out there are, and what each of them needs."""

import uuid
from typing import Any

import msgspec
from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from kervan.delivery import accounts
from kervan.delivery.accounts import Account
from kervan.delivery.channels import found
from kervan.delivery.seeds import attempt, book
from kervan.kernel import clock, i18n
from kervan.web import audit
from kervan.web.api import meanwhile
from kervan.web.api.accept import Text
from kervan.web.api.meanwhile import Match
from kervan.web.auth import right
from kervan.web.errors import locale_of
from kervan.web.state import House, house

router = APIRouter(prefix="/v1", tags=["channels"])


class Wanted(BaseModel):
    """An account as it shall be: what is not given of a kept one's secrets stays.

    Of a channel's accounts the one with the lowest `place` is used first; without a pace of its
    own it keeps the provider's.
    """

    provider: Text
    settings: dict[str, Any] = Field(default_factory=dict)
    place: int = Field(default=0, ge=0, le=1000)
    per_second: float | None = Field(default=None, gt=0, le=100_000)
    in_flight: int | None = Field(default=None, gt=0, le=10_000)


class ToSeed(BaseModel):
    """To whom a test goes: an address on the seed list."""

    seed: uuid.UUID


class Tried(BaseModel):
    """What the provider made of a test: its `fate`, its own code, and what that means."""

    fate: str
    problem: str
    code: str
    said: str


@router.get("/providers", dependencies=[right("channels.read")])
def providers() -> dict[str, dict[str, Any]]:
    """Every provider by name: its channel, the schema of its settings, and what it can."""
    told = {}
    for name in found.names():
        one = found.find(name)
        told[name] = {
            "channel": one.channel,
            "settings": msgspec.json.schema(one.settings),
            "capabilities": msgspec.to_builtins(one.capabilities),
            "webhook": one.read is not None,
        }
    return told


@router.get("/accounts", dependencies=[right("channels.read")])
def every(request: Request) -> list[dict[str, Any]]:
    """All accounts, by channel and in the order they are used; secrets are not shown.

    `problem` says why nothing goes through one with these settings, "" where they can work; of
    one whose kept settings its provider does not take any more nothing else is told.
    """
    mine = house(request)
    with mine.connection() as conn:
        known = accounts.every(conn, mine.keys)
        rest = accounts.misfits(conn, mine.keys)
    told = [{**_told(mine, one), "problem": _problem(request, one)} for one in known]
    for out in rest:
        said = out.problem.say(locale_of(request))
        named = {"name": out.name, "provider": out.provider, "channel": out.channel}
        told.append({**named, "problem": said})
    return told


@router.put("/accounts/{name}", dependencies=[right("channels.manage")])
def save(request: Request, name: Text, wanted: Wanted, if_match: Match = "") -> dict[str, Any]:
    """Make or change an account; it is used within seconds, unless it was switched off.

    With the edition you read in If-Match (0 for a new one), what somebody else saved meanwhile is
    not lost: web.changed_meanwhile (409). Raises also delivery.account_* and
    delivery.provider_unknown. That its address lies in one's own
    network only `kervan channel add --private` can say.
    """
    mine = house(request)
    with mine.connection() as conn:
        meanwhile.hold(conn, f"account {name}")
        known = [one for one in accounts.every(conn, mine.keys) if one.name == name]
        meanwhile.expect(if_match, _edition(known[0]) if known else meanwhile.NOTHING)
        is_off = bool(known) and not known[0].enabled
        kept = accounts.save(
            conn, mine.keys, name, wanted.provider, wanted.settings, clock.now(),
            place=wanted.place, per_second=wanted.per_second, in_flight=wanted.in_flight,
        )  # fmt: skip
        if is_off:
            accounts.switch(conn, name, clock.now(), enabled=False)
            kept = accounts.one(conn, mine.keys, name)
        audit.record(conn, request, "channel.account_saved", account=name, by=wanted.provider)
    return _told(mine, kept)


@router.post("/accounts/{name}/disable", dependencies=[right("channels.manage")])
def disable(request: Request, name: Text) -> dict[str, Any]:
    """Send through this account no more. Raises delivery.account_unknown (404)."""
    return _switch(request, name, enabled=False)


@router.post("/accounts/{name}/enable", dependencies=[right("channels.manage")])
def enable(request: Request, name: Text) -> dict[str, Any]:
    """Send through this account again. Raises delivery.account_unknown (404)."""
    return _switch(request, name, enabled=True)


@router.post("/accounts/{name}/test", dependencies=[right("channels.manage")])
def test(request: Request, name: Text, wanted: ToSeed) -> Tried:
    """Send one fixed text through this account to an address on the seed list, now.

    Raises delivery.account_unknown and delivery.seed_unknown (404), delivery.trial_channel (422),
    and what is wrong with its settings.
    """
    mine, locale = house(request), locale_of(request)
    with mine.connection() as conn:
        account = accounts.one(conn, mine.keys, name)
        seed = attempt.find(book.every(conn, mine.keys), wanted.seed)
        audit.record(conn, request, "channel.account_tested", account=name, seed=seed.id)
    done = attempt.attempt(account, seed, clock.now(), locale)
    return Tried(
        fate=done.fate.value,
        problem=done.problem.value,
        code=done.code,
        said=i18n.say(done.said, locale),
    )


def _switch(request: Request, name: str, *, enabled: bool) -> dict[str, Any]:
    mine = house(request)
    with mine.connection() as conn:
        accounts.switch(conn, name, clock.now(), enabled=enabled)
        word = "channel.account_enabled" if enabled else "channel.account_disabled"
        audit.record(conn, request, word, account=name)
        return _told(mine, accounts.one(conn, mine.keys, name))


def _edition(one: Account) -> str:
    """That a secret is another shows in the instant of the change alone."""
    return meanwhile.edition([one.name, one.changed_at])


def _problem(request: Request, one: Account) -> str:
    found = accounts.problem(one)
    return found.say(locale_of(request)) if found else ""


def _told(mine: House, one: Account) -> dict[str, Any]:
    """An account for its owner's eyes; the webhook's address holds a secret of its own."""
    told = {
        "name": one.name,
        "provider": one.provider.name,
        "channel": one.provider.channel,
        "settings": one.shown(),
        "place": one.place,
        "per_second": one.able.per_second,
        "in_flight": one.able.in_flight,
        "private": one.is_private,
        "enabled": one.enabled,
        "edition": _edition(one),
    }
    if one.provider.read is not None:
        path = accounts.hook_path(mine.keys, one.name)
        told["webhook"] = f"{mine.config.address}/hooks/in/{path}"
    return told
