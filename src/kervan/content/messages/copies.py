"""Notices when one text was copied to several channels, instead of one made for each."""

import html
import re
from difflib import SequenceMatcher
from itertools import combinations

from kervan.consent.refusal_words import fold
from kervan.content.messages.definition import EMAIL, Definition

_NOTICES = ("push", "web_push", "inbox")
_MAIN = {EMAIL: ("text", "mjml"), **dict.fromkeys(_NOTICES, ("body", "title"))}
_OTHERS = ("text", "script")
# Notices of one kind, and what people on both sides of a counter are told, may well be the same.
_KIN = ({"push", "web_push"}, {"call", "store"})
_TAG = re.compile(r"<mj-(?:head|style|preview)\b.*?</mj-(?:head|style|preview)>|<[^>]*>", re.DOTALL)
_STATEMENT = re.compile(r"\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_FEWEST_WORDS = 4
_MOST_WORDS = 300
_ALIKE = 0.9


def copied(message: Definition) -> list[tuple[str, str, str]]:
    """(language, channel, other channel) of each two variants that say the same, in order."""
    found = []
    said = {
        (channel, language): _words(channel, fields)
        for channel, languages in message.variants.items()
        for language, fields in languages.items()
    }
    for language in ("tr", "az", "en"):
        there = [channel for channel, one in said if one == language]
        for one, other in combinations(there, 2):
            if {one, other} in _KIN:
                continue
            left, right = said[one, language], said[other, language]
            if min(len(left), len(right)) >= _FEWEST_WORDS and _alike(left, right):
                found.append((language, one, other))
    return found


def _alike(left: list[str], right: list[str]) -> bool:
    if left == right:
        return True
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    return (
        matcher.real_quick_ratio() >= _ALIKE
        and matcher.quick_ratio() >= _ALIKE
        and matcher.ratio() >= _ALIKE
    )


def _words(channel: str, fields: dict[str, str]) -> list[str]:
    for name in _MAIN.get(channel, _OTHERS):
        if fields.get(name, "").strip():
            text = fields[name]
            if name == "mjml":
                text = html.unescape(_TAG.sub(" ", text))
            return fold(_STATEMENT.sub(" ", text)).split()[:_MOST_WORDS]
    return []
