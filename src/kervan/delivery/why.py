"""Says why a message went or did not: every rule tried in order, the facts, what would change it.

What is said is what the gate wrote down when it decided (decisions.py), never a second opinion.
"""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from kervan.delivery import coupons, decisions
from kervan.delivery.choice import say as choice
from kervan.delivery.decide import Reason, Verdict
from kervan.delivery.decisions import Decision
from kervan.delivery.policy import caps, store
from kervan.delivery.policy.definition import Policy
from kervan.delivery.states import MARKETING, State
from kervan.kernel import i18n, postgres, sql
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "why.sql")
PASSED, REFUSED, NOT_ASKED, NOT_NEEDED = "passed", "refused", "not_asked", "not_needed"

RULES: tuple[tuple[str, frozenset[Reason]], ...] = (
    ("stop", frozenset({Reason.EMERGENCY_STOP, Reason.COMPLAINTS, Reason.DROPPED})),
    ("wanted", frozenset({Reason.CANCELLED, Reason.EXPIRED, Reason.NOT_YET})),
    ("person", frozenset({Reason.PERSON_ERASED})),
    ("truth", frozenset({Reason.UNTRUE})),
    ("reach", frozenset({Reason.NO_ADDRESS, Reason.ADDRESS_SUPPRESSED, Reason.WINDOW_CLOSED})),
    (
        "consent",
        frozenset(
            {
                Reason.NO_CONSENT,
                Reason.CONSENT_REFUSED,
                Reason.CONSENT_PENDING,
                Reason.CONSENT_EXPIRED,
                Reason.REGISTRY_REFUSED,
                Reason.REGISTRY_NOTHING,
                Reason.REGISTRY_STALE,
                Reason.TOPIC_REFUSED,
                Reason.BRAND_NOT_AGREED,
            }
        ),
    ),
    ("quiet", frozenset({Reason.PAUSED, Reason.QUIET_HOURS})),
    ("caps", frozenset({Reason.FREQUENCY_CHOSEN, Reason.CAP_REACHED, Reason.TOO_SOON})),
    ("provider", frozenset({Reason.PROVIDER_UNHEALTHY})),
    ("budget", frozenset({Reason.BUDGET_REACHED})),
    ("hold_out", frozenset({Reason.HELD_OUT})),
)
"""The gate's rules in its order, each with the reasons it may give."""
_OF_MARKETING = frozenset({"consent"})


