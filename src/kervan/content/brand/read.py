"""Reads a brand guide out of the plain data of a text, or says all that is wrong with it."""

from collections.abc import Collection
from typing import Any

from kervan.content.brand.definition import Guide, Line
from kervan.content.links import normal_url
from kervan.content.texts import kinds
from kervan.kernel import shaped
from kervan.kernel.shaped import NotValid, Problem

WORDS = "content.brand"
_EMAIL = "email"
_LAWS = ("TR", "AZ", "EU", "")


def read(value: object, checks: Collection[str]) -> Guide:
    """The guide below `brand:` in a text; `checks` are those whose severity it may set.

    Raises NotValid (content.brand_not_valid, 422) with all problems.
    """
    problems: list[Problem] = []
    if not isinstance(value, dict):
        problems.append(Problem("content.brand_no_mapping", ""))
        raise NotValid("content.brand_not_valid", problems)
    found = shaped.shaped(value, Guide, "", WORDS, problems)
    if found is not None:
        _check(found, checks, problems)
    if problems or found is None:
        raise NotValid("content.brand_not_valid", problems)
    return found


def _check(guide: Guide, checks: Collection[str], problems: list[Problem]) -> None:
    """What msgspec cannot see: names that must be known, addresses that must be sound."""
    channels = (_EMAIL, *kinds.CHANNELS)

    def unfit(path: str, given: object, what: str) -> None:
        facts: dict[str, Any] = {"given": shaped.shown(given), "what": what}
        problems.append(Problem("content.brand_unfit", path, facts))

    if guide.key != guide.key.strip() or "," in guide.key or not guide.key.isprintable():
        unfit("/key", guide.key, "Aa")
    if guide.logo is not None and normal_url(guide.logo.url) is None:
        unfit("/logo/url", guide.logo.url, "https://…")
    for name in guide.senders:
        if name not in channels:
            unfit("/senders", name, ", ".join(channels))
    for name in guide.checks:
        if name not in checks:
            unfit("/checks", name, ", ".join(sorted(checks)))
    for language, words in guide.words.items():
        for one in (*words.use, *words.avoid):
            if not any(sign.isalnum() for sign in one):
                unfit(f"/words/{language}", one, "Aa")
    for place, line in enumerate(guide.lines):
        _check_line(f"/lines/{place}", line, channels, unfit)


def _check_line(path: str, line: Line, channels: tuple[str, ...], unfit: Any) -> None:
    if line.law not in _LAWS:
        unfit(f"{path}/law", line.law, "TR, AZ, EU")
    for number, one in enumerate(line.channels):
        if one not in channels:
            unfit(f"{path}/channels/{number}", one, ", ".join(channels))
    if not line.says:
        unfit(f"{path}/says", "{}", "tr, az, en")
    for language, said in line.says.items():
        if not any(sign.isalnum() for sign in said):
            unfit(f"{path}/says/{language}", said, "Aa")
