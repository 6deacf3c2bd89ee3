"""Decides what a proved person sees: is she meant, has she seen it often enough, in which words.

A visitor whom nobody has proved gets none of it, whatever her page says: neither a word of her
data nor whether somebody is in a segment.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from clickhouse_connect.driver.client import Client

from kervan.content.messages.preview import seen as scene_of
from kervan.kernel import clock, log, sql
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.onsite import personal, rules
from kervan.onsite.definition import Campaign, Variant
from kervan.onsite.store import Version
from kervan.profiles import read as profiles
from kervan.segments.live import store as membership

_SQL = sql.load(__package__, "decide.sql")
_log = log.get("onsite")
MOST = 50
"""So many pieces are asked about at once."""


class Deed(NamedTuple):
    """One thing she did with a piece: an event's name, and when (ms UTC)."""

    name: str
    at_ms: int


def decide(
    conn: Connection,
    history: Client,
    vault: WorkspaceVault,
    head: int,
    asked: Sequence[Version],
    language: str,
    at: datetime,
) -> dict[str, dict[str, Any]]:
    """{key: the piece with its one variant} of those of `asked` that the person `head` may see.

    One whose words cannot be filled in for her is left out.
    """
    mine = {name for name, _ in membership.of_person(conn, head)}
    meant = [one for one in asked if is_meant(one.campaign, mine, at)]
    if not meant:
        return {}
    who = profiles.contacts(conn, vault, [head])[head]
    deeds = _deeds(conn, history, head, [one.key for one in meant])
    found = {}
    for one in meant:
        if often_enough(one.campaign, deeds.get(one.key, ()), at):
            continue
        piece = rules.head(one, language)
        variant = choose(one.campaign.texts, f"{who.id}:{one.key}")
        try:
            blocks = personal.fill(
                variant.blocks.get(piece["language"], []), piece["language"],
                {"person": scene_of(who)}, frozenset(one.campaign.link_hosts),
            )  # fmt: skip
        except KervanError as error:
            _log.info("onsite_not_filled", campaign=one.key, version=one.number, problem=error.code)
            continue
        found[one.key] = {**piece, "variant": {"key": variant.key, "blocks": blocks}}
    return found


def is_meant(campaign: Campaign, segments: set[str], at: datetime) -> bool:
    """Whether a piece is for somebody in `segments` at `at`."""
    begun = campaign.start is None or campaign.start <= at
    over = campaign.until is not None and campaign.until <= at
    return begun and not over and (not campaign.audience or campaign.audience in segments)


def often_enough(campaign: Campaign, deeds: Sequence[Deed], at: datetime) -> bool:
    """Whether she has seen a piece as often as she may, or is done with it."""
    rule, now_ms = campaign.frequency, clock.to_ms(at)

    def lately(name: str, days: int) -> int:
        since = now_ms - timedelta(days=days) // timedelta(milliseconds=1) if days else 0
        return sum(one.name == name and one.at_ms > since for one in deeds)

    if not rule.after_conversion and lately("Onsite Converted", 0):
        return True
    if rule.after_close_days and lately("Onsite Closed", rule.after_close_days):
        return True
    if rule.person is None:
        return False
    days = rule.person.days
    seen = lately("Onsite Shown", days) + lately("Onsite Held Out", days)
    return seen >= rule.person.times


def choose(variants: Sequence[Variant], who: str) -> Variant:
    """The variant that `who` always gets: by her share of the weights, as pages choose theirs."""
    at = share(who) * sum(one.weight for one in variants)
    for one in variants:
        at -= one.weight
        if at < 0:
            return one
    return variants[0]


def share(text: str) -> float:
    """A number from 0 up to 1 that `text` always gives, as the snippet counts it.

    FNV-1a in 32 bits, with an avalanche behind it: the last letters alone move only low bits.
    """
    hashed = 0x811C9DC5
    for byte in text.encode():
        hashed = (hashed ^ byte) * 0x01000193 & 0xFFFFFFFF
    hashed = (hashed ^ hashed >> 15) * 0x2C1B3C6D & 0xFFFFFFFF
    return (hashed ^ hashed >> 13) / 2**32


def _deeds(
    conn: Connection, history: Client, head: int, keys: Sequence[str]
) -> Mapping[str, list[Deed]]:
    asked = {
        "people": profiles.parts(conn, head),
        "sessions": profiles.sessions(conn, head) or [0],
        "campaigns": list(keys),
    }
    found: dict[str, list[Deed]] = {}
    for key, name, at_ms in history.query(_SQL.seen, parameters=asked).result_rows:
        found.setdefault(key, []).append(Deed(name, at_ms))
    return found