@dataclass(frozen=True, slots=True)
class Tried:
    """One rule of one decision: `outcome` is passed, refused, not_asked or not_needed."""

    rule: str
    outcome: str
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Judged:
    """One time the gate was asked: what it said, by which policy (its number, 0 for none), and each
    rule in order. `change` names what would have changed it, as codes with facts."""

    at: datetime
    attempt: int
    channel: str
    verdict: Verdict
    reason: Reason
    until: datetime | None
    policy: int
    rules: list[Tried]
    change: list[tuple[str, dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Why:
    """A message, how it stands, and every decision about it, the first first.

    `reason` is the code behind its end or its wait, "" where there is none; `due_at` is when the
    gate is asked next, None when it is not. `coupons` are the pools it asked (coupons.told).
    `chosen` is why its channel and hour were chosen for the person (choice.settle), if they were.
    """

    message: uuid.UUID
    person: int
    channel: str
    message_class: str
    journey: str
    step: str
    state: State
    reason: str
    intended_at: datetime
    expires_at: datetime
    handed_at: datetime | None
    finished_at: datetime | None
    due_at: datetime | None
    judged: list[Judged]
    coupons: list[dict[str, Any]] = field(default_factory=list)
    chosen: dict[str, Any] = field(default_factory=dict)


def why(conn: Connection, message: uuid.UUID) -> Why:
    """Why a message went, waits or ended. Raises delivery.message_unknown (404)."""
    found = many(conn, [message])
    if not found:
        raise KervanError("delivery.message_unknown", status=404, message=message)
    return found[0]


def many(conn: Connection, messages: Sequence[uuid.UUID]) -> list[Why]:
    """The same of several messages, in their order; those that nobody knows are left out."""
    values = {"messages": postgres.uuids(messages)}
    rows = {row[0]: row[1:] for row in conn.execute(_SQL.messages, values).fetchall()}
    known = [one for one in messages if one in rows]
    made = decisions.of_many(conn, known)
    every = [decision for one in known for decision in made[one]]
    words = _words(conn, {one.consent_event for one in every if one.consent_event})
    policies = {
        number: store.get(conn, number) for number in {one.policy for one in every if one.policy}
    }
    asked = coupons.told(conn, known)
    return [_why(one, rows[one], made[one], words, policies, asked[one]) for one in known]


def _why(
    message: uuid.UUID, row: tuple[Any, ...], made: list[Decision],
    words: dict[int, dict[str, Any]], policies: dict[int, store.Version],
    asked: list[dict[str, Any]],
) -> Why:  # fmt: skip
    (person, channel, message_class, journey, step, state, reason, intended, expires, handed,
     finished, due, claimed, held, topic, brand, chosen) = row  # fmt: skip
    about = _About(message_class, topic, brand, expires, words)
    state = State.SENDING if state == State.QUEUED and claimed else State(state)
    waits = state is State.QUEUED
    return Why(
        message, person, channel, message_class, journey, step, state,
        (reason or "") if state.final else (held or ""), intended, expires, handed, finished,
        due if waits else None,
        [_judged(one, about, policies.get(one.policy)) for one in made], asked, chosen or {},
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _About:
    message_class: str
    topic: str
    brand: str
    expires_at: datetime
    words: dict[int, dict[str, Any]]


def _words(conn: Connection, events: set[int]) -> dict[int, dict[str, Any]]:
    if not events:
        return {}
    rows = conn.execute(_SQL.words, {"events": list(events)}).fetchall()
    names = ("position", "status", "channel", "topic", "brand", "occurred_at", "source")
    return {row[0]: dict(zip(names, row, strict=True)) for row in rows}


def _judged(one: Decision, about: _About, version: store.Version | None) -> Judged:
    tried = list(_tried(one, about, version.policy if version else None))
    return Judged(
        one.at, one.attempt, one.channel, one.verdict, one.reason, one.until,
        version.number if version else 0, tried, list(_changes(one, about)),
    )  # fmt: skip


def _tried(one: Decision, about: _About, policy: Policy | None) -> Iterator[Tried]:
    refused = False
    for rule, reasons in RULES:
        facts = _facts(rule, one, about, policy)
        if refused:
            yield Tried(rule, NOT_ASKED)
        elif one.reason in reasons:
            refused = True
            yield Tried(rule, REFUSED, {"reason": one.reason.code, **facts})
        elif rule in _OF_MARKETING and about.message_class != MARKETING:
            yield Tried(rule, NOT_NEEDED, {"class": about.message_class})
        else:
            yield Tried(rule, PASSED, facts)


def _facts(rule: str, one: Decision, about: _About, policy: Policy | None) -> dict[str, Any]:
    if rule == "wanted":
        return {"expires_at": about.expires_at}
    if rule == "truth":
        return dict(one.facts) if one.reason is Reason.UNTRUE else {}
    if rule == "reach":
        return {"channel": one.channel}
    if rule == "consent":
        return dict(about.words.get(one.consent_event, {}))
    if rule == "budget":
        return dict(one.facts) if one.reason is Reason.BUDGET_REACHED else {}
    if rule not in ("quiet", "caps") or one.reason is Reason.BUDGET_REACHED:
        return {}
    if policy is None:
        return {"policy": "none"}
    if about.message_class in policy.skips:
        return {"skipped_by": "class"}
    is_quiet = one.reason is Reason.QUIET_HOURS
    if rule == "quiet":
        names = [
            each.name for each in policy.quiet if not each.channels or one.channel in each.channels
        ]
        return {**(one.facts if is_quiet else {}), "asked": names}
    limits: tuple[caps.Limit, ...] = (*policy.caps, *policy.gaps)
    names = [each.name for each in limits if not each.channels or one.channel in each.channels]
    return {**({} if is_quiet else one.facts), "asked": names}


def _changes(one: Decision, about: _About) -> Iterator[tuple[str, dict[str, Any]]]:
    """What would have changed a decision, as codes of words with facts."""
    if one.reason is Reason.NONE:
        for limit in one.facts.get("counted", ()):
            most = limit.get("most", 1)
            facts = {"rule": limit["rule"], "used": limit["used"] + 1, "most": most}
            yield "delivery.change_went", facts
        return
    facts = {
        "channel": one.channel, "topic": about.topic, "brand": about.brand,
        "at": one.until or one.at, **one.facts,
    }  # fmt: skip
    yield f"delivery.change_{one.reason.name.lower()}", facts


def say(told: Why, locale: str, zone: str = "UTC") -> str:
    """The whole answer as lines of text in tr, az or en; times as clocks in `zone` show them."""
    place = ZoneInfo(zone)
    facts: dict[str, object] = {
        "message": told.message, "class": i18n.say(f"delivery.class_{told.message_class}", locale),
        "channel": told.channel, "journey": told.journey, "step": told.step,
        "state": i18n.say(f"delivery.state_{told.state.name.lower()}", locale),
    }  # fmt: skip
    lines = [i18n.say("delivery.why_message", locale, **facts)]
    if told.reason:
        lines.append(i18n.say(told.reason, locale))
    if told.due_at is not None:
        at = _clock(told.due_at, place)
        lines.append(i18n.say("delivery.why_next", locale, at=at))
    lines += choice.say(told.chosen, locale)
    lines += [_coupon(one, locale) for one in told.coupons]
    for one in told.judged:
        lines += ["", *(_lines(one, locale, place))]
    return "\n".join(lines)


def _coupon(one: dict[str, Any], locale: str) -> str:
    key = one.get("reason") or f"delivery.coupon_state_{one['state']}"
    return i18n.say("delivery.why_coupon", locale, pool=one["pool"], state=i18n.say(key, locale))


def _lines(one: Judged, locale: str, place: ZoneInfo) -> Iterator[str]:
    verdict = i18n.say(f"delivery.verdict_{one.verdict.name.lower()}", locale)
    head = {"at": _clock(one.at, place), "channel": one.channel, "verdict": verdict}
    yield i18n.say("delivery.why_judged", locale, **head)
    for tried in one.rules:
        outcome = i18n.say(f"delivery.outcome_{tried.outcome}", locale)
        rule = i18n.say(f"delivery.rule_{tried.rule}", locale)
        yield f"  {rule}: {outcome}{_detail(tried, locale, place)}"
    for code, facts in one.change:
        yield "  " + i18n.say(code, locale, **_plain(facts, place))


def _detail(tried: Tried, locale: str, place: ZoneInfo) -> str:
    facts = _plain(tried.facts, place)
    said = [i18n.say(str(facts.pop("reason")), locale)] if "reason" in facts else []
    if facts.get("policy") == "none":
        said.append(i18n.say("delivery.why_no_policy", locale))
    if "skipped_by" in facts:
        said.append(i18n.say("delivery.why_class_skips", locale))
    for code, needed in (
        ("why_word", "position"),
        ("why_used", "used"),
        ("why_hours", "from"),
        ("why_ceiling", "ceiling"),
        ("why_check", "check"),
    ):
        if needed in facts:
            said.append(i18n.say(f"delivery.{code}", locale, **facts))
    for limit in tried.facts.get("counted", ()):
        most = {"most": 1, **limit}
        said.append(i18n.say("delivery.why_used", locale, **most))
    return " — " + " ".join(said) if said else ""


def _plain(facts: dict[str, Any], place: ZoneInfo) -> dict[str, Any]:
    """Facts for a sentence: times as clocks show them, lists as words."""
    said = {"most": 1, **facts} if "used" in facts else dict(facts)
    for name, one in said.items():
        if isinstance(one, datetime):
            said[name] = _clock(one, place)
        elif isinstance(one, list):
            said[name] = ", ".join(map(str, one))
    return said


def _clock(at: datetime, place: ZoneInfo) -> str:
    return f"{at.astimezone(place):%Y-%m-%d %H:%M:%S}"
