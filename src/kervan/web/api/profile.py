"""Puts one profile together for the API: traits, identifiers, and facts from her history."""

import uuid
from typing import Any

from fastapi import Request
from pydantic import BaseModel

from kervan.collect import sources
from kervan.insight import person as computed
from kervan.kernel import clock, i18n
from kervan.kernel.errors import KervanError
from kervan.profiles import facts, gather, read, traits
from kervan.web import auth, mask
from kervan.web.state import House

_PHONE, _EMAIL = "phone", "email"


class Trait(BaseModel):
    """One trait: its value, what it is (text, number, boolean, date, json), who said it and when.

    `at_ms` in milliseconds since 1970-01-01 UTC; `source` is a source's name, "" for an old one.
    """

    value: Any
    type: str
    source: str
    at_ms: int


class Identifier(BaseModel):
    """One identifier. `verified_at_ms` is None while nobody confirmed it.

    `claimed_only` ones are somebody's word that was not granted, `reason` says why.
    """

    kind: str
    value: str
    verified: bool
    verified_at_ms: int | None
    claimed_at_ms: int
    source: str
    claimed_only: bool = False
    reason: str = ""


class Seen(BaseModel):
    """When she was first and last seen in a channel, and in how many events."""

    channel: str
    first_ms: int
    last_ms: int
    events: int


class Orders(BaseModel):
    """Her orders in one currency; money in minor units, `basket_minor` is an order's average."""

    currency: str
    orders: int
    revenue_minor: int
    refunded_minor: int
    basket_minor: int
    last_ms: int


class Viewed(BaseModel):
    """The product she looked at last."""

    at_ms: int
    product_id: str
    name: str


class Answers(BaseModel):
    """Messages of a channel in 180 days: sent, opened or followed by her, followed."""

    channel: str
    sent: int
    answered: int
    clicked: int


class Evidence(BaseModel):
    """A value and what it rests on: `by` is trait, devices, phone or workspace; `said` explains."""

    value: str
    by: str
    detail: str
    at_ms: int
    said: str


class Profile(BaseModel):
    """One profile. Personal data are masked for those without the right people.reveal, and for all
    who ask for that; `name` is the whole name, masked by the right alone."""

    id: uuid.UUID
    name: str
    first_name: str
    locale: str
    created_at_ms: int
    masked: bool
    merged: int
    """How many further profiles are part of this one."""
    events: int
    traits: dict[str, Trait]
    identifiers: list[Identifier]
    seen: list[Seen]
    orders: list[Orders]
    last_viewed: Viewed | None
    answers: list[Answers]
    preferred_channel: Answers | None
    language: Evidence
    time_zone: Evidence


def show(
    request: Request, mine: House, person: uuid.UUID, locale: str, *, masked: bool = False,
    reason: str = "",
) -> Profile:  # fmt: skip
    """The profile with this public id, or the one it was merged into.

    Who sees it unmasked is written into the audit log, with her `reason` if she said one; `masked`
    covers all but the name for those with the right too. Raises web.person_unknown (404).
    """
    may = auth.may(request, mask.REVEAL)
    revealed = may and not masked
    with mine.connection() as conn:
        head = read.heads(conn, [read.by_id(conn, person)])
        found = gather.gather(conn, mine.keys, list(head.values()))
        if not found:
            raise KervanError("web.person_unknown", status=404, person=str(person))
        (who,) = found.values()
        visits = gather.visits(conn, who.atoms)
        named = {
            int(str(one["id"])): str(one["name"])
            for one in sources.describe(conn, mine.config.workspace)
        }
        if may:
            mask.reveal(request, conn, [str(who.id)], reason)
    known = computed.facts(mine.history, who.atoms, visits, clock.now_ms())
    phones = [one.value for one in who.identifiers if one.kind == _PHONE]
    language = facts.language(who.traits, known.heard, phones, mine.config.locale)
    zone = facts.zone(who.traits, known.heard, phones, mine.config.timezone)
    name, whole = _first_name(who.traits), full_name(who.traits)
    return Profile(
        id=who.id,
        name=whole if may or not whole else mask.name(whole),
        first_name=name if revealed or not name else mask.name(name),
        locale=language.value,
        created_at_ms=clock.to_ms(who.created_at),
        masked=not revealed,
        merged=len(who.atoms) - 1,
        events=known.events,
        traits={
            key: _trait(key, entry, named, revealed=revealed)
            for key, entry in sorted(who.traits.items())
            if entry[0] is not None
        },
        identifiers=[
            _identifier(one, named, revealed=revealed) for one in (*who.identifiers, *who.claims)
        ],
        seen=[Seen(**_plain(one)) for one in known.seen],
        orders=[Orders(**_plain(one), basket_minor=one.basket_minor) for one in known.bought],
        last_viewed=Viewed(**_plain(known.viewed)) if known.viewed else None,
        answers=[Answers(**_plain(one)) for one in known.answers],
        preferred_channel=Answers(**_plain(known.preferred)) if known.preferred else None,
        language=_evidence(language, locale),
        time_zone=_evidence(zone, locale),
    )


def identifier(kind: str, value: str) -> str:
    """An identifier covered: an e-mail and a phone in their way, others by their last two signs."""
    if kind == _EMAIL:
        return mask.email(value)
    if kind == _PHONE:
        return mask.phone(value)
    return f"***{value[-2:]}" if len(value) > 4 else "***"


def _identifier(one: gather.Identifier, named: dict[int, str], *, revealed: bool) -> Identifier:
    return Identifier(
        kind=one.kind,
        value=one.value if revealed else identifier(one.kind, one.value),
        verified=one.verified_at is not None,
        verified_at_ms=clock.to_ms(one.verified_at) if one.verified_at else None,
        claimed_at_ms=clock.to_ms(one.claimed_at),
        source=named.get(one.source, ""),
        claimed_only=bool(one.reason),
        reason=one.reason,
    )


def _trait(key: str, entry: traits.Entry, named: dict[int, str], *, revealed: bool) -> Trait:
    value, at_ms, source = entry
    return Trait(
        value=value if revealed else mask.trait(key, value),
        type=traits.kind_of(value),
        source=named.get(source, ""),
        at_ms=at_ms,
    )


def _first_name(said: traits.Traits) -> str:
    for key in ("firstName", "first_name", "name"):
        entry = said.get(key)
        if entry and entry[0]:
            return str(entry[0])
    return ""


def full_name(said: traits.Traits) -> str:
    """What somebody is called, as far as her traits say."""
    first = _first_name(said)
    entry = said.get("lastName") or said.get("last_name")
    last = str(entry[0]) if entry and entry[0] else ""
    return (first if last and first.endswith(last) else f"{first} {last}").strip()[:160]


def _evidence(one: facts.Evidence, locale: str) -> Evidence:
    said = i18n.say(f"web.evidence_{one.by}", locale, detail=one.detail)
    return Evidence(value=one.value, by=one.by, detail=one.detail, at_ms=one.at_ms, said=said)


def _plain(one: Any) -> dict[str, Any]:
    return {name: getattr(one, name) for name in one.__dataclass_fields__}
