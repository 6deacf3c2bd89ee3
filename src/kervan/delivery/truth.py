"""Asks, at the last second, whether what a message says is still true: stock, price, open ticket.

Upper and lower rooms bring their checks; the composition root wires them (app/listen.py).
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from kervan.delivery.books import Claim
from kervan.kernel.postgres import Connection

Asks = Callable[[Connection, Sequence[Claim], datetime], Sequence[bool]]
"""For each claim of a batch whether it is still true at an instant, in one go."""


class Check(NamedTuple):
    """One check: `name` is a word of `delivery.check_<name>`; transactional messages too if said.

    `channels` are those it is asked of, () all.
    """

    name: str
    ask: Asks
    transactional: bool = False
    channels: tuple[str, ...] = ()


checks: list[Check] = []
"""The checks of this process, in the order in which they are asked."""


def untrue(conn: Connection, claims: Sequence[Claim], at: datetime) -> list[str]:
    """For each claim the first check that says it is no longer true, "" where none does."""
    found = [""] * len(claims)
    for check in checks:
        rows = [
            row for row, one in enumerate(claims)
            if not found[row]
            and (check.transactional or one.message_class == "marketing")
            and (not check.channels or one.subject.channel in check.channels)
        ]  # fmt: skip
        if not rows:
            continue
        answers = check.ask(conn, [claims[row] for row in rows], at)
        for row, still_true in zip(rows, answers, strict=True):
            if not still_true:
                found[row] = check.name
    return found
