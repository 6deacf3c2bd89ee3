"""Asks what people chose on their own page, for the messages at the gate."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt

from kervan.consent import preferences
from kervan.delivery import slots
from kervan.delivery.books import Claim
from kervan.delivery.states import MARKETING
from kervan.kernel import postgres, sql
from kervan.kernel.postgres import Connection
from kervan.profiles import read as profiles

_SQL = sql.load(__package__, "chosen.sql")
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Chosen:
    """Row by row: whether the person pauses, whether she has had her share, and her language.

    Both flags are about marketing only; `language` is "" where she chose none.
    """

    paused: Flags
    frequent: Flags
    language: list[str]


def ask(conn: Connection, claims: list[Claim], at: datetime, *, held: bool = False) -> Chosen:
    """What the people of `claims` chose, as it stands at `at`.

    A limit counts the marketing messages accepted within its days (a rolling window), those that
    senders hold, and those before it among `claims`; those who chose one are locked first, unless
    they are `held` already.
    """
    people = [one.subject.person for one in claims]
    heads = profiles.heads(conn, set(people))
    choices = preferences.of_people(conn, sorted(set(heads.values())))
    paused = np.zeros(len(claims), dtype=np.bool_)
    frequent = np.zeros(len(claims), dtype=np.bool_)
    language = [""] * len(claims)
    if not choices:
        return Chosen(paused, frequent, language)
    had = Counter(_recent(conn, choices, claims, at, held=held))
    for row, claim in enumerate(claims):
        head = heads.get(claim.subject.person, claim.subject.person)
        mine = choices.get(head)
        if mine is None:
            continue
        language[row] = mine.language
        if claim.message_class == MARKETING:
            paused[row] = mine.paused(at)
            frequent[row] = 0 < mine.most <= had[head]
            if not (paused[row] or frequent[row] or claim.cancelled):
                had[head] += 1
    return Chosen(paused, frequent, language)


def _recent(
    conn: Connection,
    choices: dict[int, preferences.Choices],
    claims: list[Claim],
    at: datetime,
    *,
    held: bool,
) -> dict[int, int]:
    limited = {head: one for head, one in choices.items() if one.most}
    if not limited:
        return {}
    if not held:
        slots.hold(conn, limited)
    rows = conn.execute(
        _SQL.recent,
        {
            "heads": postgres.array(limited),
            "since": [at - timedelta(days=one.most_days) for one in limited.values()],
            "mine": postgres.uuids(one.subject.message for one in claims),
        },
    ).fetchall()
    return {int(head): int(count) for head, count in rows}
