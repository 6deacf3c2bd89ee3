"""The points of the checklist, each a pure function: what was found, as one item."""

import re
from collections.abc import Sequence

from kervan.content.lint.check import ERROR as LINT_ERROR
from kervan.content.lint.check import Finding
from kervan.delivery.policy.definition import Policy
from kervan.journeys.checklist.item import ERROR, OK, WARNING, Item

_OWN = re.compile(r"\{\{-?\s*(?:unsubscribe_url|preferences_url|confirm_url)\s*-?\}\}|\{%\s*use\b")
_DAYS_TOO_LONG = 7
_MOST_NAMED = 5


def trigger(event: str, conditions: int) -> Item:
    """What starts it."""
    return Item("trigger", OK, {"event": event, "conditions": conditions})


def mix(channels: Sequence[str]) -> Item:
    """By how many channels a person can be reached."""
    if not channels:
        return Item("nothing", WARNING)
    state = OK if len(channels) > 1 else WARNING
    return Item("channels", state, {"channels": ", ".join(channels)})


def texts(copies: Sequence[tuple[str, str, str]]) -> Item:
    """Whether each channel has a text of its own; `copies` are (message, channel, channel)."""
    if not copies:
        return Item("texts", OK)
    message, one, other = copies[0]
    return Item("texts", WARNING, {"message": message, "one": one, "other": other})


def asks(written: Sequence[str]) -> bool:
    """Whether templates say anything that differs from reader to reader."""
    rest = [_OWN.sub("", one) for one in written]
    return any("{{" in one or "{%" in one for one in rest)


def personal(plain: Sequence[str], count: int) -> Item:
    """Whether texts know whom they speak to; `plain` are the messages that do not."""
    if not plain or not count:
        return Item("personal", OK)
    return Item("personal", WARNING, {"messages": _listed(plain)})


def order(unordered: Sequence[str], channels: Sequence[str]) -> Item:
    """Whether somebody chose which channel comes first."""
    if not unordered:
        return Item("order", OK)
    facts: dict[str, object] = {"messages": _listed(unordered), "channels": ", ".join(channels)}
    return Item("order", WARNING, facts)


def utm(without: Sequence[str]) -> Item:
    """Whether visits can be told apart by campaign."""
    if not without:
        return Item("utm", OK)
    return Item("utm", WARNING, {"messages": _listed(without)})


def goal(event: str) -> Item:
    """Whether success is defined."""
    return Item("goal", OK, {"event": event}) if event else Item("goal", WARNING)


def paced(marketing: Sequence[bool], policy: Policy | None) -> list[Item]:
    """Whether a policy caps what goes, and keeps nights quiet; transactional mail needs neither."""
    if not any(marketing):
        return []
    caps = len(policy.caps) + len(policy.gaps) if policy else 0
    quiet = len(policy.quiet) if policy else 0
    return [
        Item("caps", OK if caps else WARNING, {"count": caps}),
        Item("quiet", OK if quiet else WARNING, {"count": quiet}),
    ]


def lives(hours: float) -> Item:
    """Whether what could not be sent is dropped while it is still true."""
    state = WARNING if hours > _DAYS_TOO_LONG * 24 else OK
    return Item("expiry", state, {"hours": f"{hours:g}"})


def linted(found: Sequence[tuple[str, Finding]]) -> Item:
    """What the linter tells: its errors keep a text back."""
    if not found:
        return Item("lint", OK)
    wrong = [message for message, one in found if one.severity == LINT_ERROR]
    state = ERROR if wrong else WARNING
    named = wrong or [message for message, _ in found]
    facts: dict[str, object] = {
        "count": len(named),
        "messages": _listed(list(dict.fromkeys(named))),
    }
    return Item("lint", state, facts)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:_MOST_NAMED]) + ("…" if len(names) > _MOST_NAMED else "")
