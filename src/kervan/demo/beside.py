"""Holds the journey's rehearsal on the story's own minutes beside what it really did in them."""

from collections.abc import Callable, Mapping
from typing import Any

from kervan.demo.report import Stage
from kervan.kernel.config import Config

Rehearse = Callable[[Config, str, int, int], Mapping[str, int]]
"""(config, the journey's text, begin, end in ms) -> entries, mails and goals, as in _SAID."""

_SAID = ("entered", "sent", "reached")


def beside(
    rehearsed: Mapping[str, int], before: Mapping[str, Any], now: Mapping[str, Any]
) -> list[Stage]:
    """One row each for entries, mails and goals reached: rehearsed, then what really was."""
    rows = []
    for key in _SAID:
        would, did = rehearsed.get(key, 0), int(now.get(key, 0)) - int(before.get(key, 0))
        rows.append(Stage(key, would, did, would == did))
    return rows
