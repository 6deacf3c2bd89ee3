"""Brings the policy in force to the gate: whom it governs, where they are, what they had."""

import uuid
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import numpy as np

from kervan.consent.channels import country_of
from kervan.delivery import slots
from kervan.delivery.books import Claim
from kervan.delivery.decide import Decisions, Reason
from kervan.delivery.policy import pace, store
from kervan.delivery.policy.caps import LONGEST_MS, Marked, Past, counted
from kervan.delivery.policy.definition import Policy, decode
from kervan.delivery.policy.pace import Paces
from kervan.delivery.policy.where import Places, places
from kervan.delivery.reach import Reached
from kervan.delivery.states import MARKETING, TEST, TRANSACTIONAL
from kervan.kernel.postgres import Connection
from kervan.profiles import read as profiles

_CLASSES = (MARKETING, TRANSACTIONAL, "legal")
_decoded = lru_cache(maxsize=64)(decode)


@dataclass(slots=True)
class Ruled:
    """A policy over a batch: its version's id, the claims, the head of each one's profile."""

    policy: Policy
    version: int
    claims: list[Claim]
    heads: list[int]
    governed: list[bool]
    where: Places | None = None


def open_for(conn: Connection, claims: list[Claim]) -> Ruled | None:
    """The policy in force, None without one; whoever it counts is locked until the transaction
    ends, so that nobody else's gate counts the same person at the same time."""
    found = store.current(conn)
    if found is None:
        return None
    version, text = found
    policy = _decoded(text)
    heads = profiles.heads(conn, {one.subject.person for one in claims})
    governed = [one.message_class not in (*policy.skips, TEST) for one in claims]
    mine = [heads.get(one.subject.person, one.subject.person) for one in claims]
    if policy.paces:
        # Also those who chose a limit of their own: they are counted in the same lock.
        slots.hold(conn, mine)
    return Ruled(policy, version, claims, mine, governed)


def paces(conn: Connection, ruled: Ruled, mine: list[Reached | None], at: datetime) -> Paces:
    """The policy as the gate asks it, over the rows of the batch."""
    policy, claims = ruled.policy, ruled.claims
    heads = sorted(set(ruled.heads))
    codes = {head: code for code, head in enumerate(heads)}
    ruled.where = places([_home(one) for one in mine], tuple(policy.zones_when_unknown))
    marks = _marks(policy, claims)
    none = np.zeros(0, np.int32)
    past = Past(none, np.zeros(0, np.int64), replace(marks, channel=none, topic=none, brand=none))
    if policy.paces and any(ruled.governed):
        longest = min(LONGEST_MS, counted((*policy.caps, *policy.gaps)))
        classes = [one for one in _CLASSES if one not in policy.skips]
        past = slots.past(conn, heads, at - timedelta(milliseconds=longest), classes, marks)
    return Paces(
        policy=policy,
        governed=np.array(ruled.governed, np.bool_),
        person=np.array([codes[head] for head in ruled.heads], np.int32),
        places=ruled.where,
        priority=np.array([one.priority for one in claims], np.int16),
        marks=marks,
        past=past,
        spread_ms=_spread([one.subject.message for one in claims], policy.spread_minutes),
    )


def facts(ruled: Ruled, made: Decisions, row: int) -> dict[str, Any]:
    """What the policy went by for one row: the rule that refused, or how far each cap is used."""
    policy, reason = ruled.policy, made.reason[row]
    if not ruled.governed[row]:
        return {"skipped_by": "class"}
    limits = (*policy.caps, *policy.gaps)
    rule = int(made.rule[row])
    if reason == Reason.QUIET_HOURS:
        return {**pace.said(policy.quiet[rule]), "zones": _zones(ruled, row)}
    if reason in (Reason.CAP_REACHED, Reason.TOO_SOON):
        used = int(made.used[row, rule])
        return {**pace.said(limits[rule]), "used": used, "zones": _zones(ruled, row)}
    if reason == Reason.NONE and made.used.size:
        counts = made.used[row].tolist()
        used_of = [
            {**pace.said(one), "used": count}
            for one, count in zip(limits, counts, strict=True) if count >= 0
        ]  # fmt: skip
        return {"counted": used_of} if used_of else {}
    return {}


def _zones(ruled: Ruled, row: int) -> list[str]:
    assert ruled.where is not None
    return list(ruled.where.sets[int(ruled.where.codes[row])])


def _home(reached: Reached | None) -> tuple[str, str]:
    """The zone and the country of a person as far as anybody knows."""
    if reached is None:
        return "", ""
    person = reached.person
    said = person.traits.get("country")
    country = said.upper() if isinstance(said, str) and len(said) == 2 else ""
    return person.zone, country or country_of("phone", person.phone)


def _marks(policy: Policy, claims: list[Claim]) -> Marked:
    """The batch's channels, topics and brands as codes; what rules name has one too."""
    rules = (*policy.caps, *policy.gaps, *policy.quiet)
    channels = {one.subject.channel for one in claims}.union(*(one.channels for one in rules))
    topics = {one.topic for one in claims}.union(*(one.topics for one in rules))
    brands = {one.brand for one in claims}.union(*(one.brands for one in rules))
    words = tuple(tuple(sorted(some)) for some in (channels, topics, brands))
    return Marked(
        slots.codes((one.subject.channel for one in claims), words[0]),
        slots.codes((one.topic for one in claims), words[1]),
        slots.codes((one.brand for one in claims), words[2]),
        *words,
    )


def _spread(messages: list[uuid.UUID], minutes: int) -> np.ndarray[Any, np.dtype[np.int64]]:
    """By how much each message's release is put off: by its own number, so always by the same."""
    most = minutes * 60_000
    return np.array([(one.int & 0xFFFFFFFF) * most >> 32 for one in messages], np.int64)
