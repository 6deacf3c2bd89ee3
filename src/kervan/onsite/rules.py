"""Writes the rules that every page reads: which pieces there are, when and how often they appear.

What a page decides for itself is in them whole. Of a piece that is made for a person only its
triggers are: its words come from `decide`, for a visitor who is proved to be somebody.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from kervan.kernel import clock, ids
from kervan.onsite.definition import Campaign
from kervan.onsite.personal import is_personal
from kervan.onsite.store import Version

_encode = msgspec.json.Encoder(order="deterministic").encode


def needs_person(campaign: Campaign) -> bool:
    """Whether only Kervan can say who sees it, and what: it is about the person, not the page."""
    return bool(
        campaign.audience
        or campaign.frequency.person
        or any(is_personal(blocks) for one in campaign.texts for blocks in one.blocks.values())
    )


def live(versions: Sequence[Version], at: datetime) -> list[Version]:
    """Those that anybody may see at `at` or later, by priority."""
    there = [
        one
        for one in versions
        if not one.paused and (one.campaign.until is None or one.campaign.until > at)
    ]
    return sorted(there, key=lambda one: (-one.campaign.priority, one.key))


def language_of(campaign: Campaign, wanted: str) -> str:
    """The language a reader of `wanted` gets: hers, the campaign's own, or the first written."""
    written = next((one.blocks for one in campaign.texts if one.blocks), {})
    return next(one for one in (wanted, campaign.language, *written) if one in written)


def document(versions: Sequence[Version], language: str, at: datetime, push_key: str = "") -> bytes:
    """The rules for pages in `language`, as the JSON that is signed and sent.

    `push_key` is what pages subscribe to web push with, "" where nothing is sent that way.
    """
    pieces = [_rule(one, language) for one in live(versions, at)]
    return _encode({"campaigns": pieces, "push": push_key})


def tag(document: bytes) -> str:
    """The entity tag of a document (RFC 9110 §8.8.3)."""
    return f'"{ids.hash16(document).hex()}"'


def _rule(version: Version, language: str) -> dict[str, Any]:
    one = version.campaign
    asks = needs_person(one)
    rule = head(version, language)
    rule |= {
        "triggers": msgspec.to_builtins(one.triggers),
        "frequency": msgspec.to_builtins(one.frequency),
        "ask": asks,
    }
    if one.start is not None:
        rule["from_ms"] = clock.to_ms(one.start)
    if one.until is not None:
        rule["until_ms"] = clock.to_ms(one.until)
    if one.purpose == "marketing" and not one.before_consent:
        rule["waits"] = True
    if not asks:
        spoken = rule["language"]
        rule["variants"] = [
            {"key": text.key, "weight": text.weight,
             "blocks": msgspec.to_builtins(text.blocks.get(spoken, []))}
            for text in one.texts
        ]  # fmt: skip
    return rule


def head(version: Version, language: str) -> dict[str, Any]:
    """What a page has to know of a piece, whoever decided that it is to be seen."""
    one = version.campaign
    return {
        "key": version.key,
        "version": version.number,
        "kind": one.kind,
        "place": one.place,
        "slot": one.slot,
        "language": language_of(one, language),
        "look": msgspec.to_builtins(one.look),
        "goal": msgspec.to_builtins(one.goal) if one.goal else None,
        "hours": one.goal.hours if one.goal else 0,
        "after_conversion": one.frequency.after_conversion,
    }
